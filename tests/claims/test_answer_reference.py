"""One reference, answered with the member's own data while it is typed, before anything is filed."""

from datetime import datetime, timedelta

import pytest

from portal.activities.messages import ShopMessage
from portal.activities.rules import EventKind, Ineligible, Outcome
from portal.activities.service import record_event
from portal.audit.models import AuditEvent
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind
from portal.clock import now
from portal.db import db
from portal.programme import current
from portal.unit_of_work import unit_of_work
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.drafting import ORDER, claims, days_ago, the_claim
from tests.page import Page
from tests.site import Site

UNKNOWN = "We do not see this one among your activities yet"
ELSEWHERE = "Something with this number came in under an email address we do not know you by"
FIVE_DAYS = timedelta(days=5)


def answer(site: Site, person: Person, reference: str = ORDER) -> Page:
    return site.as_(person).open("claims.answer_reference", reference=reference, as_fragment=True)


def told(person: Person, kind: EventKind = EventKind.EARN, *, amount: int = 4500, happened: datetime) -> None:
    """Let the shop tell of the order."""
    message = ShopMessage(
        source="shop",
        external_id=f"{kind}-{amount}",
        activity="order",
        occurred_at=happened,
        member_hint=person.number,
        subject=ORDER,
        amount_minor=amount,
        currency="GBP",
        kind=kind,
    )
    with unit_of_work():
        record_event(message, at=now())


@pytest.mark.parametrize("fragment", [True, False])
def test_points_on_their_way_are_answered_with_their_day(site: Site, asha: Person, *, fragment: bool) -> None:
    due = now() + timedelta(hours=30)
    factories.an_expectation(asha, 120, activity="order", subject=ORDER, due=due)

    page = site.as_(asha).open("claims.answer_reference", reference="7041-8822", as_fragment=fragment)

    assert f"120 points are due by {ui.weekday_day(due)}. Nothing to do." in page.text
    assert not page.has("[name=more]"), "nothing else is asked"
    assert claims() == []


def test_posted_points_are_answered_with_their_line(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 180, activity="order", subject="7041 8822", happened=now() - FIVE_DAYS)

    page = answer(site, asha, "7041 8822")

    assert f"Order of {ui.day(days_ago(5))} is here 180 points on {ui.day(now())}" in page.text
    assert page.click("See the line").status == 200


def test_own_claims_are_answered_with_themselves(site: Site, asha: Person) -> None:
    first = factories.a_claim(asha, activity="order", subject=ORDER)

    page = answer(site, asha)

    assert page.click("Open that claim").path == f"/claims/{first.reference}"
    assert not page.has("[name=more]"), "there is one claim for one thing"


def test_what_earns_nothing_names_the_rule_and_the_figure(site: Site, asha: Person) -> None:
    told(asha, amount=40, happened=now() - FIVE_DAYS)

    page = answer(site, asha)

    assert f"Order of {ui.day(days_ago(5))} does not count" in page.text
    assert "What counts is £0.40: £0.60 short." in page.text
    rule = current().rule_on("order", days_ago(5))
    assert rule is not None
    assert rule.text in page.text


def test_what_happened_before_joining_says_both_days(site: Site) -> None:
    yuri = factories.a_member("Yuri Young", joined=now() - timedelta(days=30))
    told(yuri, happened=now() - timedelta(days=33))

    words = f"It happened on {ui.day(days_ago(33))}, and you joined on {ui.day(days_ago(30))}."
    assert words in answer(site, yuri).text


def test_what_is_too_long_ago_says_until_when_it_could_be_claimed(site: Site) -> None:
    olga = factories.a_member("Olga Old", joined=now() - timedelta(days=900))
    told(olga, amount=40, happened=now() - timedelta(days=190))

    assert f"It could be claimed until {ui.day(days_ago(10))}" in answer(site, olga).text


def test_what_was_sent_back_before_its_points_came_says_when(site: Site, asha: Person) -> None:
    told(asha, happened=now() - FIVE_DAYS)
    told(asha, EventKind.RETURN, happened=now() - timedelta(days=3))

    words = f"On {ui.day(days_ago(3))}, before its points came: it brings none"
    assert words in answer(site, asha).text


def test_order_of_nobody_under_another_address_can_be_proved(site: Site, asha: Person) -> None:
    factories.an_event(activity="order", subject=ORDER, hint="asha.at.work@example.org")

    page = answer(site, asha)

    assert ELSEWHERE in page.text
    assert "example.org" not in page.html
    assert page.click("Confirm another address").path == "/you/addresses"
    assert page.has("[name=more]"), "whoever has no such address goes on"


