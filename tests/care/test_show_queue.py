from datetime import timedelta

import pytest

from portal.claims.rules import ClaimKind
from portal.claims.service import desk
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, references, views


def due_in(claim, **delta):
    with unit_of_work():
        db.session.merge(claim).due_at = now() + timedelta(**delta)


def test_row_tells_due_match_asked_and_who_has_it(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)

    page = site.as_(casey).open("care.show_queue")

    row = page.find("tbody tr").to_text(separator=" ", strip=True)
    assert [
        words for words in ("Asha Rahman", "Missing", "45", "1 match", "Noor", claim.reference) if words not in row
    ] == []
    assert page.has("tbody svg.fuse")
    assert page.h1 == "Next up"


def test_what_we_found_is_nothing_near_or_sure(site, asha, casey):
    sure, _ = a_matched_claim(asha)
    near = factories.a_claim(asha)
    factories.an_event(subject=near.subject, happened=now() - timedelta(days=20))
    nothing = factories.a_claim(asha)
    promised = factories.a_claim(asha)
    # The day the claim is about: it was sent two hours ago, which may have been yesterday.
    day = now() - timedelta(days=5, hours=2)
    factories.an_expectation(asha, subject=promised.subject, happened=day)

    page = site.as_(casey).open("care.show_queue")

    found = dict(zip(references(page), page.texts("td:nth-child(6)"), strict=True))
    assert found[sure.reference] == "1 match"
    assert found[near.reference] == "Near match"
    assert found[nothing.reference] == "Nothing"
    assert found[promised.reference] == "1 match"


def test_event_of_somebody_else_is_no_match(site, asha, bruno, casey):
    claim = factories.a_claim(asha)
    factories.an_event(bruno, subject=claim.subject)

    assert site.as_(casey).open("care.show_queue").texts("td:nth-child(6)") == ["Nothing"]


def test_most_urgent_comes_first_then_the_higher_tier_then_the_older(site, casey):
    at = now()
    late = factories.a_claim(factories.a_member(), sent=at - timedelta(days=1))
    older = factories.a_claim(factories.a_member(), sent=at - timedelta(hours=5))
    newer = factories.a_claim(factories.a_member(), sent=at - timedelta(hours=4))
    gold = factories.a_claim(factories.a_member(points=1600), sent=at - timedelta(hours=3))
    for claim in (older, newer, gold):
        due_in(claim, days=2)
    with unit_of_work():
        due = db.session.merge(older).due_at
        for claim in (newer, gold):
            db.session.merge(claim).due_at = due
    due_in(late, hours=-2)

    page = site.as_(casey).open("care.show_queue")

    assert references(page) == [claim.reference for claim in (late, gold, older, newer)]
    assert page.texts("td.late") == ["over by 2 h 00"]


def test_views_count_what_they_show(site, asha, bruno, casey, noor):
    mine = factories.a_claim(asha, taken_by=casey)
    theirs = factories.a_claim(asha, taken_by=noor)
    over = factories.a_claim(bruno)
    due_in(over, hours=-3)
    asked = factories.a_claim(bruno, taken_by=casey)
    with unit_of_work():
        desk.ask(asked.id, "receipt", version=asked.version, by=casey.user_id, at=now())
    factories.a_claim(asha, waiting=False)

    browser = site.as_(casey)
    page = browser.open("care.show_queue")

    assert views(page) | {"Due today": 0} == {
        "Next up": 3, "Mine": 1, "Over time": 1, "Due today": 0, "Waiting for member": 1,
        "Waiting for approval": 0, "Parked": 0, "All open": 4, "Decided": 0,
    }  # fmt: skip
    assert set(references(page)) == {mine.reference, theirs.reference, over.reference}
    assert references(page.click("Mine 1")) == [mine.reference]
    assert references(page.click("Over time 1")) == [over.reference]
    assert references(page.click("Waiting for member 1")) == [asked.reference]
    assert len(references(page.click("All open 4"))) == 4


