"""What we promise about a claim: whether it waits, when it is answered, until when it can be appealed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.claims.rules.states import ClaimState

if TYPE_CHECKING:
    from portal.programme import ClaimTerms
    from portal.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Opening:
    """How a claim starts when it is sent: parked until its points are due, or in the queue with a due date."""

    state: ClaimState
    parked_until: datetime | None
    due_at: datetime | None


def opening(*, points_due_at: datetime | None, at: datetime, calendar: "Calendar", terms: "ClaimTerms") -> Opening:
    """Park a claim whose points are not due yet; any other one is ours to answer from now on."""
    if points_due_at is not None and points_due_at > at:
        return Opening(ClaimState.PARKED, parked_until=points_due_at, due_at=None)
    return Opening(ClaimState.SUBMITTED, parked_until=None, due_at=verdict_due(calendar, terms, at=at))


def first_touch_due(calendar: "Calendar", terms: "ClaimTerms", *, at: datetime) -> datetime:
    """Give the moment by which somebody has looked at a claim sent at `at`."""
    return calendar.add_working_days(at, terms.first_touch_working_days)


def verdict_due(calendar: "Calendar", terms: "ClaimTerms", *, at: datetime) -> datetime:
    """Give the moment by which a claim sent at `at` is answered."""
    return calendar.add_working_days(at, terms.verdict_working_days)


def resumed_due(calendar: "Calendar", due_at: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """Move a due date on by the working days we waited for the member; an answer on the same day moves nothing."""
    waited = calendar.working_days_between(asked_at, answered_at)
    return calendar.add_working_days(due_at, waited) if waited else due_at


def answer_by(calendar: "Calendar", terms: "ClaimTerms", *, asked_at: datetime) -> datetime:
    """Give the moment until which the member can answer what we asked: the end of that day."""
    return calendar.end_of_day(calendar.local_day(asked_at) + timedelta(days=terms.info_days))


def appeal_until(calendar: "Calendar", terms: "ClaimTerms", *, decided_at: datetime) -> datetime:
    """Give the moment until which a verdict can be appealed: the end of that day."""
    return calendar.end_of_day(calendar.local_day(decided_at) + timedelta(days=terms.appeal_days))
