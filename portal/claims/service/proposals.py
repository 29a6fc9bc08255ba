"""Claims that open themselves: filled in for a promise that was not kept, and laid before the member, or granted."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Expectation
from portal.activities.pricing import day_of
from portal.activities.rules import normal_subject
from portal.claims.lines import What
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, ClaimState, reference_from
from portal.claims.rules.references import BYTES_NEEDED
from portal.claims.service import drafts
from portal.claims.service.automatic import decide_alone, examine
from portal.claims.service.moves import PORTAL, lock_member, locked, move
from portal.claims.service.verdicts import Decided
from portal.db import db

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """A claim that was filled in; with `decided` it has its verdict already, and else it waits for its member."""

    claim_id: uuid.UUID
    decided: Decided | None


def late(*, at: datetime, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List promises to active members that are late by the programme's margin, and for which nothing was done yet."""
    club = programme.current()
    wanted = (
        select(Expectation.id)
        .join(Member, Member.id == Expectation.member_id)
        .where(
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
            Expectation.proposed_at.is_(None),
            Expectation.due_at <= at - timedelta(hours=club.standing.late_hours),
            Expectation.activity.in_([one.key for one in club.activities if one.claimable]),
            Member.state == MemberState.ACTIVE,
        )
        .order_by(Expectation.due_at)
        .limit(limit)
    )
    return list(db.session.scalars(wanted))


def propose(expectation_id: uuid.UUID, *, at: datetime) -> Proposed | None:
    """Fill in a claim for a late promise, once; it is granted where the shop's message is there and agrees.

    None when the promise was kept or taken back meanwhile, its member may not claim, or there is a claim about the
    same thing: a draft, an open one, or one that was answered.
    """
    owner = db.session.scalar(select(Expectation.member_id).where(Expectation.id == expectation_id))
    if owner is None:
        return None
    lock_member(owner)
    promise = db.session.get_one(Expectation, expectation_id, populate_existing=True)
    state = db.session.scalar(select(Member.state).where(Member.id == owner))
    is_over = promise.satisfied_by_id or promise.cancelled_at or promise.proposed_at
    if is_over or state != MemberState.ACTIVE:
        return None
    promise.proposed_at = at
    if _is_claimed(promise):
        return None
    claim = _fill_in(promise, at)
    worth, doubts = examine(claim, at=at)
    if doubts or worth.event is None:
        return Proposed(claim.id, None)
    claim.search_text = drafts.search_text(claim)
    move(claim, ClaimState.SUBMITTED, what=What.OPENED, actor=PORTAL, at=at)
    return Proposed(claim.id, decide_alone(claim.id, at=at))


def overtaken(*, limit: int = AT_ONCE) -> list[uuid.UUID]:
    """List claims that were filled in and not sent, and whose points have come or went back meanwhile."""
    wanted = (
        select(Claim.id)
        .join(Expectation, Expectation.id == Claim.expectation_id)
        .where(
            Claim.state == ClaimState.DRAFT,
            Claim.proposed_at.is_not(None),
            or_(Expectation.satisfied_by_id.is_not(None), Expectation.cancelled_at.is_not(None)),
        )
    )
    return list(db.session.scalars(wanted.limit(limit)))


def drop(claim_id: uuid.UUID) -> list[str]:
    """Throw away what was filled in and is needed no more, and give the keys of its files; none when it was sent."""
    return drafts.discard(claim_id) if locked(claim_id).state is ClaimState.DRAFT else []


def _is_claimed(promise: Expectation) -> bool:
    same = (Claim.activity == promise.activity) & (Claim.subject_key == _key(promise))
    known = select(Claim.id).where(Claim.member_id == promise.member_id, or_(Claim.expectation_id == promise.id, same))
    return db.session.scalar(known.limit(1)) is not None


def _fill_in(promise: Expectation, at: datetime) -> Claim:
    claim = Claim(
        reference=reference_from(secrets.token_bytes(BYTES_NEEDED)),
        member_id=promise.member_id,
        kind=ClaimKind.MISSING,
        activity=promise.activity,
        activity_day=day_of(promise.happened_at),
        subject=promise.subject,
        subject_key=_key(promise),
        expected_points=promise.points,
        expectation_id=promise.id,
        state=ClaimState.DRAFT,
        step=drafts.REVIEW_STEP,
        created_at=at,
        changed_at=at,
        proposed_at=at,
    )
    db.session.add(claim)
    db.session.flush()
    return claim


def _key(promise: Expectation) -> str:
    # What has no reference of its own is claimed by the id of its row.
    return promise.subject_key or normal_subject(str(promise.id))
