"""Events that meet in one moment: each has its effect once, whichever is first."""

from functools import partial

import pytest
from flask import Flask

from portal.activities import sweeps
from portal.activities.rules import Outcome
from portal.activities.service import ShopMessage, record_events
from portal.clock import now
from portal.doctor import examine
from portal.unit_of_work import unit_of_work
from tests.activities.messages import record
from tests.activities.takings import bought, cancelled, post, sent_back, spent, stands
from tests.cast import Person
from tests.factories import a_member, an_entry
from tests.together import together


def is_sound() -> bool:
    return all(finding.is_fine for finding in examine(at=now()))


def mira() -> Person:
    return a_member("Mira Novak")


def test_return_that_meets_its_order_and_the_worker_takes_what_was_granted(free_app: Flask):
    member = mira()
    order = bought(member)
    told = [order, sent_back(order, 1500), sent_back(order, 3000)]

    wrong = together(free_app, [*(partial(record, one) for one in told), lambda: sweeps.post_due(now())])
    sweeps.post_due(now())

    assert (wrong, stands(member)[:2], stands(member)[3]) == ([], (0, 0), [])
    assert is_sound()


def test_return_nobody_is_named_in_is_found_by_the_next_sweep_at_the_latest(free_app: Flask):
    people = [a_member() for _ in range(3)]
    orders = [bought(member, subject=f"{number:08d}") for number, member in enumerate(people)]
    told = [one for order in orders for one in (order, sent_back(order, member_hint=""))]

    wrong = together(free_app, [partial(record, one) for one in told])
    sweeps.find_astray(now())
    sweeps.post_due(now())

    assert (wrong, [stands(member)[0] for member in people]) == ([], [0, 0, 0])
    assert sweeps.find_astray(now()) == 0


def test_same_points_are_spent_once(free_app: Flask):
    member = mira()
    an_entry(member, 100)
    outcomes = list[Outcome]()

    def spend(number: int) -> None:
        outcomes.append(record(spent(member, 60, subject=f"V-{number}")).outcome)

    assert together(free_app, [partial(spend, number) for number in range(4)]) == []

    assert sorted(outcomes) == [Outcome.CREDITED, *[Outcome.INELIGIBLE] * 3]
    assert stands(member)[0] == 40
    assert is_sound()


@pytest.mark.parametrize("is_order", [True, False])
def test_of_many_cancellations_at_once_one_undoes_it(free_app: Flask, *, is_order: bool):
    member = mira()
    an_entry(member, 100)
    told = bought(member) if is_order else spent(member, 40)
    post(told)

    assert together(free_app, [partial(record, cancelled(told)) for _ in range(4)]) == []

    assert stands(member)[:2] == (100, 100)
    assert len(stands(member)[2]) == 3
    assert is_sound()


def test_batches_that_name_nobody_and_meet_the_other_way_round_wait_and_never_for_ever(free_app: Flask):
    people = [a_member() for _ in range(25)]
    orders = [bought(member, subject=f"{number:08d}") for number, member in enumerate(people)]
    for order in orders:
        record(order)
    halves, rests = ([sent_back(order, pence, member_hint="") for order in orders] for pence in (1500, 3000))

    def take(told: list[ShopMessage]) -> None:
        with unit_of_work():
            record_events(told, at=now())

    assert together(free_app, [partial(take, halves), partial(take, rests[::-1])]) == []
    sweeps.post_due(now())
    assert [stands(member)[0] for member in people] == [0] * 25
