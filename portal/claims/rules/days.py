"""Which days a claim can be about."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class DayCode(StrEnum):
    """Why a claim cannot be about a day."""

    FUTURE = "future"
    BEFORE_JOINING = "before_joining"
    TOO_LONG_AGO = "too_long_ago"


@dataclass(frozen=True, slots=True)
class ClaimableDays:
    """The first and the last day a claim can be about, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DayRefusal:
    """Why a day is refused, and the nearest day that is not."""

    code: DayCode
    nearest: date


def claimable_days(*, today: date, window_days: int, joined: date) -> ClaimableDays:
    """Give the days a claim can be about; all days are those of the programme's zone."""
    return ClaimableDays(first=min(today, max(joined, today - timedelta(days=window_days))), last=today)


def check_day(day: date, *, today: date, window_days: int, joined: date) -> DayRefusal | None:
    """Refuse a day in the future, before joining, or longer ago than the window; None means it is fine."""
    days = claimable_days(today=today, window_days=window_days, joined=joined)
    if day > days.last:
        return DayRefusal(DayCode.FUTURE, days.last)
    if day >= days.first:
        return None
    code = DayCode.BEFORE_JOINING if day < joined else DayCode.TOO_LONG_AGO
    return DayRefusal(code, days.first)
