"""What we hold about somebody, and how their copy of it stands."""

from portal.records.queries.account import ACCOUNT_SECTIONS
from portal.records.queries.closing import Leaving, leaving_of
from portal.records.queries.club import CLUB_SECTIONS, Picture, pictures_of
from portal.records.queries.copies import Copy, copy_for, latest_copy
from portal.records.queries.owners import Owner, owner_of

SECTIONS = (*ACCOUNT_SECTIONS, *CLUB_SECTIONS)

__all__ = [
    "SECTIONS",
    "Copy",
    "Leaving",
    "Owner",
    "Picture",
    "copy_for",
    "latest_copy",
    "leaving_of",
    "owner_of",
    "pictures_of",
]
