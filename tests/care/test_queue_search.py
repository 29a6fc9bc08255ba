from datetime import timedelta

import pytest

from portal.accounts.models import Member
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.folding import fold
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import references, views


@pytest.mark.parametrize("how", ["reference", "number", "name", "email", "order", "order_without_space", "words"])
def test_search_finds_by(site, casey, how):
    person = factories.a_member("Zoë Ångström", email="zoe.angstrom@mail.example")
    claim = factories.a_claim(person, subject="7041 8822")
    factories.a_claim(factories.a_member())
    with unit_of_work():
        row = db.session.merge(claim)
        row.search_text = fold(
            row.reference, "7041 8822 70418822", person.number, person.name, person.email, "I was signed out"
        )
    words = {
        "reference": claim.reference,
        "number": person.number.lower(),
        "name": "angstrom ZOË",
        "email": "zoe.angstrom@",
        "order": "7041 8822",
        "order_without_space": "7041-8822",
        "words": "signed out",
    }[how]

    page = site.as_(casey).open("care.show_queue", find=words)

    assert references(page) == [claim.reference]
    assert page.h1 == f"Found for “{words}”"
    assert page.value("find") == words


def test_search_reaches_decided_claims_and_no_drafts(site, asha, casey):
    decided = factories.a_claim(asha)
    with unit_of_work():
        row = db.session.merge(decided)
        row.state, row.search_text = ClaimState.DECLINED, "findable"
    draft = factories.a_claim(asha, waiting=False)
    with unit_of_work():
        db.session.merge(draft).search_text = "findable"

    assert references(site.as_(casey).open("care.show_queue", find="findable")) == [decided.reference]


def test_search_takes_its_signs_literally(site, asha, casey):
    claim = factories.a_claim(asha)
    with unit_of_work():
        db.session.merge(claim).search_text = "100% and_more"

    browser = site.as_(casey)

    assert references(browser.open("care.show_queue", find="100%")) == [claim.reference]
    assert references(browser.open("care.show_queue", find="d_m")) == [claim.reference]
    assert references(browser.open("care.show_queue", find="10_%")) == []


def test_own_claims_are_not_there_even_by_search(site, asha, casey):
    """Casey is a member too."""
    with unit_of_work():
        db.session.get_one(Member, asha.member).user_id = casey.user_id
    own = factories.a_claim(asha)
    with unit_of_work():
        db.session.merge(own).search_text = "findable"
    browser = site.as_(casey)

    page = browser.open("care.show_queue")

    assert (references(page), views(page)["Next up"]) == ([], 0)
    assert references(browser.open("care.show_queue", find="findable")) == []


def test_pages_follow_one_another_without_gap_or_repeat(site, casey):
    claims = [factories.a_claim(factories.a_member(), sent=now() - timedelta(minutes=minute)) for minute in range(30)]
    browser = site.as_(casey)

    first = browser.open("care.show_queue")
    second = first.click("Next page")

    assert len(references(first)) == 25
    assert len(references(second)) == 5
    assert set(references(first)) | set(references(second)) == {claim.reference for claim in claims}
    assert references(second.click("Back to the first")) == references(first)


def test_page_that_begins_behind_a_vanished_row_goes_on_where_it_was(site, casey):
    claims = [factories.a_claim(factories.a_member(), sent=now() - timedelta(minutes=minute)) for minute in range(27)]
    browser = site.as_(casey)
    first = browser.open("care.show_queue")
    last = references(first)[-1]
    with unit_of_work():
        db.session.merge(next(claim for claim in claims if claim.reference == last)).state = ClaimState.WITHDRAWN

    assert len(references(first.click("Next page"))) == 2


def test_decided_claims_are_paged_the_newest_first(site, asha, casey):
    claims = [factories.a_claim(asha, subject=f"9000 {number:04d}") for number in range(27)]
    with unit_of_work():
        for number, claim in enumerate(claims):
            row = db.session.merge(claim)
            row.state, row.changed_at = ClaimState.DECLINED, now() - timedelta(hours=number)
            row.decided_at = row.changed_at

    page = site.as_(casey).open("care.show_queue", view="decided")

    shown = references(page) + references(page.click("Next page"))
    assert shown == [claim.reference for claim in claims]


@pytest.mark.parametrize("view", ["next", "decided", "all"])
def test_pages_of_a_view_add_up_to_its_order_whatever_is_due_together(site, session, casey, view):
    at = now().replace(microsecond=0)
    members = [factories.a_member(points=points) for points in (0, 1600, 3100)]
    claims = [
        factories.a_claim(members[number % 3], subject=f"9200 {number:04d}", sent=at - timedelta(minutes=number % 7))
        for number in range(60)
    ]
    for number, claim in enumerate(claims):
        row = session.merge(claim)
        row.due_at = at + timedelta(days=number % 4)
        row.changed_at = at - timedelta(hours=number % 5)
        if view == "decided":
            row.state, row.decided_at = ClaimState.DECLINED, row.changed_at
    session.commit()

    page = site.as_(casey).open("care.show_queue", view=view)
    shown = references(page)
    while page.has('a[href*="after="]'):
        page = page.click("Next page")
        shown += references(page)

    rank = {person.member: number for number, person in enumerate(members)}
    if view == "decided":
        wanted = sorted(claims, key=lambda claim: (claim.changed_at, claim.id.hex), reverse=True)
    else:
        wanted = sorted(
            claims, key=lambda claim: (claim.due_at, -rank[claim.member_id], claim.submitted_at, claim.id.hex)
        )
    assert shown == [claim.reference for claim in wanted]
