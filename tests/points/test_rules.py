"""Points by month, their drawing, and the gaps of a history."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.points.rules import (
    EntryKind,
    Gap,
    Label,
    MonthSum,
    State,
    Stretch,
    bars,
    gap_between,
    gaps,
    month_sums,
)
from portal.points.rules.measure import FULL, percent, share

NOVEMBER = date(2026, 11, 22)
LONG_AGO = date(2000, 1, 1)
POINTS = st.integers(min_value=0, max_value=10**9)
MONTHS = st.lists(
    st.builds(
        MonthSum, month=st.just(date(2026, 11, 1)), earned=POINTS, taken_back=POINTS, spent=POINTS, pending=POINTS
    ),
    min_size=1,
    max_size=12,
)


def hundredths(text: str) -> int:
    return round(float(text.removesuffix("%")) * 100)


def month(number: int, earned: int = 0, *, taken_back: int = 0, pending: int = 0) -> MonthSum:
    return MonthSum(date(2026, number, 1), earned, taken_back=taken_back, pending=pending)


def test_points_are_summed_by_month_and_by_what_they_were():
    entries = [
        (date(2026, 11, 30), EntryKind.EARN, 100),
        (date(2026, 11, 1), EntryKind.GOODWILL, 20),
        (date(2026, 11, 2), EntryKind.REVERSAL, -30),
        (date(2026, 11, 2), EntryKind.CORRECTION, -5),
        (date(2026, 11, 3), EntryKind.REDEMPTION, -40),
        (date(2026, 11, 3), EntryKind.EXPIRY, -2),
        (date(2026, 10, 31), EntryKind.BONUS, 7),
        (date(2026, 10, 31), EntryKind.REVERSAL, 9),
        (date(2026, 8, 31), EntryKind.EARN, 1000),
    ]
    assert month_sums(entries, upto=NOVEMBER, months=3) == (
        MonthSum(date(2026, 9, 1)),
        MonthSum(date(2026, 10, 1), earned=16),
        MonthSum(date(2026, 11, 1), earned=120, taken_back=35, spent=42),
    )


def test_points_on_their_way_stand_in_the_month_of_their_activity_or_in_the_current_one():
    pending = [(date(2026, 10, 31), 50), (date(2026, 11, 20), 120), (date(2026, 1, 1), 8)]
    sums = month_sums([], pending, upto=NOVEMBER, months=2)
    assert [(one.month.month, one.pending) for one in sums] == [(10, 50), (11, 128)]


@pytest.mark.parametrize(
    ("upto", "months", "first"),
    [
        (date(2026, 1, 31), 2, date(2025, 12, 1)),
        (date(2026, 12, 1), 12, date(2026, 1, 1)),
        (date(2024, 2, 29), 13, date(2023, 2, 1)),
    ],
)
def test_the_last_months_reach_over_the_turn_of_the_year(upto, months, first):
    sums = month_sums([], upto=upto, months=months)
    assert (sums[0].month, sums[-1].month, len(sums)) == (first, upto.replace(day=1), months)


def test_the_chart_of_the_design_is_drawn_as_it_was_designed():
    sums = (
        month(6, 110),
        month(10, 430, taken_back=90),
        month(11, 440, pending=200),
    )
    june, october, november = bars(sums, current=NOVEMBER)
    assert june.parts == (Stretch(State.SOLID, "62.94%", "13.06%", "76%"),)
    assert october.parts == (
        Stretch(State.SOLID, "24.94%", "51.06%", "76%"),
        Stretch(State.LESS, "76%", "10.69%", "86.69%"),
    )
    assert november.parts == (
        Stretch(State.SOLID, "23.75%", "52.25%", "76%"),
        Stretch(State.HATCHED, "0%", "23.75%", "23.75%"),
    )
    assert october.labels == (
        Label(430, "24.94%", "-.5em", is_inside=False, is_signed=False),
        Label(-90, "86.69%", "1.2em", is_inside=False, is_signed=True),
    )
    assert november.labels == (
        Label(440, "23.75%", "1.3em", is_inside=True, is_signed=False),
        Label(200, "0%", "-.5em", is_inside=False, is_signed=True),
    )
    assert [bar.is_current for bar in (june, october, november)] == [False, False, True]
    assert {bar.rung for bar in (june, october, november)} == {"76%"}


def test_without_anything_taken_back_the_bars_have_the_whole_height():
    (bar,) = bars((month(11, 10),), current=NOVEMBER)
    assert (bar.rung, bar.parts) == ("100%", (Stretch(State.SOLID, "0%", "100%", "100%"),))


def test_when_more_was_taken_back_than_came_the_rung_moves_up():
    (bar,) = bars((month(11, 100, taken_back=300),), current=NOVEMBER)
    assert (bar.rung, [part.end for part in bar.parts]) == ("22.25%", ["22.25%", "89%"])


def test_what_was_spent_hangs_below_what_was_taken_back():
    (bar,) = bars((MonthSum(date(2026, 11, 1), 100, taken_back=40, spent=60),), current=NOVEMBER)
    assert bar.parts == (
        Stretch(State.SOLID, "0%", "44.5%", "44.5%"),
        Stretch(State.LESS, "44.5%", "17.8%", "62.3%"),
        Stretch(State.SPENT, "62.3%", "26.7%", "89%"),
    )
    assert [label.points for label in bar.labels] == [100, -100]


def test_a_month_without_points_has_no_bar_and_no_number():
    (bar,) = bars((month(11),), current=NOVEMBER)
    assert (bar.parts, bar.labels) == ((), ())


def test_a_number_that_has_no_room_in_its_bar_is_left_to_the_text():
    (bar,) = bars((month(11, 5, pending=500),), current=NOVEMBER)
    assert [label.points for label in bar.labels] == [500]


def test_no_months_make_no_bars():
    assert bars((), current=NOVEMBER) == ()


@given(sums=MONTHS)
def test_bars_stay_in_the_drawing_and_their_parts_meet(sums):
    for bar in bars(tuple(sums), current=NOVEMBER):
        parts = {part.state: part for part in bar.parts}
        for part in bar.parts:
            start, size, end = (hundredths(text) for text in (part.start, part.size, part.end))
            assert 0 <= start < end <= FULL
            assert start + size == end
        if State.SOLID in parts:
            assert parts[State.SOLID].end == bar.rung
        if State.SOLID in parts and State.HATCHED in parts:
            assert parts[State.HATCHED].end == parts[State.SOLID].start
        if State.LESS in parts:
            assert parts[State.LESS].start == bar.rung
        if State.SPENT in parts:
            assert parts[State.SPENT].start == (parts[State.LESS].end if State.LESS in parts else bar.rung)


def drawn_as(state: State, sums: MonthSum) -> int:
    return {State.SOLID: sums.earned, State.LESS: sums.taken_back, State.SPENT: sums.spent}.get(state, 0)


@given(sums=MONTHS)
def test_all_bars_of_a_chart_have_one_scale(sums):
    lengths = [
        (earned, hundredths(part.size))
        for bar in bars(tuple(sums), current=NOVEMBER)
        for part in bar.parts
        for earned in [drawn_as(part.state, bar.sums)]
        if part.state is not State.HATCHED
    ]
    for points, length in lengths:
        for others, other in lengths:
            assert points >= others or length <= other + 1


@pytest.mark.parametrize(
    ("days", "is_gap"),
    [(0, False), (6, False), (7, False), (8, True), (400, True)],
)
def test_a_gap_is_more_than_a_week_without_points(days, is_gap):
    newer = NOVEMBER - timedelta(days=1)
    gap = gap_between(newer - timedelta(days=days), newer, claimable_since=LONG_AGO)
    assert gap == (Gap(newer - timedelta(days=days), newer) if is_gap else None)


@pytest.mark.parametrize(
    ("claimable_since", "gap"),
    [
        (date(2026, 10, 1), Gap(date(2026, 10, 19), date(2026, 10, 28))),
        (date(2026, 10, 20), Gap(date(2026, 10, 20), date(2026, 10, 28))),
        (date(2026, 10, 21), None),
        (date(2026, 11, 30), None),
    ],
)
def test_nobody_is_asked_about_days_that_cannot_be_claimed(claimable_since, gap):
    assert gap_between(date(2026, 10, 19), date(2026, 10, 28), claimable_since=claimable_since) == gap


def test_each_line_knows_the_gap_below_it():
    days = [date(2026, 11, 2), date(2026, 10, 28), date(2026, 10, 19)]
    assert gaps(days, claimable_since=LONG_AGO) == (None, Gap(days[2], days[1]), None)


def test_the_gap_below_the_last_line_of_a_page_needs_the_next_page():
    days = [date(2026, 11, 2)]
    assert gaps(days, claimable_since=LONG_AGO, before=date(2026, 10, 1)) == (Gap(date(2026, 10, 1), days[0]),)


def test_an_empty_history_has_no_gaps():
    assert gaps([], claimable_since=LONG_AGO) == ()


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0%"), (1, "0.01%"), (1733, "17.33%"), (8000, "80%"), (950, "9.5%"), (FULL, "100%"), (1005, "10.05%")],
)
def test_per_cent_are_written_as_briefly_as_can_be(number, text):
    assert percent(number) == text


@pytest.mark.parametrize(
    ("value", "whole", "part"), [(1, 3, 3333), (2, 3, 6667), (1, 20_000, 1), (0, 7, 0), (7, 7, FULL)]
)
def test_a_share_is_rounded_to_the_nearest(value, whole, part):
    assert share(value, whole) == part
