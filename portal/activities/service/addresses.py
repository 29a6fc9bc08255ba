"""Messages that came in under an address before we knew whose it is."""

import uuid
from datetime import UTC, datetime, time

from sqlalchemy import select, update

from portal import programme
from portal.accounts.models import Member
from portal.activities import pricing
from portal.activities.messages import Item, ShopMessage
from portal.activities.models import Event
from portal.activities.rules import Outcome
from portal.activities.service.effects import take_effect
from portal.activities.service.hearing import tell
from portal.activities.service.judging import judge, why_nothing
from portal.db import db


def match_address(member_id: uuid.UUID, canonical: str, *, at: datetime) -> int:
    """Give a member what the shop told us under an address that is theirs or under their number, since they joined.

    Call it while the member's row is held. What is older stays where claims find it. Gives how many were theirs.
    """
    number, joined_at = db.session.execute(select(Member.number, Member.joined_at).where(Member.id == member_id)).one()
    zone = programme.current().club.zone
    since = datetime.combine(pricing.day_of(joined_at), time(), tzinfo=zone).astimezone(UTC)
    waiting = db.session.scalars(
        select(Event)
        .where(
            Event.outcome == Outcome.UNMATCHED.value,
            Event.occurred_at >= since,
            Event.hint_key.in_([canonical, number]),
        )
        .order_by(Event.occurred_at)
    )
    return sum(_take(event, member_id, at) for event in waiting.all())


def _take(event: Event, member_id: uuid.UUID, at: datetime) -> bool:
    """Judge a message as if it came in now; a verdict that took it in this very moment keeps it."""
    message = ShopMessage(
        source=event.source,
        external_id=event.external_id,
        activity=event.activity,
        occurred_at=event.occurred_at,
        member_hint=event.member_hint,
        subject=event.subject,
        amount_minor=event.amount_minor,
        currency=event.currency,
        kind=event.kind,
        points=event.points,
        items=tuple(Item(**item) for item in event.items),
    )
    answer = judge(message, member_id, at=at)
    taken = db.session.scalar(
        update(Event)
        .where(Event.id == event.id, Event.outcome == Outcome.UNMATCHED.value)
        .values(outcome=answer.outcome.value, outcome_code=answer.code, member_id=member_id, **why_nothing(answer))
        .returning(Event.id)
    )
    if taken is not None:
        take_effect(event.id, message, member_id, answer.outcome, answer.price, at=at)
        tell([event.subject_key], at=at)
    return taken is not None
