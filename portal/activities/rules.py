"""What becomes of an activity: its outcome, when its points are due, and how many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from portal.programme.subjects import normal_subject

if TYPE_CHECKING:
    from portal.programme import EarnRule

__all__ = [
    "EventKind",
    "Outcome",
    "Priced",
    "Step",
    "StepKind",
    "due_at",
    "due_for_day",
    "normal_subject",
    "price",
    "steps_from",
]


class EventKind(StrEnum):
    """What an event says: something earned, taken back, spent, or undone altogether."""

    EARN = "earn"
    RETURN = "return"
    REDEMPTION = "redemption"
    CANCELLATION = "cancellation"


class Outcome(StrEnum):
    """What became of an event."""

    CREDITED = "credited"
    PENDING = "pending"
    INELIGIBLE = "ineligible"
    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


class StepKind(StrEnum):
    """What a step of the computation did."""

    AMOUNT = "amount"
    FIXED = "fixed"
    MINIMUM = "minimum"
    MULTIPLIER = "multiplier"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an amount to points; `points` stand after it, `value` is what the rule applied.

    AMOUNT: value points for every full `unit_minor` of `amount_minor`. FIXED: value points. MINIMUM: the amount is
    below value, in the smallest coin. MULTIPLIER: times value, called `label`. CAP: value points at the most.
    """

    kind: StepKind
    value: Decimal
    points: int
    amount_minor: int | None = None
    unit_minor: int | None = None
    label: str = ""

    def record(self) -> dict[str, Any]:
        """Give the step as it is kept with an entry."""
        kept: dict[str, Any] = {"kind": self.kind.value, "value": str(self.value), "points": self.points}
        if self.amount_minor is not None:
            kept["amount_minor"] = self.amount_minor
        if self.unit_minor is not None:
            kept["unit_minor"] = self.unit_minor
        if self.label:
            kept["label"] = self.label
        return kept


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


def price(rule: "EarnRule", *, amount_minor: int | None, day: date) -> Priced:
    """Compute the points of one activity on a day of the programme's zone.

    Every step ends in whole points, rounded down, so that what is shown adds up. Below the minimum there are none.
    """
    if not rule.is_valid_on(day):
        message = f"{rule.version} of {rule.activity} was not in force on {day}"
        raise ValueError(message)
    steps = [_base(rule, amount_minor)]
    if rule.minimum_minor is not None and (amount_minor or 0) < rule.minimum_minor:
        steps.append(Step(StepKind.MINIMUM, Decimal(rule.minimum_minor), 0, amount_minor=amount_minor or 0))
        return Priced(0, tuple(steps), rule.version)
    if rule.multiplier != 1 and _is_multiplied(rule, day):
        points = int(steps[-1].points * rule.multiplier)
        steps.append(Step(StepKind.MULTIPLIER, rule.multiplier, points, label=rule.multiplier_label))
    if rule.cap is not None and steps[-1].points > rule.cap:
        steps.append(Step(StepKind.CAP, Decimal(rule.cap), rule.cap))
    return Priced(steps[-1].points, tuple(steps), rule.version)


def steps_from(computation: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Read back the steps that are kept with an entry."""
    return tuple(
        Step(**{**kept, "kind": StepKind(kept["kind"]), "value": Decimal(kept["value"])}) for kept in computation
    )


def due_at(occurred_at: datetime, delay_hours: int) -> datetime:
    """Give the moment, in UTC, by which the points of an activity are promised."""
    return occurred_at.astimezone(UTC) + timedelta(hours=delay_hours)


def due_for_day(day: date, delay_hours: int, zone: tzinfo) -> datetime:
    """Give the moment by which points are promised when only the day is known: as if it happened at its end."""
    return due_at(datetime.combine(day + timedelta(days=1), time(), tzinfo=zone), delay_hours)


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
        int(units * rule.points_per_unit),
        amount_minor=amount_minor,
        unit_minor=rule.unit_minor,
    )


def _is_multiplied(rule: "EarnRule", day: date) -> bool:
    first, last = rule.multiplier_from, rule.multiplier_until
    return first is None or last is None or first <= day <= last
