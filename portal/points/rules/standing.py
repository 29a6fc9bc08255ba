"""What an entry does to a member's figures: the one sum that posting makes and that decisions show beforehand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's balance and status points."""

    balance: int
    status_points: int

    def plus(self, points: int, *, counts_for_tier: bool) -> "Standing":
        """Give the figures after an entry of so many points."""
        return Standing(self.balance + points, self.status_points + (points if counts_for_tier else 0))
