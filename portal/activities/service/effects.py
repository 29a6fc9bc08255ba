"""What a message does once it is written down: it promises points, spends them, or takes them back."""

import uuid
from datetime import datetime

from sqlalchemy import select

from portal import programme
from portal.activities.messages import ShopMessage
from portal.activities.models import Expectation
from portal.activities.rules import EventKind, Outcome, Priced, due_at, normal_subject
from portal.activities.service.holding import hold
from portal.activities.service.spending import spend
from portal.activities.service.takings import TAKING, waiting_for, work_off
from portal.db import db


def take_effect(
    event_id: uuid.UUID,
    message: ShopMessage,
    member_id: uuid.UUID,
    outcome: Outcome,
    price: Priced | None,
    *,
    at: datetime,
) -> bool:
    """Do what was judged, and what had waited for it; True when another outcome may stand now.

    Call it once for each message, in the unit of work that wrote it, while the member's row is held.
    """
    if message.kind in TAKING:
        if outcome is Outcome.PENDING:
            work_off(event_id, member_id, at=at)
        return True
    holds = message.kind is EventKind.EARN and (price is not None or outcome is Outcome.DUPLICATE)
    if holds and not hold(event_id, message, member_id, at=at):
        return True
    if message.kind is EventKind.REDEMPTION and outcome is Outcome.CREDITED:
        spend(event_id, message, member_id, at=at)
    if outcome is Outcome.PENDING and price is not None:
        promise(event_id, message, member_id, price)
    waiting = waiting_for(event_id, member_id)
    for taking_id in waiting:
        work_off(taking_id, member_id, at=at)
    return bool(waiting)


def promise(event_id: uuid.UUID, message: ShopMessage, member_id: uuid.UUID, price: Priced) -> None:
    """Write the expectation, or tie the event to one that was waiting for it."""
    facts = {
        "points": price.points,
        "happened_at": message.occurred_at,
        "due_at": due_at(message.occurred_at, programme.current().activity(message.activity).delay_hours),
        "event_id": event_id,
        "rule_version": price.rule_version,
        "computation": price.computation,
    }
    key = normal_subject(message.subject)
    waiting = key and db.session.scalar(
        select(Expectation).where(
            Expectation.member_id == member_id,
            Expectation.activity == message.activity,
            Expectation.subject_key == key,
            Expectation.event_id.is_(None),
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
    )
    expected = waiting or Expectation(
        member_id=member_id, activity=message.activity, subject=message.subject, subject_key=key
    )
    for name, value in facts.items():
        setattr(expected, name, value)
    db.session.add(expected)
    db.session.flush()
