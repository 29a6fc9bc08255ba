"""What the shop tells us, and what it will bring."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.messages import ShopMessage
from portal.activities.models import Event
from portal.activities.rules import Outcome, normal_subject
from portal.activities.service.effects import take_effect
from portal.activities.service.hearing import tell
from portal.activities.service.hints import hint_key, owner_of
from portal.activities.service.judging import Answer, judge, why_nothing
from portal.activities.service.takings import TAKING, work_off
from portal.db import db
from portal.errors import Conflict

_INSERT = {
    dialect: module.insert(Event).on_conflict_do_nothing(index_elements=["source", "external_id"]).returning(Event.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


class ChangedEvent(Conflict):
    """An id that was used before came back with another body; what stands is kept."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a message; `is_new` is false when the very same message had come before."""

    event_id: uuid.UUID
    outcome: Outcome
    code: str
    member_id: uuid.UUID | None
    is_new: bool


def record_event(message: ShopMessage, *, at: datetime) -> Recorded:
    """Keep a message of the shop and let it have its effect: points are promised, spent, or taken back.

    What was earned is priced by the rule of its day and promised for the day it is due; a return or cancellation
    takes back what was granted, and waits when it comes before what it is about.

    Repeating a message is harmless: the first answer stands. Raises ChangedEvent when its id stood for another body.
    A message without a known member is kept, for claims to be matched against.
    """
    member_id = _held(owner_of(message.member_hint) or _owner_by_reference(message))
    answer = judge(message, member_id, at=at)
    event_id = uuid.uuid4()
    written = db.session.execute(
        _INSERT[db.engine.dialect.name], event_row(event_id, message, member_id, answer, at=at)
    ).one_or_none()
    if written is None:
        return _earlier_answer(message)
    tell([normal_subject(message.subject)], at=at)
    if member_id is not None and take_effect(event_id, message, member_id, answer.outcome, answer.price, at=at):
        became = db.session.execute(select(Event.outcome, Event.outcome_code).where(Event.id == event_id)).one()
        return Recorded(event_id, Outcome(became.outcome), became.outcome_code, member_id, is_new=True)
    return Recorded(event_id, answer.outcome, answer.code, member_id, is_new=True)


def look_again(event_id: uuid.UUID, *, at: datetime) -> bool:
    """Give a return or cancellation nobody was named in to the member whose order it is about; True when it was."""
    event = db.session.get_one(Event, event_id)
    member_id = _held(_owner_by_reference(event))
    db.session.refresh(event)
    if member_id is None or event.outcome != Outcome.UNMATCHED:
        return False
    work_off(event_id, member_id, at=at)
    return True


def _held(member_id: uuid.UUID | None) -> uuid.UUID | None:
    """Take the member's row; whoever left in this moment is a stranger to the shop."""
    if member_id is None:
        return None
    still_there = select(Member.id).where(Member.id == member_id, Member.state != MemberState.CLOSED.value)
    return db.session.scalar(still_there.with_for_update())


def _owner_by_reference(message: ShopMessage | Event) -> uuid.UUID | None:
    """Find whose order a return or cancellation is about, when the shop does not say: the reference is the shop's."""
    key = normal_subject(message.subject)
    if message.kind not in TAKING or not key:
        return None
    return db.session.scalar(
        select(Event.member_id).where(
            Event.source == message.source,
            Event.activity == message.activity,
            Event.subject_key == key,
            Event.kind.not_in(sorted(TAKING)),
            Event.member_id.is_not(None),
            Event.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
        )
    )


def event_row(
    event_id: uuid.UUID, message: ShopMessage, member_id: uuid.UUID | None, answer: Answer, *, at: datetime
) -> dict[str, Any]:
    """Give what is kept of a message and of how it was judged."""
    return {
        "id": event_id,
        "source": message.source,
        "external_id": message.external_id,
        "payload_hash": message.digest,
        "kind": message.kind,
        "activity": message.activity,
        "points": message.points,
        "items": [{"category": item.category, "amount_minor": item.amount_minor} for item in message.items],
        "subject": message.subject,
        "subject_key": normal_subject(message.subject),
        "amount_minor": message.amount_minor,
        "currency": message.currency,
        "occurred_at": message.occurred_at,
        "received_at": at,
        "member_id": member_id,
        "member_hint": message.member_hint,
        "hint_key": hint_key(message.member_hint),
        "outcome": answer.outcome.value,
        "outcome_code": answer.code,
        **why_nothing(answer),
    }


def _earlier_answer(message: ShopMessage) -> Recorded:
    stored = db.session.execute(
        select(Event.id, Event.payload_hash, Event.outcome, Event.outcome_code, Event.member_id).where(
            Event.source == message.source, Event.external_id == message.external_id
        )
    ).one()
    if stored.payload_hash != message.digest:
        text = f"{message.source} sent {message.external_id} before, with another body"
        raise ChangedEvent(text)
    return Recorded(stored.id, Outcome(stored.outcome), stored.outcome_code, stored.member_id, is_new=False)
