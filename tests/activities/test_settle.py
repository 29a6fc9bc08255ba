"""What was posted by hand settles what was promised for the same thing, so that nothing is paid twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.activities import service, sweeps
from portal.activities.rules import EventKind, Outcome
from portal.clock import now
from portal.db import db
from portal.errors import Conflict
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests.activities.messages import entries, event, expected, message, record
from tests.cast import Person
from tests.factories import an_event, an_expectation
from tests.points.postings import figures, posting


def settle(member: Person, *, subject: str = "", event_id: object = None) -> object:
    """Post 45 points by hand for an order, and settle; give the entry."""
    with unit_of_work():
        follow = tiers.post(member.member, posting(45, event_id=event_id), at=now())
        entry_id = follow.posted.entry_id
        service.settle(member.member, entry_id, activity="order", subject=subject, event_id=event_id, at=now())  # type: ignore[arg-type]
    return entry_id


def test_unmatched_event_becomes_the_members_own(asha: Person):
    found = an_event()

    settle(asha, event_id=found.id)

    db.session.refresh(found)
    assert (found.outcome, found.member_id) == (Outcome.CREDITED, asha.member)


def test_promise_of_the_event_is_settled(asha: Person):
    recorded = record(message(asha.number, occurred_at=now() - timedelta(days=3)))

    entry_id = settle(asha, event_id=recorded.event_id)

    assert [promise.satisfied_by_id for promise in expected(asha)] == [entry_id]
    assert event(recorded).outcome == Outcome.CREDITED
    assert sweeps.post_due(now()) == 0
    assert figures(asha) == (45, 45, 1)


def test_promise_of_the_same_reference_is_settled_however_it_is_spelt(asha: Person):
    recorded = record(message(asha.number, subject="7041 8822", occurred_at=now() - timedelta(days=3)))

    entry_id = settle(asha, subject="70418822")

    assert [promise.satisfied_by_id for promise in expected(asha)] == [entry_id]
    assert event(recorded).outcome == Outcome.CREDITED
    assert sweeps.post_due(now()) == 0


def test_promise_without_an_event_is_settled_too(asha: Person):
    an_expectation(asha, 45, activity="order", subject="7041 8822")

    entry_id = settle(asha, subject="7041 8822")

    assert [promise.satisfied_by_id for promise in expected(asha)] == [entry_id]


def test_promises_for_something_else_stay(asha: Person, bruno: Person):
    record(message(asha.number, subject="1111 2222"))
    record(message(asha.number, activity="referral", subject="7041 8822", amount_minor=None, currency=""))
    record(message(bruno.number, subject="7041 8822"))

    settle(asha, subject="7041 8822")

    assert [promise.satisfied_by_id for promise in (*expected(asha), *expected(bruno))] == [None] * 3


def test_points_without_a_reference_settle_nothing(asha: Person):
    record(message(asha.number, subject=""))

    settle(asha)

    assert [promise.satisfied_by_id for promise in expected(asha)] == [None]


@pytest.mark.parametrize("outcome", [Outcome.CREDITED, Outcome.CANCELLED, Outcome.DUPLICATE])
def test_event_that_is_settled_already_cannot_be_taken(asha: Person, outcome: Outcome):
    found = an_event(outcome=outcome)

    with pytest.raises(Conflict):
        settle(asha, event_id=found.id)

    assert figures(asha) == (0, 0, 0)


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.INELIGIBLE])
def test_event_of_somebody_else_cannot_be_taken(asha: Person, bruno: Person, outcome: Outcome):
    found = an_event(bruno, outcome=outcome)

    with pytest.raises(Conflict):
        settle(asha, event_id=found.id)

    db.session.refresh(found)
    assert (found.outcome, found.member_id) == (outcome, bruno.member)


def test_event_that_earned_nothing_by_itself_can_be_granted_to_its_own_member(asha: Person):
    found = an_event(asha, outcome=Outcome.INELIGIBLE)

    settle(asha, event_id=found.id)

    db.session.refresh(found)
    assert found.outcome == Outcome.CREDITED


def test_share_of_what_went_back_before_is_taken_at_once(asha: Person):
    order = message("guest@club.example", occurred_at=now() - timedelta(days=3))
    first = record(order)
    back = record(replace(order, external_id="back", kind=EventKind.RETURN, amount_minor=1500))

    settle(asha, event_id=first.event_id)

    assert [entry.points for entry in entries(asha)] == [45, -15]
    assert (event(back).outcome, event(back).member_id) == (Outcome.CREDITED, asha.member)
