"""Points by month: what came, what was taken back or spent, what is on its way, and the bars that show it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.points.rules.kinds import SPENT, EntryKind
from portal.points.rules.measure import FULL, State, Stretch, percent, share, stretch

# The rung of a chart in which something went: most of the height is for what came.
RUNG_SHARE = 76_00
# Below the longest bar that hangs down, there is room for its number.
LOWEST = 89_00
# A bar at least this long has room for a number inside.
ROOM_FOR_NUMBER = 15_00


@dataclass(frozen=True, slots=True)
class MonthSum:
    """The points of one month, each figure 0 or more; `month` is its first day."""

    month: date
    earned: int = 0
    taken_back: int = 0
    spent: int = 0
    pending: int = 0

    @property
    def gone(self) -> int:
        """Give what was taken back or spent."""
        return self.taken_back + self.spent


@dataclass(frozen=True, slots=True)
class Label:
    """A number in a chart: the place it hangs from, the step from there, and what it stands on."""

    points: int
    y: str
    dy: str
    is_inside: bool
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The drawing of one month; `rung` is the line that parts what came from what went."""

    sums: MonthSum
    is_current: bool
    parts: tuple[Stretch, ...]
    labels: tuple[Label, ...]
    rung: str


def month_sums(
    entries: Iterable[tuple[date, EntryKind, int]],
    pending: Iterable[tuple[date, int]] = (),
    *,
    upto: date,
    months: int,
) -> tuple[MonthSum, ...]:
    """Sum points by month for the last months, the one of `upto` included; days are those of the programme's zone.

    Points on their way belong to the month of their activity, or to the current one when that is too long ago.
    """
    shown = _last_months(upto, months)
    earned: Counter[date] = Counter()
    taken_back: Counter[date] = Counter()
    spent: Counter[date] = Counter()
    for day, kind, points in entries:
        column = earned if points > 0 else spent if kind in SPENT else taken_back
        column[day.replace(day=1)] += abs(points)
    waiting: Counter[date] = Counter()
    for day, points in pending:
        month = day.replace(day=1)
        waiting[month if month in shown else shown[-1]] += points
    return tuple(MonthSum(month, earned[month], taken_back[month], spent[month], waiting[month]) for month in shown)


def bars(sums: tuple[MonthSum, ...], *, current: date) -> tuple[Bar, ...]:
    """Draw months on one scale: settled points solid from the rung up, those on their way hatched above them.

    What was taken back hangs from the rung, and what was spent below that.
    """
    scale = _scale(sums)
    return tuple(_bar(month, scale, is_current=month.month == current.replace(day=1)) for month in sums)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where the rung lies, and how much of the height (`height`) how many points (`points`) take."""

    rung: int
    height: int
    points: int

    def length(self, points: int) -> int:
        return share(points * self.height, self.points * FULL)


def _scale(sums: tuple[MonthSum, ...]) -> _Scale:
    """Choose the scale: whichever side of the rung would run out of room first sets it for both."""
    up = max((month.earned + month.pending for month in sums), default=0)
    down = max((month.gone for month in sums), default=0)
    if not down:
        return _Scale(FULL, FULL, max(up, 1))
    if RUNG_SHARE * down <= (LOWEST - RUNG_SHARE) * up:
        return _Scale(RUNG_SHARE, RUNG_SHARE, up)
    both = up + down
    return _Scale(share(up * LOWEST, both * FULL), LOWEST, both)


def _bar(month: MonthSum, scale: _Scale, *, is_current: bool) -> Bar:
    # Rounding may not push the highest bar out of the drawing.
    solid = max(0, scale.rung - scale.length(month.earned))
    top = max(0, scale.rung - scale.length(month.earned + month.pending))
    middle = scale.rung + scale.length(month.taken_back)
    bottom = scale.rung + scale.length(month.gone)
    parts = (
        stretch(State.SOLID, solid, scale.rung),
        stretch(State.HATCHED, top, solid),
        stretch(State.LESS, scale.rung, middle),
        stretch(State.SPENT, middle, bottom),
    )
    labels = _labels(month, solid=solid, top=top, bottom=bottom, rung=scale.rung)
    return Bar(month, is_current, tuple(part for part in parts if part), labels, percent(scale.rung))


def _labels(month: MonthSum, *, solid: int, top: int, bottom: int, rung: int) -> tuple[Label, ...]:
    labels: list[Label] = []
    if month.earned and not month.pending:
        labels.append(Label(month.earned, percent(solid), "-.5em", is_inside=False, is_signed=False))
    elif month.earned and rung - solid >= ROOM_FOR_NUMBER:
        labels.append(Label(month.earned, percent(solid), "1.3em", is_inside=True, is_signed=False))
    if month.pending:
        labels.append(Label(month.pending, percent(top), "-.5em", is_inside=False, is_signed=True))
    if month.gone:
        labels.append(Label(-month.gone, percent(bottom), "1.2em", is_inside=False, is_signed=True))
    return tuple(labels)


def _last_months(upto: date, months: int) -> tuple[date, ...]:
    newest = upto.year * 12 + upto.month - 1
    return tuple(date(count // 12, count % 12 + 1, 1) for count in range(newest - months + 1, newest + 1))
