"""A cancellation undoes an order or a registration altogether, and frees the device."""

from datetime import timedelta
from itertools import permutations

import pytest

from portal.activities.rules import Ineligible, Outcome
from portal.clock import now
from tests.activities.messages import entries, event, record
from tests.activities.takings import before, bought, cancelled, post, sent_back, stands
from tests.cast import Person
from tests.factories import a_member

pytestmark = pytest.mark.usefixtures("session")

SERIAL = {"activity": "device", "subject": "K7Q2 M4XD 93TA", "amount_minor": None, "currency": ""}


def test_cancelled_order_is_undone_after_posting_and_before(asha: Person, bruno: Person):
    posted, promised = bought(asha), bought(bruno, occurred_at=now() - timedelta(hours=5))

    post(posted, cancelled(posted), promised, cancelled(promised))

    assert (stands(asha), stands(bruno)) == ((0, 0, [45, -45], []), (0, 0, [], []))
    assert entries(asha)[1].computation == [{"kind": "cancelled", "value": "45", "points": 45}]


def test_what_is_left_after_a_return_is_undone_in_any_order():
    ends = set()
    for sequence in permutations(range(3)):
        member = a_member()
        order = bought(member)
        told = (order, sent_back(order, 1000), cancelled(order, occurred_at=order.occurred_at + timedelta(hours=2)))
        post(*(told[place] for place in sequence))
        balance, status, _lines, promised = stands(member)
        ends.add((balance, status, tuple(promised)))

    assert ends == {(0, 0, ())}


def test_cancellation_that_comes_first_waits(asha: Person):
    order = bought(asha)

    undone, first = record(cancelled(order)), record(order)

    assert (first.outcome, first.code, event(undone).outcome) == (Outcome.CANCELLED, "cancelled", "credited")
    assert stands(asha) == (0, 0, [], [])


def test_late_copy_of_a_cancelled_order_earns_nothing(asha: Person):
    order = bought(asha)
    post(order, cancelled(order))

    assert record(bought(asha)).outcome is Outcome.CANCELLED


def test_device_is_freed_and_can_be_registered_again(asha: Person):
    day = before()
    told = bought(asha, **SERIAL | {"occurred_at": day})
    record(told)
    post(cancelled(told))
    again = record(bought(asha, **SERIAL | {"occurred_at": day + timedelta(hours=2)}))

    assert again.outcome is Outcome.PENDING
    assert stands(asha)[3] == [80]


def test_old_cancellation_does_not_undo_what_came_after_it(asha: Person):
    first = bought(asha, **SERIAL)
    later = bought(asha, **SERIAL | {"occurred_at": before() + timedelta(hours=2)})

    post(later, cancelled(first))

    assert stands(asha)[0] == 80


def test_cancelling_what_earned_nothing_is_refused(asha: Person):
    order = bought(asha, amount_minor=0)

    _first, undone = post(order, cancelled(order))

    assert (undone.outcome, undone.code) == (Outcome.INELIGIBLE, Ineligible.NOTHING_LEFT)