def test_number_of_another_member_is_answered_as_one_nobody_knows(site: Site, asha: Person, bruno: Person) -> None:
    """Not one word, byte or statement differs, whatever the number is to somebody else."""
    expected = answer(site, asha)
    assert UNKNOWN in expected.text
    others = {
        "order": lambda: factories.an_event(bruno, activity="order", subject=ORDER, outcome=Outcome.CREDITED),
        "claim": lambda: factories.a_claim(bruno, activity="order", subject=ORDER),
        "line": lambda: factories.an_entry(bruno, 45, activity="order", subject=ORDER),
        "promise": lambda: factories.an_expectation(bruno, activity="order", subject=ORDER),
        "address": lambda: factories.an_event(activity="order", subject=ORDER, hint=bruno.email),
        "nobody": lambda: factories.an_event(activity="order", subject=ORDER, hint="somebody@example.org"),
    }
    for what, happens in others.items():
        happens()

        page = answer(site, asha)

        assert page.html == expected.html, what
        assert len(page.statements) == len(expected.statements), what


def test_numbers_cannot_be_found_by_trying(site: Site, asha: Person) -> None:
    """Past the day's number an order of nobody is answered as one nobody knows, and it is written down."""
    factories.an_event(activity="order", subject=ORDER, hint="asha.at.work@example.org")
    browser = site.as_(asha)
    for number in range(current().claims.lookups_per_day):
        browser.open("claims.answer_reference", reference=f"5512{number:04}", as_fragment=True)

    page = browser.open("claims.answer_reference", reference=ORDER, as_fragment=True)

    assert (ELSEWHERE in page.text, UNKNOWN in page.text) == (False, True)
    line = db.session.query(AuditEvent).filter_by(verb="limit_hit").one()
    assert line.about_id == asha.user_id


@pytest.mark.parametrize("reference", ["", "7", "\x00", "<b>", "\u202e", "x" * 100_000])
def test_what_is_no_reference_is_answered_with_nothing(site: Site, asha: Person, reference: str) -> None:
    page = answer(site, asha, reference)

    assert page.text.strip() == ""


def test_without_a_script_a_known_reference_is_enough(site: Site, asha: Person) -> None:
    due = now() + timedelta(hours=30)
    waiting = factories.an_expectation(asha, 120, activity="order", subject=ORDER, due=due)

    page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which="other", reference=ORDER)

    assert page.h1 == "It is a little early"
    claim = the_claim()
    assert (claim.expectation_id, claim.activity, claim.expected_points) == (waiting.id, "order", 120)


def test_without_a_script_an_unknown_reference_asks_for_the_rest(site: Site, asha: Person) -> None:
    form = site.as_(asha).open("claims.new_claim")
    assert not form.has("[name=more]")

    page = form.submit(kind="missing", which="other", reference=ORDER, status=422)

    assert (page.errors, UNKNOWN in page.text, claims()) == ({}, True, [])
    assert page.value("reference") == ORDER
    wrong = page.submit(status=422)
    assert list(wrong.errors) == ["activity", "day"]
    done = wrong.submit(activity="order", day=days_ago(5).isoformat())
    assert done.path == f"/claims/{the_claim().reference}/check"


def test_wrong_number_of_an_order_is_claimed_by_its_reference_alone(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 18, activity="order", subject=ORDER, happened=now() - FIVE_DAYS)

    site.as_(asha).open("claims.new_claim").submit(kind="wrong_amount", which="other", reference=ORDER, points="45")

    claim = the_claim()
    assert (claim.kind, claim.activity_day, claim.expected_points) == (ClaimKind.WRONG_AMOUNT, days_ago(5), 45)


def test_check_step_hints_at_an_order_of_nobody_too(site: Site, asha: Person) -> None:
    factories.an_event(activity="order", subject=ORDER, hint="asha.at.work@example.org")
    draft = factories.a_claim(asha, waiting=False, activity="order", subject=ORDER)
    db.session.get_one(Claim, draft.id).step = 2
    db.session.commit()

    page = site.as_(asha).open("claims.check_claim", reference=draft.reference)

    assert page.click("Confirm another address").path == "/you/addresses"


def test_why_is_said_of_what_no_rule_was_asked_about(site: Site, asha: Person) -> None:
    event = factories.an_event(asha, activity="order", subject=ORDER, outcome=Outcome.INELIGIBLE)
    event.outcome_code = Ineligible.OTHER_CURRENCY
    db.session.commit()

    assert "It was not paid in the club’s own currency." in answer(site, asha).text
