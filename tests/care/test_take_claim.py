from datetime import timedelta

import pytest
import time_machine

from portal.claims.rules import ClaimState
from portal.clock import now
from tests import factories
from tests.care.matched import a_matched_claim, bench, fresh, post


def test_taking_gives_a_lease_of_the_programmes_length(site, asha, casey, frozen):
    claim, _ = a_matched_claim(asha)

    page = bench(site, casey, claim).submit("Take this claim T")

    taken = fresh(claim)
    assert (taken.state, taken.assignee_id) == (ClaimState.IN_REVIEW, casey.user_id)
    assert taken.leased_until == now() + timedelta(minutes=15)
    assert page.has("#decision")
    assert "You took it" in page.text


def test_second_agent_is_told_who_has_it(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha)
    late = bench(site, noor, claim)
    bench(site, casey, claim).submit("Take this claim T")

    page = late.submit("Take this claim T", status=409)

    assert page.texts("main .notice h2") == ["Casey Walsh holds this claim"]
    assert "Nothing of yours was sent." in page.text
    assert fresh(claim).assignee_id == casey.user_id
    assert not page.has("#decision")


def test_taking_again_renews_the_lease_and_writes_no_line(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    before = fresh(claim)
    version, until = before.version, before.leased_until

    with time_machine.travel(now() + timedelta(minutes=10)):
        post(site.as_(casey), f"/care/claims/{claim.id}/lease")

    after = fresh(claim)
    assert after.version == version
    assert after.leased_until > until


def test_claim_left_behind_can_be_taken_and_both_is_told(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)

    with time_machine.travel(now() + timedelta(minutes=16)):
        page = bench(site, casey, claim).submit("Take this claim T")

    assert fresh(claim).assignee_id == casey.user_id
    assert "Back in the queue, in its old place" in page.text


def test_taking_keeps_the_due_date(site, asha, casey):
    claim, _ = a_matched_claim(asha)
    due = claim.due_at

    bench(site, casey, claim).submit("Take this claim T")

    assert fresh(claim).due_at == due


@pytest.mark.parametrize("state", [ClaimState.PARKED, ClaimState.APPROVED, ClaimState.WITHDRAWN, ClaimState.NEEDS_INFO])
def test_what_does_not_wait_cannot_be_taken(site, session, asha, casey, state):
    claim = factories.a_claim(asha)
    session.merge(claim).state = state
    session.commit()
    page = bench(site, casey, claim)
    assert not page.has('form[action$="/lease"]')

    page = post(page.site, f"/care/claims/{claim.id}/lease", status=409)

    assert page.texts("main .notice h2") == ["This claim changed while your page was open"]
    assert fresh(claim).state is state
