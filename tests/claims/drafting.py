"""Walking through the steps of a claim, for tests that begin where a step ends."""

from datetime import date, timedelta

from portal import programme
from portal.claims.models import Claim
from portal.clock import now
from portal.db import db
from tests.cast import Person
from tests.page import Page
from tests.site import Site

ORDER = "70418822"


def today() -> date:
    """Give today in the programme's zone."""
    return now().astimezone(programme.current().club.zone).date()


def days_ago(days: int) -> date:
    return today() - timedelta(days=days)


def begin(site: Site, person: Person, *, status: int = 200, **fields: object) -> Page:
    """Send the first step for an order nobody has told us of, five days ago."""
    wanted: dict[str, object] = {
        "kind": "missing",
        "which": "other",
        "activity": "order",
        "day": days_ago(5).isoformat(),
        "reference": ORDER,
        "points": "45",
    }
    return site.as_(person).open("claims.new_claim").submit(status=status, **(wanted | fields))


def at_pictures(site: Site, person: Person, **fields: object) -> Page:
    """Come to the third step."""
    return begin(site, person, **fields).submit(form="#step")


def at_review(site: Site, person: Person, **fields: object) -> Page:
    """Come to the last step without a picture."""
    return at_pictures(site, person, **fields).submit("Continue without evidence")


def sent(site: Site, person: Person, statement: str = "", **fields: object) -> Page:
    """Send a claim without a picture, and come to its page."""
    return at_review(site, person, **fields).submit("Send the claim", statement=statement)


def the_claim() -> Claim:
    """Give the only claim there is."""
    db.session.expire_all()
    return db.session.query(Claim).one()


def claims() -> list[Claim]:
    db.session.expire_all()
    return db.session.query(Claim).all()
