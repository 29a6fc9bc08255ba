"""Claims that open themselves for promises that were not kept."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities import sweeps as activities
from portal.activities.models import Expectation
from portal.activities.rules import Outcome
from portal.claims import sweeps
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.activities.messages import entries, message, record
from tests.cast import Person
from tests.claims.alone import noon
from tests.claims.drafting import claims, the_claim
from tests.site import Site

MARGIN = timedelta(hours=24)


def a_late_promise(member: Person, **fields: object) -> Expectation:
    """Promise points for an order of five days ago that were due a day ago."""
    return factories.an_expectation(member, activity="order", happened=noon(), due=now() - MARGIN, **fields)  # type: ignore[arg-type]


def opened(at: datetime | None = None) -> int:
    done = sweeps.open_late(at or now())
    db.session.expire_all()
    return done


def test_late_promise_is_filled_in_and_sent_with_one_tap(site: Site, asha: Person) -> None:
    promise = a_late_promise(asha)
    assert opened(promise.due_at + MARGIN - timedelta(seconds=1)) == 0

    assert (opened(), opened()) == (1, 0)

    claim = the_claim()
    assert (claim.state, claim.subject, claim.expected_points) == (ClaimState.DRAFT, promise.subject, 45)
    (letter,) = site.letters
    assert letter.subject == "45 points are late: one tap sends your claim"
    assert "one tap sends it" in site.as_(asha).open("claims.show_claims").text
    assert "Late, so we filled in a claim" in site.as_(asha).open("home.show_home").text
    link = f"/claims/late/{promise.id}"
    assert link in letter.text

    page = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    assert page.path == link
    page.submit("Send this claim")

    db.session.expire_all()
    assert claim.state is ClaimState.SUBMITTED
    assert [letter.subject for letter in site.letters][1:] == [f"We have your claim {claim.reference}"]
    assert site.as_(asha).open("claims.show_late", expectation_id=promise.id).path == f"/claims/{claim.reference}"


def test_late_promise_is_granted_at_once_where_the_shop_has_told_of_it(site: Site, asha: Person) -> None:
    promise = a_late_promise(asha)
    recorded = record(message(subject=promise.subject, occurred_at=noon()))

    assert opened() == 1

    claim = the_claim()
    assert (claim.state, claim.matched_event_id) == (ClaimState.APPROVED, recorded.event_id)
    assert [entry.points for entry in entries(asha)] == [45]
    assert promise.satisfied_by_id == entries(asha)[0].id
    assert [letter.subject for letter in site.letters] == [f"45 points added, claim {claim.reference}"]
    whats = db.session.scalars(select(ClaimEvent.what).order_by(ClaimEvent.sequence))
    assert list(whats) == [What.OPENED, What.APPROVED]


def test_late_promise_that_can_be_posted_is_posted_and_needs_no_claim(asha: Person) -> None:
    event = factories.an_event(asha, activity="order", happened=noon(), outcome=Outcome.PENDING)
    a_late_promise(asha, event=event)

    assert (opened(), claims(), factories.balance_of(asha)) == (1, [], 45)


def test_there_are_never_two_claims_for_one_thing(site: Site, asha: Person) -> None:
    claimed = a_late_promise(asha)
    factories.a_claim(asha, activity="order", subject=claimed.subject)
    assert opened() == 0

    a_late_promise(asha)
    assert opened() == 1
    proposal = db.session.scalars(select(Claim).where(Claim.proposed_at.is_not(None))).one()
    page = site.as_(asha).open("claims.confirm_removal", reference=proposal.reference)
    page.submit(page.texts("form button")[0])
    assert (len(claims()), opened()) == (1, 0)


def test_nothing_opens_for_whoever_is_suspended_or_what_was_sent_back(asha: Person, bruno: Person) -> None:
    a_late_promise(asha)
    sent_back = a_late_promise(bruno)
    with unit_of_work():
        db.session.get_one(Member, asha.member).state = MemberState.SUSPENDED
        db.session.get_one(Expectation, sent_back.id).cancelled_at = now()

    assert (opened(), claims()) == (0, [])


def test_what_was_filled_in_goes_when_the_points_come(site: Site, asha: Person, bruno: Person) -> None:
    promise = a_late_promise(asha)
    opened()
    record(message(asha.email, subject=promise.subject, occurred_at=noon()))
    activities.post_due(now())

    assert (opened(), claims(), factories.balance_of(asha)) == (0, [], 45)
    assert site.as_(asha).open("claims.show_late", expectation_id=promise.id).title.startswith("Your points have come")
    assert site.as_(bruno).open("claims.show_late", status=404, expectation_id=promise.id).status == 404
