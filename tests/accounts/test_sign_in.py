"""Signing in: by address and password, one answer for every mistake, and back to where one was."""

from datetime import timedelta

import pytest
import time_machine

from portal.accounts.models import User, UserSession
from portal.accounts.passwords import Passwords
from portal.accounts.service import sessions
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests.cast import PASSWORD, Person
from tests.page import Page
from tests.site import Site

WRONG = "The address and the password do not belong together. Check both, or set a new password"


@pytest.fixture
def site(site: Site, asha: Person) -> Site:
    """A browser that Asha is known on: what an unknown one has to do is told in test_second_step.py."""
    site.remember(asha)
    return site


def sign_in(site: Site, email: str, password: str, status: int = 200, *, keep: bool = False) -> Page:
    form = site.open("accounts.sign_in")
    return form.submit(email=email, password=password, status=status, keep=keep)


def test_member_signs_in_and_sees_their_points(site: Site, asha: Person) -> None:
    page = sign_in(site, asha.email, PASSWORD)

    assert page.path == "/"
    assert site.open("accounts.show_you").status == 200


@pytest.mark.parametrize("spelling", ["upper", "spaces"])
def test_address_is_read_whatever_its_case(site: Site, asha: Person, spelling: str) -> None:
    email = asha.email.upper() if spelling == "upper" else f"  {asha.email} "

    assert sign_in(site, email, PASSWORD).path == "/"


@pytest.mark.parametrize("who", ["wrong password", "unknown", "disabled", "no address", "nul", "long"])
def test_every_mistake_gets_the_same_answer(site: Site, asha: Person, dana: Person, who: str) -> None:
    email, password = {
        "wrong password": (asha.email, "not the password"),
        "unknown": ("nobody@club.example", PASSWORD),
        "disabled": (dana.email, PASSWORD),
        "no address": ("asha", PASSWORD),
        "nul": (asha.email, f"{PASSWORD}\0"),
        "long": (asha.email, PASSWORD * 5000),
    }[who]

    page = sign_in(site, email, password, status=422)

    assert page.errors == {"email": WRONG}
    assert page.value("email") == email
    assert page.value("password") == ""
    assert db.session.query(UserSession).count() == 0


def test_missing_fields_are_named_beside_them(site: Site) -> None:
    page = sign_in(site, "", "", status=422)

    assert page.errors == {"email": "Enter your email address", "password": "Enter your password"}


def test_fragment_holds_the_form_alone(site: Site, asha: Person) -> None:
    page = site.open("accounts.sign_in").submit(email=asha.email, password="wrong wrong", status=422, as_fragment=True)

    assert page.errors == {"email": WRONG}
    assert not page.has("h1")


def test_cookie_from_before_signing_in_opens_nothing(site: Site, asha: Person) -> None:
    site.open("accounts.sign_in")
    before = site.client.get_cookie("__Host-session", domain="club.example")
    sign_in(site, asha.email, PASSWORD)
    after = site.client.get_cookie("__Host-session", domain="club.example")

    assert before is not None
    assert after is not None
    site.client.set_cookie("__Host-session", before.value, domain="club.example", secure=True)
    assert site.open("accounts.show_you").path.startswith("/sign-in")


def test_cookie_from_before_signing_out_opens_nothing(site: Site, asha: Person) -> None:
    page = sign_in(site, asha.email, PASSWORD)
    cookie = site.client.get_cookie("__Host-session", domain="club.example")
    out = page.submit("Sign out")

    assert out.path == "/sign-in"
    assert cookie is not None
    site.client.set_cookie("__Host-session", cookie.value, domain="club.example", secure=True)
    assert site.open("accounts.show_you").path.startswith("/sign-in")


