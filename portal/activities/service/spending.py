"""Points that are spent: at once, never more than there are, and each redemption once."""

import uuid
from datetime import datetime

from sqlalchemy import or_, select

from portal import programme
from portal.activities.messages import ShopMessage
from portal.activities.models import Event
from portal.activities.rules import MOST_POINTS, EventKind, Ineligible, Outcome, normal_subject
from portal.activities.service.takings import CANCELLED
from portal.db import db
from portal.errors import Refused
from portal.points.models import Account
from portal.points.rules import EntryKind
from portal.tiers import service as tiers


def judge_spending(message: ShopMessage, member_id: uuid.UUID) -> tuple[Outcome, str]:
    """Decide whether a redemption is met; what was cancelled before it came spends nothing."""
    if message.points is None:
        raise Refused(Ineligible.NO_POINTS)
    if message.points > MOST_POINTS:
        raise Refused(Ineligible.TOO_MANY_POINTS)
    key = normal_subject(message.subject)
    if key and _is_spent(message, member_id, key):
        return Outcome.DUPLICATE, "same_subject"
    if is_cancelled(message, member_id):
        return Outcome.CANCELLED, CANCELLED
    balance = db.session.scalar(select(Account.balance).where(Account.member_id == member_id))
    if message.points > (balance or 0):
        raise Refused(Ineligible.NOT_ENOUGH)
    return Outcome.CREDITED, ""


def spend(event_id: uuid.UUID, message: ShopMessage, member_id: uuid.UUID, *, at: datetime) -> None:
    """Take the points of a redemption that was met; spending never lowers the status points."""
    tiers.post(
        member_id,
        tiers.Posting(
            points=-(message.points or 0),
            kind=EntryKind.REDEMPTION,
            happened_at=message.occurred_at,
            counts_for_tier=False,
            text=programme.current().club.spending_title,
            idempotency_key=f"event:{event_id}",
            activity=message.activity,
            subject=message.subject,
            event_id=event_id,
        ),
        at=at,
    )


def is_cancelled(message: ShopMessage, member_id: uuid.UUID) -> bool:
    """Tell whether this very thing was cancelled after it happened: one of its messages came late."""
    key = normal_subject(message.subject)
    if not key:
        return False
    later = select(Event.id).where(
        Event.kind == EventKind.CANCELLATION,
        Event.member_id == member_id,
        Event.activity == message.activity,
        Event.subject_key == key,
        Event.outcome == Outcome.CREDITED.value,
        Event.occurred_at >= message.occurred_at,
    )
    return db.session.scalar(later.limit(1)) is not None


def _is_spent(message: ShopMessage, member_id: uuid.UUID, key: str) -> bool:
    told = select(Event.id).where(
        Event.kind == EventKind.REDEMPTION,
        Event.member_id == member_id,
        Event.activity == message.activity,
        Event.subject_key == key,
        Event.outcome == Outcome.CREDITED.value,
        or_(Event.source != message.source, Event.external_id != message.external_id),
    )
    return db.session.scalar(told.limit(1)) is not None
