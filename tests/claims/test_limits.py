"""So many claims a day, and so many open at one time; members see it coming."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import programme
from portal.audit.models import AuditEvent
from portal.claims import queries
from portal.claims.lines import By, What
from portal.claims.models import Claim
from portal.claims.rules import Allowance, ClaimKind, ClaimState, Held, Sent, allowance
from portal.claims.service import drafts
from portal.claims.service.drafts import About
from portal.claims.service.moves import PORTAL, Actor, locked, move
from portal.clock import now
from portal.db import db
from portal.programme import ClaimTerms
from portal.unit_of_work import unit_of_work
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.drafting import ORDER, at_review, begin, days_ago, today
from tests.site import Site
from tests.together import together

TERMS = ClaimTerms(sent_per_day=3, open_max=5, trust_max=2)


@pytest.mark.parametrize(
    ("sent", "left", "held"),
    [
        (Sent(), 3, None),
        (Sent(today=2, open_now=2), 1, None),
        (Sent(today=3, open_now=3), 0, Held.TODAY),
        (Sent(today=9, open_now=1), 0, Held.TODAY),
        (Sent(today=0, open_now=4), 1, None),
        (Sent(today=0, open_now=5), 0, Held.OPEN),
        (Sent(today=3, open_now=5), 0, Held.OPEN),
        (Sent(today=3, open_now=5, granted=1), 1, None),
        (Sent(today=5, open_now=0, granted=90), 0, Held.TODAY),
    ],
)
def test_both_limits_hold_and_granted_claims_raise_them(sent: Sent, left: int, held: Held | None) -> None:
    found = allowance(sent, TERMS)

    assert (found.left, found.held) == (left, held)


def sent_earlier(person: Person, *, days: int = 0, count: int = 1, state: ClaimState | None = None) -> None:
    for _ in range(count):
        claim = factories.a_claim(person, sent=now() - timedelta(days=days))
        if state is not None:
            db.session.execute(update(Claim).where(Claim.id == claim.id).values(state=state))
            db.session.commit()


def found_for(person: Person) -> Allowance:
    return queries.allowance_of(person.member, at=now())


def test_only_what_the_member_sent_is_counted(asha: Person, bruno: Person) -> None:
    sent_earlier(asha)
    sent_earlier(asha, days=2, count=2)
    sent_earlier(asha, days=3, count=2, state=ClaimState.APPROVED)
    sent_earlier(asha, days=3, state=ClaimState.DECLINED)
    sent_earlier(bruno, count=3)
    factories.a_claim(asha, waiting=False)
    opened = factories.a_claim(asha, waiting=False)
    with unit_of_work():
        move(locked(opened.id), ClaimState.SUBMITTED, what=What.OPENED, actor=PORTAL, at=now())
    appeal, first = factories.a_claim(asha), factories.a_claim(asha, sent=now() - timedelta(days=9))
    db.session.execute(update(Claim).where(Claim.id == appeal.id).values(appeal_of_id=first.id))
    db.session.commit()

    assert found_for(asha).sent == Sent(today=1, open_now=4, granted=2)


def test_member_sees_how_many_are_left_before_there_are_none(site: Site, asha: Person) -> None:
    sent_earlier(asha, count=3)

    assert "You can send 2 more claims today." in site.as_(asha).open("claims.new_claim").text
    assert "You can send 2 more claims today." in at_review(site, asha).text


def test_one_more_than_a_day_takes_is_kept_and_written_down(site: Site, asha: Person) -> None:
    page = at_review(site, asha)
    sent_earlier(asha, count=programme.current().claims.sent_per_day)

    page = page.submit("Send the claim", statement="Every word of it.")

    assert f"send it on {ui.weekday_day(today() + timedelta(days=1))} or later" in page.text
    draft = db.session.scalars(select(Claim).where(Claim.state == ClaimState.DRAFT)).one()
    assert draft.statement == "Every word of it."
    line = db.session.query(AuditEvent).filter_by(verb="limit_hit").one()
    assert (line.about_id, line.facts) == (asha.user_id, {"limit": "claims_many_today"})
    again = site.as_(asha).open("claims.review_claim", reference=draft.reference)
    assert "Send the claim" not in again.texts("#step button")


def test_too_many_open_claims_wait_for_an_answer(site: Site, asha: Person) -> None:
    sent_earlier(asha, days=2, count=programme.current().claims.open_max)
    factories.an_expectation(asha, activity="order", subject=ORDER)

    page = begin(site, asha)

    assert page.h1 == "It is a little early"
    assert "10 claims of yours are open, as many as there can be." in page.text
    assert page.texts("#step button") == ["I will wait"]


def test_granted_claims_let_a_member_send_more(site: Site, asha: Person) -> None:
    sent_earlier(asha, count=4)
    sent_earlier(asha, days=9, count=2, state=ClaimState.PART_APPROVED)

    assert "You can send 3 more claims today." in site.as_(asha).open("claims.new_claim").text


def test_many_sent_at_once_are_not_one_too_many(free_app: Flask) -> None:
    mira = factories.a_member("Mira Novak")
    sent_earlier(mira, count=programme.current().claims.sent_per_day - 1)
    numbers = [f"5512000{number}" for number in range(4)]
    for number in numbers:
        about = About(ClaimKind.MISSING, "order", days_ago(5), number, number, 45)
        with unit_of_work():
            drafts.begin(mira.member, number, about, at=now())
    ids = list(db.session.scalars(select(Claim.id).where(Claim.state == ClaimState.DRAFT)))
    db.session.rollback()
    actor = Actor(By.MEMBER, mira.user_id, mira.name)

    def send(claim_id: UUID) -> None:
        with unit_of_work():
            drafts.send(claim_id, actor=actor, at=now())

    refused = together(free_app, [partial(send, claim_id) for claim_id in ids])

    assert [str(one) for one in refused] == [Held.TODAY] * 3
    assert db.session.scalar(select(func.count()).where(Claim.state == ClaimState.SUBMITTED)) == 5
