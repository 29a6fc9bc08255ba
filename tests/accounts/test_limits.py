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
def test_wait_grows_to_a_quarter_of_an_hour_and_no_further() -> None:
    slow = Limit("slow", 2, 30 * 24 * 3600)
    at, waits = NOON, []
    for number in range(26):
        wait = spend("asha", at, slow)
        at += timedelta(seconds=wait)
        waits += [wait] if number % 2 == 0 and wait else []

    assert waits[-4:] == [513, 901, 901, 901]


@pytest.mark.usefixtures("site")
def test_clock_that_was_turned_back_gives_and_takes_nothing() -> None:
    assert [spend("asha") for _ in range(4)] == [0] * 4

    assert spend("asha", NOON - timedelta(hours=1)) == 0
    assert spend("asha") > 0


@pytest.mark.usefixtures("site")
def test_limit_that_has_run_out_is_felt_beside_one_that_has_not() -> None:
    for _ in range(5):
        spend("asha")
    with unit_of_work():
        assert limits.spend((FIVE, "asha"), (FIVE, "bruno"), at=NOON) > 0


@pytest.mark.usefixtures("site")
def test_try_that_did_no_harm_comes_back_and_never_more_than_were_taken() -> None:
    for _ in range(5):
        spend("asha")
    with unit_of_work():
        limits.give_back(FIVE, "asha")
    assert [spend("asha") > 0 for _ in range(2)] == [False, True]

    spend("bruno")
    for _ in range(3):
        with unit_of_work():
            limits.give_back(FIVE, "bruno")
    assert [spend("bruno") > 0 for _ in range(6)] == [False] * 5 + [True]


@pytest.mark.usefixtures("site")
def test_first_of_its_kind_is_told_once_for_its_time() -> None:
    def is_first(subject: str, seconds: int) -> bool:
        with unit_of_work():
            return limits.is_first("noted", subject, seconds=60, at=NOON + timedelta(seconds=seconds))

    assert [is_first("asha", 0), is_first("asha", 59), is_first("bruno", 59), is_first("asha", 60)] == [
        True,
        False,
        True,
        True,
    ]


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
