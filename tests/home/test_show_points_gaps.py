"""The history: where something may be missing, and the claims that lie there."""

from datetime import timedelta

from portal.claims.rules import ClaimState
from portal.db import db
from tests.cast import Person
from tests.factories import a_member
from tests.home.histories import asked, at, earn
from tests.proofreading import attribute, text_of
from tests.site import Site


def test_gap_asks_what_is_missing_and_hands_the_days_on(site: Site, asha: Person):
    earn(asha, 200, at(28, 10))
    earn(asha, 140, at(19))

    page = site.as_(asha).open("home.show_points")

    [gap] = page.all(".gap a")
    assert text_of(gap) == "Something missing from 28 Oct to 19 Nov?"
    assert attribute(gap, "href") == "/claims/new?from=2026-10-28&to=2026-11-19"
    assert page.click(text_of(gap)).status == 200


def test_silence_up_to_today_is_a_gap_too(site: Site, asha: Person):
    earn(asha, 140, at(10))

    assert site.as_(asha).open("home.show_points").texts(".gap") == ["Something missing from 10 Nov to 22 Nov?"]


def test_nobody_is_asked_about_days_that_can_no_longer_be_claimed(site: Site, asha: Person):
    for recorded in (at(1, 1), at(1, 3), at(1, 6), at(20)):
        earn(asha, 10, recorded)

    # 180 days before 22 November is 26 May.
    assert site.as_(asha).open("home.show_points").texts(".gap") == [
        "Something missing from 1 Jun to 20 Nov?",
    ]


def test_open_claim_lies_in_the_gap_where_its_points_should_be(site: Site, asha: Person):
    earn(asha, 110, at(2))
    earn(asha, 180, at(20))
    claim = asked(asha, points=150, day=at(6).date(), sent=at(19))

    page = site.as_(asha).open("home.show_points")

    assert page.texts(".gap") == []
    [link] = page.all("a.line")
    assert text_of(link) == "Order of 6 Nov In your claim. Answer by Tue 24 Nov. 150 asked"
    assert attribute(link, "href") == f"/claims/{claim.reference}"
    section = page.all("section .lines")[-1]
    assert [text_of(line).split(" ")[0] for line in section.query(".line")] == ["20", "Order", "2"]


def test_decided_claim_lies_in_no_gap(site: Site, asha: Person):
    earn(asha, 110, at(2))
    asked(asha, day=at(6).date(), state=ClaimState.DECLINED)

    assert not site.as_(asha).open("home.show_points").has("a.line")


def test_gap_between_two_pages_is_asked_about_once(site: Site, asha: Person):
    for number in range(20):
        earn(asha, 10, at(20) + timedelta(hours=number / 10), text=f"Line {number}")
    entry = earn(asha, 10, at(21), text="Newest")
    db.session.refresh(entry)
    older = a_member("Nia Quinn")
    earn(older, 1, at(1), text="Oldest")
    for number in range(20):
        earn(older, 10, at(20) + timedelta(hours=number / 10), text=f"Line {number}")

    first = site.as_(older).open("home.show_points")
    second = first.click("Show earlier lines")

    assert first.texts(".gap") == ["Something missing from 1 Nov to 20 Nov?"]
    assert second.texts(".gap") == []
