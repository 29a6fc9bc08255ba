"""A member with something of everything we can hold about a person."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from portal.accounts.models import (
    AccountLink,
    AddressChange,
    AgeCheck,
    KeptForm,
    KnownDevice,
    MemberAddress,
    Passkey,
    RecoveryCode,
    Totp,
)
from portal.accounts.rules import LinkKind
from portal.accounts.service import links
from portal.accounts.service.links import Purpose
from portal.activities.models import Device, Friend, QuizAttempt, Referral
from portal.activities.rules import Outcome
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.claims.lines import By, What
from portal.claims.models import Claim, Evidence, InfoRequest
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service import moves
from portal.clock import now
from portal.db import db
from portal.mail import outbox
from portal.mail.letter import JSON, Letter
from portal.mail.models import LetterRow
from portal.points.models import ExpiryNotice
from portal.storage.store import Store, new_key
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person

# Whatever stands in one of these must reach its owner, and be gone when they are.
PRIVATE = "private words of mine"
AMONG_STAFF = "words among staff"
FURTHER = "asha@work.example"
SERIAL = "K7Q2 M4XD 93TC"
SECRETS = ("secret of the app", "hash of a code", "hash of a device", "public half", "credential of a key")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made."""

    claim: uuid.UUID
    draft: uuid.UUID
    files: tuple[str, ...]


def fill(person: Person, other: Person, agent: Person) -> Filled:
    """Give a member points, claims with words and pictures, devices, factors, addresses, letters, lines of the log."""
    factories.an_entry(person, 180)
    factories.an_expectation(person, event=factories.an_event(person, outcome=Outcome.PENDING))
    freed = factories.an_event(person, outcome=Outcome.CANCELLED, activity="device", subject=SERIAL)
    claim = factories.a_claim(person, statement=f"={PRIVATE}", taken_by=agent)
    draft = factories.a_claim(person, waiting=False, statement=f"draft of {PRIVATE}")
    at = now()
    with unit_of_work():
        files: tuple[str, ...] = (*_picture(claim, person, 1, at), *_picture(draft, person, 1, at))
        _write_thread(claim, agent, at)
        db.session.add_all(_account_rows(person, other, at))
        db.session.add(
            Device(
                member_id=person.member,
                activity="device",
                serial=SERIAL,
                serial_key=freed.subject_key,
                registered_at=at,
                freed_at=at,
                event_id=freed.id,
            )
        )
        db.session.add(
            QuizAttempt(
                member_id=person.member, quiz="harvest", number=1, sent_at=at, answers=[1], right=0, passed=False
            )
        )
        _write_friends(person, other, at)
        db.session.add(ExpiryNotice(member_id=person.member, expires_on=at.date(), points=60, sent_at=at))
        files += (_file("age"), _file("kept"))
        db.session.add(
            AgeCheck(member_id=person.member, asked_at=at, storage_key=files[-2], reason=f"reason, {PRIVATE}")
        )
        db.session.add(
            KeptForm(
                user_id=person.user_id,
                path="/claims/new",
                fields=[["words", PRIVATE]],
                files=[{"field": "files", "name": "a.png", "key": files[-1]}],
                created_at=at,
                expires_at=at + timedelta(minutes=30),
            )
        )
        _write_from_outside(at)
        links.open_link(Purpose.RESET, person.user_id, key="key", life=timedelta(hours=1), at=at)
        outbox.add(
            Letter("tier_reached", person.email, {**LETTER, "name": person.first_name}, "en_GB", user_id=person.user_id)
        )
        _write_log(person, agent, at)
    return Filled(claim.id, draft.id, files)


LETTER: dict[str, JSON] = {
    "tier": "Gold",
    "status_points": 1510,
    "benefits": [],
    "following": "",
    "missing": 0,
    "link": "/",
}


def _write_thread(claim: Claim, agent: Person, at: datetime) -> None:
    ours = moves.Actor(By.AGENT, agent.user_id, agent.name)
    held = moves.locked(claim.id)
    moves.add_line(held, What.MESSAGE, actor=ours, at=at, member_text=f"Dear Asha, {PRIVATE}")
    moves.add_line(held, What.NOTE, actor=ours, at=at, internal_note=AMONG_STAFF)
    question = InfoRequest(
        claim_id=claim.id,
        ask="photo",
        question=f"A question about {PRIVATE}",
        asked_by_id=agent.user_id,
        asked_at=at,
        answer_by=at + timedelta(days=14),
        answered_at=at,
    )
    db.session.add(question)


