"""Many failures at many accounts raise one alarm, which ends when they do."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts.sweeps import watch_failures
from portal.alarms.queries import Shown, alarms
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.site import Site

pytestmark = pytest.mark.usefixtures("session")

USUAL = 300


def fail(times: int, hours_ago: float = 0.5) -> None:
    people = [factories.a_member().user_id for _ in range(3)]
    at = now() - timedelta(hours=hours_ago)
    with unit_of_work():
        for number in range(times):
            record(Verb.SIGN_IN_REFUSED, at=at, about=people[number % 3], facts={"step": "password"})


def only() -> Shown:
    [found] = alarms()
    return found


def test_many_failures_in_an_hour_raise_an_alarm_that_leads_see(app: Flask, site: Site, lena: Person) -> None:
    fail(USUAL)

    watch_failures(now())

    page = site.as_(lena).open("care.show_alarms")
    assert "Far more sign-ins fail than usual" in page.text
    assert "300 sign-ins failed within an hour, at 3 accounts we know" in page.text


def test_fewer_or_older_failures_raise_none(app: Flask) -> None:
    fail(USUAL - 1)
    fail(USUAL, hours_ago=1.5)

    watch_failures(now())

    assert alarms() == ()


def test_alarm_stays_one_while_it_goes_on_and_is_over_when_it_has_calmed_down(app: Flask) -> None:
    fail(USUAL)
    at = now()
    watch_failures(at)
    watch_failures(at + timedelta(minutes=10))

    assert (only().times, only().cleared_at) == (2, None)

    watch_failures(at + timedelta(hours=2))

    assert only().cleared_at == at + timedelta(hours=2)