@pytest.mark.parametrize(
    "view", ["mine", "overdue", "today", "needs-info", "approval", "parked", "all", "decided", "next"]
)
def test_empty_view_says_so(site, casey, view):
    page = site.as_(casey).open("care.show_queue", view=view)

    assert not page.has("tbody")
    assert page.has("#claims p.soft")


def test_filters_stand_in_the_address(site, casey):
    gold = factories.a_member(points=1600)
    wanted = factories.a_claim(gold, points=300, kind=ClaimKind.WRONG_AMOUNT)
    factories.a_claim(gold, points=300)
    factories.a_claim(gold, points=20, kind=ClaimKind.WRONG_AMOUNT)
    factories.a_claim(factories.a_member(), points=300, kind=ClaimKind.WRONG_AMOUNT)

    page = site.as_(casey).open("care.show_queue")
    found = page.submit("Apply", kind="wrong_amount", tier="gold", points="101-500")

    assert references(found) == [wanted.reference]
    assert "kind=wrong_amount&tier=gold&points=101-500" in found.path
    assert found.value("kind") == "wrong_amount"


def test_filter_by_who_has_it(site, asha, casey, noor):
    mine, theirs, free = (factories.a_claim(asha, taken_by=agent) for agent in (casey, noor, None))
    browser = site.as_(casey)

    assert references(browser.open("care.show_queue", **{"with": "me"})) == [mine.reference]
    assert references(browser.open("care.show_queue", **{"with": "others"})) == [theirs.reference]
    assert references(browser.open("care.show_queue", **{"with": "nobody"})) == [free.reference]


@pytest.mark.parametrize(
    "query",
    [
        "view=nonsense",
        "kind=1'--",
        "tier=%00",
        "points=9-1",
        "with=x",
        "after=AAAA",
        "after=%F0%9F%98%80",
        "find=%25",
        "find=%00",
    ],
)
def test_forged_addresses_are_harmless(site, asha, casey, query):
    factories.a_claim(asha)

    site.as_(casey).open(f"/care/?{query}")


def test_poll_brings_nothing_while_nothing_changed(site, asha, casey, frozen):
    factories.a_claim(asha)
    browser = site.as_(casey)
    poll = browser.open("care.show_queue").find("#claims").attrs["hx-get"]

    answer = browser.open(poll, as_fragment=True, status=204)

    assert (answer.html, len(answer.statements)) == ("", 2)
    factories.a_claim(asha)
    changed = browser.open(poll, as_fragment=True)
    assert (len(references(changed)), views(changed)["Next up"]) == (2, 2)
    assert changed.find("#claims").attrs["hx-get"] != poll


def test_poll_notices_every_kind_of_change(site, asha, casey, noor, frozen):
    claim = factories.a_claim(asha)
    browser = site.as_(casey)

    def poll():
        return browser.open("care.show_queue").find("#claims").attrs["hx-get"]

    tokens = [poll()]
    with unit_of_work():
        desk.take(claim.id, by=noor.user_id, at=now())
    tokens.append(poll())
    with unit_of_work():
        desk.release(claim.id, by=noor.user_id, at=now())
    tokens.append(poll())
    assert len(set(tokens)) == 3


def test_statements_are_the_same_for_one_row_and_a_hundred(site, asha, casey):
    a_matched_claim(asha)
    browser = site.as_(casey)
    one = len(browser.open("care.show_queue").statements)
    for _ in range(99):
        a_matched_claim(factories.a_member())

    hundred = len(browser.open("care.show_queue").statements)

    assert (one, hundred) == (6, 6)


def test_names_are_shown_as_text(site, casey):
    person = factories.a_member('<b onclick="x()">Eve</b>', email="eve@mail.example")
    factories.a_claim(person)

    page = site.as_(casey).open("care.show_queue")

    assert not page.has("tbody b")
    assert "&lt;b onclick" in page.html


def test_admin_looks_and_finds_no_act(site, asha, omar):
    factories.a_claim(asha)

    page = site.as_(omar).open("care.show_queue")

    assert page.has("tbody tr")
    assert not page.has("tbody button")
    assert not page.has("#act")
