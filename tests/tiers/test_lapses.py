"""Points whose time is over: gone once, with a line that says why and a letter before, and never taken twice."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from portal import doctor
from portal.db import db
from portal.points.ageing import Lapse, lapses_ahead
from portal.points.models import Entry, ExpiryNotice
from portal.points.rules import EntryKind
from portal.tiers import sweeps
from tests.cast import Person
from tests.factories import a_member
from tests.points.postings import figures
from tests.tiers.windows import day, earn, kept_by, letters, send_back, swept


@pytest.fixture(autouse=True)
def _lapsing(session) -> Iterator[None]:
    with kept_by(expiry_months=12, expiry_from=date(2026, 1, 1), warning_days=30):
        yield


@pytest.fixture
def mira(session) -> Person:
    return a_member("Mira Novak", joined=day(2024, 1, 10))


def spend(member: Person, points: int, moment) -> None:
    earn(member, -points, moment, kind=EntryKind.REDEMPTION, counts_for_tier=False)


def lines(member: Person) -> list[tuple[str, int, str]]:
    wanted = select(Entry).where(Entry.member_id == member.member).order_by(Entry.sequence)
    return [(entry.kind, entry.points, entry.text) for entry in db.session.scalars(wanted)]


def doctor_finds(moment) -> str:
    return next((found.words for found in doctor.examine(at=moment) if not found.is_fine), "")


def test_what_is_left_of_old_points_is_gone_once_and_the_tier_stays(mira: Person):
    earn(mira, 1500, day(2026, 3, 3), text="Order of 3 Mar")
    earn(mira, 200, day(2026, 5, 5))
    spend(mira, 400, day(2026, 6, 6))

    gone = [swept(sweeps.lapse_points, moment) for moment in (day(2027, 3, 2), day(2027, 3, 3), day(2027, 3, 3))]

    assert gone == [0, 1100, 0]
    assert lines(mira)[-1] == ("expiry", -1100, "Order of 3 Mar")
    assert figures(mira) == (200, 1700, 4)


def test_nothing_lapses_before_the_club_began_with_it(mira: Person):
    earn(mira, 100, day(2024, 3, 3))

    assert swept(sweeps.lapse_points, day(2025, 12, 31)) == 0
    assert lapses_ahead(mira.member) == (Lapse(date(2026, 1, 1), 100),)
    assert swept(sweeps.lapse_points, day(2026, 1, 1)) == 100


def test_return_after_the_lapse_takes_nothing_twice_and_lowers_the_tier(mira: Person):
    order = earn(mira, 1500, day(2026, 3, 3), text="Order of 3 Mar")
    earn(mira, 300, day(2027, 2, 2))
    spend(mira, 500, day(2027, 2, 3))
    swept(sweeps.lapse_points, day(2027, 3, 4))
    assert figures(mira)[0] == 300

    follow = send_back(mira, order, 1500, day(2027, 3, 5))

    assert lines(mira)[-2:] == [("reversal", -1500, "Sent back"), ("reversal", 1000, "Order of 3 Mar")]
    # As if the order had never been: 300 came, 500 were spent.
    assert figures(mira)[:2] == (-200, 300)
    assert (follow.tier_after, follow.posted.balance_after) == ("silver", -200)
    assert swept(doctor_finds, day(2027, 3, 6)) == ""


def test_letter_tells_of_each_day_once(mira: Person):
    earn(mira, 120, day(2026, 3, 3))
    earn(mira, 45, day(2026, 3, 5))
    earn(mira, 60, day(2026, 3, 20))
    moments = (day(2027, 1, 30), day(2027, 2, 10), day(2027, 2, 11), day(2027, 2, 20))

    assert [swept(sweeps.tell_of_lapses, moment) for moment in moments] == [0, 1, 0, 1]

    first, second = letters("points_lapse")
    assert (first.facts["points"], [part["points"] for part in first.facts["parts"]]) == (165, [120, 45])
    assert second.facts["points"] == 60
    assert [notice.points for notice in db.session.scalars(select(ExpiryNotice).order_by(ExpiryNotice.expires_on))] == [
        120,
        45,
        60,
    ]


def test_who_has_spent_them_hears_nothing(mira: Person):
    earn(mira, 120, day(2026, 3, 3))
    spend(mira, 120, day(2026, 4, 4))
    earn(mira, 500, day(2027, 2, 2))

    assert swept(sweeps.tell_of_lapses, day(2027, 2, 20)) == 0
    assert swept(sweeps.lapse_points, day(2027, 3, 20)) == 0


def test_doctor_finds_points_that_should_be_gone(mira: Person):
    earn(mira, 120, day(2026, 3, 3))

    assert swept(doctor_finds, day(2027, 3, 3)) == ""
    assert f"member {mira.member}" in swept(doctor_finds, day(2027, 3, 4))


def test_where_points_never_lapse_nothing_does(mira: Person):
    earn(mira, 120, day(2014, 3, 3))
    with kept_by():
        moment = day(2036, 3, 3)
        assert (swept(sweeps.lapse_points, moment), swept(sweeps.tell_of_lapses, moment)) == (0, 0)
        assert lapses_ahead(mira.member) == ()
