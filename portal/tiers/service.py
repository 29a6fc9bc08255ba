"""Posting points with their consequence: whoever posts, posts through here, and the tier follows at once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from portal import programme
from portal.db import db
from portal.points import service as ledger
from portal.points.service import Posted, Posting
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of, tier_at

__all__ = ["Follow", "Posted", "Posting", "open_membership", "post", "reverse"]


@dataclass(frozen=True, slots=True)
class Follow:
    """An entry and what it did: `tier_before` and `tier_after` are keys of the programme."""

    posted: Posted
    tier_before: str
    tier_after: str

    @property
    def has_moved(self) -> bool:
        """Tell whether the member stands in another tier now."""
        return self.tier_before != self.tier_after


def open_membership(member_id: uuid.UUID, *, at: datetime) -> None:
    """Give a new member an account and the first tier; zero points always match it."""
    ledger.open_account(member_id)
    first = tier_at(0, ladder_of(programme.current()))
    db.session.add(TierSpan(member_id=member_id, tier=first.key, since=at, cause="joined"))


def post(member_id: uuid.UUID, posting: Posting, *, at: datetime) -> Follow:
    """Write one entry and move the tier when a threshold is crossed, up or down; errors as in the ledger."""
    posted = ledger.post(member_id, posting, at=at)
    ladder = ladder_of(programme.current())
    before = tier_at(posted.status_before, ladder).key
    after = tier_at(posted.status_after, ladder).key
    if before != after:
        _move(member_id, after, cause=posting.kind.value, entry_id=posted.entry_id, at=at)
    return Follow(posted, before, after)


def reverse(
    member_id: uuid.UUID, entry_id: uuid.UUID, *, text: str, key: str, by: uuid.UUID | None, at: datetime
) -> Follow:
    """Undo an entry by exactly its points, once; a second reversal is a Conflict."""
    return post(member_id, ledger.reversal_of(entry_id, text=text, key=key, actor_id=by, at=at), at=at)


def _move(member_id: uuid.UUID, tier: str, *, cause: str, entry_id: uuid.UUID, at: datetime) -> None:
    db.session.execute(
        update(TierSpan).where(TierSpan.member_id == member_id, TierSpan.until.is_(None)).values(until=at)
    )
    db.session.add(TierSpan(member_id=member_id, tier=tier, since=at, cause=cause, entry_id=entry_id))
    db.session.flush()
