"""The upright ladder: one storey for each tier, drawn in per cent so that it fits any height of text."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from portal.points.rules.measure import FULL, State, Stretch, percent, share, stretch
from portal.tiers.rules.ladder import Ladder, Rung

# The open storey at the top is this much of the storey below it, while it holds what is drawn in it.
TOP_NUMERATOR, TOP_DENOMINATOR = 55, 100
# With more than this much of the open storey filled, it is drawn higher.
TOP_FILLED, TOP_AIR = (9, 10), (10, 8)
LONE_STOREY_POINTS = 1000
TICK_POINTS = 100
TICKS_AT_MOST = 40
TICK_STEPS = (1, 2, 5)
LONG_EVERY = 5
LOWEST_QUARTER = 4


class StoreyState(StrEnum):
    """Where a storey lies, seen from the member."""

    TOP = "top"
    AHEAD = "ahead"
    HERE = "here"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the ruler; every fifth is long."""

    y: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class LevelMark:
    """The member's number beside the level: the place it hangs from and the step from there."""

    points: int
    y: str
    dy: str


@dataclass(frozen=True, slots=True)
class Storey:
    """One storey of the ladder.

    `missing` are the points to its rung. `open_ends_here` tells that the points asked for end in this storey, so
    that their outline is closed at the top. `is_on_rung` tells that the rung's own number is the member's level.
    """

    rung: Rung
    state: StoreyState
    missing: int
    ticks: tuple[Tick, ...]
    solid: Stretch | None
    hatched: Stretch | None
    open: Stretch | None
    open_ends_here: bool
    level: LevelMark | None
    is_on_rung: bool


@lru_cache(maxsize=1024)
def storeys(ladder: Ladder, confirmed: int, pending: int = 0, claimed: int = 0, kept: str = "") -> tuple[Storey, ...]:
    """Draw the ladder from the top down: confirmed points solid, those on their way hatched, those asked for open.

    Less than nothing is drawn as nothing. A tier that is `kept` is the member's, also where the level lies below it.
    """
    level = max(confirmed, 0)
    ends = (level, level + max(pending, 0), level + max(pending, 0) + max(claimed, 0))
    here, _ = ladder.around(max(level, ladder.rung(kept).threshold))
    tops = [*(rung.threshold for rung in ladder.rungs[1:]), _top_of(ladder, ends[-1])]
    drawn = [
        _storey(rung, top, ends, state=_state(rung, here, ladder), has_level=rung == ladder.around(level)[0])
        for rung, top in zip(ladder.rungs, tops, strict=True)
    ]
    return tuple(reversed(drawn))


def _storey(rung: Rung, top: int, ends: tuple[int, int, int], *, state: StoreyState, has_level: bool) -> Storey:
    def y(points: int) -> int:
        """Place points in the storey, counted from its upper edge; what lies outside stands on the edge."""
        return share(top - min(max(points, rung.threshold), top), top - rung.threshold)

    confirmed, pending, claimed = ends
    is_on_rung = has_level and confirmed == rung.threshold
    is_held = state in {StoreyState.HERE, StoreyState.PAST}
    return Storey(
        rung=rung,
        state=state,
        missing=0 if is_held else max(0, rung.threshold - confirmed),
        ticks=tuple(Tick(percent(y(at)), is_long) for at, is_long in _ticks(rung.threshold, top) if at > claimed),
        solid=stretch(State.SOLID, y(confirmed), FULL),
        hatched=stretch(State.HATCHED, y(pending), y(confirmed)),
        open=stretch(State.OPEN, y(claimed), y(pending)),
        open_ends_here=rung.threshold < claimed <= top and claimed > pending,
        level=_level(confirmed, y(confirmed)) if has_level and not is_on_rung else None,
        is_on_rung=is_on_rung,
    )


def _state(rung: Rung, here: Rung, ladder: Ladder) -> StoreyState:
    if rung == here:
        return StoreyState.HERE
    if rung.threshold < here.threshold:
        return StoreyState.PAST
    return StoreyState.TOP if rung == ladder.top else StoreyState.AHEAD


def _top_of(ladder: Ladder, reached: int) -> int:
    """Say where the drawing of the open storey ends: above whatever has been reached."""
    lowest = ladder.top.threshold
    below = lowest - ladder.rungs[-2].threshold if len(ladder.rungs) > 1 else LONE_STOREY_POINTS * 2
    span = max(1, below * TOP_NUMERATOR // TOP_DENOMINATOR)
    filled = reached - lowest
    if filled * TOP_FILLED[1] > span * TOP_FILLED[0]:
        span = filled * TOP_AIR[0] // TOP_AIR[1]
    return lowest + span


@lru_cache(maxsize=256)
def _ticks(bottom: int, top: int) -> tuple[tuple[int, bool], ...]:
    """List the points that have a tick, the edges left out, and whether it is a long one."""
    step = _step(top - bottom)
    first = bottom - bottom % step + step
    return tuple((at, at % (step * LONG_EVERY) == 0) for at in range(first, top, step))


def _step(span: int) -> int:
    """Choose the finest of 100, 200, 500, 1000, 2000 … that does not crowd a storey."""
    tens = TICK_POINTS
    while True:
        for digit in TICK_STEPS:
            if span <= tens * digit * TICKS_AT_MOST:
                return tens * digit
        tens *= 10


def _level(points: int, y: int) -> LevelMark:
    """Hang the number below the level; in the lowest quarter it would meet the rung's number and stands above that."""
    if FULL - y < FULL // LOWEST_QUARTER:
        return LevelMark(points, percent(FULL), "-2em")
    return LevelMark(points, percent(y), "1em")
