"""A statement of a period: the balance it begins with, its lines from the oldest on, and their sums."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select

from portal.accounts.models import Member
from portal.db import UtcDateTime, db, reading
from portal.home.queries.sums import parts_in, sums_of
from portal.home.rules import Part, Stated
from portal.points.models import Entry

ROWS_AT_ONCE = 500
IDS_AT_ONCE = 500

entry = Entry.__table__.c
_MEMBER = bindparam("member", type_=Uuid())
_BEGINS = bindparam("begins", type_=UtcDateTime())
_ENDS = bindparam("ends", type_=UtcDateTime())
_COLUMNS = (
    entry.id,
    entry.sequence,
    entry.recorded_at,
    entry.happened_at,
    entry.kind,
    entry.activity,
    entry.subject,
    entry.text,
    entry.points,
    entry.counts_for_tier,
    entry.balance_after,
)
_IN_PERIOD = (entry.member_id == _MEMBER, entry.recorded_at >= _BEGINS, entry.recorded_at < _ENDS)
_LINES: Select[Any] = select(*_COLUMNS).where(*_IN_PERIOD).order_by(entry.sequence)
_OPENING = (
    select(entry.balance_after)
    .where(entry.member_id == _MEMBER, entry.recorded_at < _BEGINS)
    .order_by(entry.sequence.desc())
    .limit(1)
)
_SUMS = sums_of(*_IN_PERIOD)
_NUMBER = select(Member.__table__.c.number).where(Member.__table__.c.id == _MEMBER)


@dataclass(frozen=True, slots=True)
class Period:
    """Whose lines, recorded from `begins` on and before `ends`."""

    member_id: uuid.UUID
    begins: datetime
    ends: datetime

    @property
    def bound(self) -> dict[str, Any]:
        """Give the values a statement binds."""
        return {"member": self.member_id, "begins": self.begins, "ends": self.ends}


@dataclass(frozen=True, slots=True)
class Summary:
    """The balance a period begins with, and what changed it."""

    opening: int
    parts: tuple[Part, ...]

    @property
    def closing(self) -> int:
        """Give the balance it ends with."""
        return self.opening + sum(part.points for part in self.parts)

    @property
    def count(self) -> int:
        """Count the lines."""
        return sum(part.count for part in self.parts)


def summary_of(period: Period) -> Summary:
    """Read what a period comes to."""
    opening = reading().execute(_OPENING, period.bound).scalar_one_or_none()
    sums = reading().execute(_SUMS, period.bound)
    return Summary(opening or 0, parts_in(sums))


def first_lines(period: Period, *, most: int) -> tuple[Stated, ...]:
    """Read as many lines of a period, from the oldest on."""
    return tuple(Stated(*row) for row in reading().execute(_LINES.limit(most), period.bound))


def every_line(period: Period) -> Iterator[Stated]:
    """Read all lines of a period, the oldest first: in one statement, and never more of them at once than fit.

    The statement is made when the first line is asked for: a cursor does not outlive the session it was opened in.
    """
    for row in db.session.execute(_LINES.execution_options(yield_per=ROWS_AT_ONCE), period.bound):
        yield Stated(*row)


def lines_by_id(ids: Iterable[uuid.UUID]) -> dict[str, tuple[uuid.UUID, Stated]]:
    """Find lines of the ledger, each with its member."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), IDS_AT_ONCE):
        some = select(entry.member_id, *_COLUMNS).where(entry.id.in_(wanted[start : start + IDS_AT_ONCE]))
        for owner, *columns in reading().execute(some):
            line = Stated(*columns)
            found[str(line.id)] = (owner, line)
    return found


def member_number(member_id: uuid.UUID) -> str:
    """Give a member's number."""
    return str(reading().execute(_NUMBER, {"member": member_id}).scalar_one())
