from datetime import timedelta

from portal.claims.rules import ClaimState
from portal.claims.service import desk
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, bench, fresh, post


def test_claim_given_back_keeps_its_place(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    due = claim.due_at

    page = bench(site, casey, claim).submit("Give back")

    found = fresh(claim)
    assert (found.state, found.assignee_id, found.leased_until) == (ClaimState.SUBMITTED, None, None)
    assert found.due_at == due
    assert page.texts("main .notice p") == ["Given back. It keeps its place in the queue."]


def test_claim_of_a_colleague_cannot_be_given_back(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)

    page = post(site.as_(casey), f"/care/claims/{claim.id}/return", status=409)

    assert page.texts("main .notice h2") == ["Noor Haddad holds this claim"]
    assert fresh(claim).assignee_id == noor.user_id


def test_giving_back_what_nobody_holds_changes_nothing(site, asha, casey):
    claim = factories.a_claim(asha)
    version = claim.version

    page = post(site.as_(casey), f"/care/claims/{claim.id}/return")

    assert (page.path, fresh(claim).version) == ("/care/", version)


def test_claim_can_be_given_back_from_the_list(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    site.as_(casey).open("care.show_queue").submit(f"Give back {claim.reference}")

    assert fresh(claim).state is ClaimState.SUBMITTED


def test_lease_that_ran_out_brings_the_claim_back_once(session, asha, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)
    early, late = now() + timedelta(minutes=14), now() + timedelta(minutes=16)

    assert desk.run_out(early) == []
    assert desk.run_out(late) == [claim.id]
    with unit_of_work():
        assert desk.give_back(claim.id, at=early) is False
        assert desk.give_back(claim.id, at=late) is True
        assert desk.give_back(claim.id, at=late) is False
    found = fresh(claim)
    assert (found.state, found.assignee_id) == (ClaimState.SUBMITTED, None)
