"""The one place where a claim changes state."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import programme
from portal.claims.lines import AMONG_STAFF, By, What
from portal.claims.models import Claim, ClaimEvent, Evidence, InfoRequest
from portal.claims.rules import OPEN_STATES, TRANSITIONS, ClaimState
from portal.claims.service import moves
from portal.claims.service.moves import PORTAL, Actor, StaleClaim
from portal.clock import now
from portal.db import db
from portal.errors import NotFound
from portal.unit_of_work import unit_of_work
from portal.working_days import calendar_of
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, taken

ALL = list(ClaimState)


def in_state(claim: Claim, state: ClaimState) -> Claim:
    claim.state = state
    db.session.commit()
    return claim


def actor(person: Person, by: By = By.MEMBER) -> Actor:
    return Actor(by, person.user_id, person.name)


@pytest.mark.parametrize("to", ALL)
@pytest.mark.parametrize("state", ALL)
def test_only_the_ways_of_the_table_exist(asha: Person, state: ClaimState, to: ClaimState) -> None:
    claim = in_state(factories.a_claim(asha), state)
    version = claim.version

    if to in TRANSITIONS[state]:
        with unit_of_work():
            moves.move(moves.locked(claim.id), to, what=What.NOTE, actor=PORTAL, at=now())
        assert (claim.state, claim.version) == (to, version + 1)
        return
    with pytest.raises(StaleClaim), unit_of_work():
        moves.move(moves.locked(claim.id), to, what=What.NOTE, actor=PORTAL, at=now())
    assert (claim.state, claim.version) == (state, version)


def test_every_move_writes_the_next_line_and_version(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    lines = db.session.scalars(select(ClaimEvent).order_by(ClaimEvent.sequence)).all()
    assert [(line.sequence, line.what, line.state_after) for line in lines] == [
        (1, What.SENT, ClaimState.SUBMITTED),
        (2, What.TAKEN, ClaimState.IN_REVIEW),
        (3, What.ASKED, ClaimState.NEEDS_INFO),
    ]
    assert claim.version == 4


@pytest.mark.parametrize("what", list(What))
def test_lines_among_staff_say_nothing_to_members(asha: Person, casey: Person, what: What) -> None:
    claim = factories.a_claim(asha)

    with unit_of_work():
        line = moves.add_line(
            moves.locked(claim.id), what, actor=actor(casey, By.AGENT), at=now(), internal_note="among us"
        )

    assert line.visibility == ("internal" if what in AMONG_STAFF else "member")
    assert (line.member_text, line.internal_note) == ("", "among us")


def test_the_database_refuses_words_to_members_in_a_line_among_staff(asha: Person) -> None:
    claim = factories.a_claim(asha)

    with pytest.raises(IntegrityError, match="internal_says_nothing_to_members"), unit_of_work():
        moves.add_line(moves.locked(claim.id), What.NOTE, actor=PORTAL, at=now(), member_text="Oops")


def test_the_timeline_cannot_be_rewritten(asha: Person) -> None:
    factories.a_claim(asha)
    line = db.session.scalars(select(ClaimEvent)).one()

    line.member_text = "I never said that"
    with pytest.raises(Exception, match="claim_event"):
        db.session.flush()


def test_stale_page_is_told_who_was_faster_and_what_they_did(asha: Person, casey: Person) -> None:
    claim = factories.a_claim(asha)
    seen = claim.version
    at = now()
    with unit_of_work():
        moves.add_line(moves.locked(claim.id), What.MESSAGE, actor=actor(casey, By.AGENT), at=at, member_text="Hello")

    with pytest.raises(StaleClaim) as stale, unit_of_work():
        moves.check_version(moves.locked(claim.id), seen)

    told = stale.value
    assert (told.claim_id, told.reference, told.version) == (claim.id, claim.reference, seen + 1)
    assert (told.what, told.by, told.who_id, told.who, told.at) == (
        What.MESSAGE,
        By.AGENT,
        casey.user_id,
        casey.name,
        at,
    )


def test_fresh_page_is_let_through(asha: Person) -> None:
    claim = factories.a_claim(asha)

    with unit_of_work():
        moves.check_version(moves.locked(claim.id), claim.version)


def test_unknown_claim(asha: Person) -> None:
    with pytest.raises(NotFound), unit_of_work():
        moves.locked(uuid4())


def test_last_word_belongs_to_whoever_spoke(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    assert claim.last_by == By.MEMBER

    ask(claim, casey)

    assert claim.last_by == By.AGENT
    assert claim.first_touched_at is not None


def test_promise_starts_once_and_is_kept_when_a_claim_comes_back(asha: Person, casey: Person) -> None:
    sent = now() - timedelta(days=5)
    claim = factories.a_claim(asha, sent=sent)
    due, submitted = claim.due_at, claim.submitted_at
    assert due == calendar_of(programme.current()).add_working_days(sent, 3)

    with unit_of_work():
        moves.move(
            moves.locked(claim.id), ClaimState.IN_REVIEW, what=What.TAKEN, actor=actor(casey, By.AGENT), at=now()
        )
        moves.move(moves.locked(claim.id), ClaimState.SUBMITTED, what=What.RELEASED, actor=PORTAL, at=now())

    assert (claim.due_at, claim.submitted_at) == (due, submitted)


def test_parked_claim_is_promised_from_the_day_it_was_parked_until(asha: Person) -> None:
    claim = in_state(factories.a_claim(asha), ClaimState.PARKED)
    day = now() - timedelta(days=4)
    claim.parked_until, claim.due_at, claim.submitted_at = day, None, None
    db.session.commit()

    with unit_of_work():
        moves.move(moves.locked(claim.id), ClaimState.SUBMITTED, what=What.OPENED, actor=PORTAL, at=now())

    assert claim.due_at == calendar_of(programme.current()).add_working_days(day, 3)
    assert claim.parked_until is None


@pytest.mark.parametrize("to", sorted(TRANSITIONS[ClaimState.NEEDS_INFO] - OPEN_STATES))
def test_closing_closes_the_question_and_dates_the_pictures(asha: Person, casey: Person, to: ClaimState) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    at = now()
    picture = a_picture_of(claim, asha)
    with unit_of_work():
        moves.move(moves.locked(claim.id), to, what=What.WITHDRAWN, actor=PORTAL, at=at)

    question = db.session.scalars(select(InfoRequest)).one()
    assert (question.answered_at, question.closed_at) == (None, at)
    assert (claim.decided_at, claim.leased_until) == (at, None)
    assert picture.retention_until == at + timedelta(days=programme.current().claims.evidence_keep_days)


def test_one_open_claim_per_subject_is_the_databases_word(asha: Person, bruno: Person) -> None:
    factories.a_claim(asha, activity="order", subject="70418822")
    factories.a_claim(bruno, activity="order", subject="7041 8822")

    with pytest.raises(IntegrityError, match=r"uq_claim_open_subject|UNIQUE"):
        factories.a_claim(asha, activity="order", subject="7041-8822")


def a_picture_of(claim: Claim, person: Person) -> Evidence:
    row = Evidence(
        claim_id=claim.id,
        uploaded_by_id=person.user_id,
        idempotency_key=uuid4().hex,
        position=1,
        file_name="one.png",
        sha256="0" * 64,
        dhash=0,
        detected_type="png",
        original_bytes=1,
        shown_bytes=1,
        width=1,
        height=1,
        storage_key=f"evidence/2026-01-01/{uuid4().hex}",
        thumb_key="",
        uploaded_at=now(),
    )
    db.session.add(row)
    db.session.commit()
    return row
