"""Adjusting points without a claim: the request, its one entry and the tier, together or not at all."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.accounts.service.linked import are_linked
from portal.care.models import AdjustmentRequest
from portal.claims.service import moves
from portal.claims.service.desk import Agent, agent_of
from portal.db import db
from portal.errors import Conflict, NotFound, Refused
from portal.points.models import Account
from portal.points.rules import EntryKind
from portal.programme import Reason
from portal.tiers import service as tiers
from portal.tiers.service import Follow, Posting

POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points to add or to take; `id` comes from the form, so that sending it twice does it once."""

    id: uuid.UUID
    points: int
    reason: str
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What was posted; `is_new` is false when the very same form had been sent before."""

    agent: Agent
    reason: Reason
    words: str
    entry_id: uuid.UUID
    follow: Follow
    is_new: bool


def adjust(member_id: uuid.UUID, wanted: Adjustment, *, by: uuid.UUID, at: datetime) -> Adjusted:
    """Post one entry for a reason of the programme, under the member's lock and within the agent's limit.

    Raises NotFound for an unknown member, one who has left, oneself and linked ones, Conflict when the form's id
    stands for something else, and Refused: "reason" is none for this, "sign" goes the other way, "limit" is more
    than this agent may move.
    """
    agent = agent_of(by)
    if member_id == agent.member_id or db.session.get(Account, member_id) is None:
        raise NotFound
    moves.lock_member(member_id)
    state, owner_id = db.session.execute(select(Member.state, Member.user_id).where(Member.id == member_id)).one()
    if state == MemberState.CLOSED or are_linked(agent.user_id, owner_id):
        raise NotFound
    reason = next((reason for reason in programme.current().reasons_for("adjust") if reason.key == wanted.reason), None)
    if reason is None:
        raise Refused("reason")
    if not reason.allows(wanted.points):
        raise Refused("sign")
    if abs(wanted.points) > agent.limit:
        raise Refused("limit")
    words = wanted.words or reason.member_text
    earlier = db.session.get(AdjustmentRequest, wanted.id)
    if earlier is not None and not _is_same(earlier, member_id, wanted, by):
        message = "this form has been used for another adjustment"
        raise Conflict(message)
    follow = tiers.post(member_id, _posting(wanted, reason, words, agent, at), at=at)
    entry_id = follow.posted.entry_id
    if earlier is None:
        _write_down(member_id, wanted, words, entry_id, by=by, at=at)
    return Adjusted(agent, reason, words, entry_id, follow, is_new=follow.posted.is_new)


def _posting(wanted: Adjustment, reason: Reason, words: str, agent: Agent, at: datetime) -> Posting:
    return Posting(
        points=wanted.points,
        kind=EntryKind(reason.kind),
        happened_at=at,
        counts_for_tier=reason.counts_for_tier,
        text=words,
        idempotency_key=f"adjustment:{wanted.id}",
        reason=reason.key,
        internal_note=wanted.note,
        actor_id=agent.user_id,
    )


def _write_down(
    member_id: uuid.UUID, wanted: Adjustment, words: str, entry_id: uuid.UUID, *, by: uuid.UUID, at: datetime
) -> None:
    db.session.add(
        AdjustmentRequest(
            id=wanted.id,
            member_id=member_id,
            maker_id=by,
            points=wanted.points,
            reason=wanted.reason,
            text=words,
            internal_note=wanted.note,
            state=POSTED,
            requested_at=at,
            settled_at=at,
            entry_id=entry_id,
        )
    )
    db.session.flush()


def _is_same(earlier: AdjustmentRequest, member_id: uuid.UUID, wanted: Adjustment, by: uuid.UUID) -> bool:
    return (earlier.member_id, earlier.maker_id, earlier.points, earlier.reason) == (
        member_id,
        by,
        wanted.points,
        wanted.reason,
    )
