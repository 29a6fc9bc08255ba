"""Pictures as they were sent: kept sealed, fetched by agents alone, deleted before the pictures made of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from portal import programme
from portal.accounts.sealing import Seals
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.claims import sweeps
from portal.claims.lines import What
from portal.claims.rules import ClaimState
from portal.claims.service import evidence, moves, originals
from portal.claims.service.moves import PORTAL
from portal.clock import now
from portal.db import db
from portal.storage.store import Memory, new_key
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.claims.uploading import pictures_of, store_of, upload
from tests.pictures import CAMERA, corners, encoded

SENT = encoded(corners(), "JPEG", private=True)


def sent_with(site, person):
    """Send a claim with a picture that says where it was taken."""
    claim = factories.a_claim(person)
    upload(site, person, SENT, claim=claim)
    with unit_of_work():
        (picture,) = pictures_of(claim)
        picture.sent_with_id = picture.id
    return claim, pictures_of(claim)[0]


def ended(claim):
    with unit_of_work():
        moves.move(moves.locked(claim.id), ClaimState.WITHDRAWN, what=What.WITHDRAWN, actor=PORTAL, at=now())


def kept(site):
    return len(list(store_of(site).keys("evidence/"))), len(list(store_of(site).keys("originals/")))


def test_file_is_kept_sealed_and_an_agent_gets_it_as_it_was_sent_with_a_line_in_the_log(site, asha, casey):
    claim, picture = sent_with(site, asha)
    held = store_of(site).get(picture.original_key)
    assert (SENT in held, CAMERA.encode() in held) == (False, False)

    page = site.as_(casey).open("care.show_claim", claim_id=claim.id)
    (link,) = (each for each in page.all("#evidence a") if "original" in each.attrs["href"])
    got = page.site.open(link.attrs["href"]).response

    assert got.data == SENT
    assert got.mimetype == "application/octet-stream"
    assert got.headers["Content-Disposition"] == f'attachment; filename="{claim.reference}-1-as-sent.jpeg"'
    assert got.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    looks = db.session.query(AuditEvent).filter_by(verb=Verb.LOOKED_AT_EVIDENCE).all()
    assert [(look.actor_id, look.facts["as_sent"]) for look in looks] == [(casey.user_id, True)]


def test_file_as_it_was_sent_is_for_agents_alone(site, asha, bruno, omar):
    claim, picture = sent_with(site, asha)

    for person in (asha, bruno, omar):
        site.as_(person).open("care.fetch_original", claim_id=claim.id, evidence_id=picture.id, status=404)


def test_what_is_sealed_opens_for_its_own_picture_and_with_a_former_key(session):
    store, picture, other = Memory(), uuid4(), uuid4()
    original = originals.seal(store, SENT, about=picture, seals=Seals("one secret"), at=now())

    assert originals.unseal(store, original, about=picture, seals=Seals("the next", "one secret")) == SENT
    with pytest.raises(InvalidTag):
        originals.unseal(store, original, about=other, seals=Seals("one secret"))
    with pytest.raises(LookupError):
        originals.unseal(store, original, about=picture, seals=Seals("the next"))


def test_originals_go_first_then_pictures_and_hashes_and_verdict_stay(site, asha):
    claim, picture = sent_with(site, asha)
    terms = programme.current().claims
    ended(claim)
    assert kept(site) == (2, 1)

    early = now() + timedelta(days=terms.original_keep_days, hours=-1)
    assert (sweeps.forget_originals(early), kept(site)) == (0, (2, 1))
    assert (sweeps.forget_originals(early + timedelta(hours=2)), kept(site)) == (1, (2, 0))
    assert sweeps.forget_originals(early + timedelta(hours=3)) == 0
    late = now() + timedelta(days=terms.evidence_keep_days, hours=1)
    assert (sweeps.forget_pictures(late), kept(site)) == (1, (0, 0))

    (left,) = pictures_of(claim)
    assert (left.sha256, left.original_key, left.removed_at) == (picture.sha256, "", late)
    assert claim.state is ClaimState.WITHDRAWN


def test_nothing_is_kept_as_it_was_sent_where_the_club_does_not_want_it(site, asha):
    club = programme.current()
    programme.use(club.model_copy(update={"claims": club.claims.model_copy(update={"original_keep_days": 0})}))
    try:
        picture = sent_with(site, asha)[1]
    finally:
        programme.use(club)

    assert (picture.original_key, kept(site)) == ("", (2, 0))


def test_original_of_a_picture_that_is_taken_back_goes_too_and_one_of_nobody_in_time(site, asha):
    claim = factories.a_claim(asha)
    upload(site, asha, SENT, claim=claim)
    with unit_of_work():
        files = evidence.remove(claim.id, pictures_of(claim)[0].id)
    assert [key.partition("/")[0] for key in files] == ["evidence", "evidence", "originals"]
    for key in files:
        store_of(site).delete(key)

    upload(site, asha, SENT, claim=claim)
    store_of(site).put(new_key("originals/2020-01-01"), b"of nobody")
    assert (sweeps.delete_orphans(now() + timedelta(days=3)), kept(site)) == (1, (2, 1))
