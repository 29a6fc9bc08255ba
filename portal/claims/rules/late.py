"""A promise that passes: which moment counts, the new day, and what claims like it took."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.programme import ClaimTerms
    from portal.working_days import Calendar

# Fewer answers than these say nothing about the next one.
FEWEST = 10


def promised_at(due_at: datetime | None, new_due_at: datetime | None) -> datetime | None:
    """Give the moment the member was told last: a new day counts unless the clock stood still past it meanwhile."""
    if due_at is None or new_due_at is None:
        return due_at
    return max(due_at, new_due_at)


def new_day(calendar: "Calendar", terms: "ClaimTerms", *, at: datetime) -> datetime:
    """Give the moment we name when an answer is late."""
    return calendar.add_working_days(at, terms.late_working_days)


def half_within(spans: Sequence[timedelta]) -> timedelta | None:
    """Give the time within which half were answered, or None where they are too few to tell."""
    if len(spans) < FEWEST:
        return None
    return timedelta(seconds=median(span.total_seconds() for span in spans))
