"""The portal's own verdicts among agents, members and the shop in the same moment, on real databases."""

from functools import partial
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from portal.activities.models import Event
from portal.activities.rules import Outcome
from portal.claims import sweeps, telling
from portal.claims.models import Claim, ClaimNews
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import verdicts, weighing
from portal.claims.service.verdicts import Decision
from portal.clock import now
from portal.db import db
from portal.errors import Conflict, Refused
from portal.mail.models import LetterRow
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.claims.alone import a_waiting_claim, the_shop_tells
from tests.together import together

WORKERS = 4


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def weigh(claim_id: UUID) -> None:
    with unit_of_work():
        telling.tell_weighed(claim_id, weighing.weigh(claim_id, at=now()))


def test_many_workers_grant_a_claim_once(free_app: Flask) -> None:
    claim = a_waiting_claim(factories.a_member())
    the_shop_tells(claim)

    failed = together(free_app, [partial(sweeps.weigh_heard, now()) for _ in range(WORKERS)])

    db.session.expire_all()
    assert failed == []
    assert (claim.state, count(Entry), count(LetterRow), count(ClaimNews)) == (ClaimState.APPROVED, 1, 1, 0)


def test_verdict_of_an_agent_and_one_of_the_portal_pay_one_event_once(free_app: Flask) -> None:
    """Two members claim one order; the second is with an agent, and looks like anybody's other claim until then."""
    casey = factories.an_agent("Casey Walsh")
    alone = a_waiting_claim(factories.a_member())
    recorded = the_shop_tells(alone)
    taken = factories.a_claim(factories.a_member(), activity="order", day=alone.activity_day, taken_by=casey)
    given = Decision(Verdict.APPROVE, taken.version, 45, reason="never_credited", event_id=recorded.event_id)
    ids = (alone.id, taken.id)

    def approve() -> None:
        try:
            with unit_of_work():
                verdicts.decide(ids[1], given, by=casey.user_id, at=now())
        except (Conflict, Refused):
            return

    assert together(free_app, [partial(weigh, ids[0]), approve]) == []

    db.session.expire_all()
    states = [db.session.get_one(Claim, claim_id).state for claim_id in ids]
    assert sorted(state is ClaimState.APPROVED for state in states) == [False, True]
    assert count(Entry) == 1
    assert db.session.get_one(Event, recorded.event_id).outcome == Outcome.CREDITED
    assert count(LetterRow) == (states[0] is ClaimState.APPROVED)


def test_claim_an_agent_decides_in_this_moment_has_one_verdict(free_app: Flask) -> None:
    casey = factories.an_agent("Casey Walsh")
    claim = a_waiting_claim(factories.a_member())
    recorded = the_shop_tells(claim)
    claim_id = claim.id
    given = Decision(Verdict.APPROVE, claim.version, 45, event_id=recorded.event_id, takes=True)

    def approve() -> None:
        try:
            with unit_of_work():
                verdicts.decide(claim_id, given, by=casey.user_id, at=now())
        except Conflict:
            return

    failed = together(free_app, [approve, partial(weigh, claim_id), approve, partial(weigh, claim_id)])

    assert failed == []
    assert (db.session.get_one(Claim, claim_id, populate_existing=True).state, count(Entry)) == (ClaimState.APPROVED, 1)


def test_messages_written_while_claims_are_decided_wait_for_nobody_for_ever(free_app: Flask) -> None:
    claims = [a_waiting_claim(factories.a_member()) for _ in range(WORKERS)]
    for claim in claims:
        db.session.refresh(claim)
    tells = [partial(the_shop_tells, claim) for claim in claims]
    db.session.expunge_all()

    failed = together(free_app, [*tells, *(partial(sweeps.weigh_heard, now()) for _ in range(WORKERS))])
    sweeps.weigh_heard(now())

    assert failed == []
    assert (count(Entry), count(LetterRow), count(ClaimNews)) == (WORKERS, WORKERS, 0)
