"""What the desk calls its views and filters, how far a promise has burnt down, and what a decision changes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from portal.points.rules import Standing
from portal.tiers.rules import Ladder, Level, Progress, level, progress

FULL_PERCENT = 100


class View(StrEnum):
    """A list of the desk; its name stands in the address, so that it can be kept and passed on."""

    NEXT = "next"
    MINE = "mine"
    OVERDUE = "overdue"
    TODAY = "today"
    NEEDS_INFO = "needs-info"
    APPROVAL = "approval"
    PARKED = "parked"
    ALL = "all"
    DECIDED = "decided"


class With(StrEnum):
    """Who a claim is with."""

    ANYONE = ""
    ME = "me"
    NOBODY = "nobody"
    OTHERS = "others"


POINTS_EDGES = (100, 500)


@dataclass(frozen=True, slots=True)
class PointsRange:
    """A range of points asked for, both ends included; `upto` is None for everything above."""

    at_least: int
    upto: int | None

    @property
    def key(self) -> str:
        """Give the range as it stands in the address."""
        return f"{self.at_least}-{self.upto or ''}"


def points_ranges(edges: tuple[int, ...] = POINTS_EDGES) -> tuple[PointsRange, ...]:
    """Cut all numbers of points at the edges; the edge itself belongs to the lower range."""
    inner = tuple(PointsRange(low + 1, high) for low, high in pairwise(edges))
    return (PointsRange(0, edges[0]), *inner, PointsRange(edges[-1] + 1, None))


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks; whatever is their own, as a member, is not there for them."""

    user_id: UUID
    member_id: UUID | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agent wants to see; everything but the view may be left open."""

    view: View = View.NEXT
    kind: str = ""
    tier: str = ""
    points: PointsRange | None = None
    with_whom: With = With.ANYONE
    find: str = ""


def burnt(since: datetime, due: datetime, *, at: datetime) -> int:
    """Give the part of a promise that has burnt down, in per cent; all of it once it is over."""
    whole = (due - since).total_seconds()
    gone = (at - since).total_seconds()
    if at >= due or whole <= 0:
        return FULL_PERCENT
    return min(max(round(FULL_PERCENT * gone / whole), 0), FULL_PERCENT)


@dataclass(frozen=True, slots=True)
class Coming:
    """Points on their way: how many, and the day by which all of them are due."""

    points: int
    by: date | None


@dataclass(frozen=True, slots=True)
class Side:
    """A member's figures on one side of a decision."""

    standing: Standing
    coming: Coming
    progress: Progress
    progress_with_coming: Progress


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry would change; the figures come from the sum that posting makes."""

    points: int
    counts_for_tier: bool
    before: Side
    after: Side
    level: Level

    @property
    def reaches(self) -> str:
        """Give the name of the tier it lifts to, or nothing."""
        before, after = self.before.progress.current, self.after.progress.current
        return after.name if after.threshold > before.threshold else ""


def change(
    standing: Standing,
    points: int,
    *,
    counts_for_tier: bool,
    ladder: Ladder,
    coming: Coming,
    settles: int = 0,
    kept: str = "",
) -> Change:
    """Work out what an entry of so many points would change.

    `settles` are points on their way that it stands for, `kept` is a tier that is kept until it is looked at again.
    """
    after = standing.plus(points, counts_for_tier=counts_for_tier)
    left = Coming(coming.points - settles, coming.by if coming.points > settles else None)
    return Change(
        points=points,
        counts_for_tier=counts_for_tier,
        before=_side(standing, coming, ladder, kept),
        after=_side(after, left, ladder, kept),
        level=level(
            ladder,
            before=standing.status_points,
            added=after.status_points - standing.status_points,
            pending=left.points,
        ),
    )


def _side(standing: Standing, coming: Coming, ladder: Ladder, kept: str) -> Side:
    return Side(
        standing=standing,
        coming=coming,
        progress=progress(standing.status_points, ladder, kept),
        progress_with_coming=progress(standing.status_points + coming.points, ladder, kept),
    )
