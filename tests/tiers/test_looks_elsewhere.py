"""Clubs that keep tiers otherwise: for a calendar year, all the way down, or for life."""

import pytest

from portal.tiers import sweeps
from portal.tiers.queries import look_at
from tests.cast import Person
from tests.factories import a_member
from tests.tiers.windows import day, earn, held, kept_by, looked_at, swept


@pytest.fixture
def mira(session) -> Person:
    return a_member("Mira Novak", joined=day(2024, 1, 10))


def test_all_the_way_down_where_the_programme_says_so(mira: Person):
    with kept_by(window="rolling_year", fall="all"):
        earn(mira, 3000, day(2026, 3, 3))
        swept(sweeps.look_again, day(2027, 3, 5))

    assert held(mira)[-1] == ("silver", "review")
    assert looked_at(mira) == ""


def test_calendar_year_counts_what_comes_late_for_the_year_that_is_over(mira: Person):
    with kept_by(window="calendar_year", grace_days=59):
        earn(mira, 1400, day(2026, 5, 5))
        follow = earn(mira, 100, day(2026, 12, 30), posted=day(2027, 1, 2))
        assert (follow.tier_after, follow.figure, looked_at(mira)) == ("gold", 1500, "2027-03-01")

        swept(sweeps.look_again, day(2027, 3, 1))
        assert (held(mira)[-1][0], looked_at(mira)) == ("gold", "2028-02-29")

        earn(mira, 1499, day(2027, 6, 1))
        swept(sweeps.look_again, day(2028, 3, 1))
        assert held(mira)[-1] == ("silver", "review")


def test_programme_that_takes_up_a_window_gives_a_whole_year_first(mira: Person):
    earn(mira, 1500, day(2024, 3, 3))
    with kept_by(window="rolling_year"):
        for _ in range(2):
            swept(sweeps.look_again, day(2026, 11, 22))
        assert (held(mira)[-1][0], looked_at(mira)) == ("gold", "2027-11-23")


def test_for_life_nothing_is_looked_at(mira: Person):
    earn(mira, 1500, day(2024, 3, 3))
    moment = day(2036, 11, 22)

    assert (swept(sweeps.look_again, moment), swept(sweeps.warn_ahead, moment)) == (0, 0)
    assert (held(mira)[-1][0], look_at(mira.member)) == ("gold", None)
