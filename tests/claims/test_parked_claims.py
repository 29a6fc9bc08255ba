"""Claims that wait for their points: closed when they come, taken up when they do not, each way they can come."""

from datetime import timedelta

from sqlalchemy import select

from portal.accounts.service import proofs
from portal.activities import sweeps as activities
from portal.activities.models import Expectation
from portal.activities.rules import EventKind
from portal.claims import sweeps
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimState, Verdict
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.activities.messages import message, record
from tests.cast import Person
from tests.claims.alone import looked_at
from tests.claims.drafting import ORDER, begin, days_ago, the_claim
from tests.claims.uploading import small, upload
from tests.site import Site


def parked(site: Site, member: Person, *, points: str = "45") -> Claim:
    """Park a claim for an order of today that nobody has told us of."""
    begin(site, member, day=days_ago(0).isoformat(), points=points).submit(form="#step")
    assert the_claim().state is ClaimState.PARKED
    looked_at()
    return the_claim()


def promised(member: Person, **changes: object) -> Expectation:
    """Tell of the order as the shop does, so that its points are promised."""
    told = message(member.email, subject="7041 8822", occurred_at=now() - timedelta(minutes=1), **changes)
    record(told)
    return db.session.scalars(select(Expectation)).one()


def whats() -> list[str]:
    return list(db.session.scalars(select(ClaimEvent.what).order_by(ClaimEvent.sequence)))


def test_parked_claim_waits_for_the_day_of_the_promise_and_closes_with_it(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    waiting = promised(asha)

    assert looked_at() == 0
    assert (claim.state, claim.parked_until, claim.expectation_id) == (ClaimState.PARKED, waiting.due_at, waiting.id)
    assert sweeps.open_parked(waiting.due_at) == 0

    assert activities.post_due(waiting.due_at) == 1
    assert (looked_at(), looked_at()) == (1, 0)
    assert (claim.state, whats()) == (ClaimState.RESOLVED, [What.PARKED, What.RESOLVED])
    assert [letter.subject for letter in site.letters][1:] == [f"Your points arrived, claim {claim.reference}"]


def test_promise_that_is_not_kept_in_its_minutes_makes_it_a_real_claim(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    waiting = promised(asha)
    looked_at()

    assert sweeps.open_parked(waiting.due_at + timedelta(minutes=10)) == 1
    db.session.expire_all()
    assert (claim.state, claim.parked_until) == (ClaimState.SUBMITTED, None)


def test_fewer_points_than_named_are_told_at_once_and_looked_at(site: Site, asha: Person) -> None:
    claim = parked(site, asha, points="46")
    waiting = promised(asha)
    activities.post_due(waiting.due_at)

    assert looked_at(waiting.due_at) == 1
    assert (claim.state, whats()) == (ClaimState.SUBMITTED, [What.PARKED, What.CAME_SHORT])
    assert len(site.letters) == 2
    page = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    assert "Fewer points came than you named" in page.text


def test_order_under_an_address_that_is_proved_later_closes_its_claim(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    record(message("work@elsewhere.example", subject=ORDER, occurred_at=now() - timedelta(minutes=1)))
    assert looked_at() == 0

    factories.an_address(asha, "work@elsewhere.example")
    with unit_of_work():
        proofs.inherit(asha.member, "work@elsewhere.example", at=now())
    waiting = db.session.scalars(select(Expectation)).one()
    assert looked_at() == 0
    assert claim.expectation_id == waiting.id

    activities.post_due(waiting.due_at)
    assert (looked_at(), claim.state) == (1, ClaimState.RESOLVED)


def test_message_that_belongs_to_nobody_grants_a_parked_claim(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    record(message(subject=ORDER, occurred_at=now() - timedelta(minutes=1)))

    assert (looked_at(), claim.state, factories.balance_of(asha)) == (1, ClaimState.APPROVED, 45)


def test_order_that_was_sent_back_ends_its_claim_with_the_rule(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    promised(asha)
    record(message(asha.email, subject=ORDER, kind=EventKind.RETURN, occurred_at=now()))

    assert (looked_at(), looked_at()) == (1, 0)
    assert (claim.state, claim.verdict, claim.reason) == (ClaimState.DECLINED, Verdict.DECLINE, "order_sent_back")
    page = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    assert "This order was sent back" in page.text
    assert "When an order is sent back, its points go with it." in page.text
    assert "A receipt for items that you kept" in site.letters[-1].text
    assert factories.balance_of(asha) == 0


def test_who_shows_a_picture_of_what_was_sent_back_is_answered_by_a_person(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    upload(site, asha, small(), claim=claim)
    promised(asha)
    record(message(asha.email, subject=ORDER, kind=EventKind.RETURN, occurred_at=now()))

    assert (looked_at(), claim.state) == (0, ClaimState.PARKED)
    assert sweeps.open_parked(now() + timedelta(days=5)) == 1


def test_leaver_is_waited_for_no_more(site: Site, asha: Person) -> None:
    claim = parked(site, asha)
    site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference).submit("Withdraw it")
    record(message(subject=ORDER, occurred_at=now() - timedelta(minutes=1)))

    assert (looked_at(), claim.state) == (0, ClaimState.WITHDRAWN)
