"""What a message brings, and why it brings nothing, before it is written down."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal import programme
from portal.accounts.models import Member
from portal.activities import pricing
from portal.activities.messages import CLOCK_SKEW, ShopMessage
from portal.activities.models import Event
from portal.activities.rules import EventKind, Ineligible, Outcome, Priced, normal_subject, price, shortfall
from portal.activities.service.caps import granted_by
from portal.activities.service.spending import is_cancelled, judge_spending
from portal.activities.service.takings import CANCELLED, RETURNED, TAKING, WAITS
from portal.db import db
from portal.errors import Refused
from portal.points.models import Entry


@dataclass(frozen=True, slots=True)
class Answer:
    """How a message is judged before it is written down: what becomes of it, why not, and how it was priced.

    What earns nothing by its rule has a price too, of no points: its steps say why.
    """

    outcome: Outcome
    code: str = ""
    price: Priced | None = None


def judge(message: ShopMessage, member_id: uuid.UUID | None, *, at: datetime) -> Answer:
    """Decide what a message brings; the code says why it brings nothing."""
    if member_id is None:
        return Answer(Outcome.UNMATCHED)
    try:
        _check(message, _joined_at(message, member_id), at=at)
        match message.kind:
            case EventKind.EARN:
                return _judge_earning(message, member_id)
            case EventKind.REDEMPTION:
                return Answer(*judge_spending(message, member_id))
            case EventKind.RETURN | EventKind.CANCELLATION:
                return Answer(Outcome.PENDING, WAITS)
    except Refused as refusal:
        return Answer(Outcome.INELIGIBLE, refusal.code)


def judge_unheard(message: ShopMessage, joined_at: datetime | None, *, at: datetime) -> Answer:
    """Decide what a member earned by a message about a thing nothing else was said of, by a rule without their limit.

    It gives what `judge` gives, and asks nothing of the database.
    """
    try:
        _check(message, joined_at, at=at)
        return _answer(_price(message))
    except Refused as refusal:
        return Answer(Outcome.INELIGIBLE, refusal.code)


def _judge_earning(message: ShopMessage, member_id: uuid.UUID) -> Answer:
    if is_cancelled(message, member_id):
        return Answer(Outcome.CANCELLED, CANCELLED)
    if _is_known(message, member_id):
        return Answer(Outcome.DUPLICATE, "same_subject")
    return _answer(_price(message, member_id))


def _answer(priced: Priced) -> Answer:
    missing = shortfall(priced)
    return Answer(Outcome.INELIGIBLE, missing, priced) if missing else Answer(Outcome.PENDING, price=priced)


def _joined_at(message: ShopMessage, member_id: uuid.UUID) -> datetime | None:
    if message.kind in TAKING:
        return None
    return db.session.scalar(select(Member.joined_at).where(Member.id == member_id))


def _check(message: ShopMessage, joined_at: datetime | None, *, at: datetime) -> None:
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
    if joined_at and pricing.day_of(message.occurred_at) < pricing.day_of(joined_at):
        raise Refused(Ineligible.BEFORE_JOINING)


def _price(message: ShopMessage, member_id: uuid.UUID | None = None) -> Priced:
    """Price a message; without a member, one whose rule has no limit for each of them."""
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
        granted=granted_by(rule, member_id, day) if member_id else 0,
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


def why_nothing(answer: Answer) -> dict[str, Any]:
    """Give what an event keeps of its computation: only what brings nothing has no promise to keep it with."""
    if answer.price is None or answer.outcome is Outcome.PENDING:
        return {"rule_version": "", "computation": []}
    return {"rule_version": answer.price.rule_version, "computation": answer.price.computation}
