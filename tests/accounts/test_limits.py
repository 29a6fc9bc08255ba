"""Allowances: counted before the try, shared by threads, and fair to those who come back later."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.accounts.models import Allowance
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit, address_key
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests.site import Site

FIVE = Limit("guess", 5, 300)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def spend(subject: str, at: datetime = NOON, limit: Limit = FIVE) -> int:
    with unit_of_work():
        return limits.spend((limit, subject), at=at)


@pytest.mark.usefixtures("site")
def test_sixth_try_waits_and_each_further_one_waits_twice_as_long() -> None:
    assert [spend("asha") for _ in range(5)] == [0] * 5

    waits = []
    at = NOON
    for _ in range(12):
        waits.append(spend("asha", at))
        at += timedelta(seconds=waits[-1])
        spend("asha", at)
    assert waits[:4] == [3, 5, 9, 17]
    assert max(waits) <= 901


@pytest.mark.usefixtures("site")
def test_tries_come_back_with_time() -> None:
    for _ in range(5):
        spend("asha")

    assert spend("asha", NOON + timedelta(seconds=61)) == 0


@pytest.mark.usefixtures("site")
def test_one_account_does_not_slow_another() -> None:
    for _ in range(7):
        spend("asha")

    assert spend("bruno") == 0


def test_success_wipes_the_slate(site: Site) -> None:
    for _ in range(5):
        spend("asha")
    with unit_of_work():
        limits.forget(FIVE, "asha")

    assert spend("asha") == 0


def test_old_counters_are_dropped(site: Site) -> None:
    spend("asha")
    with unit_of_work():
        assert limits.purge(at=NOON + timedelta(hours=47)) == 0
        assert limits.purge(at=NOON + timedelta(hours=49)) == 1
    assert db.session.query(Allowance).count() == 0


def test_guesses_side_by_side_cannot_share_a_try(free_app: Flask) -> None:
    def guess(_number: int) -> int:
        with free_app.app_context():
            return spend("asha")

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(guess, range(24)))

    assert waits.count(0) == 5


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_a_household_shares_its_network(address: str, key: str) -> None:
    assert address_key(address) == key
