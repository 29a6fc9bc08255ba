"""Flags on the pictures of a claim, as whoever decides asks for them."""

import pytest

from portal.claims.models import Claim
from portal.claims.queries.flags import flags_on
from portal.claims.rules import ClaimState
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.claims.keeping import a_kept_picture

FILE, OTHER = "a" * 64, "b" * 64


def changed(claim, **values):
    with unit_of_work():
        found = db.session.get_one(Claim, claim.id)
        for name, value in values.items():
            setattr(found, name, value)


def test_file_that_came_with_anothers_claim_flags_both_and_a_new_file_none(session, asha, bruno):
    first, second, third = factories.a_claim(bruno), factories.a_claim(asha), factories.a_claim(asha)
    theirs, mine = a_kept_picture(first, sha256=FILE), a_kept_picture(second, sha256=FILE)
    a_kept_picture(third, sha256=OTHER)

    [flag], [back] = flags_on(second.id), flags_on(first.id)

    assert (flag.evidence_id, flag.other_id) == (mine.id, theirs.id)
    assert (back.evidence_id, back.other_id) == (theirs.id, mine.id)
    assert not flags_on(third.id)


def test_file_made_smaller_on_its_way_is_known_by_what_it_was_made_from(session, asha, bruno):
    first, second = factories.a_claim(bruno), factories.a_claim(asha)
    a_kept_picture(first, sha256=FILE)
    a_kept_picture(second, sha256=OTHER, claimed_sha256=FILE)

    assert flags_on(second.id)


def test_deleted_picture_is_still_known_and_one_that_was_never_sent_is_not(session, asha, bruno):
    gone, unsent, mine = factories.a_claim(bruno), factories.a_claim(bruno), factories.a_claim(asha)
    known = a_kept_picture(gone, sha256=FILE, removed=True)
    a_kept_picture(unsent, sha256=OTHER, sent=False)
    a_kept_picture(mine, sha256=FILE, position=1)
    a_kept_picture(mine, sha256=OTHER, position=2)

    assert [flag.other_id for flag in flags_on(mine.id)] == [known.id]


def test_claim_answers_for_itself_alone_and_for_its_appeal(session, asha):
    claim, appeal = factories.a_claim(asha), factories.a_claim(asha)
    a_kept_picture(claim, sha256=FILE)
    a_kept_picture(appeal, sha256=FILE)
    assert flags_on(appeal.id)

    changed(appeal, appeal_of_id=claim.id)

    assert not flags_on(appeal.id)
    assert not flags_on(claim.id)


@pytest.mark.parametrize("state", [ClaimState.WITHDRAWN, ClaimState.EXPIRED])
def test_member_may_use_a_picture_again_when_their_first_claim_came_to_nothing(session, asha, bruno, state):
    first, again, other = factories.a_claim(asha), factories.a_claim(asha), factories.a_claim(bruno)
    pictures = [a_kept_picture(claim, sha256=FILE) for claim in (first, again)]
    changed(first, state=state)
    assert not flags_on(again.id)

    a_kept_picture(other, sha256=FILE)

    assert [flag.other_id for flag in flags_on(other.id)] == [picture.id for picture in pictures]
