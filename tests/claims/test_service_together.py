"""Members, agents and the clock at one claim at once, on real databases: one wins, the others are told."""

from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import programme
from portal.accounts.sealing import Seals
from portal.claims import letters
from portal.claims.lines import By
from portal.claims.models import Claim, ClaimEvent, Evidence, InfoRequest
from portal.claims.rules import ClaimKind, ClaimState, Verdict
from portal.claims.service import arrivals, drafts, evidence, thread, verdicts
from portal.claims.service.drafts import About, AlreadyClaimed
from portal.claims.service.moves import Actor, StaleClaim
from portal.claims.service.verdicts import Decision
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.mail import outbox
from portal.mail.models import LetterRow
from portal.points.models import Entry
from portal.storage.store import Memory
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask
from tests.claims.drafting import ORDER, days_ago
from tests.claims.uploading import small
from tests.together import together

THREADS = 8
AGAIN = pytest.mark.parametrize("attempt", range(3))


@pytest.fixture
def mira(free_app: Flask) -> Person:
    return factories.a_member("Mira Novak")


@pytest.fixture
def toni(free_app: Flask) -> Person:
    return factories.an_agent("Toni Berg")


SEALS = Seals("the secret of these tests and of nothing else")


def actor(person: Person) -> Actor:
    return Actor(By.MEMBER, person.user_id, person.name)


def an_order() -> About:
    return About(
        ClaimKind.MISSING,
        activity="order",
        day=days_ago(5),
        subject=ORDER,
        subject_key=ORDER,
        expected_points=45,
    )


def begin(person: Person, key: str) -> None:
    with unit_of_work():
        drafts.begin(person.member, key, an_order(), at=now())


def a_draft(person: Person, key: str) -> Claim:
    begin(person, key)
    return db.session.scalars(select(Claim).order_by(Claim.created_at.desc())).first()  # type: ignore[return-value]


def states() -> Counter[ClaimState]:
    db.session.expire_all()
    return Counter(db.session.scalars(select(Claim.state)))


def lines_of(claim: Claim) -> list[str]:
    wanted = select(ClaimEvent.what).where(ClaimEvent.claim_id == claim.id).order_by(ClaimEvent.sequence)
    return list(db.session.scalars(wanted))


def test_first_step_sent_many_times_at_once_is_one_draft(free_app: Flask, mira: Person) -> None:
    wrong = together(free_app, [partial(begin, mira, "one key")] * THREADS)

    assert wrong == []
    assert states() == {ClaimState.DRAFT: 1}


def test_draft_sent_many_times_at_once_is_one_claim(free_app: Flask, mira: Person) -> None:
    draft = a_draft(mira, "one")
    answers: list[bool] = []

    def send() -> None:
        with unit_of_work():
            is_new = drafts.send(draft.id, actor=actor(mira), at=now())
            if is_new:
                outbox.add(letters.claim_received(draft.id))
        answers.append(is_new)

    wrong = together(free_app, [send] * THREADS)

    assert wrong == []
    assert Counter(answers) == {True: 1, False: THREADS - 1}
    assert states() == {ClaimState.SUBMITTED: 1}
    assert lines_of(draft) == ["sent"]
    assert len(db.session.scalars(select(LetterRow)).all()) == 1


def test_of_many_drafts_on_one_subject_one_is_sent(free_app: Flask, mira: Person) -> None:
    ids = [a_draft(mira, f"draft {number}").id for number in range(THREADS)]
    others: list[str] = []

    def send(claim_id: UUID) -> None:
        try:
            with unit_of_work():
                drafts.send(claim_id, actor=actor(mira), at=now())
        except AlreadyClaimed as taken:
            others.append(taken.claim.reference)

    wrong = together(free_app, [partial(send, claim_id) for claim_id in ids])

    assert wrong == []
    assert states() == {ClaimState.SUBMITTED: 1, ClaimState.DRAFT: THREADS - 1}
    winner = db.session.scalars(select(Claim.reference).where(Claim.state == ClaimState.SUBMITTED)).one()
    assert others == [winner] * (THREADS - 1)


@AGAIN
def test_withdrawing_against_deciding_has_one_winner(free_app: Flask, mira: Person, toni: Person, attempt: int) -> None:
    claim = factories.a_claim(mira, taken_by=toni, sent=now() - timedelta(hours=3))
    reason = programme.current().reasons_for("approve")[0]
    decision = Decision(Verdict.APPROVE, version=claim.version, points=45, reason=reason.key, reply="Here they are.")
    told: list[str] = []

    def take_back() -> None:
        try:
            with unit_of_work():
                thread.withdraw(claim_id, actor=actor(mira), at=now())
        except StaleClaim as stale:
            told.append(f"{stale.what} by {stale.who}")

    def decide() -> None:
        try:
            with unit_of_work():
                verdicts.decide(claim_id, decision, by=toni.user_id, at=now())
        except StaleClaim as stale:
            told.append(f"{stale.what} by {stale.who}")

    claim_id = claim.id
    wrong = together(free_app, [take_back, decide])

    db.session.expire_all()
    entries = db.session.scalars(select(Entry).where(Entry.claim_id == claim.id)).all()
    assert wrong == []
    assert (claim.state, len(entries), told) in [
        (ClaimState.APPROVED, 1, ["approved by Toni Berg"]),
        (ClaimState.WITHDRAWN, 0, ["withdrawn by Mira Novak"]),
    ]


