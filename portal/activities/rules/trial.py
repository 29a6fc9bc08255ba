"""Trying another set of rules on what happened: the same events, priced by both, member by member."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from portal.activities.rules.days import period_of
from portal.activities.rules.pricing import Item, price, shortfall
from portal.activities.rules.takings import Parcel, less_returns
from portal.tiers.rules import Ladder, tier_at

if TYPE_CHECKING:
    from portal.programme import EarnRule

MOST_DIFFERENCES = 10


@dataclass(frozen=True, slots=True)
class Past:
    """An event that was priced: whose it is, how many status points they have, what the rules ask, what went back."""

    member: str
    status_points: int
    activity: str
    day: date
    amount_minor: int | None
    items: tuple[Item, ...]
    returns: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """A set of rules: the one in force for an activity on a day, and the ladder its points climb."""

    rule_on: "Callable[[str, date], EarnRule | None]"
    ladder: Ladder


@dataclass(frozen=True, slots=True)
class Sums:
    """How many events there were, how many of them change, and their points by both sets."""

    events: int
    changed: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a member's points were and would be, and their tier by name."""

    member: str
    before: int
    after: int
    tier_before: str
    tier_after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What another set of rules would have made of the same events; `moves` counts members by tier then and now."""

    activities: dict[str, Sums]
    gaining: int
    losing: int
    same: int
    moves: dict[tuple[str, str], int]
    biggest: tuple[Difference, ...]

    @property
    def whole(self) -> Sums:
        """Add up all activities."""
        parts = self.activities.values()
        return Sums(
            sum(part.events for part in parts),
            sum(part.changed for part in parts),
            sum(part.before for part in parts),
            sum(part.after for part in parts),
        )


class Trial:
    """Prices events by two sets of rules; those of one member come together, as they happened.

    It keeps sums alone, so that it stays as small after a million events as after ten.
    """

    def __init__(self, before: Rules, after: Rules) -> None:
        """Take the rules in force and the rules that are tried."""
        self._before, self._after = _Reckoner(before), _Reckoner(after)
        self._sums: dict[str, list[int]] = {}
        self._member: tuple[str, int] | None = None
        self._points = [0, 0]
        self._turns = [0, 0, 0]
        self._moves: Counter[tuple[str, str]] = Counter()
        self._biggest: list[tuple[int, str, Difference]] = []

    def add(self, past: Past) -> None:
        """Price one more event."""
        if self._member is None or self._member[0] != past.member:
            self._close()
            self._member = (past.member, past.status_points)
        before, after = self._before.points(past), self._after.points(past)
        self._points[0] += before
        self._points[1] += after
        sums = self._sums.setdefault(past.activity, [0, 0, 0, 0])
        sums[0] += 1
        sums[1] += before != after
        sums[2] += before
        sums[3] += after

    def result(self) -> Comparison:
        """Give what has been found."""
        self._close()
        biggest = sorted(self._biggest, key=lambda found: (-found[0], found[1]))
        return Comparison(
            activities={activity: Sums(*sums) for activity, sums in sorted(self._sums.items())},
            losing=self._turns[0],
            same=self._turns[1],
            gaining=self._turns[2],
            moves=dict(sorted(self._moves.items())),
            biggest=tuple(difference for _, _, difference in biggest),
        )

    def _close(self) -> None:
        """Count the member whose events are all in."""
        if self._member is None:
            return
        (member, status), (before, after) = self._member, self._points
        self._turns[1 + (after > before) - (after < before)] += 1
        tiers = (
            tier_at(status, self._before.rules.ladder).name,
            tier_at(status + after - before, self._after.rules.ladder).name,
        )
        if tiers[0] != tiers[1]:
            self._moves[tiers] += 1
        if before != after:
            found = (abs(after - before), member, Difference(member, before, after, *tiers))
            keep = heapq.heappush if len(self._biggest) < MOST_DIFFERENCES else heapq.heappushpop
            keep(self._biggest, found)
        self._member, self._points = None, [0, 0]
        self._before.forget()
        self._after.forget()


class _Reckoner:
    """Prices the events of one member after another, and knows what each rule gave them in its period."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._known: dict[tuple[str, date], EarnRule | None] = {}
        self._granted: Counter[tuple[str, date]] = Counter()

    def forget(self) -> None:
        self._granted.clear()

    def points(self, past: Past) -> int:
        rule = self._rule(past.activity, past.day)
        if rule is None or (rule.points_per_unit is not None and past.amount_minor is None):
            return 0
        period = (f"{rule.activity}/{rule.version}", period_of(rule.member_cap_period, past.day)[0])
        granted = self._granted[period] if rule.member_cap is not None else 0
        priced = price(rule, amount_minor=past.amount_minor, day=past.day, items=past.items, granted=granted)
        points = 0 if shortfall(priced) else priced.points
        if points and past.returns:
            bought = Parcel(past.amount_minor, past.items)
            points = less_returns(priced, bought, past.returns, rule.excludes).points
        if rule.member_cap is not None:
            self._granted[period] += points
        return points

    def _rule(self, activity: str, day: date) -> "EarnRule | None":
        if (activity, day) not in self._known:
            self._known[activity, day] = self.rules.rule_on(activity, day)
        return self._known[activity, day]
