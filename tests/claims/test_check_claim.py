"""The second step: what the member's own data already answers."""

from datetime import timedelta

import pytest

from portal.activities.rules import Outcome
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.points.rules import EntryKind
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.drafting import ORDER, at_pictures, begin, claims, days_ago, the_claim, today
from tests.claims.uploading import small, upload
from tests.site import Site


def test_unknown_order_is_asked_about(site: Site, asha: Person) -> None:
    page = begin(site, asha)

    assert page.h1 == "What we can see"
    assert f"Order of {ui.day(days_ago(5))} is not among your activities yet" in page.text
    assert page.texts("#step button") == [f"Claim 45 points for {ui.day(days_ago(5))}", "That answers it"]


def test_late_points_are_named_with_their_day(site: Site, asha: Person) -> None:
    due = now() - timedelta(days=3)
    factories.an_expectation(asha, 150, activity="order", subject=ORDER, due=due, happened=now() - timedelta(days=5))

    page = begin(site, asha)

    assert f"Order of {ui.day(days_ago(5))} has no points yet 150 points were due by {ui.day(due)}" in page.text


def test_points_that_are_here_answer_it(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 180, activity="order", subject="7041 8822", happened=now() - timedelta(days=5))

    page = begin(site, asha, reference="7041 8822")

    assert page.h1 == "These points are here"
    assert f"Order of {ui.day(days_ago(5))} is here 180 points on {ui.day(today())}" in page.text
    assert page.click("See the line").status == 200


def test_what_is_known_for_sure_stands_alone(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 180, activity="order", subject=ORDER, happened=now() - timedelta(days=5))
    factories.an_entry(asha, 33, activity="order", subject="8800 0011", happened=now() - timedelta(days=6))

    assert "33 points" not in begin(site, asha, reference=ORDER).text
    assert "33 points" in begin(site, asha, reference="5512 0000").text, "it may be the one that is meant"


def test_member_may_mean_other_points(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 180, activity="order", subject=ORDER, happened=now() - timedelta(days=5))

    page = begin(site, asha).submit("These are not the points I mean")

    assert page.path == f"/claims/{the_claim().reference}/evidence"


def test_points_on_their_way_can_be_parked(site: Site, asha: Person) -> None:
    due = now() + timedelta(hours=30)
    waiting = factories.an_expectation(asha, 120, activity="order", due=due)
    page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which=f"expectation-{waiting.id}")

    assert page.h1 == "It is a little early"
    done = page.submit(f"Park my claim until {ui.day(due)}")

    claim = the_claim()
    assert (claim.state, claim.parked_until, claim.due_at) == (ClaimState.PARKED, waiting.due_at, None)
    assert done.h1 == f"Parked until {ui.weekday_day(due)}"
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        (asha.email, f"We have your claim {claim.reference}")
    ]


def test_an_order_of_today_is_early_too(site: Site, asha: Person) -> None:
    """Nobody has told us of it, and by its delay it need not be here yet."""
    page = begin(site, asha, day=today().isoformat()).submit(form="#step")

    assert page.h1.startswith("Parked until ")
    assert the_claim().parked_until is not None


def test_wrong_number_is_never_early(site: Site, asha: Person) -> None:
    page = begin(site, asha, kind="wrong_amount", day=today().isoformat())

    assert page.h1 == "What we can see"


def test_what_earns_nothing_says_so(site: Site, asha: Person) -> None:
    factories.an_event(asha, activity="order", subject=ORDER, outcome=Outcome.INELIGIBLE)

    assert "does not count" in begin(site, asha).text


def test_own_open_claim_is_shown(site: Site, asha: Person) -> None:
    first = factories.a_claim(asha, activity="order", subject=ORDER)

    page = begin(site, asha, reference="7041-8822")

    assert page.h1 == "You have claimed this already"
    assert "not among your activities" not in page.text, "nothing is asked that cannot be answered here"
    assert page.click("Open that claim").path == f"/claims/{first.reference}"
    assert not page.has("#step")


def test_own_earlier_claim_is_shown(site: Site, asha: Person) -> None:
    first = factories.a_claim(asha, activity="order", subject=ORDER)
    site.as_(asha).open("claims.confirm_withdrawal", reference=first.reference).submit("Withdraw it")

    page = begin(site, asha)

    assert f"You claimed this before: {first.reference}" in page.text
    assert page.submit(form="#step").h1 == "Show us what you have"


def test_nothing_is_told_of_others(site: Site, asha: Person, bruno: Person) -> None:
    """The same order number elsewhere, in every form it can have, changes not one word."""
    expected = begin(site, asha).text.replace(the_claim().reference, "C")
    db.session.delete(the_claim())
    db.session.commit()
    factories.a_claim(bruno, activity="order", subject=ORDER)
    factories.an_entry(bruno, 45, activity="order", subject=ORDER)
    factories.an_expectation(bruno, 45, activity="order", subject=ORDER)
    factories.an_event(None, activity="order", subject=ORDER)
    factories.an_event(bruno, activity="order", subject=ORDER, outcome=Outcome.CREDITED)

    page = begin(site, asha)

    mine = next(claim for claim in claims() if claim.member_id == asha.member)
    assert page.text.replace(mine.reference, "C") == expected


def test_draft_that_grew_too_old_says_so_with_the_day(site: Site, asha: Person) -> None:
    page = begin(site, asha)
    claim = the_claim()
    claim.activity_day = days_ago(181)
    db.session.commit()

    page = site.as_(asha).open("claims.check_claim", reference=claim.reference)

    assert page.h1 == "This was too long ago"
    assert f"reaches back to {ui.day(days_ago(180))}" in page.text
    assert not page.has("#step")


