"""Attacks on signing in: guessing, spraying, stuffing and locking out, and tricks to get around the limits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from portal.accounts.models import UserSession
from portal.accounts.views import waits
from portal.clock import now
from portal.db import db
from tests.accounts.stepping import a_browser, an_app, another, app_code, give_password, letter_code, written
from tests.cast import PASSWORD, Person
from tests.site import Site

Clock = time_machine.Traveller
WRONG = "a wrong guess"
SLOWED = "Too many tries in a row."


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    with time_machine.travel(now(), tick=False) as standing:
        yield standing


def guess(site: Site, email: str, password: str = WRONG, **how: Any) -> int:
    """Send a sign-in as a script would; give the status of the answer."""
    page = site.open("accounts.sign_in")
    data = {"csrf_token": page.token, "email": email, "password": password}
    answer = site.client.post(
        "/sign-in",
        data=data,
        base_url="https://club.example",
        headers={"Sec-Fetch-Site": "same-origin", **how.pop("headers", {})},
        **how,
    )
    return answer.status_code


def elsewhere(number: int) -> dict[str, Any]:
    """Come from another network address."""
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.{number // 250}.{number % 250 + 1}"}}


def test_owner_gets_in_from_a_known_device_while_others_guess(site: Site, asha: Person) -> None:
    site.remember(asha)
    thief = a_browser(site)
    statuses = [guess(thief, asha.email, **elsewhere(number)) for number in range(15)]
    assert statuses == [422] * 10 + [429] * 5

    assert guess(a_browser(site), asha.email, PASSWORD) == 429
    assert give_password(site, asha).path == "/"


def test_known_device_is_slowed_by_its_own_failures(site: Site, asha: Person) -> None:
    site.remember(asha)

    assert [guess(site, asha.email) for _ in range(11)] == [422] * 10 + [429]
    assert guess(a_browser(site), asha.email) == 422


def test_own_device_cookie_buys_no_tries_at_others(site: Site, asha: Person, bruno: Person) -> None:
    """Neither one that belongs to somebody else, nor a made-up one for each guess."""
    site.remember(bruno)
    statuses = [guess(site, asha.email)]
    for number in range(10):
        site.client.set_cookie("__Host-device", f"made up {number}", domain="club.example", secure=True)
        statuses.append(guess(site, asha.email))

    assert statuses == [422] * 10 + [429]


@pytest.mark.parametrize(
    "spelling",
    ["ASHA@club.example", "  asha@club.example ", "ａｓｈａ@club.example", "asha@CLUB.example", "Asha@Club.Example"],
)
def test_spelling_of_the_address_buys_no_tries(site: Site, asha: Person, spelling: str) -> None:
    for number in range(10):
        guess(site, asha.email, **elsewhere(number))

    assert guess(site, spelling, **elsewhere(99)) == 429


@pytest.mark.parametrize("spelling", ["asha+club@club.example", "a.sha@club.example", "аsha@club.example"])
def test_another_address_is_another_account(site: Site, asha: Person, spelling: str) -> None:
    """Plus tags, dots and letters that look alike are other people's: they sign nobody in as Asha."""
    assert guess(site, spelling, PASSWORD) == 422


@pytest.mark.parametrize("header", ["X-Forwarded-For", "CF-Connecting-IP", "Forwarded"])
def test_forged_origin_buys_no_tries(site: Site, header: str) -> None:
    for number in range(30):
        guess(site, f"person{number}@club.example", headers={header: f"203.0.113.{number}"})

    assert guess(site, "person99@club.example", headers={header: "203.0.113.200"}) == 429


def test_stuffing_from_many_places_is_slowed_for_the_account(site: Site, asha: Person) -> None:
    statuses = [guess(site, asha.email, f"leaked {number}", **elsewhere(number)) for number in range(12)]

    assert statuses == [422] * 10 + [429, 429]


