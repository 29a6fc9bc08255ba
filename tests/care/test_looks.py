"""Whoever of us looks at personal data leaves one line in the log, and looks that are none leave none."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.db import db
from tests.care.matched import a_matched_claim
from tests.care.test_show_evidence import a_picture


def lines():
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).order_by(AuditEvent.at, AuditEvent.id))
    return [(row.verb, row.actor_id, row.actor_role, row.about_id, row.thing, row.thing_id) for row in rows]


def test_opening_a_claim_is_a_look(site, asha, casey):
    claim, _ = a_matched_claim(asha)

    site.as_(casey).open("care.show_claim", claim_id=claim.id)

    assert lines() == [
        (Verb.LOOKED_AT_CLAIM, casey.user_id, "agent", asha.user_id, "claim", str(claim.id)),
    ]


@pytest.mark.parametrize("part", ["sum", "reply"])
def test_part_of_an_open_page_is_no_look_and_the_same_address_as_a_page_is(site, asha, casey, part):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    browser = site.as_(casey)

    browser.open(f"/care/claims/{claim.id}/{part}", as_fragment=True)
    assert lines() == []
    browser.open(f"/care/claims/{claim.id}/{part}")
    assert [line[0] for line in lines()] == [Verb.LOOKED_AT_CLAIM]


def test_opening_a_member_or_their_adjustment_is_a_look(site, asha, casey):
    browser = site.as_(casey)

    browser.open("care.show_member", member_id=asha.member)
    browser.open("care.new_adjustment", member_id=asha.member)

    look = (Verb.LOOKED_AT_MEMBER, casey.user_id, "agent", asha.user_id, "member", str(asha.member))
    assert lines() == [look, look]


def test_search_is_noted_with_its_words_where_they_can_be_erased(site, session, asha, omar):
    browser = site.as_(omar)

    browser.open("care.show_members", find="asha")
    browser.open("care.show_queue", find="C-7XKQ4MNP")
    browser.open("care.show_queue")

    assert [(line[0], line[2], line[4]) for line in lines()] == [
        (Verb.SEARCHED_MEMBERS, "admin", "members"),
        (Verb.SEARCHED_MEMBERS, "admin", "queue"),
    ]
    assert {row.words["find"] for row in session.scalars(select(AuditPersonal))} == {"asha", "C-7XKQ4MNP"}
    assert "asha" not in str([row.facts for row in session.scalars(select(AuditEvent))])


def test_picture_is_a_look_and_its_small_twin_is_part_of_the_claims_page(app, site, asha, casey, noor):
    claim, _ = a_matched_claim(asha)
    picture = a_picture(app, claim)
    browser, other = site.as_(casey), site.as_(noor)

    browser.open("care.show_claim", claim_id=claim.id)
    for endpoint in ("care.show_thumb", "care.show_evidence"):
        browser.open(endpoint, claim_id=claim.id, evidence_id=picture.id)
    other.open("care.show_thumb", claim_id=claim.id, evidence_id=picture.id)

    assert [(line[0], line[1], line[3]) for line in lines()] == [
        (Verb.LOOKED_AT_CLAIM, casey.user_id, asha.user_id),
        (Verb.LOOKED_AT_EVIDENCE, casey.user_id, asha.user_id),
        (Verb.LOOKED_AT_EVIDENCE, noor.user_id, asha.user_id),
    ]


def test_look_at_what_is_not_there_is_none(site, asha, casey, omar):
    site.as_(casey).open("/care/members/6f1c1d3e-0000-4000-8000-00000000002a", status=404)

    assert lines() == []


@pytest.mark.parametrize("who", ["asha", "omar"])
def test_door_that_is_not_theirs_is_noted(site, request, asha, bruno, who):
    person = request.getfixturevalue(who)
    claim, _ = a_matched_claim(bruno)

    site.as_(person).open("care.show_reply", claim_id=claim.id, status=404)

    assert lines() == [(Verb.ACCESS_REFUSED, person.user_id, person.role, None, "route", "care.show_reply")]
    (facts,) = db.session.scalars(select(AuditEvent.facts))
    assert facts == {"method": "GET", "claim_id": str(claim.id)}


def test_stranger_before_a_closed_door_is_sent_to_sign_in_and_leaves_no_line(site):
    assert site.open("care.show_queue").path.startswith("/sign-in")

    assert lines() == []
