"""Whoever owns an account hears of it when somebody keeps trying to get in: once a day, and nobody else does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from portal.clock import now
from tests.accounts.stepping import a_browser, an_app, another, app_code, give_password, written
from tests.accounts.test_guessing import elsewhere, guess
from tests.cast import Person
from tests.site import Site

SUBJECT = "Somebody is trying to get into your account"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as standing:
        yield standing


def warned(site: Site) -> list[str]:
    return [letter.to for letter in site.letters if letter.subject == SUBJECT]


def test_owner_gets_one_letter_a_day_about_guesses(site: Site, asha: Person, clock: time_machine.Traveller) -> None:
    thief = a_browser(site)
    for number in range(10):
        guess(thief, asha.email, **elsewhere(number))
    assert warned(site) == []

    for number in range(5):
        guess(thief, asha.email, **elsewhere(number))
    assert warned(site) == [asha.email]
    letter = site.letters[-1].text
    assert "network address 198.51.0.1." in letter
    assert "https://club.example/forgot-password" in letter
    assert "We wrote to you about many sign-ins that failed" in site.as_(asha).open("accounts.show_activity").text

    clock.shift(timedelta(days=1, seconds=1))
    for number in range(11):
        guess(thief, asha.email, **elsewhere(number))
    assert warned(site) == [asha.email] * 2


def test_owner_hears_of_wrong_codes_after_a_right_password(site: Site, casey: Person) -> None:
    an_app(casey)
    for _ in range(5):
        give_password(a_browser(site), casey).submit(code=another(app_code()), status=422)
    assert warned(site) == []

    give_password(a_browser(site), casey).submit(code=app_code(), status=429)
    assert warned(site) == [casey.email]


def test_place_that_is_held_up_writes_to_nobody(site: Site, asha: Person) -> None:
    for number in range(30):
        guess(site, f"nobody{number}@club.example")

    assert guess(site, asha.email) == 429
    assert warned(site) == []


def test_guesses_at_an_unknown_address_leave_the_same_rows(site: Site, asha: Person) -> None:
    for email in (asha.email, "nobody@club.example"):
        for number in range(12):
            guess(site, email, **elsewhere(number))

    assert written("owner_warned") == [{}, {}]
    assert warned(site) == [asha.email]