def test_draft_from_before_joining_says_so(site: Site) -> None:
    yuri = factories.a_member("Yuri Young", joined=now() - timedelta(days=30))
    begin(site, yuri)
    claim = the_claim()
    claim.activity_day = days_ago(31)
    db.session.commit()

    page = site.as_(yuri).open("claims.check_claim", reference=claim.reference)

    assert page.h1 == "This was before you joined"
    assert f"You joined on {ui.day(days_ago(30))}" in page.text


@pytest.mark.parametrize("endpoint", ["claims.show_evidence", "claims.review_claim"])
def test_steps_come_in_order(site: Site, asha: Person, endpoint: str) -> None:
    begin(site, asha)

    page = site.as_(asha).open(endpoint, reference=the_claim().reference)

    assert page.path == f"/claims/{the_claim().reference}/check"


def test_forged_step_is_not_taken(site: Site, asha: Person) -> None:
    """A claim that cannot be sent cannot be sent by asking twice either."""
    factories.a_claim(asha, activity="order", subject=ORDER)
    page = begin(site, asha)
    reference = page.path.split("/")[2]

    asking = site.as_(asha)
    token = {"csrf_token": asking.open("claims.show_claims").token}
    asking.send("POST", f"/claims/{reference}/check", data=token)
    asking.send("POST", f"/claims/{reference}/review", data=token)

    draft = db.session.query(Claim).filter_by(reference=reference).one()
    assert draft.state is ClaimState.DRAFT


def test_balance_is_told_as_a_sum(site: Site) -> None:
    rich = factories.a_member("Rita Rich", points=1240)

    page = site.as_(rich).open("claims.new_claim").submit(kind="balance_differs")

    assert "Your balance is 1,240 points" in page.text
    assert page.submit(form="#step").h1 == "Show us what you have"


def test_change_keeps_the_draft_and_looks_again(site: Site, asha: Person) -> None:
    begin(site, asha).submit(form="#step")
    form = site.as_(asha).open("claims.show_subject", reference=the_claim().reference)

    page = form.submit(reference="7041 8823")

    assert form.value("reference") == ORDER
    assert form.value("day") == days_ago(5).isoformat()
    assert page.path == f"/claims/{the_claim().reference}/check"
    assert (the_claim().subject_key, the_claim().step) == ("70418823", 2)


def test_wrong_change_keeps_what_was_right(site: Site, asha: Person) -> None:
    begin(site, asha)

    page = site.as_(asha).open("claims.show_subject", reference=the_claim().reference).submit(points="-1", status=422)

    assert list(page.errors) == ["points"]
    assert the_claim().expected_points == 45


@pytest.mark.parametrize(
    "endpoint", ["claims.show_subject", "claims.check_claim", "claims.show_evidence", "claims.review_claim"]
)
def test_sent_claim_has_no_steps_any_more(site: Site, asha: Person, endpoint: str) -> None:
    claim = factories.a_claim(asha)

    assert site.as_(asha).open(endpoint, reference=claim.reference).path == f"/claims/{claim.reference}"


@pytest.mark.parametrize(
    "endpoint",
    [
        "claims.show_subject",
        "claims.check_claim",
        "claims.show_evidence",
        "claims.review_claim",
        "claims.confirm_removal",
        "claims.show_claim",
    ],
)
def test_somebody_elses_draft_is_not_there(
    site: Site, asha: Person, bruno: Person, casey: Person, endpoint: str
) -> None:
    claim = factories.a_claim(asha, waiting=False)

    assert site.as_(asha).open(endpoint, reference=claim.reference).status == 200
    for stranger in (bruno, casey):
        assert site.as_(stranger).open(endpoint, reference=claim.reference, status=404).status == 404
    assert site.as_(asha).open(endpoint, reference="C-NOTTHERE", status=404).status == 404


def test_points_of_an_earlier_verdict_answer_it(site: Site, asha: Person) -> None:
    factories.an_entry(
        asha, 45, kind=EntryKind.CORRECTION, activity="order", subject=ORDER, happened=now() - timedelta(days=5)
    )

    page = begin(site, asha)

    assert page.h1 == "These points are here"
    assert f"45 points on {ui.day(today())}" in page.text


@pytest.mark.parametrize(
    ("reference", "day", "words"),
    [
        ("55120000", "today", "I will wait"),
        (ORDER, "before", "That answers it"),
        ("5512 0001", "before", "That answers it"),
    ],
    ids=["early", "credited", "nearby"],
)
def test_draft_is_gone_when_the_look_up_was_the_answer(
    site: Site, asha: Person, reference: str, day: str, words: str
) -> None:
    factories.an_entry(asha, 180, activity="order", subject=ORDER, happened=now() - timedelta(days=5))
    when = today() if day == "today" else days_ago(5)

    page = begin(site, asha, reference=reference, day=when.isoformat()).submit(words)

    assert page.path == "/"
    assert claims() == []


def test_draft_with_a_picture_in_it_asks_before_it_goes(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small())
    page = site.as_(asha).open("claims.check_claim", reference=the_claim().reference)

    asked = page.submit("That answers it")

    assert (asked.h1, len(claims())) == ("Discard this claim?", 1)
    asked.submit("Discard it")
    assert claims() == []


def test_answer_that_comes_after_sending_throws_nothing_away(site: Site, asha: Person) -> None:
    page = begin(site, asha)
    open_elsewhere = site.as_(asha).open(page.path)
    page.submit(form="#step").submit("Continue without evidence").submit("Send the claim")

    late = open_elsewhere.submit("That answers it")

    assert (late.path, the_claim().state) == (f"/claims/{the_claim().reference}", ClaimState.SUBMITTED)
