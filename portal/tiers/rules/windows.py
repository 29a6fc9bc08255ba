"""Which days count for a tier, when it is looked at again, and where it goes then; days are those of the club's zone.

The year of a tier begins on the day after it was reached, so that no points both reach and keep it. A year ends before
the day it began on comes again; one that begins on 29 February ends before 28 February.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from portal.tiers.rules.ladder import Ladder, Rung

if TYPE_CHECKING:
    from portal.programme import StandingTerms
    from portal.programme.standing import Window

A_DAY = timedelta(days=1)
HALF_A_YEAR = timedelta(days=182)


def counts_from(day: date, window: "Window") -> date | None:
    """Give the first day whose points count on a day; None where all count."""
    match window:
        case "rolling_year":
            return _a_year_before(day) + A_DAY
        case "calendar_year":
            return date(day.year, 1, 1)
        case _:
            return None


def looked_at_after(day: date, terms: "StandingTerms") -> date | None:
    """Give the day on which a tier that was reached on a day is looked at again; None where it is kept for good."""
    match terms.window:
        case "rolling_year":
            over = _a_year_after(day + A_DAY)
        case "calendar_year":
            over = date(day.year + 1, 1, 1)
        case _:
            return None
    return over + timedelta(days=terms.grace_days)


def following_look(look: date, terms: "StandingTerms") -> date | None:
    """Give the day of the look after the one of a day: a year later, whatever the days of grace."""
    last = A_DAY if terms.window == "rolling_year" else timedelta()
    return looked_at_after(_year_over(look, terms) - last, terms)


def counts_at_look(look: date, terms: "StandingTerms") -> date:
    """Give the first day that counts when a tier is looked at: of its year, and of the days of grace after it."""
    return _a_year_before(_year_over(look, terms))


def after_look(held: Rung, reached: Rung, ladder: Ladder, *, terms: "StandingTerms") -> Rung:
    """Give the tier after a look at it: the one held where it is reached, else one lower, or the one reached."""
    if reached.threshold >= held.threshold:
        return held
    return ladder.below(held) if terms.fall == "one" else reached


def _year_over(look: date, terms: "StandingTerms") -> date:
    """Give the first day after the year that is looked at; of the calendar also where the grace was changed."""
    over = look - timedelta(days=terms.grace_days)
    return date((over + HALF_A_YEAR).year, 1, 1) if terms.window == "calendar_year" else over


def _a_year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 2, 28) if is_leap_day else day.replace(year=day.year - 1)


def _a_year_after(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 2, 28) if is_leap_day else day.replace(year=day.year + 1)
