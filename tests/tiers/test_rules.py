"""The ladder: where points stand on it, and how it is drawn."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.points.rules.measure import FULL, State, Stretch, percent, share
from portal.tiers.rules import (
    Ladder,
    LevelMark,
    Rung,
    Storey,
    StoreyState,
    Tick,
    ladder_of,
    progress,
    storeys,
    tier_at,
)
from tests.programme.samples import harbour
from tests.tiers.samples import CLUB, LADDERS, POINTS, hundredths

HARBOUR = ladder_of(harbour())


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


@pytest.mark.parametrize(("points", "tier"), [(-1, "ground"), (0, "ground"), (1, "first")])
def test_a_rung_one_point_up_is_reached_with_that_point_only(points, tier):
    assert tier_at(points, Ladder((Rung("ground", "Ground", 0), Rung("first", "First", 1)))).key == tier


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


def test_without_pending_or_claimed_points_there_is_nothing_hatched_or_open():
    drawn = storeys(CLUB, 1240)
    assert {(storey.hatched, storey.open, storey.open_ends_here) for storey in drawn} == {(None, None, False)}


@pytest.mark.parametrize(
    ("points", "filled"),
    [(3742, "89.94%"), (3743, "80.06%")],
    ids=["still as designed", "one more and it grows"],
)
def test_the_open_storey_keeps_its_height_until_it_is_nearly_full(points, filled):
    platinum = by_tier(storeys(CLUB, points))["platinum"]
    assert platinum.solid is not None
    assert platinum.solid.size == filled


@pytest.mark.parametrize(
    ("threshold", "ticks", "step"),
    [(90, 0, None), (4000, 39, 100), (4100, 20, 200), (8100, 16, 500), (20_100, 20, 1000), (40_100, 20, 2000)],
)
def test_ticks_stand_every_hundred_points_until_that_would_be_too_many(threshold, ticks, step):
    ground = storeys(Ladder((Rung("ground", "Ground", 0), Rung("top", "Top", threshold))), 0)[1]
    assert len(ground.ticks) == ticks
    if step:
        assert ground.ticks[0].y == percent(share(threshold - step, threshold))
        assert [tick.is_long for tick in ground.ticks[:5]] == [False, False, False, False, True]


def test_a_ladder_of_one_rung_is_one_open_storey():
    (storey,) = storeys(Ladder((Rung("only", "Only", 0),)), 110)
    assert (storey.state, storey.solid and storey.solid.size, len(storey.ticks)) == (StoreyState.HERE, "10%", 9)


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
