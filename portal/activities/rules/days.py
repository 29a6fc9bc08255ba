"""When points are due, and over which days a limit is counted."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.programme.earning import CapPeriod

MONTHS = 12


def due_at(occurred_at: datetime, delay_hours: int) -> datetime:
    """Give the moment, in UTC, by which the points of an activity are promised."""
    return occurred_at.astimezone(UTC) + timedelta(hours=delay_hours)


def due_for_day(day: date, delay_hours: int, zone: tzinfo) -> datetime:
    """Give the moment by which points are promised when only the day is known: as if it happened at its end."""
    return due_at(datetime.combine(day + timedelta(days=1), time(), tzinfo=zone), delay_hours)


def period_of(period: "CapPeriod", day: date) -> tuple[date, date]:
    """Give the first day of the period a day lies in, and the first day after it."""
    match period:
        case "day":
            return day, day + timedelta(days=1)
        case "month":
            first = day.replace(day=1)
            return first, date(first.year + first.month // MONTHS, first.month % MONTHS + 1, 1)
        case "year":
            return date(day.year, 1, 1), date(day.year + 1, 1, 1)
        case "ever":
            return date(1970, 1, 1), date(9999, 1, 1)
