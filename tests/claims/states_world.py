"""What the model of claims knows: the table of product.md, and how each claim stands."""

from dataclasses import dataclass
from datetime import date, datetime

import hypothesis.strategies as st

from portal.claims.rules import Verdict

OWED, PART = 45, 20
# As product.md has them, written down a second time on purpose.
ENDS = {"resolved", "withdrawn"}
UNSEEN = {"approved", "part_approved", "declined"}
WAYS = {
    "draft": {"parked", "submitted"},
    "parked": {"submitted"} | UNSEEN | ENDS,
    "submitted": {"in_review"} | UNSEEN | ENDS,
    "in_review": {"needs_info", "submitted", "awaiting_approval", "declined", "duplicate"} | UNSEEN | ENDS,
    "needs_info": {"in_review", "expired"} | ENDS,
    "awaiting_approval": {"in_review", "approved", "part_approved"} | ENDS,
}
OPEN = {"parked", "submitted", "in_review", "needs_info"}
SELDOM = st.integers(0, 5).map(lambda number: number == 5)
AFTER = {Verdict.APPROVE: "approved", Verdict.PART: "part_approved", Verdict.DECLINE: "declined",
         Verdict.DUPLICATE: "duplicate"}  # fmt: skip
GRANTED = {"approved": OWED, "part_approved": PART}


@dataclass
class Told:
    """What the model knows about one claim."""

    id: object
    subject: str
    day: date
    state: str = "draft"
    holder: int | None = None
    until: datetime | None = None
    is_known: bool = False
    # How often the draft was written; after that every line makes a new version.
    drafted: int = 1