def _write_from_outside(at: datetime) -> None:
    """Ask for help as somebody who cannot get in, under a further address and without a membership."""
    claim = Claim(
        reference="C-OUTSIDE2",
        kind=ClaimKind.ACCESS,
        contact_email=FURTHER,
        statement=f"I am locked out, {PRIVATE}",
        state=ClaimState.DRAFT,
        created_at=at,
        changed_at=at,
    )
    db.session.add(claim)
    db.session.flush()
    moves.move(claim, ClaimState.SUBMITTED, what=What.SENT, actor=moves.Actor(By.MEMBER), at=at, member_text=PRIVATE)
    db.session.add(
        LetterRow(
            kind="access_received",
            recipient=FURTHER,
            locale="en_GB",
            facts={"words": PRIVATE},
            state="sent",
            sent_at=at,
            created_at=at,
            next_try_at=at,
        )
    )


def _account_rows(person: Person, other: Person, at: datetime) -> list[object]:
    user_id = person.user_id
    return [
        KnownDevice(user_id=user_id, token_hash=SECRETS[2], device="Safari on iPhone", created_at=at, last_seen_at=at),
        Passkey(
            user_id=user_id,
            credential_id=SECRETS[4],
            public_key=SECRETS[3].encode(),
            name="Asha’s phone",
            created_at=at,
        ),
        Totp(user_id=user_id, sealed_secret=SECRETS[0].encode(), key_id="k1", created_at=at, confirmed_at=at),
        RecoveryCode(user_id=user_id, code_hash=SECRETS[1], created_at=at),
        MemberAddress(
            member_id=person.member,
            email=FURTHER,
            email_canonical=FURTHER,
            created_at=at,
            proved_at=at,
        ),
        AddressChange(
            user_id=user_id,
            old_email="old-asha@club.example",
            new_email=person.email,
            new_canonical=person.email,
            asked_at=at,
            confirmed_at=at,
        ),
        AccountLink(user_id=user_id, other_id=other.user_id, kind=LinkKind.DECLARED, since=at),
    ]


def _write_friends(person: Person, other: Person, at: datetime) -> None:
    """Let them have invited somebody, and have come by an invitation themselves."""
    sent = Referral(member_id=person.member, code="7KQ3XWHN", label=f"for {PRIVATE}", invited_at=at, expires_at=at)
    came = Referral(member_id=other.member, code="3WQ97KXH", label="a friend of mine", invited_at=at, expires_at=at)
    db.session.add_all([sent, came])
    db.session.flush()
    db.session.add(Friend(user_id=person.user_id, referral_id=came.id, agreed_at=at, joined_at=at))


def _write_log(person: Person, agent: Person, at: datetime) -> None:
    me, staff = Actor(person.user_id, "member"), Actor(agent.user_id, "agent")
    record(
        Verb.PROFILE_CHANGED,
        at=at,
        actor=me,
        about=person.user_id,
        where=Where("198.51.100.7", "Phone of Asha"),
        words={"name": PRIVATE},
    )
    record(
        Verb.LOOKED_AT_MEMBER,
        at=at,
        actor=staff,
        about=person.user_id,
        where=Where("192.0.2.99", "Browser of the desk"),
    )


def _picture(claim: Claim, person: Person, position: int, at: datetime) -> tuple[str, str]:
    files = (_file("evidence"), _file("evidence"))
    db.session.add(
        Evidence(
            claim_id=claim.id,
            uploaded_by_id=person.user_id,
            idempotency_key=uuid.uuid4().hex,
            position=position,
            file_name=f"{PRIVATE}.png",
            sha256="ab" * 32,
            dhash=7,
            detected_type="png",
            original_bytes=9,
            shown_bytes=9,
            width=4,
            height=4,
            storage_key=files[0],
            thumb_key=files[1],
            uploaded_at=at,
        )
    )
    return files


def _file(folder: str) -> str:
    key = new_key(folder)
    store: Store = current_app.extensions["store"]
    store.put(key, f"picture {key}".encode())
    return key
