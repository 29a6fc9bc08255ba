"""Whoever hammers at a door fills the log with one line a minute, not with one for every knock."""

from datetime import timedelta

import time_machine

from portal.clock import now
from tests.accounts.stepping import give_password, written
from tests.cast import Person
from tests.site import Site

MINUTE = timedelta(seconds=61)


def test_limit_that_holds_somebody_up_is_noted_once_a_minute(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(10):
            give_password(site, asha, password="a wrong guess", status=422)
        for _ in range(4):
            give_password(site, asha, password="a wrong guess", status=429)
        assert written("limit_hit") == [{"limit": "sign-in"}]

        clock.shift(MINUTE)
        give_password(site, asha, password="a wrong guess", status=422)
        give_password(site, asha, password="a wrong guess", status=422)
        give_password(site, asha, password="a wrong guess", status=422)
        give_password(site, asha, password="a wrong guess", status=429)
        assert written("limit_hit") == [{"limit": "sign-in"}] * 2


def test_door_that_is_not_theirs_is_noted_once_a_minute_for_each_of_them(
    site: Site, asha: Person, bruno: Person
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        browser = site.as_(asha)
        for _ in range(4):
            browser.open("care.show_queue", status=404)
        browser.open("care.show_people", status=404)
        site.as_(bruno).open("care.show_queue", status=404)
        assert len(written("access_refused")) == 3

        clock.shift(MINUTE)
        browser.open("care.show_queue", status=404)
        assert len(written("access_refused")) == 4


def test_links_asked_for_from_one_place_are_noted_once_a_minute(site: Site) -> None:
    with time_machine.travel(now(), tick=False):
        for number in range(20):
            site.open("accounts.forgot_password").submit(email=f"mira{number}@club.example")
        for _ in range(3):
            site.open("accounts.forgot_password").submit(email="mira@club.example", status=429)

        assert written("limit_hit") == [{"limit": "reset"}]
