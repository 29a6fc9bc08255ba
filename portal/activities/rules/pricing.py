"""How many points an activity brings by its rule, step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any

from portal.activities.rules.kinds import Ineligible
from portal.activities.rules.steps import Step, StepKind

if TYPE_CHECKING:
    from portal.programme import EarnRule

MOST_POINTS = 1_000_000
ROUNDINGS = {"down": ROUND_DOWN, "half_up": ROUND_HALF_UP, "up": ROUND_UP}


@dataclass(frozen=True, slots=True)
class Item:
    """A part of an amount: what kind of thing was paid for, and how much of the amount it is."""

    category: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Priced:
    """Points with the way they were reached, and the version of the rule that was asked."""

    points: int
    steps: tuple[Step, ...]
    rule_version: str

    @property
    def computation(self) -> list[dict[str, Any]]:
        """Give the steps as they are kept with an entry."""
        return [step.record() for step in self.steps]


def price(
    rule: "EarnRule", *, amount_minor: int | None, day: date, items: Sequence[Item] = (), granted: int = 0
) -> Priced:
    """Compute the points of one activity on a day of the programme's zone.

    Every step ends in whole points, rounded as the rule says, so that what is shown adds up. What counts is the
    amount less the items the rule excludes; below the minimum there are no points. Bonuses come after everything
    that multiplies, and only on top of points. `granted` is what the member has by this rule in its period already.
    """
    if not rule.is_valid_on(day):
        message = f"{rule.version} of {rule.activity} was not in force on {day}"
        raise ValueError(message)
    steps = list(_steps(rule, amount_minor, day, items, granted))
    return Priced(steps[-1].points, tuple(steps), rule.version)


def shortfall(priced: Priced) -> Ineligible | None:
    """Say which condition left an activity without points; None when it brings some."""
    if priced.points > MOST_POINTS:
        return Ineligible.TOO_MANY_POINTS
    if priced.points > 0:
        return None
    kinds = {step.kind: step for step in priced.steps}
    if StepKind.MEMBER_CAP in kinds:
        return Ineligible.CAP_REACHED
    if StepKind.EXCLUDED in kinds and not _counted(kinds):
        return Ineligible.ALL_EXCLUDED
    return Ineligible.BELOW_MINIMUM if StepKind.MINIMUM in kinds else Ineligible.NO_POINTS


def _steps(
    rule: "EarnRule", amount_minor: int | None, day: date, items: Sequence[Item], granted: int
) -> Iterator[Step]:
    counted = amount_minor
    if amount_minor is not None and (excluded := _excluded(rule, amount_minor, items)):
        yield excluded
        counted = amount_minor - int(excluded.value)
    last = _base(rule, counted)
    yield last
    if rule.minimum_minor is not None and (counted or 0) < rule.minimum_minor:
        yield Step(StepKind.MINIMUM, Decimal(rule.minimum_minor), 0, amount_minor=counted or 0)
        return
    for step in _extras(rule, last.points, counted or 0, day):
        last = step
        yield step
    if rule.cap is not None and last.points > rule.cap:
        last = Step(StepKind.CAP, Decimal(rule.cap), rule.cap)
        yield last
    if rule.member_cap is not None and last.points > (room := max(rule.member_cap - granted, 0)):
        yield Step(StepKind.MEMBER_CAP, Decimal(rule.member_cap), room, granted=granted, period=rule.member_cap_period)


def _excluded(rule: "EarnRule", amount_minor: int, items: Sequence[Item]) -> Step | None:
    """Find what of the amount does not count; it is never more than the amount."""
    left_out = [item for item in items if item.category.strip().lower() in rule.excludes]
    excluded = min(sum(item.amount_minor for item in left_out), amount_minor)
    if excluded <= 0:
        return None
    categories = sorted({item.category.strip().lower() for item in left_out})
    label = ", ".join(category.replace("_", " ") for category in categories)
    return Step(StepKind.EXCLUDED, Decimal(excluded), 0, amount_minor=amount_minor, label=label)


def _base(rule: "EarnRule", amount_minor: int | None) -> Step:
    if rule.fixed is not None:
        return Step(StepKind.FIXED, Decimal(rule.fixed), rule.fixed)
    if rule.points_per_unit is None or amount_minor is None:
        message = f"{rule.version} of {rule.activity} counts by the amount, and none was given"
        raise ValueError(message)
    units = max(amount_minor, 0) // rule.unit_minor
    return Step(
        StepKind.AMOUNT,
        rule.points_per_unit,
        _whole(rule, units * rule.points_per_unit),
        amount_minor=amount_minor,
        unit_minor=rule.unit_minor,
    )


def _extras(rule: "EarnRule", points: int, amount_minor: int, day: date) -> Iterator[Step]:
    """Give what comes on top: first all that multiplies, then the bonuses, and what an amount was too small for."""
    if points <= 0:
        return
    running = [promotion for promotion in rule.promotions if promotion.is_on(day)]
    met = [one for one in running if one.minimum_minor is None or amount_minor >= one.minimum_minor]
    factors = [(one.multiplier, one.label) for one in met]
    if _is_multiplied(rule, day):
        factors.insert(0, (rule.multiplier, rule.multiplier_label))
    for factor, label in factors:
        if factor != 1:
            points = _whole(rule, points * factor)
            yield Step(StepKind.MULTIPLIER, factor, points, label=label)
    for one in met:
        if one.bonus:
            points += one.bonus
            yield Step(StepKind.BONUS, Decimal(one.bonus), points, label=one.label)
    for one in running:
        if one.minimum_minor is not None and amount_minor < one.minimum_minor:
            least = Decimal(one.minimum_minor)
            yield Step(StepKind.MISSED, least, points, amount_minor=amount_minor, label=one.label)


def _is_multiplied(rule: "EarnRule", day: date) -> bool:
    first, last = rule.multiplier_from, rule.multiplier_until
    return first is None or last is None or first <= day <= last


def _whole(rule: "EarnRule", points: Decimal) -> int:
    return int(points.to_integral_value(rounding=ROUNDINGS[rule.rounding]))


def _counted(kinds: dict[StepKind, Step]) -> int:
    """Give the amount that was left to count, as the step after the exclusion tells it."""
    return (kinds[StepKind.EXCLUDED].amount_minor or 0) - int(kinds[StepKind.EXCLUDED].value)
