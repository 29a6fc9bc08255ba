"""How the first page and the history are put together from a member's lines, claims and what is on its way."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from portal.activities.rules import EventKind
from portal.claims.rules import ClaimKind, ClaimState
from portal.points.rules import Gap, MonthSum, gap_between, gaps

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Message:
    """The message a line came from: what its sender calls it, when it came in, and by when points were promised."""

    reference: str
    received_at: datetime
    promised_by: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An open claim; `day` is the day it is about, or else the day it was begun.

    `is_waiting_anyway` tells that the points it asks for are on their way already, so that nobody counts them twice.
    """

    reference: str
    kind: ClaimKind | None
    activity: str
    subject: str
    activity_day: date | None
    day: date
    points: int
    state: ClaimState
    answer_by: date | None
    parked_until: date | None
    agent: str
    is_waiting_anyway: bool

    @property
    def needs_an_answer(self) -> bool:
        """Tell whether it waits for the member."""
        return self.state in {ClaimState.NEEDS_INFO, ClaimState.DRAFT}


@dataclass(frozen=True, slots=True)
class Coming:
    """Points on their way; `due_on` is the last day by which they are promised."""

    activity: str
    subject: str
    points: int
    happened_at: datetime
    due_on: date
    rule_version: str
    computation: tuple[dict[str, Any], ...]
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Something that came in and did nothing with points; `code` says why, `computation` how far it came."""

    activity: str
    subject: str
    happened_at: datetime
    day: date
    code: str
    rule_version: str
    computation: tuple[dict[str, Any], ...]
    message: Message
    kind: EventKind = EventKind.EARN


@dataclass(frozen=True, slots=True)
class Related:
    """A line that takes from another (`is_taking`), or from which the other takes."""

    sequence: int
    points: int
    recorded_at: datetime
    is_taking: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a month: the line at a place of the page, an open claim, what brought nothing, or a gap."""

    line: int | None = None
    asked: Asked | None = None
    unpaid: Unpaid | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the history; without sums when its upper part stands on the page before."""

    first: date
    sums: MonthSum | None
    items: tuple[Item, ...]
    is_continued: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around the lines of one page.

    `newer` is the day of the last line on the page before, `older` that of the first line on the page after.
    Without gaps `claimable_since` is None.
    """

    today: date
    newer: date | None = None
    older: date | None = None
    claimable_since: date | None = None


def asked_points(asked: Iterable[Asked]) -> int:
    """Sum what claims ask for beyond what is on its way already."""
    return sum(claim.points for claim in asked if not claim.is_waiting_anyway)


def last_day(at: datetime, zone: tzinfo) -> date:
    """Give the last whole day before a moment: midnight still belongs to the day it ends."""
    return (at - A_MOMENT).astimezone(zone).date()


def months(
    days: Sequence[date], asked: Iterable[Asked | Unpaid], sums: Mapping[date, MonthSum], around: Surroundings
) -> tuple[Month, ...]:
    """Put the lines of a page, given by their days, into months.

    Each claim, each thing that brought nothing and each gap stands where its points should be.
    """
    drawn: list[Month] = []
    for day, item in _in_order(days, asked, around):
        first = day.replace(day=1)
        if drawn and drawn[-1].first == first:
            drawn[-1] = replace(drawn[-1], items=(*drawn[-1].items, item))
        else:
            is_continued = not drawn and around.newer is not None and around.newer.replace(day=1) == first
            drawn.append(Month(first, None if is_continued else sums.get(first), (item,), is_continued))
    return tuple(drawn)


def _in_order(
    days: Sequence[date], asked: Iterable[Asked | Unpaid], around: Surroundings
) -> Iterator[tuple[date, Item]]:
    """Give everything from the newest to the oldest, each with a day of the month it stands under.

    What is no line stands above the first line that is older than it. Where there is such a thing, nobody asks
    whether something is missing.
    """
    claims = sorted(_of_this_page(asked, around, days), key=lambda claim: claim.day, reverse=True)
    below = _gaps(days, around)
    for place, day in enumerate(days):
        above, claims = _split(claims, day)
        yield from above
        if place == 0 and not above and (gap := _gap_on_top(day, around)):
            yield day, Item(gap=gap)
        yield day, Item(line=place)
        next_day = days[place + 1] if place + 1 < len(days) else around.older
        if (gap := below[place]) and not any(next_day is None or claim.day > next_day for claim in claims):
            yield day, Item(gap=gap)
    yield from ((claim.day, _item(claim)) for claim in claims)


def _item(thing: Asked | Unpaid) -> Item:
    return Item(asked=thing) if isinstance(thing, Asked) else Item(unpaid=thing)


def _of_this_page(asked: Iterable[Asked | Unpaid], around: Surroundings, days: Sequence[date]) -> list[Asked | Unpaid]:
    """Leave out what stands on the page before or on the page after."""
    newest = days[0] if days and around.newer is not None else date.max
    older = around.older if days else None
    return [claim for claim in asked if claim.day <= newest and (older is None or claim.day > older)]


def _split(claims: list[Asked | Unpaid], day: date) -> tuple[list[tuple[date, Item]], list[Asked | Unpaid]]:
    above = [(claim.day, _item(claim)) for claim in claims if claim.day > day]
    return above, claims[len(above) :]


def _gaps(days: Sequence[date], around: Surroundings) -> tuple[Gap | None, ...]:
    if around.claimable_since is None:
        return (None,) * len(days)
    return gaps(days, claimable_since=around.claimable_since, before=around.older)


def _gap_on_top(day: date, around: Surroundings) -> Gap | None:
    """Find the gap between the newest line of all and today."""
    if around.claimable_since is None or around.newer is not None:
        return None
    return gap_between(day, around.today, claimable_since=around.claimable_since)
