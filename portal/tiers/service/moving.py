"""Ending one tier and beginning the next."""

import uuid
from datetime import date, datetime

from sqlalchemy import update

from portal.db import db
from portal.tiers.figures import begins
from portal.tiers.models import TierSpan
from portal.tiers.rules import Ladder, Rung


def move(
    member_id: uuid.UUID,
    to: Rung,
    ladder: Ladder,
    *,
    cause: str,
    entry_id: uuid.UUID | None = None,
    look: date | None = None,
    at: datetime,
) -> None:
    """Let a member hold another tier from now on; the first one is never looked at again, for nothing lies below."""
    db.session.execute(
        update(TierSpan)
        .where(TierSpan.member_id == member_id, TierSpan.until.is_(None))
        .values(until=at, review_at=None)
    )
    review_at = begins(look) if look and to != ladder.rungs[0] else None
    db.session.add(
        TierSpan(member_id=member_id, tier=to.key, since=at, cause=cause, entry_id=entry_id, review_at=review_at)
    )
    db.session.flush()
