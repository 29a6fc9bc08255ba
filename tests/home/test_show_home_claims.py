"""Home: open claims, how they stand, and that their points are not counted twice."""

import pytest

from portal.claims.rules import ClaimState
from portal.db import db
from tests.cast import Person
from tests.factories import an_expectation
from tests.home.histories import asked, at
from tests.home.reading import key, lines
from tests.site import Site


def test_claim_for_points_that_are_on_their_way_is_not_counted_twice(site: Site, asha: Person):
    promise = an_expectation(asha, 120, subject="7041 8822")
    claim = asked(asha, points=120, subject="7041 8822", state=ClaimState.PARKED, parked_until=at(24))
    claim.expectation_id = promise.id
    db.session.commit()

    page = site.as_(asha).open("home.show_home")

    assert [words for words in key(page) if "claim" in words] == []
    assert any("Parked until Tue 24 Nov." in line for line in lines(page, "Your claim"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ClaimState.SUBMITTED, "Answer by Wed 25 Nov."),
        (ClaimState.NEEDS_INFO, "We need one more thing from you."),
        (ClaimState.AWAITING_APPROVAL, "Answer by Wed 25 Nov."),
    ],
)
def test_open_claim_says_how_it_stands(site: Site, asha: Person, state: ClaimState, words: str):
    asked(asha, points=150, sent=at(20), day=at(6).date(), state=state)

    assert lines(site.as_(asha).open("home.show_home"), "Your claim") == [f"Order of 6 Nov {words} 150 asked"]


def test_claim_in_review_names_who_is_checking_it(site: Site, asha: Person, casey: Person):
    asked(asha, points=150, sent=at(20), day=at(6).date(), taken_by=casey)

    [line] = lines(site.as_(asha).open("home.show_home"), "Your claim")
    assert line == "Order of 6 Nov Casey is checking it. Answer by Wed 25 Nov. 150 asked"


def test_answer_that_is_late_is_owned(site: Site, asha: Person):
    asked(asha, sent=at(9))

    [line] = lines(site.as_(asha).open("home.show_home"), "Your claim")
    assert "Our answer is late: it was due by Thu 12 Nov." in line


@pytest.mark.parametrize("state", [ClaimState.DRAFT, ClaimState.DECLINED, ClaimState.APPROVED, ClaimState.WITHDRAWN])
def test_claim_that_is_not_open_is_not_on_home(site: Site, asha: Person, state: ClaimState):
    asked(asha, points=150, state=state)

    page = site.as_(asha).open("home.show_home")

    assert "Your claim" not in page.texts("h2")
    assert key(page) == ["0 confirmed"]


def test_several_claims_are_added_up_and_listed(site: Site, asha: Person):
    for points in (150, 60, None):
        asked(asha, points=points, sent=at(20))

    page = site.as_(asha).open("home.show_home")

    assert "210 in your claims answer by Wed 25 Nov" in key(page)
    assert len(lines(page, "Your claims")) == 3


def test_claim_leads_to_its_page(site: Site, asha: Person):
    claim = asked(asha)

    page = site.as_(asha).open("home.show_home")

    assert page.has(f'a[href="/claims/{claim.reference}"]')
