"""The steps from an amount to points, as they are kept with an entry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any


class StepKind(StrEnum):
    """What a step of the computation did."""

    EXCLUDED = "excluded"
    AMOUNT = "amount"
    FIXED = "fixed"
    MINIMUM = "minimum"
    MULTIPLIER = "multiplier"
    BONUS = "bonus"
    MISSED = "missed"
    CAP = "cap"
    MEMBER_CAP = "member_cap"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    TAKEN_BEFORE = "taken_before"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    NOT_TWICE = "not_twice"


@dataclass(frozen=True, slots=True)
class Step:
    """One step from an amount to points; `points` stand after it, `value` is what the rule applied.

    EXCLUDED: value of the amount, in the smallest coin, does not count, `label` names its categories. AMOUNT: value
    points for every full `unit_minor` of `amount_minor`. FIXED: value points. MINIMUM: the amount is below value.
    MULTIPLIER: times value, called `label`. BONUS: value points more, called `label`. MISSED: `label` asks for value,
    and the amount is below it. CAP: value points at the most. MEMBER_CAP: value points at the most in each `period`,
    of which the member had `granted`. RETURNED: value points fewer, because `amount_minor` of `unit_minor` went back
    before they were posted. SENT_BACK: value of the `granted` points for `amount_minor` of `unit_minor`, or all of
    them. TAKEN_BEFORE: value of these were taken back earlier. CANCELLED: value points were all that was left.
    LAPSED: points last value months, and these came on the day `label`. NOT_TWICE: value points had lapsed already.
    """

    kind: StepKind
    value: Decimal
    points: int
    amount_minor: int | None = None
    unit_minor: int | None = None
    label: str = ""
    granted: int | None = None
    period: str = ""

    def record(self) -> dict[str, Any]:
        """Give the step as it is kept with an entry; what it does not say is left out."""
        numbers = {"amount_minor": self.amount_minor, "unit_minor": self.unit_minor}
        kept: dict[str, Any] = {"kind": self.kind.value, "value": str(self.value), "points": self.points}
        kept |= {name: number for name, number in numbers.items() if number is not None}
        if self.label:
            kept["label"] = self.label
        if self.granted is not None:
            kept |= {"granted": self.granted, "period": self.period}
        return kept


def steps_from(computation: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Read back the steps that are kept with an entry."""
    return tuple(
        Step(**{**kept, "kind": StepKind(kept["kind"]), "value": Decimal(kept["value"])}) for kept in computation
    )
