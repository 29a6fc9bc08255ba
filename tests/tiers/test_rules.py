"""The ladder: where points stand on it, and how it is drawn."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.points.rules.measure import FULL, State, Stretch
from portal.tiers.rules import (
    Ladder,
    LevelMark,
    Rung,
    Storey,
    StoreyState,
    Tick,
    ladder_of,
    level,
    progress,
    storeys,
    tier_at,
)
from tests.programme.samples import club, harbour

CLUB = ladder_of(club())
HARBOUR = ladder_of(harbour())
POINTS = st.integers(min_value=0, max_value=1_000_000)
LADDERS = st.builds(
    lambda steps: Ladder(
        tuple(Rung(f"tier_{number}", f"Tier {number}", sum(steps[:number])) for number in range(len(steps) + 1))
    ),
    st.lists(st.integers(min_value=1, max_value=100_000), max_size=6),
)


def hundredths(text: str) -> int:
    return round(float(text.removesuffix("%")) * 100)


def by_tier(drawn: tuple[Storey, ...]) -> dict[str, Storey]:
    return {storey.rung.key: storey for storey in drawn}


@pytest.mark.parametrize(
    ("points", "tier", "following", "missing"),
    [
        (-40, "silver", "gold", 1540),
        (0, "silver", "gold", 1500),
        (1240, "silver", "gold", 260),
        (1499, "silver", "gold", 1),
        (1500, "gold", "platinum", 1500),
        (2999, "gold", "platinum", 1),
        (3000, "platinum", None, 0),
        (1_000_000, "platinum", None, 0),
    ],
)
def test_points_stand_on_the_highest_rung_they_reach(points, tier, following, missing):
    found = progress(points, CLUB)
    assert (found.current.key, found.following and found.following.key, found.missing) == (tier, following, missing)
    assert tier_at(points, CLUB).key == tier


@pytest.mark.parametrize(
    ("points", "tier"),
    [(0, "shore"), (249, "shore"), (250, "pier"), (999, "pier"), (1000, "bay"), (4999, "bay"), (5000, "ocean")],
)
def test_four_tiers_work_as_three_do(points, tier):
    assert tier_at(points, HARBOUR).key == tier


@given(ladder=LADDERS, points=st.integers(min_value=-1000, max_value=1_000_000))
def test_missing_points_lead_exactly_to_the_next_tier(ladder, points):
    found = progress(points, ladder)
    if found.following is None:
        assert (found.current, found.missing) == (ladder.top, 0)
    else:
        assert found.missing > 0
        assert tier_at(points + found.missing, ladder) == found.following
        assert tier_at(points + found.missing - 1, ladder) == found.current


@pytest.mark.parametrize("thresholds", [(), (5,), (0, 0), (0, 10, 10), (0, 20, 10)])
def test_a_ladder_begins_at_zero_and_rises(thresholds):
    with pytest.raises(ValueError, match=r"ladder begins at 0|each rung lies higher"):
        Ladder(tuple(Rung(str(place), str(place), threshold) for place, threshold in enumerate(thresholds)))


def test_the_ladder_of_the_design_is_drawn_as_it_was_designed():
    platinum, gold, silver = storeys(CLUB, 1240, 200, 150)

    assert silver == Storey(
        rung=CLUB.rungs[0],
        state=StoreyState.HERE,
        missing=0,
        ticks=(),
        solid=Stretch(State.SOLID, "17.33%", "82.67%", "100%"),
        hatched=Stretch(State.HATCHED, "4%", "13.33%", "17.33%"),
        open=Stretch(State.OPEN, "0%", "4%", "4%"),
        open_ends_here=False,
        level=LevelMark(1240, "17.33%", "1em"),
        is_on_rung=False,
    )
    assert (gold.state, gold.missing, gold.solid, gold.hatched) == (StoreyState.AHEAD, 260, None, None)
    assert (gold.open, gold.open_ends_here) == (Stretch(State.OPEN, "94%", "6%", "100%"), True)
    assert gold.ticks[:5] == (
        Tick("93.33%", is_long=False),
        Tick("86.67%", is_long=False),
        Tick("80%", is_long=False),
        Tick("73.33%", is_long=False),
        Tick("66.67%", is_long=True),
    )
    assert (platinum.state, platinum.missing, platinum.open) == (StoreyState.TOP, 1760, None)
    assert [tick.y for tick in platinum.ticks] == [
        "87.88%",
        "75.76%",
        "63.64%",
        "51.52%",
        "39.39%",
        "27.27%",
        "15.15%",
        "3.03%",
    ]
    assert [tick.is_long for tick in platinum.ticks].index(True) == 4


@pytest.mark.parametrize(
    ("points", "level_mark", "is_on_rung"),
    [
        (0, None, True),
        (1, LevelMark(1, "100%", "-2em"), False),
        (374, LevelMark(374, "100%", "-2em"), False),
        (375, LevelMark(375, "75%", "1em"), False),
        (1490, LevelMark(1490, "0.67%", "1em"), False),
        (1500, None, True),
        (3000, None, True),
        (3240, LevelMark(3240, "70.91%", "1em"), False),
    ],
    ids=[
        "nothing",
        "lowest quarter",
        "still lowest quarter",
        "a quarter",
        "high",
        "gold",
        "platinum",
        "beyond the top",
    ],
)
def test_the_number_hangs_below_the_level_or_gives_way_to_the_rung(points, level_mark, is_on_rung):
    drawn = storeys(CLUB, points)
    here = next(storey for storey in drawn if storey.state is StoreyState.HERE)
    assert (here.level, here.is_on_rung) == (level_mark, is_on_rung)
    assert [storey.level for storey in drawn if storey is not here] == [None, None]


@pytest.mark.parametrize(
    ("points", "states"),
    [
        (0, {"silver": "here", "gold": "ahead", "platinum": "top"}),
        (1499, {"silver": "here", "gold": "ahead", "platinum": "top"}),
        (1500, {"silver": "past", "gold": "here", "platinum": "top"}),
        (2999, {"silver": "past", "gold": "here", "platinum": "top"}),
        (3000, {"silver": "past", "gold": "past", "platinum": "here"}),
    ],
)
def test_each_storey_knows_where_it_lies(points, states):
    drawn = storeys(CLUB, points)
    assert {storey.rung.key: storey.state.value for storey in drawn} == states
    assert [storey.rung.threshold for storey in drawn] == [3000, 1500, 0]


def test_points_asked_for_that_end_on_a_rung_are_closed_below_it():
    drawn = by_tier(storeys(CLUB, 1000, 0, 500))
    assert (drawn["silver"].open_ends_here, drawn["gold"].open_ends_here, drawn["gold"].open) == (True, False, None)


def test_the_open_storey_grows_above_points_beyond_its_top():
    platinum = by_tier(storeys(CLUB, 20_000))["platinum"]
    assert platinum.solid == Stretch(State.SOLID, "20%", "80%", "100%")


def test_less_than_nothing_is_drawn_as_nothing():
    assert storeys(CLUB, -50, -5, -5) == storeys(CLUB, 0)


@given(ladder=LADDERS, confirmed=POINTS, pending=POINTS, claimed=POINTS)
def test_storeys_cover_the_ladder_and_their_parts_meet_exactly(ladder, confirmed, pending, claimed):
    drawn = storeys(ladder, confirmed, pending, claimed)

    assert [storey.rung for storey in reversed(drawn)] == list(ladder.rungs)
    for storey in drawn:
        edge = FULL
        for part in (storey.solid, storey.hatched, storey.open):
            if part:
                assert hundredths(part.end) == edge
                assert hundredths(part.start) + hundredths(part.size) == edge
                edge = hundredths(part.start)
        assert edge >= 0
        assert all(hundredths(tick.y) <= edge for tick in storey.ticks)
    for above, below in pairwise(drawn):
        if any((above.solid, above.hatched, above.open)):
            assert 0 in [hundredths(part.start) for part in (below.solid, below.hatched, below.open) if part]


@given(ladder=LADDERS, confirmed=POINTS, pending=POINTS, claimed=POINTS)
def test_the_open_storey_always_has_air_above_what_is_drawn(ladder, confirmed, pending, claimed):
    assume(confirmed + pending + claimed >= ladder.top.threshold + 10)
    top = storeys(ladder, confirmed, pending, claimed)[0]
    assert all(hundredths(part.start) >= 900 for part in (top.solid, top.hatched, top.open) if part)


@given(ladder=LADDERS, confirmed=POINTS)
def test_exactly_one_storey_is_the_members_and_has_the_number(ladder, confirmed):
    drawn = storeys(ladder, confirmed)
    here = [storey for storey in drawn if storey.state is StoreyState.HERE]
    assert [storey.rung for storey in here] == [tier_at(confirmed, ladder)]
    assert [(storey.level is not None) ^ storey.is_on_rung for storey in here] == [True]


@given(ladder=LADDERS, confirmed=POINTS)
def test_no_storey_is_crowded_with_ticks(ladder, confirmed):
    assert all(len(storey.ticks) <= 40 for storey in storeys(ladder, confirmed))


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
