"""Taking a claim back, and throwing a draft away."""

import pytest
from sqlalchemy import select

from portal.claims.lines import By
from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import thread
from portal.claims.service.moves import Actor
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, decide, taken
from tests.claims.drafting import at_pictures, claims, the_claim
from tests.claims.uploading import pictures_of, small, store_of, upload
from tests.site import Site


def test_withdrawal_asks_once_and_confirms_by_letter(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    page = site.as_(asha).open("claims.show_claim", reference=claim.reference).click("Withdraw this claim")

    assert page.h1 == "Withdraw this claim?"
    page = page.submit("Withdraw it")

    assert page.h1 == "You withdrew this claim"
    assert the_claim().state is ClaimState.WITHDRAWN
    assert the_claim().decided_at is not None
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        (asha.email, f"You withdrew your claim {claim.reference}")
    ]


def test_looking_changes_nothing(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    page = site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference).click("Keep it open")

    assert page.path == f"/claims/{claim.reference}"
    assert the_claim().state is ClaimState.SUBMITTED


def test_double_tap_is_one_withdrawal(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    page = site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference)

    page.submit("Withdraw it")
    page.submit("Withdraw it")

    assert len(site.letters) == 1
    assert len(db.session.scalars(select(ClaimEvent)).all()) == 2


def test_what_was_taken_back_is_not_taken_back_again(asha: Person) -> None:
    claim = factories.a_claim(asha)
    actor = Actor(By.MEMBER, asha.user_id, asha.name)

    with unit_of_work():
        answers = [thread.withdraw(claim.id, actor=actor, at=now()) for _ in range(2)]

    assert answers == [True, False]


def test_claim_that_waits_for_me_can_be_withdrawn(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference).submit("Withdraw it")

    assert the_claim().state is ClaimState.WITHDRAWN


def test_decided_claim_stays_decided(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    page = site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference)
    decide(claim, casey, Verdict.DECLINE)

    page = page.submit("Withdraw it")

    assert page.h1 == "We could not add these points"
    assert the_claim().state is ClaimState.DECLINED
    assert site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference).h1 == page.h1


def test_discarded_draft_leaves_nothing(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small())
    files = [key for picture in pictures_of() for key in (picture.storage_key, picture.thumb_key)]
    page = site.as_(asha).open("claims.show_claims").click(f"Discard {the_claim().reference}")

    assert page.h1 == "Discard this claim?"
    page = page.submit("Discard it")

    assert page.path == "/claims"
    assert claims() == []
    assert db.session.scalars(select(Evidence)).all() == []
    assert [store_of(site).exists(key) for key in files] == [False, False]


def test_kept_draft_stays(site: Site, asha: Person) -> None:
    at_pictures(site, asha)

    page = site.as_(asha).open("claims.confirm_removal", reference=the_claim().reference).click("Keep it")

    assert page.h1 == "Show us what you have"


def test_sent_claim_cannot_be_discarded(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    browser = site.as_(asha)
    token = browser.open("claims.show_claims").token

    page = browser.send("POST", f"/claims/{claim.reference}/removal", data={"csrf_token": token})

    assert page.path == f"/claims/{claim.reference}"
    assert the_claim().state is ClaimState.SUBMITTED


def test_discard_cannot_be_forged_for_others(site: Site, asha: Person, bruno: Person) -> None:
    draft = factories.a_claim(asha, waiting=False)
    stranger = site.as_(bruno)
    token = stranger.open("claims.show_claims").token

    stranger.send("POST", f"/claims/{draft.reference}/removal", data={"csrf_token": token}, status=404)

    assert [claim.id for claim in claims()] == [draft.id]


@pytest.mark.parametrize(
    "path", ["withdrawal", "removal", "messages", "answer", "check", "review", "evidence", "subject"]
)
def test_no_write_without_the_token(site: Site, asha: Person, path: str) -> None:
    claim = factories.a_claim(asha, waiting=path not in {"removal", "check", "review", "subject"})

    site.as_(asha).send("POST", f"/claims/{claim.reference}/{path}", data={}, status=403)

    db.session.expire_all()
    assert db.session.get(Claim, claim.id) is not None
    assert claim.state in {ClaimState.DRAFT, ClaimState.SUBMITTED}
