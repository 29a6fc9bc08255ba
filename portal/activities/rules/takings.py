"""What a return takes back: in proportion for a part, all of it in the end, and never more than was granted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.activities.rules.pricing import Item, Priced
from portal.activities.rules.steps import Step, StepKind, steps_from


@dataclass(frozen=True, slots=True)
class Back:
    """How much of an amount was sent back so far; of both, `counted` is the part that earned points."""

    whole_minor: int
    back_minor: int
    counted_minor: int
    counted_back_minor: int

    @property
    def is_all(self) -> bool:
        """Tell whether nothing is left of the amount."""
        return self.back_minor >= self.whole_minor

    def of(self, granted: int) -> int:
        """Give how many of the points granted for all of it are taken back by now: rounded down until all is back."""
        whole, back = self.whole_minor, self.back_minor
        if self.counted_minor:
            whole, back = self.counted_minor, min(self.counted_back_minor, self.counted_minor)
        return granted if self.is_all else granted * back // whole


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was bought, or a part of it that was sent back: its amount and the items of it; all of it without one."""

    amount_minor: int | None
    items: tuple[Item, ...] = ()


def less_returns(priced: Priced, bought: Parcel, returns: Sequence[Parcel], excludes: Iterable[str]) -> Priced:
    """Give what is left of a price after returns, with the step that says so; one larger than what is left is none."""
    whole = bought.amount_minor
    if whole is None:
        if all(one.amount_minor is not None for one in returns):
            return priced
        return _less(priced, priced.points, None, None)
    excluded = tuple(excludes)
    sent = counted = 0
    for one in returns:
        amount = whole - sent if one.amount_minor is None else one.amount_minor
        if 0 < amount <= whole - sent:
            sent += amount
            counted += counted_part(amount, one.items, excluded)
    if not sent:
        return priced
    back = Back(whole, sent, counted_part(whole, bought.items, excluded), counted)
    return _less(priced, back.of(priced.points), sent, whole)


def _less(priced: Priced, taken: int, amount_minor: int | None, whole_minor: int | None) -> Priced:
    step = Step(StepKind.RETURNED, Decimal(taken), priced.points - taken, amount_minor, whole_minor)
    return Priced(step.points, (*priced.steps, step), priced.rule_version)


def counted_part(amount_minor: int, items: Sequence[Item], excludes: Iterable[str]) -> int:
    """Give what of an amount earns points: all but the items of the excluded categories."""
    left_out = sum(item.amount_minor for item in items if item.category.strip().lower() in excludes)
    return amount_minor - min(max(left_out, 0), amount_minor)


def granted_for_all(points: int, computation: Iterable[Mapping[str, Any]]) -> int:
    """Give what was granted before anything was sent back: promised points shrink, and keep each step of it."""
    return points + sum(int(step.value) for step in steps_from(computation) if step.kind is StepKind.RETURNED)


def shrunk(points: int, taken: int, *, amount_minor: int | None, whole_minor: int | None) -> dict[str, Any]:
    """Give the step by which a return makes points smaller that are not posted yet."""
    kept = Step(StepKind.RETURNED, Decimal(taken), points - taken, amount_minor=amount_minor, unit_minor=whole_minor)
    return kept.record()


def taken_by_return(granted: int, before: int, back: Back | None) -> list[dict[str, Any]]:
    """Give the steps to what a return takes of posted points; without amounts everything went back at once."""
    if back is None or (back.is_all and not before):
        return [Step(StepKind.SENT_BACK, Decimal(granted), granted).record()]
    taken = back.of(granted)
    part = Step(StepKind.SENT_BACK, Decimal(taken), taken, back.back_minor, back.whole_minor, granted=granted)
    steps = [part]
    if before:
        steps.append(Step(StepKind.TAKEN_BEFORE, Decimal(before), taken - before))
    return [step.record() for step in steps]


def taken_by_cancelling(points: int) -> list[dict[str, Any]]:
    """Give the one step of a cancellation."""
    return [Step(StepKind.CANCELLED, Decimal(points), points).record()]
