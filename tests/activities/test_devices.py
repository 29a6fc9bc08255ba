"""A device has one member at a time, whether the shop registered it or the member did."""

import secrets
from functools import partial

import pytest
from flask import Flask

from portal.activities import sweeps
from portal.activities.models import Event
from portal.activities.queries.devices import devices_of
from portal.activities.rules import EventKind, Ineligible, Outcome
from portal.activities.service import ShopMessage, devices
from portal.activities.service.erasing import erase_activities
from portal.clock import now
from portal.db import db
from portal.doctor import examine
from portal.errors import Refused
from portal.records.queries import club, owner_of
from portal.unit_of_work import unit_of_work
from tests.activities.messages import entries, expected, message, record
from tests.activities.takings import stands
from tests.cast import Person
from tests.factories import a_member
from tests.together import together

SERIAL = "K7Q2 M4XD 93TC"


def told(member: Person, **changes: object) -> ShopMessage:
    plain = {"activity": "device", "subject": SERIAL, "amount_minor": None, "currency": "", "occurred_at": now()}
    return message(member.number, **(plain | changes))


def register(member: Person, serial: str = SERIAL) -> None:
    with unit_of_work():
        devices.register_device(member.member, "device", serial, at=now())


def free(member: Person) -> None:
    [device] = devices_of(member.member)
    with unit_of_work():
        devices.free_device(member.member, device.id, at=now())


def serials(member: Person) -> list[str]:
    return [device.serial for device in devices_of(member.member)]


def test_registered_device_promises_its_points_at_once(asha: Person) -> None:
    register(asha)

    [promise] = expected(asha)
    assert (promise.points, promise.subject, promise.rule_version) == (80, SERIAL, "device-1")
    assert serials(asha) == [SERIAL]
    assert db.session.get_one(Event, promise.event_id).source == "portal"


def test_shop_and_portal_mean_the_same_device(asha: Person, bruno: Person) -> None:
    assert record(told(asha)).outcome is Outcome.PENDING
    assert serials(asha) == [SERIAL]

    with pytest.raises(Refused, match=devices.YOURS):
        register(asha, "k7q2-m4xd-93tc")
    with pytest.raises(Refused, match=Ineligible.IN_USE):
        register(bruno)
    assert expected(bruno) == []


def test_shop_cannot_give_somebody_a_device_another_member_has(asha: Person, bruno: Person) -> None:
    register(asha)

    recorded = record(told(bruno))

    assert (recorded.outcome, recorded.code) == (Outcome.INELIGIBLE, Ineligible.IN_USE)
    assert (expected(bruno), serials(bruno), serials(asha)) == ([], [], [SERIAL])


def test_freed_before_its_points_came_it_brings_none_and_is_anybodys(asha: Person, bruno: Person) -> None:
    register(asha)

    free(asha)

    assert serials(asha) == []
    assert [promise.cancelled_at is not None for promise in expected(asha)] == [True]
    register(bruno)
    assert serials(bruno) == [SERIAL]
    assert [promise.points for promise in expected(bruno)] == [80]


def test_freed_after_its_points_came_they_are_taken_back_as_by_a_cancellation(asha: Person) -> None:
    register(asha)
    _post_all()

    free(asha)

    assert [(entry.points, entry.subject) for entry in entries(asha)] == [(80, SERIAL), (-80, SERIAL)]
    assert stands(asha)[:2] == (0, 0)
    register(asha)
    assert [promise.points for promise in expected(asha) if promise.cancelled_at is None] == [80, 80]


def test_freeing_twice_takes_back_once(asha: Person) -> None:
    register(asha)
    _post_all()
    [device] = devices_of(asha.member)

    for _ in range(2):
        with unit_of_work():
            devices.free_device(asha.member, device.id, at=now())

    assert len(entries(asha)) == 2


@pytest.mark.parametrize("kind", [EventKind.CANCELLATION, EventKind.RETURN])
def test_what_the_shop_undoes_is_free_too(asha: Person, bruno: Person, kind: EventKind) -> None:
    record(told(asha))

    record(told(asha, kind=kind, occurred_at=now(), external_id=secrets.token_hex(6)))

    assert serials(asha) == []
    register(bruno)


def test_repeated_message_does_not_take_a_freed_device_again(asha: Person) -> None:
    first = told(asha)
    record(first)
    free(asha)

    assert not record(first).is_new
    assert serials(asha) == []


def test_who_leaves_leaves_the_device_to_others(asha: Person, bruno: Person) -> None:
    register(asha)
    with unit_of_work():
        erase_activities(asha.member, [], at=now())

    register(bruno)

    assert serials(bruno) == [SERIAL]


def test_copy_of_their_data_names_their_devices(asha: Person) -> None:
    register(asha)
    free(asha)
    owner = owner_of(asha.user_id)
    assert owner is not None

    [row] = club.devices(owner).rows

    assert (row["serial"], row["freed_at"] is not None) == (SERIAL, True)


def test_of_many_who_register_one_device_at_once_one_wins(free_app: Flask) -> None:
    people = [a_member() for _ in range(4)]

    wrong = together(
        free_app,
        [
            partial(register, people[0]),
            partial(register, people[1]),
            *(partial(record, told(one)) for one in people[2:]),
        ],
    )

    assert all(isinstance(error, Refused) and error.code == Ineligible.IN_USE for error in wrong)
    assert sum(len(serials(one)) for one in people) == 1
    assert sum(len(expected(one)) for one in people) == 1
    assert all(finding.is_fine for finding in examine(at=now()))


def test_double_tap_registers_once(free_app: Flask) -> None:
    member = a_member("Mira Novak")

    wrong = together(free_app, [partial(register, member) for _ in range(3)])

    assert [error.code for error in wrong if isinstance(error, Refused)] == [devices.YOURS] * 2
    assert (serials(member), len(expected(member))) == ([SERIAL], 1)


def _post_all() -> None:
    sweeps.post_due(now().replace(year=now().year + 1))
