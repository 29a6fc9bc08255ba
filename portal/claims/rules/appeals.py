"""Which verdicts can be appealed, and until when."""

from datetime import datetime
from typing import TYPE_CHECKING

from portal.claims.rules.promises import appeal_until
from portal.claims.rules.states import APPEALABLE_STATES, ClaimKind, ClaimState

if TYPE_CHECKING:
    from portal.programme import ClaimTerms
    from portal.working_days import Calendar


def appeal_ends(
    calendar: "Calendar",
    terms: "ClaimTerms",
    *,
    state: ClaimState,
    kind: ClaimKind | None,
    is_appeal: bool,
    decided_at: datetime | None,
) -> datetime | None:
    """Give the moment until which a claim can be appealed, or None where it never can.

    An appeal is the last word. Whoever cannot get in has no page to appeal on, and simply writes again.
    """
    if is_appeal or kind is ClaimKind.ACCESS or state not in APPEALABLE_STATES or decided_at is None:
        return None
    return appeal_until(calendar, terms, decided_at=decided_at)


def left_to_ask(*, asked: int | None, granted: int | None) -> int | None:
    """Give the points an appeal is about: what was asked for and not granted, None where nobody named a number."""
    if asked is None:
        return None
    return max(asked - (granted or 0), 0) or None
