"""Which days count, when a tier is looked at again, and where it goes: around the ends of years and 29 February."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.programme import StandingTerms
from portal.tiers.rules import after_look, counts_at_look, counts_from, following_look, looked_at_after, tier_at
from tests.tiers.samples import CLUB, LADDERS, POINTS

A_DAY = timedelta(days=1)
ROLLING, CALENDAR = StandingTerms(window="rolling_year"), StandingTerms(window="calendar_year")
# Days near the end of a year and of February come up as often as all the others.
DAYS = st.one_of(
    st.dates(date(2019, 1, 1), date(2033, 12, 31)),
    st.builds(
        lambda year, month, days: date(year, month, 1) + timedelta(days=days),
        st.integers(2019, 2033),
        st.sampled_from((1, 3)),
        st.integers(-2, 2),
    ),
)
TERMS = st.builds(
    StandingTerms,
    window=st.sampled_from(("rolling_year", "calendar_year")),
    grace_days=st.integers(0, 180),
    fall=st.sampled_from(("one", "all")),
)


@pytest.mark.parametrize(
    ("day", "rolling", "calendar"),
    [
        (date(2026, 11, 22), date(2025, 11, 23), date(2026, 1, 1)),
        (date(2027, 12, 31), date(2027, 1, 1), date(2027, 1, 1)),
        (date(2028, 1, 1), date(2027, 1, 2), date(2028, 1, 1)),
        (date(2028, 2, 29), date(2027, 3, 1), date(2028, 1, 1)),
        (date(2029, 2, 28), date(2028, 2, 29), date(2029, 1, 1)),
    ],
)
def test_twelve_months_and_the_year_begin(day: date, rolling: date, calendar: date):
    assert counts_from(day, "rolling_year") == rolling
    assert counts_from(day, "calendar_year") == calendar
    assert counts_from(day, "lifetime") is None


@pytest.mark.parametrize(
    ("terms", "reached", "look"),
    [
        (ROLLING, date(2026, 3, 3), date(2027, 3, 4)),
        (ROLLING, date(2028, 2, 28), date(2029, 2, 28)),
        (ROLLING, date(2028, 2, 29), date(2029, 3, 1)),
        (ROLLING, date(2026, 12, 31), date(2028, 1, 1)),
        (ROLLING.model_copy(update={"grace_days": 30}), date(2026, 12, 31), date(2028, 1, 31)),
        (CALENDAR, date(2026, 1, 1), date(2027, 1, 1)),
        (CALENDAR, date(2026, 12, 31), date(2027, 1, 1)),
        (CALENDAR.model_copy(update={"grace_days": 60}), date(2027, 6, 1), date(2028, 3, 1)),
        (StandingTerms(), date(2026, 3, 3), None),
    ],
)
def test_tier_is_looked_at_when_its_year_and_the_grace_are_over(terms: StandingTerms, reached: date, look: date | None):
    assert looked_at_after(reached, terms) == look


@given(day=DAYS)
def test_twelve_months_end_today_and_are_never_longer_than_a_year(day: date):
    first = counts_from(day, "rolling_year")
    assert first is not None
    assert timedelta(days=365) <= day - first + A_DAY <= timedelta(days=366)
    tomorrow = counts_from(day + A_DAY, "rolling_year")
    assert tomorrow is not None
    assert first <= tomorrow


@settings(max_examples=60)
@given(reached=DAYS, terms=TERMS)
def test_years_that_are_looked_at_follow_each_other_without_a_gap(reached: date, terms: StandingTerms):
    look = looked_at_after(reached, terms)
    assert look is not None
    if terms.window == "rolling_year":
        # A year that would begin on 29 February begins a day early.
        is_before_leap_day = (reached + A_DAY).day == 29 and reached.month == 2
        assert counts_at_look(look, terms) == (reached if is_before_leap_day else reached + A_DAY)
    else:
        assert counts_at_look(look, terms) == date(reached.year, 1, 1)
    for _ in range(4):
        over = look - timedelta(days=terms.grace_days)
        following = following_look(look, terms)
        assert following is not None
        assert counts_at_look(following, terms) == over
        look = following


@settings(max_examples=60)
@given(ladder=LADDERS, held=POINTS, has=POINTS, terms=TERMS)
def test_look_lowers_by_one_or_to_what_is_reached_and_never_raises(ladder, held, has, terms):
    before, reached = tier_at(held, ladder), tier_at(has, ladder)
    after = after_look(before, reached, ladder, terms=terms)
    if reached.threshold >= before.threshold:
        assert after == before
    elif terms.fall == "all":
        assert after == reached
    else:
        assert ladder.rungs.index(after) == ladder.rungs.index(before) - 1


def test_tier_that_falls_by_all_lands_on_what_is_reached():
    silver, gold, platinum = CLUB.rungs
    assert after_look(platinum, silver, CLUB, terms=StandingTerms(window="rolling_year", fall="all")) == silver
    assert after_look(platinum, silver, CLUB, terms=StandingTerms(window="rolling_year", fall="one")) == gold