def test_one_household_of_ipv6_counts_as_one(site: Site) -> None:
    for number in range(30):
        place = {"REMOTE_ADDR": f"2001:db8:1:2::{number + 1:x}"}
        guess(site, f"person{number}@club.example", environ_overrides=place)

    assert guess(site, "x@club.example", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}) == 429
    assert guess(site, "x@club.example", environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::1"}) == 422


@pytest.mark.parametrize("password", ["x" * 1_000_000, "violet\0ladder", "\ud800".encode("utf-8", "surrogatepass")])
def test_monstrous_password_is_refused_and_nothing_breaks(site: Site, asha: Person, password: str) -> None:
    assert guess(site, asha.email, password) in {413, 422}


def test_codes_of_one_account_are_counted_over_all_attempts(site: Site, casey: Person, clock: Clock) -> None:
    an_app(casey)
    for _ in range(5):
        give_password(a_browser(site), casey).submit(code=another(app_code()), status=422)

    page = give_password(a_browser(site), casey).submit(code=app_code(), status=429)
    assert page.errors["code"].startswith(SLOWED)
    assert written("limit_hit") == [{"limit": "code"}]
    clock.shift(timedelta(minutes=5))
    assert give_password(a_browser(site), casey).submit(code=app_code()).path == "/care/"


def test_patient_guesser_meets_the_limit_of_the_hour(site: Site, casey: Person, clock: Clock) -> None:
    """One guess a minute is few enough for five minutes, and too many for the hour."""
    waits_of: list[int] = []
    for _ in range(32):
        with site.app.test_request_context():
            waits_of.append(waits.before_code(casey.user_id))
        clock.shift(timedelta(seconds=60))

    assert waits_of[:27] == [0] * 27
    assert any(waits_of[27:])


def test_wrong_code_and_wrong_password_are_written_down(site: Site, asha: Person) -> None:
    guess(site, asha.email)
    guess(site, "nobody@club.example")
    step = give_password(site, asha)
    step.submit(code=another(letter_code(site)), status=422)
    step.submit(code=letter_code(site))

    refused = [str(line["step"]) for line in written("sign_in_refused")]
    assert sorted(refused) == ["code", "password", "password"]
    assert written("signed_in") == [{"factor": "letter"}]


def test_attempt_of_another_browser_is_no_use_to_this_one(site: Site, asha: Person, bruno: Person) -> None:
    """The cookie before the second step says nothing but which attempt it is: swapped, it is the other's attempt."""
    mine, other = a_browser(site), a_browser(site)
    give_password(other, asha)
    code = letter_code(site)
    give_password(mine, bruno)

    page = mine.open("accounts.second_step").submit(code=code, status=422)

    assert "code" in page.errors
    assert db.session.query(UserSession).count() == 0


def test_used_attempt_opens_no_second_session(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    before = site.client.get_cookie("__Host-session", domain="club.example")
    code = letter_code(site)
    step.submit(code=code)
    thief = a_browser(site)
    assert before is not None
    thief.client.set_cookie("__Host-session", before.value, domain="club.example", secure=True)

    page = thief.send("POST", "/sign-in/step", data={"csrf_token": step.token, "code": code})

    assert page.path == "/sign-in"
    assert db.session.query(UserSession).count() == 1


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/step", "/sign-in/step/letter", "/confirm", "/sign-out"])
@pytest.mark.parametrize("site_of_origin", ["cross-site", "same-site"])
def test_nobody_is_signed_in_or_out_from_another_site(site: Site, asha: Person, path: str, site_of_origin: str) -> None:
    browser = site.as_(asha)
    page = browser.open("accounts.show_safety")
    data = {"csrf_token": page.token, "email": asha.email, "password": PASSWORD}

    browser.send("POST", path, data=data, status=403, headers={"Sec-Fetch-Site": site_of_origin})
    browser.send("POST", path, data={"email": asha.email, "password": PASSWORD}, status=403)
    assert browser.open("accounts.show_safety").path == "/you/safety"


def test_anonymous_cookie_planted_before_signing_in_is_not_the_session(site: Site, asha: Person) -> None:
    thief = a_browser(site)
    thief.open("accounts.sign_in")
    planted = thief.client.get_cookie("__Host-session", domain="club.example")
    assert planted is not None
    victim = a_browser(site)
    victim.client.set_cookie("__Host-session", planted.value, domain="club.example", secure=True)
    give_password(victim, asha).submit(code=letter_code(site))

    assert victim.open("accounts.show_safety").path == "/you/safety"
    assert thief.open("accounts.show_safety").path.startswith("/sign-in")
    assert thief.open("accounts.second_step").path == "/sign-in"
