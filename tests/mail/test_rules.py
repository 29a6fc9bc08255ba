"""When a letter goes again."""

import pytest

from portal.mail.letter import is_one_address
from portal.mail.rules import HAND_OVER_SECONDS, LEASE_SECONDS, MOST_TRIES, is_given_up, next_wait

MIDDLE = 0.5


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 30), (2, 120), (3, 600), (4, 3600), (5, 21_600), (6, 21_600), (15, 21_600)]
)
def test_waits_grow_to_six_hours(tries: int, seconds: int):
    assert next_wait(tries, MIDDLE).total_seconds() == pytest.approx(seconds)


@pytest.mark.parametrize(("dice", "seconds"), [(0.0, 24), (1.0, 36)])
def test_waits_differ_by_a_fifth(dice: float, seconds: int):
    assert next_wait(1, dice).total_seconds() == pytest.approx(seconds)


@pytest.mark.parametrize(("tries", "is_over"), [(1, False), (MOST_TRIES - 1, False), (MOST_TRIES, True)])
def test_letter_is_given_up_after_its_last_try(tries, is_over):
    assert is_given_up(tries) is is_over


def test_letter_is_tried_for_more_than_two_days():
    total = sum(next_wait(tries, 0).total_seconds() for tries in range(1, MOST_TRIES))

    assert total > 48 * 3600


def test_batch_ends_long_before_its_lease():
    assert HAND_OVER_SECONDS * 2 < LEASE_SECONDS


@pytest.mark.parametrize("to", ["asha@club.example", "a.b+c@xn--bcher-kva.example", "zoë@bücher.example"])
def test_one_address_is_one_address(to: str):
    assert is_one_address(to)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a@club.example\r\nBcc: b@club.example",
        "a@club.example\nb@club.example",
        "a@club.example, b@club.example",
        "a@club.example;b@club.example",
        "Asha <a@club.example>",
        "a@club.example\x00",
        "a@club.example\u2028Bcc: b@club.example",
        "a b@club.example",
        "\u202ea@club.example",
    ],
)
def test_anything_else_is_not_an_address(to: str):
    assert not is_one_address(to)
