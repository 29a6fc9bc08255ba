"""Looking at a tier again when its year is over: it is kept, or it sinks; and saying so beforehand."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, select, update

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.db import db
from portal.tiers.figures import begins, local_day, status_since, window_begins
from portal.tiers.models import TierSpan
from portal.tiers.queries import Look, look_of
from portal.tiers.rules import after_look, following_look, ladder_of, looked_at_after, tier_at
from portal.tiers.service.moving import move


@dataclass(frozen=True, slots=True)
class Looked:
    """A tier that was looked at, or will be: whose, how it stood, and the tier held now."""

    member_id: uuid.UUID
    look: Look
    tier: str


def begin_looks(*, at: datetime) -> int:
    """Give a day to tiers that have none, as when the programme takes up a window: a whole year from now."""
    club = programme.current()
    day = looked_at_after(local_day(at), club.standing)
    if day is None:
        return 0
    wanted = update(TierSpan).where(
        TierSpan.until.is_(None), TierSpan.review_at.is_(None), TierSpan.tier != club.tiers[0].key
    )
    done = db.session.execute(wanted.values(review_at=begins(day)))
    return done.rowcount if isinstance(done, CursorResult) else 0


def look(span_id: uuid.UUID, *, at: datetime) -> Looked | None:
    """Look at a tier whose day has come; None when somebody is at it, or it has been looked at."""
    span = _held(span_id)
    if span is None or span.review_at is None or span.review_at > at:
        return None
    club = programme.current()
    ladder, seen = ladder_of(club), look_of(span.member_id, span.tier, span.review_at)
    held = ladder.rung(span.tier)
    reached = tier_at(max(seen.has, status_since(span.member_id, window_begins(at) or at)), ladder)
    after = after_look(held, reached, ladder, terms=club.standing)
    following = following_look(local_day(span.review_at), club.standing)
    if after != held:
        move(span.member_id, after, ladder, cause="review", look=following, at=at)
    elif following is not None:
        span.review_at, span.warned_at = begins(following), None
    return Looked(span.member_id, seen, after.key)


def warn(span_id: uuid.UUID, *, at: datetime) -> Looked | None:
    """Note that a member is told of a look that would lower their tier; None when it would not, or they know."""
    span = _held(span_id)
    if span is None or span.review_at is None or span.review_at <= at or span.warned_at is not None:
        return None
    ahead = look_of(span.member_id, span.tier, span.review_at)
    if not ahead.missing:
        return None
    span.warned_at = at
    return Looked(span.member_id, ahead, span.tier)


def _held(span_id: uuid.UUID) -> TierSpan | None:
    """Take the lock of the active member who holds a tier; None when another writer has it, or it is held no more."""
    owner = select(TierSpan.member_id).where(TierSpan.id == span_id).scalar_subquery()
    member_id = db.session.scalar(
        select(Member.id)
        .where(Member.id == owner, Member.state == MemberState.ACTIVE.value)
        .with_for_update(skip_locked=True)
    )
    if member_id is None:
        return None
    span = db.session.get(TierSpan, span_id, populate_existing=True)
    return span if span is not None and span.until is None else None
