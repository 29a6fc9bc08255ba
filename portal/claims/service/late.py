"""Answers that are late: the member hears it from us, with a new day, once for each promise, perhaps with a gift."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal import programme
from portal.claims.lines import What
from portal.claims.models import Claim
from portal.claims.rules import OURS_TO_ANSWER, new_day, promised_at
from portal.claims.service.moves import PORTAL, add_line, locked
from portal.db import db
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.tiers.service import Posting
from portal.working_days import calendar_of

AT_ONCE = 200
# The letter goes at the moment of the promise, not after it.
AHEAD = timedelta(minutes=1)


def passing(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List the claims whose promise passes now; what somebody put off comes when it is back."""
    soon = at + AHEAD
    wanted = select(Claim.id).where(
        Claim.state.in_(sorted(OURS_TO_ANSWER)),
        Claim.due_at <= soon,
        or_(Claim.new_due_at.is_(None), Claim.new_due_at <= soon),
        or_(Claim.snoozed_until.is_(None), Claim.snoozed_until <= at),
    )
    return list(db.session.scalars(wanted.order_by(Claim.due_at).limit(limit)))


@dataclass(frozen=True, slots=True)
class Passed:
    """A promise that passed unanswered, and the points of the gift that goes with the news."""

    due_at: datetime
    points: int


def own_up(claim_id: uuid.UUID, *, at: datetime) -> Passed | None:
    """Name a new day for a claim that is late; None when there is nothing to tell.

    The gift is posted for the first promise that passes, and never again for the same claim.
    """
    claim = locked(claim_id)
    promised = promised_at(claim.due_at, claim.new_due_at)
    is_put_off = claim.snoozed_until is not None and claim.snoozed_until > at
    if claim.state not in OURS_TO_ANSWER or promised is None or promised > at + AHEAD or is_put_off:
        return None
    is_first = claim.new_due_at is None
    club = programme.current()
    claim.new_due_at = new_day(calendar_of(club), club.claims, at=max(at, promised))
    add_line(claim, What.LATE, actor=PORTAL, at=at)
    return Passed(promised, _give(claim, at) if is_first else 0)


def _give(claim: Claim, at: datetime) -> int:
    club = programme.current()
    reason = next((known for known in club.reasons if known.key == club.claims.late_goodwill_reason), None)
    points = club.claims.late_goodwill
    if not points or reason is None or claim.member_id is None:
        return 0
    tiers.post(
        claim.member_id,
        Posting(
            points=points,
            kind=EntryKind.GOODWILL,
            happened_at=at,
            counts_for_tier=reason.counts_for_tier,
            text=reason.member_text,
            # Not tied to the claim: that is for the one entry of its verdict.
            subject=claim.reference,
            idempotency_key=f"late:{claim.id}",
            reason=reason.key,
        ),
        at=at,
    )
    return points
