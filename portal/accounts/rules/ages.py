"""Ages by the calendar of the programme's zone, 29 February included."""

from calendar import isleap
from datetime import date, datetime, tzinfo

LAST_OF_FEBRUARY = (2, 29)


def birthday_in(year: int, born: date) -> date:
    """Give the day of `year` on which somebody grows a year older.

    Born on 29 February, that is 1 March in a common year: a day late is lawful, a day early is not.
    """
    if (born.month, born.day) == LAST_OF_FEBRUARY and not isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def age_on(day: date, *, born: date) -> int:
    """Count the full years of somebody's life on a day; before birth the count is negative."""
    years = day.year - born.year
    return years if day >= birthday_in(day.year, born) else years - 1


def comes_of_age(born: date, *, minimum_age: int) -> date:
    """Give the first day on which somebody is old enough."""
    return birthday_in(born.year + minimum_age, born)


def is_of_age(born: date, *, minimum_age: int, at: datetime, zone: tzinfo) -> bool:
    """Tell whether somebody is old enough at a moment, by the date where the club is at home."""
    return age_on(at.astimezone(zone).date(), born=born) >= minimum_age
