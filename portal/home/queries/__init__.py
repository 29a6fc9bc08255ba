"""What the home pages read: the visitor of a request, and a member's figures, lines and claims."""

from portal.home.queries.beside import Home, Latest, beside_home
from portal.home.queries.pages import History, history_of
from portal.home.queries.remembered import Explained, explained
from portal.home.queries.statement import (
    Period,
    Summary,
    every_line,
    first_lines,
    lines_by_id,
    member_number,
    summary_of,
)
from portal.home.queries.tiers import Held, tiers_of
from portal.home.queries.visitors import Found, visitor_of

__all__ = [
    "Explained",
    "Found",
    "Held",
    "History",
    "Home",
    "Latest",
    "Period",
    "Summary",
    "beside_home",
    "every_line",
    "explained",
    "first_lines",
    "history_of",
    "lines_by_id",
    "member_number",
    "summary_of",
    "tiers_of",
    "visitor_of",
]
