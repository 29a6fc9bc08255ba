"""The flat line of a decision: before, added, taken away, on its way, and the tier that matters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.points.rules.measure import FULL, State, Stretch
from portal.tiers.rules import level
from tests.tiers.samples import CLUB, LADDERS, POINTS, hundredths


def test_the_decision_of_the_design_is_drawn_as_it_was_designed():
    drawn = level(CLUB, before=1240, added=150, pending=200)
    assert (drawn.solid, drawn.hatched, drawn.less) == (
        Stretch(State.SOLID, "0%", "86.88%", "86.88%"),
        Stretch(State.HATCHED, "86.88%", "12.5%", "99.38%"),
        None,
    )
    assert (drawn.cut, drawn.rung.key, drawn.rung_at) == ("77.5%", "gold", "93.75%")


@pytest.mark.parametrize(
    ("before", "added", "tier"),
    [
        (0, 10, "gold"),
        (1240, 150, "gold"),
        (1240, 260, "gold"),
        (1240, 600, "gold"),
        (1600, 100, "platinum"),
        (1000, 2500, "platinum"),
        (1550, -100, "gold"),
        (1500, -1, "gold"),
        (3100, 50, "platinum"),
    ],
)
def test_a_decision_shows_the_rung_it_crosses_or_else_the_next(before, added, tier):
    assert level(CLUB, before=before, added=added).rung.key == tier


def test_points_taken_away_are_outlined_behind_what_stays():
    drawn = level(CLUB, before=1000, added=-400)
    assert drawn.solid == Stretch(State.SOLID, "0%", "37.5%", "37.5%")
    assert drawn.less == Stretch(State.LESS, "37.5%", "25%", "62.5%")
    assert drawn.cut is None


@pytest.mark.parametrize(
    ("before", "added", "cut"),
    [(0, 100, None), (100, 0, None), (100, -1, None), (1, 799, "0.06%"), (800, 1, "50%")],
    ids=["nothing before", "nothing added", "taken away", "one before", "one added"],
)
def test_a_cut_parts_what_was_there_from_what_is_added(before, added, cut):
    assert level(CLUB, before=before, added=added).cut == cut


def test_a_line_with_nothing_on_it_is_only_the_rung():
    drawn = level(CLUB, before=0, added=0)
    assert (drawn.solid, drawn.hatched, drawn.less, drawn.cut, drawn.rung_at) == (None, None, None, None, "93.75%")


def test_what_is_on_its_way_makes_the_line_longer_when_it_must():
    assert level(CLUB, before=1000, added=0, pending=2000).rung_at == "50%"


def test_taking_more_than_there_is_ends_at_zero():
    drawn = level(CLUB, before=100, added=-400)
    assert (drawn.solid, drawn.less and drawn.less.start) == (None, "0%")


@given(ladder=LADDERS, before=POINTS, added=st.integers(-1_000_000, 1_000_000), pending=POINTS)
def test_the_line_of_a_decision_holds_everything_drawn_on_it(ladder, before, added, pending):
    drawn = level(ladder, before=before, added=added, pending=pending)
    for part in (drawn.solid, drawn.hatched, drawn.less):
        assert part is None or 0 <= hundredths(part.start) < hundredths(part.end) <= FULL
    assert 0 <= hundredths(drawn.rung_at) <= FULL
    if drawn.solid and drawn.hatched:
        assert drawn.solid.end == drawn.hatched.start
