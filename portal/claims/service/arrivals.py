"""What becomes of claims by the clock and by the ledger: each verb is for one claim, looked at again under its lock."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select, update
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
# What is due is posted within seconds; a claim is not said to be unpaid in that moment.
POSTING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The line of the ledger that makes a claim needless."""

    points: int
    event_id: uuid.UUID | None


def arrived(*, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List open claims for missing points that have come meanwhile, at least as many as were asked for."""
    found = (claim_id for way in _WAYS for claim_id in db.session.scalars(way.where(_ENOUGH).limit(limit)))
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
    """Make a parked claim a real one: its points did not come; False when it is parked no longer.

    What is promised meanwhile for a later day is waited for, and what is due just now has some minutes to be posted.
    """
    claim = locked(claim_id)
    if claim.state is not ClaimState.PARKED or claim.parked_until is None or claim.parked_until > at:
        return False
    if _found(claim_id) is not None:
        return False
    awaited = promise_of(claim)
    if awaited is not None and awaited.event_id is not None and awaited.due_at + POSTING > at:
        wait_for(claim, awaited, at=at)
        return False
    move(claim, ClaimState.SUBMITTED, what=What.OPENED, actor=PORTAL, at=at)
    return True


def open_short(claim_id: uuid.UUID, *, at: datetime) -> bool:
    """Make a parked claim a real one because fewer points came than its member named; False when none came."""
    claim = locked(claim_id)
    if claim.state is not ClaimState.PARKED or _found(claim_id, enough=False) is None:
        return False
    move(claim, ClaimState.SUBMITTED, what=What.CAME_SHORT, actor=PORTAL, at=at)
    return True


def promise_of(claim: Claim) -> Expectation | None:
    """Find what is promised for a claim and has not come."""
    return db.session.scalar(
        select(Expectation)
        .where(
            Expectation.member_id == claim.member_id,
            is_about(claim),
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .order_by(Expectation.due_at.desc())
        .limit(1)
    )


def is_about(claim: Claim) -> ColumnElement[bool]:
    """Say in SQL which of the member's expectations a claim is about: the one it names, or those of its reference."""
    about_it = Expectation.id == claim.expectation_id
    if claim.subject_key:
        same = and_(Expectation.activity == claim.activity, Expectation.subject_key == claim.subject_key)
        about_it = or_(about_it, same)
    return about_it


def wait_for(claim: Claim, awaited: Expectation, *, at: datetime) -> None:
    """Have a parked claim wait for what is promised by now, to the day it is promised for."""
    claim.expectation_id = awaited.id
    claim.parked_until = max(awaited.due_at, at)
    db.session.flush()


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
    files = (Evidence.storage_key, Evidence.thumb_key, Evidence.original_key)
    row = db.session.execute(select(*files).where(Evidence.id == evidence_id)).one()
    return [key for key in row if key]


def forget_picture(evidence_id: uuid.UUID, *, at: datetime) -> None:
    """Note that a picture is gone: what is known of it stays, what it shows does not."""
    db.session.execute(
        update(Evidence)
        .where(Evidence.id == evidence_id, Evidence.removed_at.is_(None))
        .values(removed_at=at, original_key="")
    )


def known_files(prefix: str) -> set[str]:
    """Give the keys of all files that rows below a prefix of the store still name."""
    rows = db.session.execute(
        select(Evidence.storage_key, Evidence.thumb_key, Evidence.original_key).where(
            or_(
                Evidence.storage_key.startswith(prefix, autoescape=True),
                Evidence.original_key.startswith(prefix, autoescape=True),
            ),
            Evidence.removed_at.is_(None),
        )
    )
    return {key for row in rows for key in row if key}


def _found(claim_id: uuid.UUID, *, enough: bool = True) -> Arrival | None:
    asked = (Claim.id == claim_id, _ENOUGH) if enough else (Claim.id == claim_id,)
    for way in _WAYS:
        row = db.session.execute(way.where(*asked).limit(1)).one_or_none()
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
        )
    )


_ENOUGH = or_(Claim.expected_points.is_(None), Entry.points >= Claim.expected_points)
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
