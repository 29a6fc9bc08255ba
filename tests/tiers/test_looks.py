"""Tiers that are kept for a year: up at once, looked at when the year is over, and letters before and after."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from portal import doctor
from portal.points.rules import EntryKind
from portal.tiers import sweeps
from portal.tiers.queries import look_at
from tests.cast import Person
from tests.factories import a_member
from tests.tiers.windows import day, earn, held, kept_by, letters, looked_at, send_back, swept

JOINED = day(2024, 1, 10)


@pytest.fixture
def mira(session) -> Person:
    return a_member("Mira Novak", joined=JOINED)


@pytest.fixture(autouse=True)
def _rolling(session) -> Iterator[None]:
    with kept_by(window="rolling_year", grace_days=30):
        yield


def tiers_fault(moment: datetime) -> str:
    """Give what the doctor finds wrong with tiers."""
    return next((found.words for found in doctor.examine(at=moment) if found.name == "tiers" and not found.is_fine), "")


def test_only_the_last_twelve_months_lift(mira: Person):
    earn(mira, 1000, day(2025, 3, 2))
    assert not earn(mira, 600, day(2026, 3, 2)).has_moved
    follow = earn(mira, 900, day(2026, 3, 3))

    assert (follow.tier_after, follow.figure) == ("gold", 1500)
    assert looked_at(mira) == "2027-04-03"


def test_tier_is_kept_while_its_points_leave_the_window(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    follow = earn(mira, 10, day(2027, 3, 20))

    assert (follow.tier_after, follow.figure) == ("gold", 10)
    assert swept(sweeps.look_again, day(2027, 4, 1)) == 0


def test_enough_points_keep_it_for_another_year_those_of_the_grace_included(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    earn(mira, 1400, day(2027, 3, 3))
    earn(mira, 100, day(2027, 4, 1))

    assert swept(sweeps.look_again, day(2027, 4, 4)) == 1
    assert (held(mira)[-1], looked_at(mira)) == (("gold", "earn"), "2028-04-03")
    assert letters("tier_lowered") == []


def test_too_few_lower_it_with_a_letter_once(mira: Person):
    earn(mira, 3000, day(2026, 3, 3))
    earn(mira, 20, day(2027, 3, 20))
    late = day(2027, 4, 5)

    assert [swept(sweeps.look_again, late) for _ in range(2)] == [1, 0]

    assert held(mira)[-2:] == [("platinum", "earn"), ("gold", "review")]
    assert looked_at(mira) == "2028-04-03"
    [letter] = letters("tier_lowered")
    assert (letter.facts["tier"], letter.facts["now"], letter.facts["has"]) == ("Platinum", "Gold", 20)


def test_letter_says_beforehand_what_is_missing_once(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    earn(mira, 1290, day(2027, 2, 1))
    early, soon = day(2027, 3, 1), day(2027, 3, 10)

    assert [swept(sweeps.warn_ahead, moment) for moment in (early, soon, soon)] == [0, 1, 0]
    [letter] = letters("tier_at_stake")
    facts = {key: letter.facts[key] for key in ("tier", "has", "missing", "otherwise")}
    assert facts == {"tier": "Gold", "has": 1290, "missing": 210, "otherwise": "Silver"}


def test_whoever_has_enough_is_not_warned(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    earn(mira, 1500, day(2027, 2, 1))

    assert swept(sweeps.warn_ahead, day(2027, 3, 10)) == 0


def test_return_of_what_reached_the_tier_lowers_it_at_once(mira: Person):
    order = earn(mira, 1500, day(2026, 3, 3))

    assert send_back(mira, order, 1, day(2026, 3, 9)).tier_after == "silver"
    assert held(mira)[-1] == ("silver", "reversal")


def test_return_of_a_later_order_leaves_the_tier_until_the_look(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    later = earn(mira, 1600, day(2027, 3, 20))

    assert send_back(mira, later, 1600, day(2027, 3, 22)).tier_after == "gold"


def test_points_the_desk_takes_for_another_reason_leave_the_tier_until_the_look(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    follow = earn(mira, -1, day(2026, 3, 9), kind=EntryKind.CORRECTION)

    assert (follow.tier_after, follow.figure) == ("gold", 1499)


def test_return_of_an_old_order_takes_nothing_from_this_year(mira: Person):
    old = earn(mira, 500, day(2025, 1, 5))
    earn(mira, 1500, day(2026, 3, 3))

    follow = send_back(mira, old, 500, day(2026, 3, 9))

    assert (follow.tier_after, follow.figure) == ("gold", 1500)


def test_doctor_knows_a_tier_that_is_kept_and_misses_a_look(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))

    assert swept(tiers_fault, day(2027, 3, 20)) == ""
    assert "gold was not looked at" in swept(tiers_fault, day(2027, 4, 9))


def test_member_is_told_how_the_look_stands(mira: Person):
    earn(mira, 1500, day(2026, 3, 3))
    earn(mira, 1290, day(2027, 2, 1))

    look = look_at(mira.member)

    assert look is not None
    assert (look.tier, look.on.isoformat(), look.counts_from.isoformat()) == ("gold", "2027-04-03", "2026-03-04")
    assert (look.has, look.missing, look.otherwise) == (1290, 210, "silver")
