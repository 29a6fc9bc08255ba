"""Which benefit stands on which rung of the ladder, and what the next tier changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.programme import Benefit, Tier


@dataclass(frozen=True, slots=True)
class Change:
    """A benefit as it is now and as the next tier has it; what is new is nothing now."""

    label: str
    now: str
    then: str


def on_rungs(tiers: Sequence["Tier"], held: str) -> Mapping[str, tuple["Benefit", ...]]:
    """Write each benefit on the rung that unlocks it.

    A rung names what it adds or changes, not what the rung below gives as well. On the rungs that are reached,
    only what no higher reached one has changed is left: that is what a member has.
    """
    reached = _reached(tiers, held)
    return {
        tier.key: tuple(
            benefit
            for benefit in tier.benefits
            if _before(tiers[:place], benefit.key) != benefit.text
            and not (place < reached and _is_replaced(tiers[place + 1 : reached + 1], benefit))
        )
        for place, tier in enumerate(tiers)
    }


def in_force(tiers: Sequence["Tier"], held: str) -> tuple["Benefit", ...]:
    """List what a member has, from the tier held down, each benefit in its best measure."""
    rungs = on_rungs(tiers, held)
    return tuple(benefit for tier in reversed(tiers[: _reached(tiers, held) + 1]) for benefit in rungs[tier.key])


def changes(tiers: Sequence["Tier"], held: str) -> tuple[Change, ...]:
    """List what the tier above the one held gives beyond it; at the top there is nothing."""
    reached = _reached(tiers, held)
    if reached + 1 >= len(tiers):
        return ()
    below = tiers[: reached + 1]
    return tuple(
        Change(benefit.label, _before(below, benefit.key), benefit.text)
        for benefit in tiers[reached + 1].benefits
        if _before(below, benefit.key) != benefit.text
    )


def _reached(tiers: Sequence["Tier"], held: str) -> int:
    return next(place for place, tier in enumerate(tiers) if tier.key == held)


def _before(tiers: Sequence["Tier"], key: str) -> str:
    """Give what the highest of these tiers that has a benefit says about it."""
    return next((benefit.text for tier in reversed(tiers) for benefit in tier.benefits if benefit.key == key), "")


def _is_replaced(tiers: Sequence["Tier"], benefit: "Benefit") -> bool:
    return any(other.key == benefit.key and other.text != benefit.text for tier in tiers for other in tier.benefits)
