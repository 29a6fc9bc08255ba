"""From a balance somebody remembers to the balance they have: the moment it was true, and every line since."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Integer, Uuid, and_, bindparam, cast, func, literal, or_, select, union_all

from portal.activities.models import Expectation
from portal.db import UtcDateTime, reading
from portal.home.queries.sums import parts_in, sums_of
from portal.home.rules import Part, Remembered, Stretch, Turn, nearest
from portal.points.models import Entry
from portal.points.queries import EVERYTHING, Line, lines_of

MOST_LINES = 100
EARLIER, LATER, LAST, FIRST = range(4)

entry = Entry.__table__.c
following = Entry.__table__.alias("following")
expectation = Expectation.__table__.c
_MEMBER = bindparam("member", type_=Uuid())
_FIGURE = bindparam("figure", type_=BigInteger())
_ENDS = bindparam("ends", type_=UtcDateTime())
_AFTER = bindparam("after", type_=Integer())


@dataclass(frozen=True, slots=True)
class Explained:
    """How a remembered figure becomes the balance of now: `start` and the parts are exactly `balance`.

    `then` is what the balance was when the day ended, `status_then` what counted for the tier, and `waiting_then`
    what was to come for things that had happened by then. `lines` are the newest of the `count` lines between.
    """

    turn: Turn
    stretch: Stretch | None
    start: int
    then: int
    status_then: int
    waiting_then: int
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]

    @property
    def balance(self) -> int:
        """Give what the balance is now."""
        return self.start + sum(part.points for part in self.parts)

    @property
    def count(self) -> int:
        """Count the lines between."""
        return sum(part.count for part in self.parts)


def explained(member_id: uuid.UUID, wanted: Remembered) -> Explained:
    """Find the moment next to the day at which the figure was true, else the end of that day, and explain from there.

    It takes as many statements for a history of any length.
    """
    asked = {"member": member_id, "figure": wanted.figure, "ends": wanted.ends}
    found = {row.what: row for row in reading().execute(_MOMENTS, asked)}
    last = found.get(LAST)
    turn, stretch = nearest(wanted, _earlier(wanted.figure, found), _stretch(found.get(LATER)))
    after = stretch.sequence if stretch else last.sequence if last else 0
    then = last.balance_after if last else 0
    sums = reading().execute(_SUMS, {"member": member_id, "after": after})
    figures = reading().execute(_FIGURES, {"member": member_id, "ends": wanted.ends}).one()
    return Explained(
        turn=turn,
        stretch=stretch,
        start=wanted.figure if stretch else then,
        then=then,
        status_then=int(figures.status or 0),
        waiting_then=int(figures.waiting or 0),
        parts=parts_in(sums),
        lines=tuple(lines_of(member_id, EVERYTHING, upto=None, after=after, most=MOST_LINES)),
    )


def _moment(what: int, *conditions: Any, newest: bool) -> Any:  # noqa: ANN401 - parts of a statement
    """Find a line and when the next one ended what it left."""
    order = entry.sequence.desc() if newest else entry.sequence
    found = (
        select(
            literal(what).label("what"),
            entry.sequence,
            entry.balance_after,
            entry.recorded_at,
            following.c.recorded_at.label("until"),
        )
        .select_from(Entry.__table__)
        .outerjoin(
            following, and_(following.c.member_id == entry.member_id, following.c.sequence == entry.sequence + 1)
        )
        .where(entry.member_id == _MEMBER, *conditions)
        .order_by(order)
        .limit(1)
        .subquery()
    )
    return select(found)


_MOMENTS = union_all(
    _moment(EARLIER, entry.balance_after == _FIGURE, entry.recorded_at < _ENDS, newest=True),
    _moment(LATER, entry.balance_after == _FIGURE, entry.recorded_at >= _ENDS, newest=False),
    _moment(LAST, entry.recorded_at < _ENDS, newest=True),
    _moment(FIRST, newest=False),
)
_SUMS = sums_of(entry.member_id == _MEMBER, entry.sequence > _AFTER)
_STATUS = select(func.sum(entry.points)).where(
    entry.member_id == _MEMBER, entry.recorded_at < _ENDS, entry.counts_for_tier
)
_WAITING = (
    select(func.sum(expectation.points))
    .select_from(Expectation.__table__)
    .outerjoin(Entry.__table__, entry.id == expectation.satisfied_by_id)
    .where(
        expectation.member_id == _MEMBER,
        expectation.happened_at < _ENDS,
        expectation.cancelled_at.is_(None),
        or_(expectation.satisfied_by_id.is_(None), entry.recorded_at >= _ENDS),
    )
)
_FIGURES = select(
    cast(_STATUS.scalar_subquery(), BigInteger).label("status"),
    cast(_WAITING.scalar_subquery(), BigInteger).label("waiting"),
)


def _earlier(figure: int, found: dict[int, Any]) -> Stretch | None:
    """Give the last time before the day's end that the figure was true; before the first line it was nothing."""
    if EARLIER in found or figure:
        return _stretch(found.get(EARLIER))
    first = found.get(FIRST)
    return Stretch(0, None, first.recorded_at if first else None)


def _stretch(row: Any) -> Stretch | None:  # noqa: ANN401 - a row of _MOMENTS
    return Stretch(row.sequence, row.recorded_at, row.until) if row else None
