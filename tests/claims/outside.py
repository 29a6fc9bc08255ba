"""Writing to us without getting in."""

from portal.claims.models import ClaimEvent
from portal.db import db
from tests.page import Page
from tests.site import Site

WORDS = "I type my password and the page says nothing.\nSince Friday."


def write(site: Site, email: str = "petra@mail.example", words: str = WORDS, **how: object) -> Page:
    return site.open("claims.ask_for_access").submit(email=email, words=words, **how)  # type: ignore[arg-type]


def another_browser(site: Site) -> Site:
    return Site(site.app, site.left_behind, site.postbox)


def lines() -> list[ClaimEvent]:
    db.session.expire_all()
    return db.session.query(ClaimEvent).order_by(ClaimEvent.sequence).all()
