"""The list: what is not sent, what is open and for whom it waits, and how the rest ended."""

from datetime import timedelta

import pytest

from portal.claims.rules import ClaimState, Verdict
from portal.clock import now
from portal.db import db
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, decide, taken
from tests.claims.drafting import today
from tests.proofreading import attribute
from tests.site import Site


def test_without_claims_nothing_is_missing(site: Site, asha: Person, bruno: Person) -> None:
    factories.a_claim(bruno)

    page = site.as_(asha).open("claims.show_claims")

    assert page.h1 == "No claims, nothing missing"
    assert page.click("Something is missing").h1 == "What is missing?"


def test_claims_stand_by_what_they_wait_for(site: Site, asha: Person, casey: Person) -> None:
    draft = factories.a_claim(asha, waiting=False)
    waiting = factories.a_claim(asha, points=150)
    asked = taken(asha, casey)
    ask(asked, casey)
    granted = taken(asha, casey)
    decide(granted, casey, Verdict.APPROVE, points=45)
    declined = taken(asha, casey, points=60)
    decide(declined, casey, Verdict.DECLINE)

    page = site.as_(asha).open("claims.show_claims")

    db.session.expire_all()
    assert page.texts("h2") == ["Not sent yet", "Open", "Closed"]
    assert f"{draft.reference}. Kept until" in page.text
    assert waiting.due_at is not None
    assert f"{waiting.reference}. You have our answer by {ui.weekday_day(waiting.due_at)}. 150 asked" in page.text
    assert f"{asked.reference}. We need one more thing from you." in page.text
    assert f"{granted.reference}. Answered {ui.day(today())}, in " in page.text
    assert f"{declined.reference}. Declined {ui.day(today())}. 0 of 60" in page.text
    assert "+45" in page.text


def test_late_answer_is_called_late(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha, sent=now() - timedelta(days=20))

    page = site.as_(asha).open("claims.show_claims")

    assert claim.due_at is not None
    assert f"Our answer is late: it was due by {ui.weekday_day(claim.due_at)}." in page.text


def test_draft_goes_on_where_it_was_left(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha, waiting=False)
    claim.step = 3
    db.session.commit()

    (link,) = [a for a in site.as_(asha).open("claims.show_claims").all("main li a") if "/evidence" in str(a.attrs)]

    assert link is not None


@pytest.mark.parametrize("claims", [1, 20])
def test_any_number_of_claims_takes_the_same_statements(site: Site, asha: Person, claims: int) -> None:
    for _ in range(claims):
        factories.a_claim(asha)

    page = site.as_(asha).open("claims.show_claims")

    assert len(page.statements) == 3


def test_older_claims_are_one_link_away(site: Site, asha: Person) -> None:
    still_open = factories.a_claim(asha, sent=now() - timedelta(days=400))
    for number in range(52):
        claim = factories.a_claim(asha, sent=now() - timedelta(days=200 + number))
        claim.state, claim.decided_at = ClaimState.WITHDRAWN, claim.created_at
        db.session.commit()
    first = site.as_(asha).open("claims.show_claims")

    older = first.click("Older claims")

    assert [len(page.all("main .lines li")) for page in (first, older)] == [51, 2]
    assert still_open.reference in first.text
    assert not set(first.texts("main .lines small")) & set(older.texts("main .lines small"))
    link = attribute(first.find("#more a"), "href")
    part = first.site.open(link, as_fragment=True)
    assert part.texts("li small") == older.texts("main .lines small")


@pytest.mark.parametrize("before", ["C-NOTTHERE", "'", "\x00", "x" * 5000])
def test_unknown_place_in_the_list_shows_the_beginning(site: Site, asha: Person, before: str) -> None:
    factories.a_claim(asha)

    page = site.as_(asha).open("claims.show_claims", before=before)

    assert page.texts("h2") == ["Open"]


def test_somebody_elses_place_is_no_place(site: Site, asha: Person, bruno: Person) -> None:
    theirs = factories.a_claim(bruno)
    factories.a_claim(asha)

    assert site.as_(asha).open("claims.show_claims", before=theirs.reference).texts("h2") == ["Open"]
