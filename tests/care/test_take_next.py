from datetime import timedelta

import pytest

from portal.accounts.models import Member
from portal.claims.rules import ClaimState
from portal.claims.service import desk
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import fresh


def take_next(agent, at=None):
    with unit_of_work():
        claim = desk.take_next(by=agent.user_id, at=at or now())
        return claim.reference if claim else None


def due(claim, at):
    with unit_of_work():
        db.session.merge(claim).due_at = at


def test_next_claim_opens_at_once(site, asha, casey):
    claim = factories.a_claim(asha)

    page = site.as_(casey).open("care.show_queue").submit("Take next N")

    assert page.path == f"/care/claims/{claim.id}"
    assert fresh(claim).assignee_id == casey.user_id


def test_empty_queue_says_so(site, casey):
    page = site.as_(casey).open("care.show_queue").submit("Take next N")

    assert page.texts("main .notice p") == ["Nothing waits for an agent just now."]


def test_order_is_due_then_tier_then_age(session, casey):
    at = now()
    soon = at + timedelta(days=1)
    gold = factories.a_claim(factories.a_member(points=1600), sent=at - timedelta(hours=1))
    older = factories.a_claim(factories.a_member(), sent=at - timedelta(hours=9))
    newer = factories.a_claim(factories.a_member(), sent=at - timedelta(hours=2))
    first = factories.a_claim(factories.a_member(), sent=at - timedelta(hours=1))
    for claim in (gold, older, newer):
        due(claim, soon)
    due(first, at - timedelta(hours=1))

    taken = [take_next(casey) for _ in range(5)]

    assert taken == [claim.reference for claim in (first, gold, older, newer)] + [None]


def test_claim_that_came_back_to_this_agent_goes_first(session, casey, noor):
    at = now()
    other = factories.a_claim(factories.a_member())
    due(other, at - timedelta(days=1))
    back = factories.a_claim(factories.a_member())
    with unit_of_work():
        db.session.merge(back).assignee_id = noor.user_id

    assert take_next(noor) == back.reference
    assert take_next(noor) == other.reference


@pytest.mark.parametrize(
    "state", [state for state in ClaimState if state not in {ClaimState.SUBMITTED, ClaimState.IN_REVIEW}]
)
def test_only_waiting_claims_are_given_out(session, asha, casey, state):
    claim = factories.a_claim(asha)
    with unit_of_work():
        db.session.merge(claim).state = state

    assert take_next(casey) is None


def test_held_claim_is_passed_over_until_its_lease_ends(session, asha, casey, noor):
    claim = factories.a_claim(asha, taken_by=noor)

    assert take_next(casey) is None
    assert take_next(casey, at=now() + timedelta(minutes=16)) == claim.reference


def test_snoozed_claim_waits_for_its_moment(session, asha, casey):
    claim = factories.a_claim(asha)
    with unit_of_work():
        db.session.merge(claim).snoozed_until = now() + timedelta(hours=1)

    assert take_next(casey) is None
    assert take_next(casey, at=now() + timedelta(hours=2)) == claim.reference


def test_own_claim_is_never_given_out(session, asha, casey, noor):
    with unit_of_work():
        db.session.get_one(Member, asha.member).user_id = casey.user_id
    claim = factories.a_claim(asha)

    assert take_next(casey) is None
    assert take_next(noor) == claim.reference
