"""A password its owner changes: the present one first, a strong one next, and a letter about it."""

import re
import threading
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User, UserSession
from portal.accounts.passwords import Passwords
from portal.accounts.rules import Role
from portal.accounts.service import profile, sessions
from portal.accounts.service.sessions import Begun
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.audit.service import Where
from portal.clock import now
from portal.config import Settings
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import PASSWORD, Person
from tests.page import Page
from tests.site import Site
from tests.together import together

NEW = "violet ladder quinoa"


def change(
    browser: Site, present: str = PASSWORD, password: str = NEW, status: int = 200, *, others: bool = True
) -> Page:
    form = browser.open("accounts.change_password")
    return form.submit(present=present, password=password, others=others, status=status)


def test_member_changes_their_password_and_stays_signed_in(site: Site, asha: Person) -> None:
    browser = site.as_(asha)

    page = change(browser)

    assert page.path == "/you"
    assert "Your new password is saved." in page.text
    assert browser.open("home.show_home").path == "/"
    assert is_now(asha, NEW)


def test_other_devices_are_signed_out_when_wished(site: Site, asha: Person) -> None:
    phone, laptop = site.as_(asha), site.as_(asha)

    change(phone)

    assert laptop.open("accounts.show_you").path.startswith("/sign-in")
    assert "All other devices were signed out" in site.letters[-1].text


def test_other_devices_stay_when_not(site: Site, asha: Person) -> None:
    phone, laptop = site.as_(asha), site.as_(asha)

    change(phone, others=False)

    assert laptop.open("accounts.show_you").path == "/you"
    assert "Other devices stay signed in" in site.letters[-1].text


def test_cookie_from_before_the_change_opens_nothing(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    with browser.client.session_transaction(base_url="https://club.example") as cookie:
        old = cookie["_user_id"]

    change(browser)

    thief = Site(site.app, site.left_behind, site.postbox)
    thief._take_cookie(old)
    assert thief.open("accounts.show_you").path.startswith("/sign-in")


def test_owner_gets_a_letter_and_the_log_a_line(site: Site, asha: Person) -> None:
    change(site.as_(asha))

    assert [(letter.to, letter.subject) for letter in site.letters] == [(asha.email, "Your password was changed")]
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.verb == Verb.PASSWORD_CHANGED)).one()
    assert (line.actor_id, line.about_id, line.facts) == (
        asha.user_id,
        asha.user_id,
        {"how": "own", "ended_others": True},
    )
    assert NEW not in str(line.facts)


@pytest.mark.parametrize(
    ("present", "password", "wrong"),
    [
        ("not the password", NEW, {"present": "This is not your present password"}),
        ("", NEW, {"present": "Enter your present password"}),
        (PASSWORD, "short", {"password": "Use 10 characters or more. This has 5"}),
        (PASSWORD, "", {"password": "Choose a password"}),
        (f"{PASSWORD}\0", NEW, {"present": "This is not your present password"}),
        (PASSWORD * 50_000, NEW, {"present": "This is not your present password"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    site: Site, asha: Person, present: str, password: str, wrong: dict[str, str]
) -> None:
    page = change(site.as_(asha), present, password, status=422)

    assert page.errors == wrong
    assert page.value("password") == page.value("present") == ""
    assert is_now(asha, PASSWORD)


def test_guessing_the_present_password_is_slowed(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    for _ in range(10):
        change(browser, present="wrong password", status=422)

    page = change(browser, status=422)

    assert page.errors["present"].startswith("Too many tries in a row")
    assert is_now(asha, PASSWORD)


def test_reset_link_that_waits_no_longer_works(site: Site, asha: Person) -> None:
    site.open("accounts.forgot_password").submit(email=asha.email)
    found = re.search(r"https://club\.example(/reset/\S+)", site.letters[-1].text)
    assert found is not None

    change(site.as_(asha))

    site.open(found[1], status=410)


def test_staff_change_theirs_with_fifteen_characters(site: Site, casey: Person) -> None:
    browser = site.as_(casey)
    page = change(browser, password="violet lad 9", status=422)
    assert page.errors == {"password": "Use 15 characters or more. This has 12"}

    done = change(browser)
    assert (done.path, "Your new password is saved." in done.text) == ("/you/safety", True)


def test_of_two_changes_at_once_one_is_refused(free_app: Flask) -> None:
    asha = factories.a_member("Asha Rahman")
    begun = [a_session(asha) for _ in range(2)]
    old = db.session.get_one(User, asha.user_id).password_hash
    db.session.rollback()
    lock, refused = threading.Lock(), list[str]()

    def set_it(number: int) -> None:
        try:
            with unit_of_work():
                profile.change_password(
                    asha.user_id,
                    session_id=begun[number].session_id,
                    old_hash=old,
                    new_hash=f"new {number}",
                    ends_others=True,
                    where=Where(),
                    at=now(),
                )
        except Refused as error:
            with lock:
                refused.append(error.code)

    assert together(free_app, [partial(set_it, number) for number in range(2)]) == []

    assert refused == ["changed"]
    living = db.session.query(UserSession).filter(UserSession.ended_at.is_(None)).count()
    assert living == 1


def a_session(person: Person) -> Begun:
    with unit_of_work():
        return sessions.begin(person.user_id, Role.MEMBER, keep=False, address="", device="", at=now())


def is_now(person: Person, password: str) -> bool:
    """Tell whether this is the person's password now."""
    db.session.rollback()
    kept = db.session.get_one(User, person.user_id, populate_existing=True).password_hash
    return Passwords(Settings()).agrees(kept, password)