@AGAIN
def test_answer_against_the_last_minute_has_one_winner(
    free_app: Flask, mira: Person, toni: Person, attempt: int
) -> None:
    claim = factories.a_claim(mira, taken_by=toni, sent=now() - timedelta(hours=3))
    ask(claim, toni)
    question = db.session.scalars(select(InfoRequest).where(InfoRequest.claim_id == claim.id)).one()
    question.answer_by = now() - timedelta(seconds=1)
    db.session.commit()
    claim_id, question_id = claim.id, question.id
    told: list[str] = []

    def answer() -> None:
        try:
            with unit_of_work():
                thread.answer(claim_id, question_id, "Here", actor=actor(mira), at=now())
        except StaleClaim as stale:
            told.append(f"{stale.what}")

    def expire() -> None:
        with unit_of_work():
            if not arrivals.expire(claim_id, at=now()):
                told.append("answered in time")

    wrong = together(free_app, [answer, expire])

    db.session.expire_all()
    assert wrong == []
    assert (claim.state, told) in [
        (ClaimState.SUBMITTED, ["answered in time"]),
        (ClaimState.EXPIRED, ["expired"]),
    ]


def test_same_picture_in_parallel_is_kept_once(free_app: Flask, mira: Person) -> None:
    draft, store, kept = a_draft(mira, "one"), Memory(), []

    def add() -> None:
        intake = evidence.keep(
            store, small(), file_name="one.png", key="0" * 32, claimed_sha256="", seals=SEALS, at=now()
        )
        with unit_of_work():
            kept.append(evidence.add(draft.id, intake, by=mira.user_id, at=now()))

    wrong = together(free_app, [add] * 4)

    assert wrong == []
    assert [picture is not None for picture in kept].count(True) == 1
    assert len(db.session.scalars(select(Evidence)).all()) == 1


def test_same_picture_under_other_keys_in_parallel_is_kept_once(free_app: Flask, mira: Person) -> None:
    draft, store, refused = a_draft(mira, "one"), Memory(), []

    def add(number: int) -> None:
        key = f"{number:032}"
        intake = evidence.keep(store, small(), file_name="one.png", key=key, claimed_sha256="", seals=SEALS, at=now())
        try:
            with unit_of_work():
                evidence.add(draft.id, intake, by=mira.user_id, at=now())
        except Refused as error:
            refused.append(error.code)

    wrong = together(free_app, [partial(add, number) for number in range(4)])

    assert (wrong, refused) == ([], ["twice"] * 3)
    assert len(db.session.scalars(select(Evidence)).all()) == 1


def test_pictures_in_parallel_stay_within_the_most(free_app: Flask, mira: Person) -> None:
    draft, store, refused = a_draft(mira, "one"), Memory(), []

    def add(number: int) -> None:
        key, content = f"{number:032}", small(colour=f"#0{number}0000")
        intake = evidence.keep(store, content, file_name="one.png", key=key, claimed_sha256="", seals=SEALS, at=now())
        try:
            with unit_of_work():
                evidence.add(draft.id, intake, by=mira.user_id, at=now())
        except Refused as error:
            refused.append(error.code)

    wrong = together(free_app, [partial(add, number) for number in range(THREADS)])

    assert wrong == []
    assert refused == ["many"] * (THREADS - 5)
    positions = db.session.scalars(select(Evidence.position).order_by(Evidence.position)).all()
    assert positions == [1, 2, 3, 4, 5]


def test_the_days_uploads_are_counted_over_all_claims_of_a_member(free_app: Flask, mira: Person) -> None:
    ids = [a_draft(mira, f"draft {number}").id for number in range(THREADS)]
    allowed: list[bool] = []

    def ask_leave(claim_id: UUID) -> None:
        for _ in range(10):
            try:
                with unit_of_work():
                    evidence.allow(claim_id, at=at)
                allowed.append(True)
            except Refused:
                allowed.append(False)

    at = now()
    wrong = together(free_app, [partial(ask_leave, claim_id) for claim_id in ids])

    assert wrong == []
    assert Counter(allowed) == {True: 60, False: THREADS * 10 - 60}


def test_drafts_begun_at_once_stay_within_the_most(free_app: Flask, mira: Person) -> None:
    refused: list[str] = []

    def begin_some(name: int) -> None:
        for number in range(5):
            try:
                begin(mira, f"draft {name} {number}")
            except Refused as error:
                refused.append(error.code)

    wrong = together(free_app, [partial(begin_some, name) for name in range(THREADS)])

    assert wrong == []
    assert states() == {ClaimState.DRAFT: drafts.MOST_DRAFTS}
    assert refused == ["many_drafts"] * (THREADS * 5 - drafts.MOST_DRAFTS)
