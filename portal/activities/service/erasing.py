"""Erasing by which name the shop knew a member; what their activities earned stays."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, update

from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.db import db


def erase_activities(member_id: uuid.UUID, addresses: Sequence[str], *, at: datetime) -> None:
    """Let nothing more be expected, and forget under which number or address the shop sent it."""
    db.session.execute(
        update(Expectation)
        .where(
            Expectation.member_id == member_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .values(cancelled_at=at)
    )
    db.session.execute(
        update(Event)
        .where(Event.member_id == member_id, Event.outcome == Outcome.PENDING.value)
        .values(outcome=Outcome.CANCELLED.value)
    )
    named = func.lower(Event.member_hint).in_(addresses)
    db.session.execute(
        update(Event).where(or_(Event.member_id == member_id, named)).values(member_hint="", hint_key="")
    )
