"""Deciding a claim without anybody, by the verdict agents give: where all agrees and nothing speaks against it."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import STAFF, MemberState
from portal.accounts.service.linked import linked_users
from portal.activities.models import Expectation
from portal.activities.rules import Outcome
from portal.activities.service.holding import holder_of, is_device
from portal.claims.models import Claim, Evidence
from portal.claims.queries.flags import flags_on
from portal.claims.rules import DECIDED_STATES, ClaimKind, ClaimState, Verdict
from portal.claims.rules.alone import Claimant, Doubt, Match, doubts
from portal.claims.rules.matching import Told, compare
from portal.claims.service import arrivals
from portal.claims.service.findings import Traces
from portal.claims.service.moves import PORTAL, locked
from portal.claims.service.traces import traces_of
from portal.claims.service.verdicts import Decided, Decision, about_of, carry_out
from portal.claims.service.worth import Worth, worth_of
from portal.db import db
from portal.errors import Conflict, Refused

# Nobody has such a claim in hand: who takes one moves it on.
UNTOUCHED = frozenset({ClaimState.PARKED, ClaimState.SUBMITTED})
NOT_AGAINST_ANYBODY = frozenset({ClaimState.DRAFT, ClaimState.WITHDRAWN})


def decide_alone(claim_id: uuid.UUID, *, at: datetime) -> Decided | None:
    """Grant a claim that a message of the shop nobody has agrees with, or decline what was sent back; None otherwise.

    A claim somebody has in hand is left to them, and so is one whose event somebody else was given in this moment.
    """
    claim = locked(claim_id)
    if claim.state not in UNTOUCHED or claim.member_id is None or claim.kind is not ClaimKind.MISSING:
        return None
    decision = _grant(claim, at) or _decline(claim)
    if decision is None:
        return None
    try:
        # The event is taken last: whoever comes second has posted nothing.
        with db.session.begin_nested():
            limit = programme.current().automatic.points_max
            return carry_out(claim, decision, actor=PORTAL, limit=limit, at=at)
    except (Conflict, Refused):
        db.session.refresh(claim)
        return None


def examine(claim: Claim, *, at: datetime) -> tuple[Worth, frozenset[Doubt]]:
    """Give what a claim is worth and what leaves it to a person; no doubt means that the portal may grant it."""
    about = about_of(claim)
    traces = traces_of(about)
    worth = worth_of(about, claim.kind, traces)
    return worth, _doubts(claim, about.told, traces, worth, at)


def _grant(claim: Claim, at: datetime) -> Decision | None:
    worth, found = examine(claim, at=at)
    if found or worth.event is None:
        return None
    return Decision(Verdict.APPROVE, claim.version, points=worth.points or 0, event_id=worth.event.id)


def _decline(claim: Claim) -> Decision | None:
    """Decline where everything that was promised for it was taken back, unless pictures want to be looked at."""
    terms = programme.current().automatic
    if not (terms.on and terms.sent_back) or claim.appeal_of_id is not None:
        return None
    promised = db.session.scalars(
        select(Expectation.cancelled_at).where(Expectation.member_id == claim.member_id, arrivals.is_about(claim))
    ).all()
    has_pictures = select(exists().where(Evidence.claim_id == claim.id))
    if not promised or None in promised or db.session.scalar(has_pictures):
        return None
    return Decision(Verdict.DECLINE, claim.version, reason=terms.sent_back)


def _doubts(claim: Claim, told: Told, traces: Traces, worth: Worth, at: datetime) -> frozenset[Doubt]:
    terms = programme.current().automatic
    free = [
        event
        for event in traces.events
        if event.outcome is Outcome.UNMATCHED
        and (event.activity, event.subject_key) == (claim.activity, claim.subject_key)
    ]
    match = Match(
        is_missing=claim.kind is ClaimKind.MISSING,
        is_appeal=claim.appeal_of_id is not None,
        agreement=compare(told, worth.event.trace) if worth.event in free and worth.event else None,
        free_events=len(free),
        was_sent_back=bool(worth.takings),
        already=worth.already,
        points=worth.points,
        asked=claim.expected_points,
    )
    return doubts(match, _claimant(claim, at), terms)


def _claimant(claim: Claim, at: datetime) -> Claimant:
    """Read everything that could be said against the member of a claim, under the lock of that claim."""
    terms = programme.current().automatic
    other = aliased(Claim)
    lately = select(func.count()).where(
        other.member_id == claim.member_id,
        other.created_at > at - timedelta(days=terms.claims_days),
        other.state != ClaimState.DRAFT,
        # What the portal asked them about is not held against them.
        other.proposed_at.is_(None),
    )
    same = (other.subject_key == claim.subject_key, other.activity == claim.activity, other.id != claim.id)
    theirs = exists().where(*same, other.member_id != claim.member_id, other.state.not_in(sorted(NOT_AGAINST_ANYBODY)))
    decided = exists().where(*same, other.member_id == claim.member_id, other.state.in_(sorted(DECIDED_STATES)))
    row = db.session.execute(
        select(
            Member.state,
            Member.joined_at,
            User.id,
            User.role,
            lately.scalar_subquery().label("lately"),
            theirs.label("theirs"),
            decided.label("decided"),
        )
        .join(User, User.id == Member.user_id)
        .where(Member.id == claim.member_id)
    ).one()
    holder = holder_of(claim.activity, claim.subject_key) if is_device(claim.activity) else None
    return Claimant(
        is_active=row.state == MemberState.ACTIVE,
        is_staff=row.role in STAFF,
        is_linked=db.session.scalar(linked_users(row.id).limit(1)) is not None,
        days=(at - row.joined_at).days,
        claims=row.lately,
        holds_elsewhere=holder not in {None, claim.member_id},
        others_claim=row.theirs,
        was_decided=row.decided,
        picture_known=bool(flags_on(claim.id)),
    )
