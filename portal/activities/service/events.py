"""What the shop tells us, and what it will bring."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import BadAddress, MemberState, read_address
from portal.activities import pricing
from portal.activities.messages import CLOCK_SKEW, ShopMessage
from portal.activities.models import Event
from portal.activities.rules import EventKind, Ineligible, Outcome, Priced, normal_subject, price, shortfall
from portal.activities.service.caps import granted_by
from portal.activities.service.effects import take_effect
from portal.activities.service.spending import is_cancelled, judge_spending
from portal.activities.service.takings import CANCELLED, RETURNED, TAKING, WAITS, work_off
from portal.db import db
from portal.errors import Conflict, Refused
from portal.points.models import Entry

EARNING = (MemberState.ACTIVE.value, MemberState.PENDING_PROFILE.value, MemberState.PENDING_AGE.value)
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


@dataclass(frozen=True, slots=True)
class Answer:
    """How a message is judged before it is written down: what becomes of it, why not, and how it was priced.

    What earns nothing by its rule has a price too, of no points: its steps say why.
    """

    outcome: Outcome
    code: str = ""
    price: Priced | None = None


def record_event(message: ShopMessage, *, at: datetime) -> Recorded:
    """Keep a message of the shop and let it have its effect: points are promised, spent, or taken back.

    What was earned is priced by the rule of its day and promised for the day it is due; a return or cancellation
    takes back what was granted, and waits when it comes before what it is about.

    Repeating a message is harmless: the first answer stands. Raises ChangedEvent when its id stood for another body.
    A message without a known member is kept, for claims to be matched against.
    """
    member_id = _held(_owner_of(message.member_hint) or _owner_by_reference(message))
    answer = judge(message, member_id, at=at)
    event_id = uuid.uuid4()
    written = db.session.execute(
        _INSERT[db.engine.dialect.name], _row(event_id, message, member_id, answer, at)
    ).one_or_none()
    if written is None:
        return _earlier_answer(message)
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


def _owner_of(hint: str) -> uuid.UUID | None:
    """Find the member a message names by number or by address; who has not finished joining is one already.

    An address counts once it is confirmed: until then it is only what somebody typed.
    """
    by_number = Member.number == hint.strip().upper()
    wanted = select(Member.id).where(Member.state.in_(EARNING))
    if "@" not in hint:
        return db.session.scalar(wanted.where(by_number)) if hint.strip() else None
    try:
        address = read_address(hint)
    except BadAddress:
        return None
    signs_in = wanted.join(User).where(User.email_canonical == address.canonical)
    further = wanted.join(MemberAddress, MemberAddress.member_id == Member.id).where(
        MemberAddress.email_canonical == address.canonical, MemberAddress.proved_at.is_not(None)
    )
    return db.session.scalar(signs_in) or db.session.scalar(further)


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


def hint_key(hint: str) -> str:
    """Give the one form in which hints are compared: a canonical address, or a member number in capitals."""
    if "@" not in hint:
        return hint.strip().upper()
    try:
        return read_address(hint).canonical
    except BadAddress:
        return hint.strip().lower()


def judge(message: ShopMessage, member_id: uuid.UUID | None, *, at: datetime) -> Answer:
    """Decide what a message brings; the code says why it brings nothing."""
    if member_id is None:
        return Answer(Outcome.UNMATCHED)
    try:
        _check(message, member_id, at=at)
        match message.kind:
            case EventKind.EARN:
                return _judge_earning(message, member_id)
            case EventKind.REDEMPTION:
                return Answer(*judge_spending(message, member_id))
            case EventKind.RETURN | EventKind.CANCELLATION:
                return Answer(Outcome.PENDING, WAITS)
    except Refused as refusal:
        return Answer(Outcome.INELIGIBLE, refusal.code)


def _judge_earning(message: ShopMessage, member_id: uuid.UUID) -> Answer:
    if is_cancelled(message, member_id):
        return Answer(Outcome.CANCELLED, CANCELLED)
    if _is_known(message, member_id):
        return Answer(Outcome.DUPLICATE, "same_subject")
    priced = _price(message, member_id)
    missing = shortfall(priced)
    return Answer(Outcome.INELIGIBLE, missing, priced) if missing else Answer(Outcome.PENDING, price=priced)


def _check(message: ShopMessage, member_id: uuid.UUID, *, at: datetime) -> None:
    club = programme.current()
    # What is spent, and what undoes that, need not be about an activity.
    may_be_silent = message.kind in {EventKind.REDEMPTION, EventKind.CANCELLATION}
    if not (may_be_silent and not message.activity) and all(
        activity.key != message.activity for activity in club.activities
    ):
        raise Refused(Ineligible.UNKNOWN_ACTIVITY)
    if message.amount_minor is not None and message.currency != club.club.currency:
        raise Refused(Ineligible.OTHER_CURRENCY)
    if message.occurred_at > at + CLOCK_SKEW:
        raise Refused(Ineligible.IN_FUTURE)
    if message.kind in TAKING:
        if not normal_subject(message.subject):
            raise Refused(Ineligible.NO_REFERENCE)
        return
    joined_at = db.session.scalar(select(Member.joined_at).where(Member.id == member_id))
    if joined_at and pricing.day_of(message.occurred_at) < pricing.day_of(joined_at):
        raise Refused(Ineligible.BEFORE_JOINING)


def _price(message: ShopMessage, member_id: uuid.UUID) -> Priced:
    rule = pricing.rule_at(message.activity, message.occurred_at)
    if rule is None:
        raise Refused(Ineligible.NO_RULE)
    if rule.points_per_unit is not None and message.amount_minor is None:
        raise Refused(Ineligible.NO_AMOUNT)
    day = pricing.day_of(message.occurred_at)
    return price(
        rule,
        amount_minor=message.amount_minor,
        day=day,
        items=message.items,
        granted=granted_by(rule, member_id, day),
    )


def _is_known(message: ShopMessage, member_id: uuid.UUID) -> bool:
    """Tell whether the member's points for this very thing are promised or posted, by another message or by a claim."""
    key = normal_subject(message.subject)
    if not key:
        return False
    told = select(Event.id).where(
        Event.member_id == member_id,
        Event.activity == message.activity,
        Event.subject_key == key,
        Event.kind == EventKind.EARN,
        or_(
            Event.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
            Event.outcome_code == RETURNED,
        ),
        or_(Event.source != message.source, Event.external_id != message.external_id),
    )
    if db.session.scalar(told.limit(1)) is not None:
        return True
    # What a return took back was paid all the same; what staff undid may be paid again.
    undone = select(Entry.reverses_id).where(
        Entry.member_id == member_id, Entry.reverses_id.is_not(None), Entry.takes_from_id.is_(None)
    )
    claimed = select(Entry.subject).where(
        Entry.member_id == member_id,
        Entry.activity == message.activity,
        Entry.claim_id.is_not(None),
        Entry.points > 0,
        Entry.id.not_in(undone),
    )
    return any(normal_subject(subject) == key for subject in db.session.scalars(claimed))


def _row(
    event_id: uuid.UUID, message: ShopMessage, member_id: uuid.UUID | None, answer: Answer, at: datetime
) -> dict[str, Any]:
    return {
        "id": event_id,
        "source": message.source,
        "external_id": message.external_id,
        "payload_hash": message.digest,
        "kind": message.kind,
        "activity": message.activity,
        "points": message.points,
        "items": [asdict(item) for item in message.items],
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


def why_nothing(answer: Answer) -> dict[str, Any]:
    """Give what an event keeps of its computation: only what brings nothing has no promise to keep it with."""
    if answer.price is None or answer.outcome is Outcome.PENDING:
        return {"rule_version": "", "computation": []}
    return {"rule_version": answer.price.rule_version, "computation": answer.price.computation}


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
