"""Nobody at the desk meets a claim, or the points, of an account that is linked to theirs."""

import uuid

import pytest

from portal.accounts.models import AccountLink
from portal.accounts.rules import LinkKind
from portal.care.service import Adjustment, adjust
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.claims.service import desk
from portal.clock import now
from portal.db import db
from portal.errors import NotFound
from portal.programme import current
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.site import Site


@pytest.fixture(params=["told by the agent", "told by the member"])
def linked(request: pytest.FixtureRequest, asha: Person, casey: Person) -> None:
    pair = (casey, asha) if request.param == "told by the agent" else (asha, casey)
    with unit_of_work():
        db.session.add(
            AccountLink(user_id=pair[0].user_id, other_id=pair[1].user_id, kind=LinkKind.DECLARED, since=now())
        )


def test_linked_claim_is_not_there(site: Site, asha: Person, casey: Person, noor: Person, linked: None) -> None:
    claim = factories.a_claim(by=asha)
    browser = site.as_(casey)

    browser.open("care.show_claim", claim_id=claim.id, status=404)
    browser.open("care.show_member", member_id=asha.member, status=404)

    assert site.as_(noor).open("care.show_claim", claim_id=claim.id).status == 200
    assert site.as_(noor).open("care.show_member", member_id=asha.member).status == 200


@pytest.mark.parametrize("endpoint", ["care.take_claim", "care.release_claim", "care.note_claim", "care.write_message"])
def test_nothing_can_be_done_with_it(site: Site, asha: Person, casey: Person, linked: None, endpoint: str) -> None:
    claim = factories.a_claim(by=asha)
    browser = site.as_(casey)
    token = browser.open("care.show_queue").token

    browser.send(
        "POST",
        browser.url(endpoint, claim_id=claim.id),
        data={"csrf_token": token, "version": "1", "note_words": "x", "message_words": "x"},
        status=404,
    )

    db.session.rollback()
    assert db.session.get_one(Claim, claim.id, populate_existing=True).state is ClaimState.SUBMITTED


def test_queue_counts_and_finds_only_others(
    site: Site, asha: Person, bruno: Person, casey: Person, noor: Person, linked: None
) -> None:
    theirs, others = factories.a_claim(by=asha), factories.a_claim(by=bruno)

    page = site.as_(casey).open("care.show_queue")

    assert others.reference in page.html or bruno.name in page.text
    assert asha.name not in page.text
    found = site.as_(casey).open("care.show_queue", find=theirs.reference)
    assert asha.name not in found.text
    assert asha.name in site.as_(noor).open("care.show_queue").text


def test_search_for_members_leaves_them_out(
    site: Site, asha: Person, casey: Person, noor: Person, linked: None
) -> None:
    assert asha.number not in site.as_(casey).open("care.show_members", find="asha").text
    assert asha.number in site.as_(noor).open("care.show_members", find="asha").text


def test_next_claim_is_never_a_linked_one(site: Site, asha: Person, bruno: Person, casey: Person, linked: None) -> None:
    factories.a_claim(by=asha)
    others = factories.a_claim(by=bruno)

    with unit_of_work():
        taken = desk.take_next(by=casey.user_id, at=now())
        assert taken is not None
        assert taken.id == others.id
    with unit_of_work():
        assert desk.take_next(by=casey.user_id, at=now()) is None


def test_points_of_a_linked_member_cannot_be_adjusted(site: Site, asha: Person, casey: Person, linked: None) -> None:
    reason = next(reason for reason in current().reasons_for("adjust") if reason.allows(10))

    with pytest.raises(NotFound), unit_of_work():
        adjust(asha.member, Adjustment(uuid.uuid4(), 10, reason.key), by=casey.user_id, at=now())

    assert factories.balance_of(asha) == 0


def test_tag_of_ones_own_mailbox_helps_nobody_before_the_sweep_has_seen_it(site: Site, casey: Person) -> None:
    second = factories.a_member("Cas Walsh", email="casey+claims@club.example")
    claim = factories.a_claim(by=second)

    with pytest.raises(NotFound), unit_of_work():
        desk.take(claim.id, by=casey.user_id, at=now())


def test_claim_of_a_membership_of_ones_own_stays_away(site: Site, noor: Person) -> None:
    claim = factories.a_claim(by=factories.a_member("Noor Private", email="noor+me@club.example"))

    with pytest.raises(NotFound), unit_of_work():
        desk.held(claim.id, version=claim.version, by=noor.user_id, at=now(), takes=True)
