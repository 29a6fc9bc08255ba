"""Asked again who is there: before what changes how somebody gets in, and never twice in ten minutes."""

from datetime import timedelta

import pytest
import time_machine

from portal.accounts.models import Totp, UserSession
from portal.clock import now
from portal.db import db
from tests.accounts.stepping import NOT_RIGHT, an_app, app_code, written
from tests.cast import PASSWORD, Person
from tests.site import Site

WRONG = "This is not your password. Check it, or set a new one"


def later(minutes: int) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(minutes=minutes), tick=False)


def test_nobody_is_asked_in_the_first_ten_minutes(site: Site, asha: Person) -> None:
    browser = site.as_(asha)

    with later(9):
        assert browser.open("accounts.set_up_second_step").path == "/you/second-step"


def test_member_shows_the_password_and_goes_on_to_the_page(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    with later(10):
        page = browser.open("accounts.set_up_second_step")
        assert (page.path, page.h1) == ("/confirm?next=/you/second-step", "Is it still you?")

        assert page.submit(password=PASSWORD).path == "/you/second-step"
        assert browser.open("accounts.set_up_second_step").path == "/you/second-step"


def test_wrong_password_opens_nothing(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    with later(10):
        page = browser.open("accounts.set_up_second_step").submit(password="wrong wrong", status=422)

        assert page.errors == {"password": WRONG}
        assert browser.open("accounts.set_up_second_step").path.startswith("/confirm")


def test_agent_shows_the_app_and_the_password_is_too_little(site: Site, casey: Person) -> None:
    an_app(casey)
    browser = site.as_(casey)
    with later(10):
        page = browser.open("accounts.set_up_second_step")

        assert not page.has("input[type=password]")
        assert page.submit(code=PASSWORD, status=422).errors == {"code": NOT_RIGHT}
        assert page.submit(code=app_code()).path == "/you/second-step"


def test_member_with_an_app_shows_it_too(site: Site, asha: Person) -> None:
    an_app(asha)
    browser = site.as_(asha)
    with later(10):
        page = browser.open("accounts.set_up_second_step")

        assert page.submit(code=app_code()).path == "/you/second-step"
        data = {"csrf_token": page.token, "password": PASSWORD}
        assert browser.send("POST", "/confirm", data=data, status=422).errors == {"code": "Enter the code"}


def test_old_token_is_dead_after_confirming(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    before = browser.client.get_cookie("__Host-session", domain="club.example")
    with later(10):
        browser.open("accounts.set_up_second_step").submit(password=PASSWORD)
        assert before is not None
        browser.client.set_cookie("__Host-session", before.value, domain="club.example", secure=True)

        assert browser.open("accounts.show_safety").path.startswith("/sign-in")
    assert db.session.query(UserSession).count() == 1


@pytest.mark.parametrize("endpoint", ["accounts.make_codes", "accounts.remove_app", "accounts.add_app"])
def test_factor_is_not_changed_without_confirming(site: Site, asha: Person, endpoint: str) -> None:
    an_app(asha)
    browser = site.as_(asha)
    page = browser.open("accounts.show_safety")
    with later(10):
        answer = browser.send(
            "POST", browser.url(endpoint), data={"csrf_token": page.token, "code": "1"}, came_from=page.path
        )

    assert answer.path.startswith("/confirm?next=")
    assert db.session.query(Totp).count() == 1
    assert len(site.letters) == 0


def test_what_another_site_sends_is_not_even_kept(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    with later(10):
        browser.send(
            "POST", browser.url("accounts.remove_app"), status=403, headers={"Sec-Fetch-Site": "cross-site"}, data={}
        )


def test_foreign_next_leads_home(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    page = browser.open(browser.url("accounts.confirm_self", next="//evil.example"))

    assert page.submit(password=PASSWORD).path == "/"


def test_guessing_at_the_door_inside_is_slowed(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False):
        page = site.as_(asha).open("accounts.confirm_self")
        for _ in range(10):
            page.submit(password="a wrong guess", status=422)

        assert page.submit(password=PASSWORD, status=429).errors["password"].startswith("Too many tries in a row.")


def test_confirmation_is_written_down(site: Site, asha: Person) -> None:
    site.as_(asha).open("accounts.confirm_self").submit(password=PASSWORD)

    assert written("confirmed_self") == [{"factor": "password"}]


def test_session_that_was_ended_meanwhile_is_not_confirmed(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    page = browser.open("accounts.confirm_self")
    db.session.query(UserSession).update({"ended_at": now()})
    db.session.commit()

    assert page.submit(password=PASSWORD).path.startswith("/sign-in")


def test_half_signed_in_agent_shows_the_password(site: Site, casey: Person) -> None:
    page = site.open("accounts.sign_in").submit(email=casey.email, password=PASSWORD)
    assert page.path == "/you/second-step"
    with later(10):
        asked = site.open("accounts.set_up_second_step")

        assert asked.submit(password=PASSWORD).path == "/you/second-step"
