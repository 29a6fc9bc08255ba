"""How many claims a member can send: so many a day, and so many open at one time; more with a good history."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.programme import ClaimTerms


class Held(StrEnum):
    """Why a claim cannot be sent just now."""

    TODAY = "many_today"
    OPEN = "many_open"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a member has sent: today, what of all is open still, and how many of theirs were granted."""

    today: int = 0
    open_now: int = 0
    granted: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many more can be sent, and what holds the member up first."""

    sent: Sent
    per_day: int
    at_once: int

    @property
    def left(self) -> int:
        """Give how many can be sent now."""
        return max(min(self.per_day - self.sent.today, self.at_once - self.sent.open_now), 0)

    @property
    def held(self) -> Held | None:
        """Tell which limit is reached; the open ones first, as another day does not help there."""
        if self.left:
            return None
        return Held.OPEN if self.sent.open_now >= self.at_once else Held.TODAY


def allowance(sent: Sent, terms: "ClaimTerms") -> Allowance:
    """Give what the programme allows: every granted claim adds one to both limits, up to so many."""
    more = min(sent.granted, terms.trust_max)
    return Allowance(sent, terms.sent_per_day + more, terms.open_max + more)
