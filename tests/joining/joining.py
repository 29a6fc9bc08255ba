"""Joining as people do it, for the tests of what comes after."""

import re
from typing import Any

from portal.accounts.models import Member, User
from portal.db import db
from tests.page import Page
from tests.site import Site

NEW = "violet harbour ladder nine"
MARA: dict[str, Any] = {
    "email": "mara@club.example",
    "password": NEW,
    "name": "Mara Lindt",
    "birth_date": "1991-02-28",
    "country": "GB",
    "consent": True,
}


def join(site: Site, *, status: int = 200, **fields: Any) -> Page:
    return site.open("accounts.join").submit(**MARA | fields, status=status)


def another(site: Site) -> Site:
    """Give another browser, in which nobody has joined."""
    return Site(site.app, site.left_behind, site.postbox)


def link_in(site: Site, number: int = -1) -> str:
    found = re.search(r"https://club\.example(/join/link/\S+)", site.letters[number].text)
    assert found, site.letters[number].text
    return found[1]


def confirm(site: Site, **fields: Any) -> Page:
    return site.open(link_in(site)).submit("Confirm and go in", **fields)


def member_called(email: str = "mara@club.example") -> tuple[User, Member]:
    db.session.expire_all()
    user = db.session.query(User).filter(User.email_canonical == email).one()
    return user, db.session.query(Member).filter(Member.user_id == user.id).one()
