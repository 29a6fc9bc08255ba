"""Deciding a claim: verdict, entry, tier and timeline in one unit of work, under the member's lock."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import programme
from portal.accounts.models import Member, User
from portal.activities.pricing import title_of
from portal.activities.rules import normal_subject
from portal.activities.service import settle
from portal.claims.lines import What
from portal.claims.models import Claim
from portal.claims.rules import STATE_AFTER, ClaimKind, Verdict
from portal.claims.service import desk, moves
from portal.claims.service.findings import About
from portal.claims.service.moves import Actor
from portal.claims.service.traces import traces_of
from portal.claims.service.worth import ABOUT_POINTS, Worth, worth_of
from portal.db import db
from portal.errors import Refused
from portal.points.rules import EntryKind
from portal.programme import Reason
from portal.tiers import service as tiers
from portal.tiers.service import Follow, Posting

GRANTING = frozenset({Verdict.APPROVE, Verdict.PART})
ACCESS_VERDICTS = frozenset({Verdict.APPROVE, Verdict.DECLINE})


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody has decided, on a page that showed `version`, as its thing `event_id`, and what is `owed`."""

    verdict: Verdict
    version: int
    points: int = 0
    reason: str = ""
    reply: str = ""
    note: str = ""
    event_id: uuid.UUID | None = None
    takes: bool = False
    owed: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A claim with its verdict; `words` are what the member is told, `follow` what the entry did, if there is one."""

    claim: Claim
    reason: Reason | None
    words: str
    worth: Worth
    follow: Follow | None


def decide(claim_id: uuid.UUID, decision: Decision, *, by: uuid.UUID, at: datetime) -> Decided:
    """Decide a claim one holds; granting posts exactly one entry for the real day of the activity.

    Raises what `desk.held` raises, Conflict when the event was credited a moment ago, and Refused: "reason" is
    missing or for another verdict, "points" are too few, "points_max" too many for anybody, "limit" too many for
    this agent, "not_part" are all that was asked for, "no_account" without a member, "event" is not what it was, "owed"
    neither, for something was returned or the member's limit was reached by something else meanwhile,
    "verdict" is none for whoever cannot get in, "words" are missing, which are all they get.
    """
    agent, claim = desk.held(claim_id, version=decision.version, by=by, at=at, takes=decision.takes)
    return carry_out(claim, decision, actor=agent.actor, limit=agent.limit, at=at)


def carry_out(claim: Claim, decision: Decision, *, actor: Actor, limit: int, at: datetime) -> Decided:
    """Give a locked claim its verdict, whoever decides; raises Refused and Conflict as `decide` does."""
    if claim.kind is ClaimKind.ACCESS:
        _check_access(decision)
    about = about_of(claim)
    worth = worth_of(about, claim.kind, traces_of(about), event_id=decision.event_id)
    points = decision.points if decision.verdict in GRANTING else 0
    if decision.verdict in GRANTING:
        _check_points(points, decision, claim, limit, worth)
    reason = _reason(decision, worth, claim.kind)
    follow = _post(claim, points, decision, reason=reason, worth=worth, actor=actor, at=at) if points else None
    words = decision.reply or (reason.member_text if reason else "")
    claim.verdict = decision.verdict
    claim.points_granted = points
    claim.reason = reason.key if reason else ""
    claim.decided_by_id = actor.user_id
    moves.move(
        claim,
        STATE_AFTER[decision.verdict],
        what=What(STATE_AFTER[decision.verdict].value),
        actor=actor,
        at=at,
        member_text=words,
        internal_note=decision.note,
    )
    return Decided(claim, reason, words, worth, follow)


def about_of(claim: Claim) -> About:
    """Give what a claim says, as far as it can be looked for."""
    address = claim.contact_email
    if claim.member_id is not None:
        address = db.session.scalars(
            select(User.email_canonical).join(Member, Member.user_id == User.id).where(Member.id == claim.member_id)
        ).one()
    return About(
        member_id=claim.member_id,
        activity=claim.activity,
        subject=claim.subject,
        subject_key=claim.subject_key,
        day=claim.activity_day,
        address=address,
        asked_at=claim.submitted_at or claim.created_at,
        expectation_id=claim.expectation_id,
    )


def may_be_nothing(kind: ClaimKind | None) -> bool:
    """Tell whether granting such a claim may add no points, because it is about something else."""
    return kind not in ABOUT_POINTS


def _check_access(decision: Decision) -> None:
    """Let whoever cannot get in be helped or declined, and always in words."""
    if decision.verdict not in ACCESS_VERDICTS:
        raise Refused("verdict")
    if not decision.reply:
        raise Refused("words")


def _reason(decision: Decision, worth: Worth, kind: ClaimKind | None) -> Reason | None:
    """Find the reason; only what the rule computes needs none, and whoever cannot get in, who is told in words."""
    is_access = kind is ClaimKind.ACCESS
    if not decision.reason:
        is_computed = decision.verdict is Verdict.APPROVE and decision.points == (worth.points or 0)
        if is_computed or is_access:
            return None
        raise Refused("reason")
    known = programme.current().reasons_for(decision.verdict.value, access=is_access)
    fitting = {reason.key: reason for reason in known}
    if decision.reason not in fitting:
        raise Refused("reason")
    return fitting[decision.reason]


def _check_points(points: int, decision: Decision, claim: Claim, limit: int, worth: Worth) -> None:
    if points < 0 or (points == 0 and (decision.verdict is Verdict.PART or not may_be_nothing(claim.kind))):
        raise Refused("points")
    if points > programme.current().claims.points_max:
        raise Refused("points_max")
    if points and claim.member_id is None:
        raise Refused("no_account")
    whole = claim.expected_points or worth.points
    if decision.verdict is Verdict.PART and whole is not None and points >= whole:
        raise Refused("not_part")
    if points > limit:
        raise Refused("limit")
    # The page showed nothing, or something else: the agent decides again with what is there now.
    found = worth.event.id if worth.event is not None and worth.event.can_be_credited else None
    if decision.event_id != found and (found is not None or decision.event_id is not None):
        raise Refused("event")
    if decision.owed is not None and decision.owed != worth.points:
        raise Refused("owed")


def _post(
    claim: Claim, points: int, decision: Decision, *, reason: Reason | None, worth: Worth, actor: Actor, at: datetime
) -> Follow:
    if claim.member_id is None:
        raise Refused("no_account")
    event = worth.event if worth.event is not None and worth.event.can_be_credited else None
    event_id = event.id if event else worth.promise.event_id if worth.promise else None
    subject = event.subject if event else claim.subject
    is_computed = worth.priced is not None and points == worth.priced.points
    follow = tiers.post(
        claim.member_id,
        Posting(
            points=points,
            kind=EntryKind(reason.kind) if reason else EntryKind.CORRECTION,
            happened_at=worth.happened_at,
            counts_for_tier=reason.counts_for_tier if reason else True,
            text=_title(claim, reason, worth),
            idempotency_key=f"claim:{claim.id}",
            activity=claim.activity,
            subject=subject,
            reason=reason.key if reason else "",
            internal_note=decision.note,
            actor_id=actor.user_id,
            event_id=event_id,
            claim_id=claim.id,
            rule_version=worth.rule.version if worth.rule else "",
            computation=worth.priced.computation if worth.priced and is_computed else [],
        ),
        at=at,
    )
    entry_id = follow.posted.entry_id
    # What went back is left out of what the desk was shown.
    is_net = claim.kind is not ClaimKind.UNEXPECTED_REVERSAL
    facts = {"activity": claim.activity, "subject": subject}
    settle(claim.member_id, entry_id, **facts, event_id=event_id, is_net=is_net, at=at)
    if worth.promise is not None and worth.promise.subject_key != normal_subject(subject):
        settle(claim.member_id, entry_id, activity=worth.promise.activity, subject=worth.promise.subject, at=at)
    claim.matched_event_id = event_id
    return follow


def _title(claim: Claim, reason: Reason | None, worth: Worth) -> str:
    """Name the entry after its activity, or after the reason where there is no activity the programme knows."""
    if any(activity.key == claim.activity for activity in programme.current().activities):
        return title_of(claim.activity, worth.happened_at)
    if reason is None:
        raise Refused("reason")
    return reason.label
