"""Which tier a member held at a moment, and who hears about a tier."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from portal.accounts.models import Member, User
from portal.db import UtcDateTime, db, reading, table_of
from portal.tiers.models import TierSpan

_span = table_of(TierSpan).c
_AT = bindparam("at", type_=UtcDateTime())
_TIER_ON = select(_span.tier).where(
    _span.member_id == bindparam("member"), _span.since <= _AT, or_(_span.until.is_(None), _span.until > _AT)
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter about a membership goes to, and in which language."""

    user_id: uuid.UUID
    email: str
    name: str
    locale: str


_ADDRESSEE = (
    select(User.id, User.email, User.name, User.locale)
    .join(Member, Member.user_id == User.id)
    .where(Member.id == bindparam("member"))
)


def addressee_of(member_id: uuid.UUID) -> Addressee:
    """Find whom a letter about a membership goes to."""
    return Addressee(*db.session.execute(_ADDRESSEE, {"member": member_id}).one())


def tier_on(member_id: uuid.UUID, at: datetime) -> str:
    """Give the key of the tier a member held at a moment; before they joined it is nothing."""
    return reading().execute(_TIER_ON, {"member": member_id, "at": at}).scalar_one_or_none() or ""
