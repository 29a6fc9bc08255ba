from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.care.rules import Coming, PointsRange, burnt, change, points_ranges
from portal.points.rules import Standing
from portal.tiers.rules import Ladder, Rung

LADDER = Ladder((Rung("silver", "Silver", 0), Rung("gold", "Gold", 1500), Rung("platinum", "Platinum", 3000)))
NOTHING = Coming(0, None)
START = datetime(2026, 11, 20, 9, tzinfo=UTC)
DUE = START + timedelta(days=4)


@pytest.mark.parametrize(("hours", "percent"), [(-1, 0), (0, 0), (24, 25), (48, 50), (95, 99), (96, 100), (500, 100)])
def test_fuse_burns_from_sending_to_due(hours, percent):
    assert burnt(START, DUE, at=START + timedelta(hours=hours)) == percent


def test_fuse_of_a_promise_without_time_is_burnt():
    assert burnt(DUE, DUE, at=START) == 100


def test_ranges_cover_every_number_once():
    ranges = points_ranges((100, 500))

    assert ranges == (PointsRange(0, 100), PointsRange(101, 500), PointsRange(501, None))
    assert [each.key for each in ranges] == ["0-100", "101-500", "501-"]


def test_decision_shows_balance_and_tier_on_both_sides():
    found = change(
        Standing(1240, 1240), 150, counts_for_tier=True, ladder=LADDER, coming=Coming(200, date(2026, 11, 22))
    )

    assert (found.before.standing, found.after.standing) == (Standing(1240, 1240), Standing(1390, 1390))
    assert (found.after.progress.current.name, found.after.progress.missing) == ("Silver", 110)
    assert found.before.progress_with_coming.current.name == "Silver"
    assert found.after.progress_with_coming.current.name == "Gold"
    assert found.reaches == ""


def test_decision_that_reaches_a_tier_says_so():
    assert change(Standing(1490, 1490), 10, counts_for_tier=True, ladder=LADDER, coming=NOTHING).reaches == "Gold"
    assert change(Standing(1490, 1490), 9, counts_for_tier=True, ladder=LADDER, coming=NOTHING).reaches == ""
    assert change(Standing(1500, 1500), -1, counts_for_tier=True, ladder=LADDER, coming=NOTHING).reaches == ""


def test_gift_moves_the_balance_alone():
    found = change(Standing(1490, 1490), 100, counts_for_tier=False, ladder=LADDER, coming=NOTHING)

    assert found.after.standing == Standing(1590, 1490)
    assert found.after.progress.current.name == "Silver"


def test_points_that_were_on_their_way_are_not_counted_twice():
    coming = Coming(200, date(2026, 11, 22))

    found = change(Standing(0, 0), 120, counts_for_tier=True, ladder=LADDER, coming=coming, settles=120)

    assert (found.before.coming, found.after.coming) == (coming, Coming(80, date(2026, 11, 22)))


@given(st.integers(-5000, 10_000), st.integers(-2000, 5000), st.booleans(), st.integers(0, 3000))
def test_every_decision_adds_up(status, points, counts, coming):
    found = change(Standing(status, status), points, counts_for_tier=counts, ladder=LADDER, coming=Coming(coming, None))

    assert found.after.standing.balance == status + points
    assert found.after.standing.status_points == status + (points if counts else 0)
    following = found.after.progress.following
    assert found.after.progress.missing == (
        following.threshold - found.after.standing.status_points if following else 0
    )
