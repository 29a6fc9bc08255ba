"""Signing in with both steps, for the tests of the second one."""

import re
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from portal.accounts.models import Totp, User
from portal.accounts.rules.codes import code_at
from portal.accounts.sealing import seals_of
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import APP_SECRET, PASSWORD, Person
from tests.page import Page
from tests.site import Site

STEP = timedelta(seconds=30)
NOT_RIGHT = "This code is not right, or it has been used. Check it, or wait for the next one"


def a_browser(site: Site) -> Site:
    """Give a browser that nobody is known on."""
    return Site(site.app, site.left_behind, site.postbox)


def give_password(site: Site, person: Person, *, password: str = PASSWORD, status: int = 200, **fields: object) -> Page:
    """Send the first step; what comes is the second one, or wherever they get without it."""
    return site.open("accounts.sign_in").submit(email=person.email, password=password, status=status, **fields)


def app_code(*, later: timedelta = timedelta()) -> str:
    """Give what the app of the tests shows."""
    return code_at(APP_SECRET, at=now() + later)


def letter_code(site: Site) -> str:
    """Give the eight digits of the newest letter that has some."""
    found: list[str] = [code for letter in site.letters for code in re.findall(r"^\d{8}$", letter.text, re.MULTILINE)]
    return found[-1]


def another(code: str) -> str:
    """Give a code that is wrong for certain."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")


def an_app(person: Person) -> None:
    """Give somebody an authenticator app that has not been used yet."""
    seals = seals_of(current_app.extensions["settings"])
    sealed = seals.seal(APP_SECRET.encode(), about=person.user_id)
    with unit_of_work():
        db.session.add(
            Totp(
                user_id=person.user_id,
                sealed_secret=sealed.content,
                key_id=sealed.key_id,
                created_at=now(),
                confirmed_at=now(),
                last_step=0,
            )
        )


def set_password(person: Person, password: str) -> None:
    """Give somebody another password behind their back."""
    with unit_of_work():
        db.session.get_one(User, person.user_id).password_hash = factories.hash_of(password)


def written(verb: str) -> list[dict[str, object]]:
    """Give the facts of all lines of the log with this verb, the oldest first."""
    lines = select(AuditEvent.facts).where(AuditEvent.verb == verb).order_by(AuditEvent.at)
    return list(db.session.scalars(lines))
