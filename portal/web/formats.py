"""Numbers, days and spans as people of one locale and zone say them; values in, text out."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

MINUS = "−"
MINUTE_SECONDS = 60
HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES


@lru_cache(maxsize=4096)
def number(value: int, locale: str) -> str:
    """Write a whole number with the locale's thousands and a real minus: 1,240."""
    return format_decimal(value, locale=locale).replace("-", MINUS)


@lru_cache(maxsize=4096)
def signed(value: int, locale: str) -> str:
    """Write points that came or went: +120, −90, 0."""
    return f"+{number(value, locale)}" if value > 0 else number(value, locale)


@lru_cache(maxsize=4096)
def money(minor: int, currency: str, locale: str) -> str:
    """Write an amount that is kept in the currency's smallest unit: 7500 is £75.00."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=locale).replace("-", MINUS)


def local_day(at: date | datetime, zone: ZoneInfo) -> date:
    """Give the day a moment belongs to in the zone; a day stays itself."""
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


@lru_cache(maxsize=4096)
def day(on: date, this_year: int | None, locale: str) -> str:
    """Write a day, with its year only when that is not this year: 22 Nov, 22 Nov 2025. Without one, all have theirs."""
    return str(format_skeleton("MMMd" if on.year == this_year else "yMMMd", on, locale=locale))


def day_range(since: date, until: date, this_year: int, locale: str) -> str:
    """Write a stretch of days without saying a month or a year twice: 19 to 28 Oct, 28 Sept to 5 Oct."""
    last = day(until, this_year, locale)
    if (since.year, since.month) == (until.year, until.month):
        return _("%(first)s to %(last)s", first=since.day, last=last)
    return _("%(first)s to %(last)s", first=day(since, until.year, locale), last=last)


@lru_cache(maxsize=4096)
def weekday_day(on: date, this_year: int, locale: str) -> str:
    """Write a day with the name of its weekday: Sun 22 Nov."""
    weekday = format_date(on, "EEE", locale=locale)
    return _("%(weekday)s %(day)s", weekday=weekday, day=day(on, this_year, locale))


def near_day(on: date, today: date, locale: str) -> str:
    """Name yesterday, today and tomorrow; any other day has its weekday and date."""
    match (on - today).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
        case _:
            return weekday_day(on, today.year, locale)


@lru_cache(maxsize=512)
def month(on: date, this_year: int, locale: str) -> str:
    """Write a month by its full name, with its year only when that is not this year."""
    if on.year == this_year:
        return format_date(on, "LLLL", locale=locale)
    return str(format_skeleton("yMMMM", on, locale=locale))


@lru_cache(maxsize=512)
def short_month(on: date, locale: str) -> str:
    """Write a month as short as a chart needs it: Nov."""
    return format_date(on, "LLL", locale=locale)


def clock_time(at: datetime, zone: ZoneInfo, locale: str) -> str:
    """Write the time of day in the zone: 21:15."""
    return _time_of_day(at.astimezone(zone).time().replace(second=0, microsecond=0), locale)


@lru_cache(maxsize=1440)
def _time_of_day(at: time, locale: str) -> str:
    return format_time(at, "short", locale=locale)


def day_time(at: datetime, now: datetime, zone: ZoneInfo, locale: str) -> str:
    """Write a moment by its day and time: yesterday, 21:15."""
    near = near_day(local_day(at, zone), local_day(now, zone), locale)
    return _("%(day)s, %(time)s", day=near, time=clock_time(at, zone, locale))


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say how long something is past: 3 min ago, 2 h ago, yesterday, 3 days ago."""
    minutes = _minutes(now - at)
    days = (local_day(now, zone) - local_day(at, zone)).days
    if minutes < 1:
        return _("just now")
    if minutes < HOUR_MINUTES:
        return _("%(minutes)s min ago", minutes=minutes)
    if days < 1 or minutes < DAY_MINUTES // 4:
        return _("%(hours)s h ago", hours=minutes // HOUR_MINUTES)
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days)


def span(length: timedelta) -> str:
    """Say a length as coarsely as it can be used: 35 min, 1 h 20, 1 day 6 h, 4 days."""
    minutes = _minutes(abs(length))
    days, hours = minutes // DAY_MINUTES, minutes % DAY_MINUTES // HOUR_MINUTES
    if minutes < HOUR_MINUTES:
        return _("%(minutes)s min", minutes=minutes)
    if not days:
        return _("%(hours)s h %(minutes)02d", hours=hours, minutes=minutes % HOUR_MINUTES)
    words = ngettext("%(num)s day", "%(num)s days", days)
    return _("%(days)s %(hours)s h", days=words, hours=hours) if hours else words


def left(at: datetime, now: datetime) -> str:
    """Say how much time is left, or by how much it is over: 1 day 6 h, over by 35 min."""
    return _("over by %(span)s", span=span(now - at)) if at < now else span(at - now)


def until(at: datetime, now: datetime) -> str:
    """Say when a moment comes: in 1 day 6 h, over by 35 min."""
    return left(at, now) if at < now else _("in %(span)s", span=span(at - now))


def _minutes(length: timedelta) -> int:
    return max(0, int(length.total_seconds() // MINUTE_SECONDS))


def as_utc(at: datetime) -> datetime:
    """Read a moment without a zone as UTC, which is how everything is stored."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
