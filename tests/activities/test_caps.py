"""The most a member gets by one rule in a month: counted from what is promised, posted and taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.activities import sweeps
from portal.activities.rules import Item, Outcome
from portal.activities.service import Ineligible, Recorded
from portal.clock import now
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests.activities.capping import RULE, use_rule
from tests.activities.messages import entries, event, expected, message, record
from tests.cast import Person
from tests.factories import a_member
from tests.together import together

NOV = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture
def capped(session: scoped_session[Session]) -> Iterator[None]:
    club = use_rule()
    yield
    programme.use(club)


def order(member: Person, pounds: int, at: datetime = NOV, **changes: object) -> Recorded:
    return record(message(member.number, amount_minor=pounds * 100, occurred_at=at, **changes))


def points(member: Person) -> list[int]:
    return [promise.points for promise in expected(member)]


@pytest.mark.usefixtures("capped")
def test_what_is_promised_and_posted_fills_the_month(asha: Person):
    order(asha, 70)
    sweeps.post_due(NOV + timedelta(days=9))

    assert [order(asha, pounds).code for pounds in (20, 40, 5, 30)] == ["", "", "below_minimum", "cap_reached"]

    assert points(asha) == [70, 20, 10]


@pytest.mark.usefixtures("capped")
def test_month_is_that_of_the_clubs_own_zone(asha: Person):
    """In summer the first hour of a month of the club is the last of the month before in UTC."""
    may = datetime(2026, 5, 31, 22, 59, tzinfo=UTC)
    june = may + timedelta(minutes=1)

    for at in (may, june, june + timedelta(hours=3)):
        order(asha, 80, at)

    assert points(asha) == [80, 80, 20]


@pytest.mark.usefixtures("capped")
def test_what_was_taken_back_leaves_room_again(asha: Person):
    order(asha, 100)
    sweeps.post_due(NOV + timedelta(days=9))
    [entry] = entries(asha)
    with unit_of_work():
        tiers.reverse(asha.member, entry.id, text="Returned", key="back", by=None, at=now())

    assert order(asha, 60).outcome is Outcome.PENDING


@pytest.mark.usefixtures("capped")
def test_points_of_another_member_or_activity_fill_nothing(asha: Person, bruno: Person):
    order(bruno, 100)
    record(message(asha.number, activity="quiz", amount_minor=None, currency="", occurred_at=NOV))

    assert order(asha, 100).outcome is Outcome.PENDING


@pytest.mark.usefixtures("capped")
def test_what_brings_nothing_keeps_the_steps_that_say_why(asha: Person):
    recorded = order(asha, 12, items=(Item("delivery", 450),))

    kept = event(recorded)
    assert (recorded.code, kept.rule_version) == (Ineligible.BELOW_MINIMUM, "capped")
    assert kept.computation == [
        {"kind": "excluded", "value": "450", "points": 0, "amount_minor": 1200, "label": "delivery"},
        {"kind": "amount", "value": "1", "points": 7, "amount_minor": 750, "unit_minor": 100},
        {"kind": "minimum", "value": "1000", "points": 0, "amount_minor": 750},
    ]


@pytest.mark.usefixtures("capped")
def test_new_rule_leaves_alone_what_was_promised_and_posted(asha: Person):
    order(asha, 40)
    sweeps.post_due(NOV + timedelta(days=9))
    order(asha, 30)
    before = [(entry.points, entry.computation) for entry in entries(asha)], points(asha)
    club = programme.current()
    dearer = RULE.model_copy(update={"version": "dear", "points_per_unit": 3, "minimum_minor": None})
    programme.use(club.model_copy(update={"rules": (dearer,)}))

    sweeps.post_due(NOV + timedelta(days=9))

    assert before == ([(40, entries(asha)[0].computation)], [40, 30])
    assert [(entry.points, entry.rule_version) for entry in entries(asha)] == [(40, "capped"), (30, "capped")]


def test_orders_that_come_at_once_never_share_the_same_room(free_app: Flask):
    club = use_rule()
    try:
        mira = a_member("Mira Novak")
        assert together(free_app, [lambda: order(mira, 30)] * 6) == []
    finally:
        programme.use(club)

    assert sorted(points(mira)) == [10, 30, 30, 30]