def test_signing_out_is_at_hand_on_every_page_and_clears_the_browser(site: Site, asha: Person, casey: Person) -> None:
    for person, endpoints in ((asha, ("home.show_home", "home.show_points")), (casey, ("care.show_queue",))):
        browser = site.as_(person)
        for endpoint in (*endpoints, "accounts.show_safety"):
            assert browser.open(endpoint).has('form[action="/sign-out"]'), endpoint

        out = browser.open("accounts.show_safety")
        answer = browser.send("POST", "/sign-out", data={"csrf_token": out.token}, follow=False, status=303)

        assert answer.response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_password_that_is_changed_while_it_is_looked_at_opens_nothing(
    site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Overtaken(Passwords):
        def agrees(self, password_hash: str | None, password: str) -> bool:
            agreed = super().agrees(password_hash, password)
            with unit_of_work():
                db.session.get_one(User, asha.user_id).password_hash = self.hash("another one altogether")
                sessions.end_all(asha.user_id, at=now())
            return agreed

    monkeypatch.setitem(site.app.extensions, "passwords", Overtaken(site.app.extensions["settings"]))

    assert sign_in(site, asha.email, PASSWORD, status=422).errors == {"email": WRONG}
    assert db.session.query(UserSession).filter_by(ended_at=None).count() == 0


def test_scripts_are_sent_back_to_any_page_in_plain_signs(site: Site, asha: Person) -> None:
    page = site.open(site.url("accounts.sign_in", next="/help/日本"))
    data = {"csrf_token": page.token, "email": asha.email, "password": PASSWORD, "next": "/help/日本"}

    answer = site.send("POST", "/sign-in", data=data, as_fragment=True, follow=False, status=204)

    assert answer.response.headers["HX-Redirect"] == "/help/%E6%97%A5%E6%9C%AC"


def test_somebody_sent_to_sign_in_comes_back_to_their_page(site: Site, asha: Person) -> None:
    page = site.open("/claims?page=1")

    assert page.path.startswith("/sign-in?next=")
    assert page.submit(email=asha.email, password=PASSWORD).path == "/claims?page=1"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "http:evil.example", "//club.example@evil.example", "/nowhere", "/sign-out", "javascript:alert(1)", "/%09/x",
    ],
)  # fmt: skip
def test_foreign_next_leads_home(site: Site, asha: Person, target: str) -> None:
    page = site.open(site.url("accounts.sign_in", next=target))

    assert page.submit(email=asha.email, password=PASSWORD).path == "/"


def test_session_ends_after_two_idle_hours(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        sign_in(site, asha.email, PASSWORD)
        clock.shift(timedelta(hours=1, minutes=59))
        assert site.open("accounts.show_you").path == "/you"
        clock.shift(timedelta(hours=1, minutes=59))
        assert site.open("accounts.show_you").path == "/you"
        clock.shift(timedelta(hours=2, minutes=1))
        assert site.open("accounts.show_you").path.startswith("/sign-in")


def test_session_ends_after_twelve_hours_whatever_one_does(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        sign_in(site, asha.email, PASSWORD)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            assert site.open("accounts.show_you").path == "/you"
        clock.shift(timedelta(hours=1, minutes=1))
        assert site.open("accounts.show_you").path.startswith("/sign-in")


def test_member_may_stay_signed_in_and_staff_may_not(site: Site, asha: Person, casey: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        sign_in(site, asha.email, PASSWORD, keep=True)
        desk = Site(site.app, site.left_behind)
        sign_in(desk, casey.email, PASSWORD, keep=True)
        clock.shift(timedelta(days=13))
        assert site.open("accounts.show_you").path == "/you"
        assert desk.open("care.show_queue").path.startswith("/sign-in")


def test_disabled_agent_is_out_with_the_next_request(site: Site, casey: Person) -> None:
    desk = site.as_(casey)
    assert desk.open("care.show_queue").status == 200

    db.session.get_one(User, casey.user_id).disabled_at = now()
    db.session.commit()

    assert desk.open("care.show_queue").path.startswith("/sign-in")


def test_eleventh_session_ends_the_oldest(site: Site, asha: Person) -> None:
    first = site.as_(asha)
    with time_machine.travel(now() + timedelta(seconds=5)):
        *_, last = (site.as_(asha) for _ in range(10))
        assert first.open("accounts.show_you").path.startswith("/sign-in")
        assert last.open("accounts.show_you").path == "/you"


def test_guessing_is_slowed_for_the_account_and_the_wait_grows(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(10):
            sign_in(site, asha.email, "a wrong guess", status=422)
        first = sign_in(site, asha.email, PASSWORD, status=429)
        clock.shift(timedelta(seconds=4))
        sign_in(site, asha.email, "a wrong guess", status=422)
        second = sign_in(site, asha.email, PASSWORD, status=429)
        clock.shift(timedelta(minutes=10))
        assert sign_in(site, asha.email, PASSWORD).path == "/"

    assert first.errors["email"].startswith("Too many tries in a row. Try again in 3 seconds")
    assert second.errors["email"].startswith("Too many tries in a row. Try again in 5 seconds")


def test_unknown_address_is_slowed_just_the_same(site: Site) -> None:
    with time_machine.travel(now(), tick=False):
        statuses = [
            sign_in(site, "nobody@club.example", "a guess", status=422 if number < 10 else 429).status
            for number in range(11)
        ]

    assert statuses == [422] * 10 + [429]


def test_spraying_many_accounts_is_slowed_by_address(site: Site) -> None:
    with time_machine.travel(now(), tick=False):
        for number in range(30):
            sign_in(site, f"person{number}@club.example", "Summer2026!", status=422)
        assert sign_in(site, "person99@club.example", "Summer2026!", status=429).status == 429
