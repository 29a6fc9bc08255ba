"""What becomes of claims by the clock and by the ledger: each verb is for one claim, looked at again under its lock."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import FromClause, Select, and_, func, or_, select, update
from sqlalchemy.orm import join

from portal import programme
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.claims.lines import What
from portal.claims.models import Claim, Evidence, InfoRequest
from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState
from portal.claims.service.drafts import discard
from portal.claims.service.moves import PORTAL, locked, move, open_question
from portal.db import db
from portal.points.models import Entry

AT_ONCE = 200
OUTSIDE_DRAFT_DAYS = 1


@dataclass(frozen=True, slots=True)
class Arrival:
    """The line of the ledger that makes a claim needless."""

    points: int
    event_id: uuid.UUID | None


def arrived(*, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List open claims for missing points that have come meanwhile, at least as many as were asked for."""
    found = (claim_id for way in _WAYS for claim_id in db.session.scalars(way.limit(limit)))
    return list(dict.fromkeys(found))


def resolve(claim_id: uuid.UUID, *, at: datetime) -> int:
    """Close a claim whose points have come and give how many; 0 when somebody closed it first."""
    claim = locked(claim_id)
    found = _found(claim_id)
    if found is None:
        return 0
    if claim.matched_event_id is None:
        claim.matched_event_id = found.event_id
    move(claim, ClaimState.RESOLVED, what=What.RESOLVED, actor=PORTAL, at=at)
    return found.points


def ripe(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List parked claims whose day has come."""
    wanted = select(Claim.id).where(Claim.state == ClaimState.PARKED, Claim.parked_until <= at)
    return list(db.session.scalars(wanted.order_by(Claim.parked_until).limit(limit)))


def open_parked(claim_id: uuid.UUID, *, at: datetime) -> bool:
    """Make a parked claim a real one: its points did not come; False when it is parked no longer."""
    claim = locked(claim_id)
    if claim.state is not ClaimState.PARKED or claim.parked_until is None or claim.parked_until > at:
        return False
    if _found(claim_id) is not None:
        return False
    move(claim, ClaimState.SUBMITTED, what=What.OPENED, actor=PORTAL, at=at)
    return True


def unanswered(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List claims whose question was to be answered by now."""
    wanted = (
        select(Claim.id)
        .join(InfoRequest, InfoRequest.claim_id == Claim.id)
        .where(
            Claim.state == ClaimState.NEEDS_INFO,
            InfoRequest.answered_at.is_(None),
            InfoRequest.closed_at.is_(None),
            InfoRequest.answer_by <= at,
        )
    )
    return list(db.session.scalars(wanted.limit(limit)))


def expire(claim_id: uuid.UUID, *, at: datetime) -> bool:
    """Close a claim whose question was not answered in time; False when it was, at the last moment."""
    claim = locked(claim_id)
    question = open_question(claim_id)
    if claim.state is not ClaimState.NEEDS_INFO or question is None or question.answer_by > at:
        return False
    move(claim, ClaimState.EXPIRED, what=What.EXPIRED, actor=PORTAL, at=at)
    return True


def forgotten_drafts(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List drafts nobody has touched for as long as the programme keeps them."""
    old = at - timedelta(days=programme.current().claims.draft_days)
    wanted = select(Claim.id).where(
        Claim.state == ClaimState.DRAFT, Claim.member_id.is_not(None), Claim.changed_at <= old
    )
    return list(db.session.scalars(wanted.limit(limit)))


def left_outside(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List pictures' places of people who cannot get in, and whose words never came."""
    old = at - timedelta(days=OUTSIDE_DRAFT_DAYS)
    wanted = select(Claim.id).where(Claim.state == ClaimState.DRAFT, Claim.member_id.is_(None), Claim.changed_at <= old)
    return list(db.session.scalars(wanted.limit(limit)))


def drop_outside(claim_id: uuid.UUID) -> list[str]:
    """Throw such a place away and give the keys of its files; none when the words came after all."""
    return discard(claim_id) if locked(claim_id).state is ClaimState.DRAFT else []


def lapse(claim_id: uuid.UUID, *, at: datetime) -> list[str] | None:
    """Throw a forgotten draft away and give the keys of its files; None when its member came back to it."""
    claim = locked(claim_id)
    old = at - timedelta(days=programme.current().claims.draft_days)
    if claim.state is not ClaimState.DRAFT or claim.changed_at > old:
        return None
    return discard(claim_id)


def outdated_pictures(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List pictures whose time to be kept is over."""
    wanted = select(Evidence.id).where(Evidence.retention_until <= at, Evidence.removed_at.is_(None))
    return list(db.session.scalars(wanted.limit(limit)))


def files_of(evidence_id: uuid.UUID) -> list[str]:
    """Give the keys of a picture's files."""
    row = db.session.execute(select(Evidence.storage_key, Evidence.thumb_key).where(Evidence.id == evidence_id)).one()
    return [key for key in row if key]


def forget_picture(evidence_id: uuid.UUID, *, at: datetime) -> None:
    """Note that a picture is gone: what is known of it stays, what it shows does not."""
    db.session.execute(
        update(Evidence).where(Evidence.id == evidence_id, Evidence.removed_at.is_(None)).values(removed_at=at)
    )


def known_files(prefix: str) -> set[str]:
    """Give the keys of all files that rows below a prefix of the store still name."""
    rows = db.session.execute(
        select(Evidence.storage_key, Evidence.thumb_key).where(
            Evidence.storage_key.startswith(prefix, autoescape=True), Evidence.removed_at.is_(None)
        )
    )
    return {key for row in rows for key in row if key}


def _found(claim_id: uuid.UUID) -> Arrival | None:
    for way in _WAYS:
        row = db.session.execute(way.where(Claim.id == claim_id).limit(1)).one_or_none()
        if row is not None:
            return Arrival(row.points, row.event_id)
    return None


def _settled(joined: FromClause) -> Select[uuid.UUID, int, uuid.UUID | None]:
    """Pick open claims for missing points with the member's line that settled the same activity afterwards."""
    return (
        select(Claim.id, Entry.points, Entry.event_id)
        .select_from(joined)
        .where(
            Claim.state.in_(sorted(OPEN_STATES)),
            Claim.kind == ClaimKind.MISSING,
            Entry.member_id == Claim.member_id,
            Entry.points > 0,
            Entry.recorded_at >= func.coalesce(Claim.submitted_at, Claim.created_at),
            or_(Claim.expected_points.is_(None), Entry.points >= Claim.expected_points),
        )
    )


_WAYS = (
    _settled(
        join(Claim, Expectation, Expectation.id == Claim.expectation_id).join(
            Entry, Entry.id == Expectation.satisfied_by_id
        )
    ),
    _settled(
        join(
            Claim,
            Event,
            and_(
                Claim.subject_key != "",
                Event.subject_key == Claim.subject_key,
                Event.outcome == Outcome.CREDITED.value,
                Event.activity == Claim.activity,
            ),
        ).join(Entry, Entry.event_id == Event.id)
    ),
)
