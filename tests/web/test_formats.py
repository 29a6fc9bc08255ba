from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.web import formats

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
THIS_YEAR = 2026


@pytest.mark.parametrize(
    ("value", "locale", "written"),
    [(0, "en_GB", "0"), (1240, "en_GB", "1,240"), (-1240, "en_GB", "−1,240"), (1234567, "de_DE", "1.234.567")],
)
def test_numbers_have_the_thousands_of_their_locale_and_a_real_minus(value, locale, written):
    assert formats.number(value, locale) == written


@pytest.mark.parametrize(("value", "written"), [(120, "+120"), (-90, "−90"), (1240, "+1,240"), (0, "0")])
def test_points_that_came_or_went_carry_their_sign(value, written):
    assert formats.signed(value, "en_GB") == written


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "written"),
    [
        (7500, "GBP", "en_GB", "£75.00"),
        (-7500, "GBP", "en_GB", "−£75.00"),
        (123456, "EUR", "de_DE", "1.234,56\xa0€"),
        (7500, "JPY", "en_GB", "JP¥7,500"),
    ],
)
def test_money_is_kept_in_the_smallest_unit_its_currency_has(minor, currency, locale, written):
    assert formats.money(minor, currency, locale) == written


@pytest.mark.parametrize(
    ("on", "written"), [(TODAY, "22 Nov"), (date(2025, 11, 22), "22 Nov 2025"), (date(2027, 1, 2), "2 Jan 2027")]
)
def test_a_day_shows_its_year_only_when_that_is_another(on, written):
    assert formats.day(on, THIS_YEAR, "en_GB") == written


@pytest.mark.parametrize(
    ("since", "until", "written"),
    [
        (date(2026, 10, 19), date(2026, 10, 28), "19 to 28 Oct"),
        (date(2026, 10, 28), date(2026, 11, 5), "28 Oct to 5 Nov"),
        (date(2025, 12, 28), date(2026, 1, 5), "28 Dec 2025 to 5 Jan"),
        (date(2025, 10, 28), date(2025, 11, 5), "28 Oct to 5 Nov 2025"),
    ],
)
def test_a_stretch_of_days_says_no_month_or_year_twice(since, until, written):
    assert formats.day_range(since, until, THIS_YEAR, "en_GB") == written


def test_a_day_with_its_weekday_has_no_comma():
    assert formats.weekday_day(date(2026, 11, 25), THIS_YEAR, "en_GB") == "Wed 25 Nov"


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (0, "today"),
        (-1, "yesterday"),
        (1, "tomorrow"),
        (-2, "Fri 20 Nov"),
        (3, "Wed 25 Nov"),
        (-330, "Sat 27 Dec 2025"),
    ],
)
def test_near_days_have_names(days, written):
    assert formats.near_day(TODAY + timedelta(days=days), TODAY, "en_GB") == written


@pytest.mark.parametrize(("on", "written"), [(date(2026, 9, 1), "September"), (date(2025, 9, 1), "September 2025")])
def test_a_month_shows_its_year_only_when_that_is_another(on, written):
    assert formats.month(on, THIS_YEAR, "en_GB") == written


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (NOW, "today, 14:30"),
        (datetime(2026, 11, 21, 21, 15, tzinfo=UTC), "yesterday, 21:15"),
        (datetime(2026, 11, 20, 19, 10, tzinfo=UTC), "Fri 20 Nov, 19:10"),
        # London was an hour ahead then, so this moment belongs to the day after.
        (datetime(2026, 8, 4, 23, 30, tzinfo=UTC), "Wed 5 Aug, 00:30"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_club(at, written):
    assert formats.day_time(at, NOW, LONDON, "en_GB") == written


@pytest.mark.parametrize(
    ("past", "written"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=3), "3 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2, minutes=40), "2 h ago"),
        (timedelta(hours=14), "14 h ago"),
        (timedelta(hours=15), "yesterday"),
        (timedelta(days=1, hours=14), "yesterday"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_the_past_is_told_as_people_say_it(past, written):
    assert formats.ago(NOW - past, NOW, LONDON) == written


def test_a_few_hours_stay_hours_across_midnight():
    after_midnight = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert formats.ago(after_midnight - timedelta(hours=2), after_midnight, LONDON) == "2 h ago"


@pytest.mark.parametrize(
    ("ahead", "left", "until"),
    [
        (timedelta(minutes=40), "40 min", "in 40 min"),
        (timedelta(hours=1, minutes=5), "1 h 05", "in 1 h 05"),
        (timedelta(days=1, hours=6, minutes=20), "1 day 6 h", "in 1 day 6 h"),
        (timedelta(days=2), "2 days", "in 2 days"),
        (timedelta(minutes=-35), "over by 35 min", "over by 35 min"),
        (timedelta(days=-1, hours=-2), "over by 1 day 2 h", "over by 1 day 2 h"),
        (timedelta(0), "0 min", "in 0 min"),
    ],
)
def test_time_left_and_time_over_are_told_as_coarsely_as_they_are_used(ahead, left, until):
    assert (formats.left(NOW + ahead, NOW), formats.until(NOW + ahead, NOW)) == (left, until)
