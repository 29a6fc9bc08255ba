"""The last step: read back, words, sent once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.claims.lines import What
from portal.claims.models import ClaimEvent, Evidence
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.programme import current
from portal.web import ui
from portal.working_days import calendar_of
from tests import factories
from tests.cast import Person
from tests.claims.drafting import ORDER, at_review, claims, days_ago, sent, the_claim
from tests.claims.uploading import small, upload
from tests.site import Site


def due_in_three_working_days() -> str:
    return ui.weekday_day(calendar_of(current()).add_working_days(now(), 3))


def test_everything_is_read_back_before_it_is_sent(site: Site, asha: Person) -> None:
    page = at_review(site, asha)

    assert page.h1 == "Check and send"
    for words in ("Points for something I did", f"Order of {ui.day(days_ago(5))}, {ORDER}", "45", "None"):
        assert words in page.text
    assert f"You have our answer by {due_in_three_working_days()}" in page.text
    assert page.click("Change Evidence").h1 == "Show us what you have"


def test_sent_claim_waits_for_us_with_a_day_and_a_letter(site: Site, asha: Person) -> None:
    page = sent(site, asha, "I was signed out.\nSee the picture.")

    claim = the_claim()
    (line,) = db.session.scalars(select(ClaimEvent))
    assert (claim.state, claim.statement) == (
        ClaimState.SUBMITTED,
        "I was signed out.\nSee the picture.",
    )
    assert claim.submitted_at is not None
    assert claim.due_at == calendar_of(current()).add_working_days(claim.submitted_at, 3)
    assert (line.what, line.sequence, line.member_text, line.internal_note) == (What.SENT, 1, claim.statement, "")
    assert page.h1 == f"You have our answer by {due_in_three_working_days()}"
    assert "I was signed out." in page.text
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        (asha.email, f"We have your claim {claim.reference}")
    ]
    assert due_in_three_working_days() in site.letters[0].text


def test_pictures_go_with_the_claim(site: Site, asha: Person) -> None:
    at_review(site, asha)
    upload(site, asha, small(), "one.png")

    page = site.as_(asha).open("claims.review_claim", reference=the_claim().reference).submit("Send the claim")

    (picture,) = db.session.scalars(select(Evidence))
    (line,) = db.session.scalars(select(ClaimEvent))
    assert picture.sent_with_id == line.id
    assert page.has(f'a[href="/claims/{the_claim().reference}/evidence/{picture.id}"]')


def test_sending_twice_is_one_claim_one_line_one_letter(site: Site, asha: Person) -> None:
    page = at_review(site, asha)

    first, second = page.submit("Send the claim"), page.submit("Send the claim")

    assert first.path == second.path == f"/claims/{the_claim().reference}"
    assert len(db.session.scalars(select(ClaimEvent)).all()) == 1
    assert len(site.letters) == 1


def test_the_desk_finds_it_by_everything(site: Site, asha: Person) -> None:
    sent(site, asha, "Très ÉTRANGE")

    words = the_claim().search_text
    for word in (ORDER, the_claim().reference.lower(), "asha rahman", asha.email, asha.number.lower(), "tres etrange"):
        assert word in words


@pytest.mark.parametrize("fragment", [False, True])
def test_too_many_words_are_kept_and_counted(site: Site, asha: Person, *, fragment: bool) -> None:
    page = at_review(site, asha)
    long = "é" * 2037

    page = page.submit("Send the claim", statement=long, status=422, as_fragment=fragment)

    assert page.errors == {"statement": "Shorten this by 37 characters: 2,000 fit"}
    assert page.value("statement").strip() == long
    assert the_claim().state is ClaimState.DRAFT


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("\u202eevil\u202c", "evil"),
        ("line\r\nline", "line\nline"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('<b hx-get="/x" hx-trigger="load">', '<b hx-get="/x" hx-trigger="load">'),
        ("{{ 7 * 7007 }}", "{{ 7 * 7007 }}"),
        ("   ", ""),
    ],
)
def test_words_are_cleaned_and_never_run(site: Site, asha: Person, typed: str, kept: str) -> None:
    page = sent(site, asha, typed)

    assert the_claim().statement == kept
    assert not page.has("main script")
    assert not page.has("main b[hx-get]")
    assert "49049" not in page.text


def test_forged_fields_change_nothing(site: Site, asha: Person, bruno: Person) -> None:
    page = at_review(site, asha)

    page.submit(
        "Send the claim",
        forged={
            "state": "approved",
            "points_granted": "9999",
            "verdict": "approve",
            "member_id": str(bruno.member),
            "version": "77",
            "due_at": "2020-01-01",
        },
    )

    claim = the_claim()
    assert (claim.state, claim.points_granted, claim.verdict) == (ClaimState.SUBMITTED, None, None)
    assert (claim.member_id, claim.version < 77) == (asha.member, True)


def test_save_and_close_keeps_the_words(site: Site, asha: Person) -> None:
    page = at_review(site, asha).submit("Save and close", statement="Half a thought")

    assert page.path == "/claims"
    assert (the_claim().state, the_claim().statement) == (ClaimState.DRAFT, "Half a thought")
    review = site.as_(asha).open("claims.review_claim", reference=the_claim().reference)
    assert review.value("statement").strip() == "Half a thought"


def test_second_claim_on_one_subject_is_shown_the_first(site: Site, asha: Person) -> None:
    page = at_review(site, asha)
    first = factories.a_claim(asha, activity="order", subject=ORDER)

    page = page.submit("Send the claim", statement="Twice")

    assert page.h1 == "You have claimed this already"
    assert {claim.state for claim in claims()} == {ClaimState.DRAFT, ClaimState.SUBMITTED}
    assert next(claim for claim in claims() if claim.id != first.id).statement == "Twice", "no word is lost"
    assert site.letters == []


def test_points_that_came_meanwhile_are_shown_instead(site: Site, asha: Person) -> None:
    late = factories.an_expectation(asha, 150, activity="order", due=now() - timedelta(days=1))
    page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which=f"expectation-{late.id}")
    page = page.submit(form="#step").submit("Continue without evidence")
    line = factories.an_entry(asha, 150, activity="order", subject=late.subject)
    late.satisfied_by_id = line.id
    db.session.commit()

    page = page.submit("Send the claim")

    assert page.h1 == "These points are here"
    assert the_claim().state is ClaimState.DRAFT


def test_member_who_means_other_points_may_still_send(site: Site, asha: Person) -> None:
    late = factories.an_expectation(asha, 150, activity="order", due=now() - timedelta(days=1))
    page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which=f"expectation-{late.id}")
    line = factories.an_entry(asha, 150, activity="order", subject=late.subject)
    late.satisfied_by_id = line.id
    db.session.commit()

    page = page.site.open(page.path).submit("These are not the points I mean")
    page = page.submit("Continue without evidence").submit("Send the claim")

    assert (the_claim().state, the_claim().expectation_id) == (ClaimState.SUBMITTED, None)
    assert page.path == f"/claims/{the_claim().reference}"


def test_day_that_passed_the_window_overnight_is_refused_with_its_day(site: Site, asha: Person) -> None:
    page = at_review(site, asha)
    the_claim().activity_day = days_ago(181)
    db.session.commit()

    page = page.submit("Send the claim")

    assert page.h1 == "This was too long ago"
    assert the_claim().state is ClaimState.DRAFT


def test_somebody_elses_draft_cannot_be_sent(site: Site, asha: Person, bruno: Person) -> None:
    page = at_review(site, asha)

    stranger = site.as_(bruno)
    token = stranger.open("claims.show_claims").token
    stranger.send("POST", page.path, data={"csrf_token": token}, status=404)

    assert the_claim().state is ClaimState.DRAFT


def test_two_activities_without_a_number_are_two_subjects(site: Site, asha: Person) -> None:
    """An activity that has no reference is known by its own row, and can still be claimed only once."""
    past = now() - timedelta(days=1)
    quiz = factories.an_expectation(asha, 60, activity="quiz", due=past)
    other = factories.an_expectation(asha, 60, activity="quiz", due=past)
    for one in (quiz, other):
        one.subject = one.subject_key = ""
    db.session.commit()

    for one in (quiz, other, quiz):
        page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which=f"expectation-{one.id}")
        if page.has("#step"):
            page.submit(form="#step").submit("Continue without evidence").submit("Send the claim")

    assert [claim.state for claim in claims() if claim.state is ClaimState.SUBMITTED] == [ClaimState.SUBMITTED] * 2
