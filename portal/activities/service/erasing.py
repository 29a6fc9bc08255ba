"""Erasing by which name the shop knew a member; what their activities earned stays."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update

from portal.accounts.models import Member
from portal.activities.models import Device, Event, Expectation, Friend, QuizAttempt, Referral
from portal.activities.rules import Outcome
from portal.db import db


def erase_activities(member_id: uuid.UUID, addresses: Sequence[str], *, at: datetime) -> None:
    """Let nothing more be expected, and forget under which number or address the shop sent it.

    Their devices are free for others, and no answers are kept. Invitations end and lose their labels, those by which
    the member has come themselves too. That they came stays, without a name: somebody else's points hang on it.
    """
    db.session.execute(
        update(Expectation)
        .where(
            Expectation.member_id == member_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .values(cancelled_at=at)
    )
    db.session.execute(
        update(Event)
        .where(Event.member_id == member_id, Event.outcome == Outcome.PENDING.value)
        .values(outcome=Outcome.CANCELLED.value)
    )
    db.session.execute(delete(Device).where(Device.member_id == member_id))
    db.session.execute(delete(QuizAttempt).where(QuizAttempt.member_id == member_id))
    named = func.lower(Event.member_hint).in_(addresses)
    db.session.execute(
        update(Event).where(or_(Event.member_id == member_id, named)).values(member_hint="", hint_key="")
    )
    _erase_invitations(member_id, at)


def _erase_invitations(member_id: uuid.UUID, at: datetime) -> None:
    own = update(Referral).where(Referral.member_id == member_id)
    db.session.execute(own.values(label=""))
    db.session.execute(own.where(Referral.withdrawn_at.is_(None)).values(withdrawn_at=at))
    who = select(Member.user_id).where(Member.id == member_id).scalar_subquery()
    came_by = select(Friend.referral_id).where(Friend.user_id == who, Friend.joined_at.is_not(None))
    db.session.execute(update(Referral).where(Referral.id.in_(came_by)).values(label=""))
    db.session.execute(delete(Friend).where(Friend.user_id == who, Friend.joined_at.is_(None)))
