"""Claims whose event stands in the pool, as most of them do, and the screens agents work at."""

from datetime import datetime, timedelta
from typing import Any

from portal import programme
from portal.activities.models import Event
from portal.claims.models import Claim
from portal.clock import now
from portal.db import db
from tests import factories
from tests.cast import Person
from tests.page import Page
from tests.site import Site

DAYS_AGO = 5
POUNDS_45 = 4500


def happened() -> datetime:
    """Give the noon of the day the claims of these tests are about."""
    zone = programme.current().club.zone
    return (now() - timedelta(days=DAYS_AGO)).astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)


def a_matched_claim(by: Person, *, amount_minor: int = POUNDS_45, **claim: Any) -> tuple[Claim, Event]:
    """Make a claim and the shop's message it is about: same order, same day, and 45 points by the rule."""
    made = factories.a_claim(by, **{"day": happened().date(), **claim})
    event = factories.an_event(
        subject=made.subject, activity=made.activity, happened=happened(), amount_minor=amount_minor
    )
    return made, event


def bench(site: Site, agent: Person, claim: Claim, **how: Any) -> Page:
    """Open the decision screen."""
    return site.as_(agent).open("care.show_claim", claim_id=claim.id, **how)


def fresh(row: Any) -> Any:
    """Read a row as it stands now."""
    db.session.rollback()
    return db.session.get_one(type(row), row.id, populate_existing=True)


def post(browser: Site, path: str, *, status: int = 200, **fields: object) -> Page:
    """Send a form no page of ours may offer any more, with an honest token."""
    token = browser.open("care.show_queue").token if browser.person else ""
    return browser.send("POST", path, data={"csrf_token": token, **fields}, status=status)


def decide(page: Page, *, status: int = 200, forged: dict[str, object] | None = None, **fields: object) -> Page:
    """Press the button that decides; the form has others, and this one says something else for each verdict."""
    button = page.texts("#decision .act button")[0]
    return page.submit(button, form="#decision", status=status, forged=forged, **fields)


def references(page: Page) -> list[str]:
    """Give the references of the rows of a queue, from the top down."""
    return page.texts("td:nth-child(2) .soft")


def views(page: Page) -> dict[str, int]:
    """Give the counts beside the views by their names."""
    found = (words.rpartition(" ") for words in page.texts("#views a"))
    return {name: int(number.replace(",", "")) for name, _, number in found}
