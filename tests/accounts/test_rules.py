"""How long sessions last, and who is of age."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import (
    Role,
    age_on,
    birthday_in,
    comes_of_age,
    has_ended,
    is_of_age,
    session_length,
    should_touch,
)

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "keep", "idle", "absolute"),
    [
        (Role.MEMBER, False, timedelta(hours=2), timedelta(hours=12)),
        (Role.MEMBER, True, timedelta(days=14), timedelta(days=30)),
        (Role.AGENT, False, timedelta(minutes=30), timedelta(hours=12)),
        (Role.AGENT, True, timedelta(minutes=30), timedelta(hours=12)),
        (Role.LEAD, True, timedelta(minutes=30), timedelta(hours=12)),
        (Role.ADMIN, True, timedelta(minutes=30), timedelta(hours=12)),
    ],
)
def test_members_may_ask_to_be_kept_signed_in_and_staff_may_not(role, keep, idle, absolute):
    length = session_length(role, keep=keep)
    assert (length.idle, length.absolute) == (idle, absolute)


@pytest.mark.parametrize(
    ("begun", "seen", "is_over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=3), timedelta(hours=2, seconds=-1), False),
        (timedelta(hours=3), timedelta(hours=2), True),
        (timedelta(hours=12, seconds=-1), timedelta(0), False),
        (timedelta(hours=12), timedelta(0), True),
    ],
    ids=["new", "a second before idle", "idle", "a second before the end", "the end, however busy"],
)
def test_a_session_ends_when_idle_and_in_any_case_in_the_end(begun, seen, is_over):
    length = session_length(Role.MEMBER)
    assert has_ended(length, begun_at=NOON - begun, seen_at=NOON - seen, at=NOON) is is_over


@pytest.mark.parametrize(("seconds", "is_worth_it"), [(0, False), (59, False), (60, True), (3600, True)])
def test_being_seen_is_written_once_a_minute(seconds, is_worth_it):
    assert should_touch(NOON - timedelta(seconds=seconds), at=NOON) is is_worth_it


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), 17),
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 11, 22), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(1896, 2, 29), date(1900, 3, 1), 4),
        (date(1996, 2, 29), date(2000, 2, 28), 3),
        (date(2008, 3, 1), date(2026, 2, 28), 17),
        (date(2008, 12, 31), date(2026, 12, 30), 17),
        (date(2026, 1, 1), date(2025, 12, 31), -1),
    ],
)
def test_age_is_counted_in_full_years_leap_days_included(born, day, age):
    assert age_on(day, born=born) == age


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2008, 2, 28), date(2026, 2, 28)),
        (date(2006, 6, 30), date(2024, 6, 30)),
    ],
)
def test_the_18th_birthday_is_the_first_day_of_age(born, first_day):
    assert comes_of_age(born, minimum_age=18) == first_day
    assert birthday_in(first_day.year, born) == first_day


@pytest.mark.parametrize(
    ("at", "is_old_enough"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=ZoneInfo("Pacific/Auckland")), False),
        (datetime(2026, 6, 30, 20, 0, tzinfo=ZoneInfo("America/New_York")), True),
    ],
    ids=["a minute before midnight in london", "midnight in london", "already in auckland", "not yet in new york"],
)
def test_the_18th_birthday_begins_at_midnight_where_the_club_is_at_home(at, is_old_enough):
    assert is_of_age(date(2008, 7, 1), minimum_age=18, at=at, zone=LONDON) is is_old_enough


@given(born=st.dates(date(1900, 1, 1), date(2050, 1, 1)), minimum_age=st.integers(18, 99))
def test_who_comes_of_age_was_too_young_the_day_before(born, minimum_age):
    first_day = comes_of_age(born, minimum_age=minimum_age)
    assert age_on(first_day, born=born) == minimum_age
    assert age_on(first_day - timedelta(days=1), born=born) == minimum_age - 1
