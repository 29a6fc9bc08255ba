"""What the first page and the history read, in as many statements however long the history is."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from portal import programme
from portal.activities.pricing import title_for_day
from portal.activities.rules import EventKind
from portal.folding import fold
from portal.home.queries.beside import CHARTED, SHOWN, Beside, beside_lines
from portal.home.queries.unpaid import MOST_SHOWN, Span
from portal.home.rules import Asked, Coming, Message, Related, Unpaid
from portal.points.queries import EVERYTHING, Group, Line, Wanted, lines_of, sums_by_month
from portal.points.rules import EntryKind, MonthSum, month_sums

LINES_ON_A_PAGE = 20
CHART_MONTHS = 6


@dataclass(frozen=True, slots=True)
class History:
    """One page of a history and what of the rest fits the same wish.

    `newer` and `older` are the days of the lines next to the page; `sums` are those of the months on it. It is cut
    where more than a page's worth brought nothing.
    """

    lines: tuple[Line, ...]
    days: tuple[date, ...]
    newer: date | None
    older: date | None
    coming: tuple[Coming, ...]
    asked: tuple[Asked, ...]
    unpaid: tuple[Unpaid, ...]
    is_cut: bool
    references: dict[uuid.UUID, str]
    messages: dict[uuid.UUID, Message]
    related: dict[uuid.UUID, tuple[Related, ...]]
    chart: tuple[MonthSum, ...]
    sums: dict[date, MonthSum]

    @property
    def has_more(self) -> bool:
        """Tell whether there are older lines."""
        return self.older is not None


def history_of(
    member_id: uuid.UUID, wanted: Wanted, *, before: int | None, today: date, zone: tzinfo, with_chart: bool
) -> History:
    """Read a page of lines, those below the sequence `before` where it is given, and everything beside them."""
    # The line above and the line below a page say where its first month and its last gap begin.
    found = lines_of(member_id, wanted, upto=before, most=LINES_ON_A_PAGE + (1 if before is None else 2))
    above = found.pop(0) if found and found[0].sequence == before else None
    lines, below = found[:LINES_ON_A_PAGE], found[LINES_ON_A_PAGE : LINES_ON_A_PAGE + 1]
    days = tuple(_day(line, zone) for line in lines)
    newer = _day(above, zone) if above else None
    older = _day(below[0], zone) if below else None
    charted = _months_back(today, CHART_MONTHS) if with_chart else ()
    shown = tuple(dict.fromkeys(day.replace(day=1) for day in days))
    parts = [(CHARTED, sums_by_month(EVERYTHING, _starts(charted, zone)))] if charted else []
    if shown:
        sums = sums_by_month(wanted, _starts(shown, zone), below=lines[-1].sequence, upto=lines[0].sequence)
        parts.append((SHOWN, sums))
    around = beside_lines(member_id, zone, wanted, between=_span(days, newer, older, zone), lines=lines, sums=parts)
    unpaid = tuple(one for one in around.unpaid if fits(one, one.day, wanted, zone))
    return History(
        lines=tuple(lines),
        days=days,
        newer=newer,
        older=older,
        coming=tuple(one for one in around.coming if fits(one, one.happened_at, wanted, zone)),
        asked=tuple(one for one in around.asked if fits(one, one.day, wanted, zone)),
        unpaid=unpaid[:MOST_SHOWN],
        is_cut=len(unpaid) > MOST_SHOWN,
        references=around.references,
        messages=around.messages,
        related=around.related,
        chart=_chart(around, charted, today, zone),
        sums=_sums(shown, around.shown),
    )


def fits(thing: Coming | Asked | Unpaid, when: datetime | date, wanted: Wanted, zone: tzinfo) -> bool:
    """Tell whether something that is no line yet would be among the lines that are wanted."""
    is_of_group = wanted.group is None or (wanted.group is Group.NOTHING and isinstance(thing, Unpaid))
    if not is_of_group or wanted.activity not in {"", thing.activity}:
        return False
    day = when.astimezone(zone).date() if isinstance(when, datetime) else when
    if wanted.since and day < wanted.since.astimezone(zone).date():
        return False
    if wanted.until and day >= wanted.until.astimezone(zone).date():
        return False
    is_spent = isinstance(thing, Unpaid) and thing.kind is EventKind.REDEMPTION
    title = programme.current().club.spending_title if is_spent else _title(thing.activity, day)
    text = fold(title, thing.subject)
    return all(word in text or word in text.replace(" ", "") for word in fold(wanted.words).split())


def _title(activity: str, day: date) -> str:
    """Name a thing as its line does; what the programme does not know has no name."""
    known = any(activity == one.key for one in programme.current().activities)
    return title_for_day(activity, day) if known else activity


def _day(line: Line, zone: tzinfo) -> date:
    return line.recorded_at.astimezone(zone).date()


def _span(days: Sequence[date], newer: date | None, older: date | None, zone: tzinfo) -> Span:
    """Give the moments between which things belong on this page and on no other."""
    a_day = timedelta(days=1)
    since = _start(older + a_day, zone) if older else None
    return since, _start(days[0] + a_day, zone) if newer and days else None


def _months_back(today: date, count: int) -> tuple[date, ...]:
    newest = today.year * 12 + today.month - 1
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(newest, newest - count, -1))


def _starts(months: Sequence[date], zone: tzinfo) -> list[tuple[date, datetime]]:
    return [(month, _start(month, zone)) for month in months]


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _chart(around: Beside, months: Sequence[date], today: date, zone: tzinfo) -> tuple[MonthSum, ...]:
    if not months:
        return ()
    coming = [(one.happened_at.astimezone(zone).date(), one.points) for one in around.coming]
    return month_sums(_named(months, around.charted), coming, upto=today, months=len(months))


def _sums(months: Sequence[date], parts: Iterable[tuple[int, str, int]]) -> dict[date, MonthSum]:
    """Sum month by month: those of a page need not follow each other."""
    named = list(_named(months, parts))
    return {
        month: month_sums([part for part in named if part[0] == month], upto=month, months=1)[0] for month in months
    }


def _named(months: Sequence[date], parts: Iterable[tuple[int, str, int]]) -> Iterable[tuple[date, EntryKind, int]]:
    return ((months[index], EntryKind(kind), points) for index, kind, points in parts)
