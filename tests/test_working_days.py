"""Promises counted in working days: bank holidays, weekends, and days of 23 and 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.working_days import Calendar, UnknownHolidays, bank_holidays, calendar_of
from tests.programme.samples import club, harbour

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone given


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("filed", "days", "due"),
    [
        ("2026-11-20 19:10", 3, "2026-11-25 17:30"),
        ("2026-11-20 08:00", 3, "2026-11-25 17:30"),
        ("2026-11-21 12:00", 3, "2026-11-25 17:30"),
        ("2026-11-22 23:59", 3, "2026-11-25 17:30"),
        ("2026-11-23 00:00", 3, "2026-11-26 17:30"),
        ("2026-11-23 17:30", 1, "2026-11-24 17:30"),
        ("2026-11-25 09:00", 0, "2026-11-25 17:30"),
        ("2026-12-23 10:00", 1, "2026-12-24 17:30"),
        ("2026-12-24 10:00", 1, "2026-12-29 17:30"),
        ("2026-12-24 10:00", 4, "2027-01-04 17:30"),
        ("2026-04-02 10:00", 1, "2026-04-07 17:30"),
        ("2026-10-23 10:00", 1, "2026-10-26 17:30"),
    ],
    ids=[
        "friday evening",
        "friday morning",
        "saturday",
        "last minute of sunday",
        "first minute of monday",
        "just as the desk closes",
        "no day at all",
        "the day before christmas eve",
        "over christmas, boxing day in lieu on 28 december",
        "over the new year",
        "over easter",
        "over the end of summer time",
    ],
)
def test_a_promise_falls_due_when_the_desk_closes_on_its_working_day(filed, days, due):
    assert calendar_of(club()).add_working_days(in_london(filed), days) == in_london(due)


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        (utc("2026-03-26 23:30"), utc("2026-03-27 17:30")),
        (utc("2026-03-27 23:30"), utc("2026-03-30 16:30")),
        (utc("2026-06-30 22:59"), utc("2026-07-01 16:30")),
        (utc("2026-06-30 23:00"), utc("2026-07-02 16:30")),
    ],
    ids=["winter time", "into summer time", "before midnight in london", "after midnight in london"],
)
def test_days_are_those_of_the_programmes_zone_and_the_answer_is_in_utc(filed, due):
    answer = calendar_of(club()).add_working_days(filed, 1)
    assert (answer, answer.tzinfo) == (due, UTC)


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 12, 26), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2027, 1, 1), False),
        (date(2026, 5, 25), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 30), True),
    ],
    ids=[
        "eve",
        "christmas",
        "saturday",
        "substitute",
        "after",
        "new year",
        "spring",
        "sunday",
        "st andrew, not england",
    ],
)
def test_bank_holidays_are_those_of_england(day, is_worked):
    assert calendar_of(club()).is_working_day(day) is is_worked


def test_another_club_works_on_other_days_and_till_later():
    calendar = calendar_of(harbour())
    friday = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Dublin"))
    assert calendar.add_working_days(friday, 1) == datetime(2026, 11, 21, 20, tzinfo=ZoneInfo("Europe/Dublin"))
    assert [calendar.is_working_day(date(2026, 3, 17)), calendar.is_working_day(date(2026, 4, 3))] == [False, True]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)],
    ids=["clocks go forward", "clocks go back", "any other day"],
)
def test_a_day_ends_at_the_next_midnight_whatever_its_length(day, hours):
    calendar = calendar_of(club())
    assert calendar.end_of_day(day) - calendar.end_of_day(day - timedelta(days=1)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-23 09:00", "2026-11-23 17:00", 0),
        ("2026-11-23 23:00", "2026-11-24 00:10", 1),
        ("2026-11-20 09:00", "2026-11-22 09:00", 0),
        ("2026-11-20 09:00", "2026-11-23 09:00", 1),
        ("2026-12-24 09:00", "2026-12-29 09:00", 1),
        ("2026-11-24 09:00", "2026-11-23 09:00", 0),
    ],
    ids=["same day", "over midnight", "friday to sunday", "friday to monday", "over christmas", "backwards"],
)
def test_working_days_between_leave_out_the_first_day_and_days_off(start, end, days):
    assert calendar_of(club()).working_days_between(in_london(start), in_london(end)) == days


@given(at=MOMENTS, days=st.integers(min_value=0, max_value=15))
def test_counting_there_and_back_agrees(at, days):
    calendar = calendar_of(club())
    due = calendar.add_working_days(at, days)
    assert calendar.working_days_between(at, due) == days


@given(at=MOMENTS, days=st.integers(min_value=1, max_value=15))
def test_a_promise_always_ends_on_a_working_day_after_the_day_it_was_made(at, days):
    calendar = calendar_of(club())
    due = calendar.local_day(calendar.add_working_days(at, days))
    assert calendar.is_working_day(due)
    assert due > calendar.local_day(at)


@given(at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=30)), days=st.integers(min_value=0, max_value=5))
def test_who_files_later_is_never_due_earlier(at, later, days):
    calendar = calendar_of(club())
    assert calendar.add_working_days(at, days) <= calendar.add_working_days(at + later, days)


def test_a_calendar_can_be_built_without_a_programme():
    calendar = Calendar(LONDON, lambda year: frozenset({date(year, 1, 2)}), closes=time(12), weekdays=frozenset({4}))
    assert calendar.next_working_day(date(2026, 1, 1)) == date(2026, 1, 9)
    assert calendar.closing_of(date(2026, 1, 9)) == utc("2026-01-09 12:00")


@pytest.mark.parametrize(
    ("country", "subdivision", "is_subdivision"),
    [("XX", "", False), ("GB", "ZZ", True)],
)
def test_an_unknown_country_or_part_of_it_is_refused(country, subdivision, is_subdivision):
    with pytest.raises(UnknownHolidays) as refusal:
        bank_holidays(country, subdivision, 2026)
    assert refusal.value.is_subdivision is is_subdivision
