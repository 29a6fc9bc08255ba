"""Tiers as rungs of a ladder, and where status points stand on it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.programme import Programme


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier, and the status points from which it is held."""

    key: str
    name: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs from the ground up; the first lies at 0, each next one is higher."""

    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        if not self.rungs or self.rungs[0].threshold != 0:
            message = "a ladder begins at 0"
            raise ValueError(message)
        if any(upper.threshold <= lower.threshold for lower, upper in pairwise(self.rungs)):
            message = "each rung lies higher than the one before it"
            raise ValueError(message)

    @property
    def top(self) -> Rung:
        """Give the highest rung."""
        return self.rungs[-1]

    def below(self, rung: Rung) -> Rung:
        """Give the next rung down; below the first there is none."""
        return self.rungs[max(0, self.rungs.index(rung) - 1)]

    def rung(self, key: str) -> Rung:
        """Find a rung by its tier; what the programme no longer has is the first."""
        return next((rung for rung in self.rungs if rung.key == key), self.rungs[0])

    def around(self, earned: int) -> tuple[Rung, Rung | None]:
        """Give the rung that status points have reached and the next one, if there is one.

        Below zero everybody still stands on the first rung.
        """
        reached = [rung for rung in self.rungs if rung.threshold <= max(earned, 0)]
        return reached[-1], (self.rungs[len(reached)] if len(reached) < len(self.rungs) else None)


@dataclass(frozen=True, slots=True)
class Progress:
    """The tier held, the next one, and the points missing to it; at the top nothing is missing."""

    current: Rung
    following: Rung | None
    missing: int


def ladder_of(programme: "Programme") -> Ladder:
    """Build the ladder of a programme."""
    return Ladder(tuple(Rung(tier.key, tier.name, tier.threshold) for tier in programme.tiers))


def tier_at(status_points: int, ladder: Ladder) -> Rung:
    """Give the highest tier whose threshold is reached."""
    return ladder.around(status_points)[0]


def progress(earned: int, ladder: Ladder, kept: str = "") -> Progress:
    """Place status points on the ladder; at the top nothing is missing.

    A tier that is `kept` until it is looked at again stands above what they reach.
    """
    current, following = ladder.around(max(earned, ladder.rung(kept).threshold if kept else earned))
    missing = following.threshold - earned if following else 0
    return Progress(current=current, following=following, missing=missing)
