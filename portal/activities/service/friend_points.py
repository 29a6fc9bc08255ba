"""What a friend who has joined brings: points by the programme's rule, or nothing where it was no real invitation."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import select

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.accounts.service.linked import are_linked
from portal.activities.messages import ShopMessage
from portal.activities.models import Expectation, Friend, Referral
from portal.activities.queries.friends import credited_in_year, friends_of, inviter_of
from portal.activities.rules import Outcome
from portal.activities.rules.friends import NotCounted, masked
from portal.activities.service.events import record_event
from portal.activities.service.friends import terms
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.db import db

SOURCE = "portal"
# A chain of friends longer than this does not come about by accident.
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Brought:
    """Points that are on their way for a friend; the name is masked."""

    user_id: uuid.UUID
    email: str
    name: str
    locale: str
    friend: str
    points: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class _Inviter:
    member_id: uuid.UUID
    user_id: uuid.UUID
    number: str
    email: str
    name: str
    locale: str


def settle_friend(friend_user_id: uuid.UUID, *, at: datetime) -> Brought | None:
    """Decide once what a verified friend brings, and let the event be recorded; None when it is nothing.

    Of two workers that decide at once the second finds it decided.
    """
    inviter = _held_inviter(friend_user_id)
    friend = db.session.get(Friend, friend_user_id, with_for_update=True, populate_existing=True)
    if inviter is None or friend is None or friend.verified_at is None or friend.settled_at is not None:
        return None
    friend.settled_at = at
    against = _why_not(friend_user_id, inviter, at)
    if against is not None:
        friend.refused_code = against.value
        # Which rule it was stands with the friend alone: members may read what the log has about them.
        record(Verb.FRIEND_REFUSED, at=at, about=inviter.user_id, thing=("referral", str(friend.referral_id)))
        return None
    return _record(friend, inviter, at)


def _held_inviter(friend_user_id: uuid.UUID) -> _Inviter | None:
    """Take the row of the member who invited, which all of their writers take first."""
    row = db.session.execute(
        select(Member.id, User.id, Member.number, User.email, User.name, User.locale)
        .join(User, User.id == Member.user_id)
        .join(Referral, Referral.member_id == Member.id)
        .join(Friend, Friend.referral_id == Referral.id)
        .where(Friend.user_id == friend_user_id, Member.state == MemberState.ACTIVE.value)
        .with_for_update(of=Member)
    ).one_or_none()
    return _Inviter(*row) if row else None


def _why_not(friend: uuid.UUID, inviter: _Inviter, at: datetime) -> NotCounted | None:
    """Say why a friend does not count: one's own household, a chain that comes back, one device, too many."""
    if are_linked(friend, inviter.user_id):
        return NotCounted.LINKED
    if any(are_linked(friend, earlier) for earlier in _chain_above(inviter.user_id)):
        return NotCounted.LOOP
    if any(are_linked(friend, other) for other in friends_of(inviter.member_id) if other != friend):
        return NotCounted.CROWD
    if credited_in_year(inviter.member_id, at=at) >= terms().most_per_year:
        return NotCounted.YEAR_FULL
    return None


def _chain_above(user_id: uuid.UUID) -> Iterator[uuid.UUID]:
    """Give who invited a member, who invited that one, and so on."""

    def climb() -> Iterator[uuid.UUID]:
        above = inviter_of(user_id)
        while above is not None:
            yield above
            above = inviter_of(above)

    return islice(climb(), LONGEST_CHAIN)


def _record(friend: Friend, inviter: _Inviter, at: datetime) -> Brought | None:
    code = db.session.scalars(select(Referral.code).where(Referral.id == friend.referral_id)).one()
    recorded = record_event(
        ShopMessage(
            source=SOURCE,
            external_id=f"referral:{friend.referral_id}",
            activity=terms().activity,
            occurred_at=friend.verified_at or at,
            member_hint=inviter.number,
            subject=code,
        ),
        at=at,
    )
    friend.event_id = recorded.event_id
    if recorded.outcome is not Outcome.PENDING:
        friend.refused_code = recorded.code or recorded.outcome.value
        return None
    promised = db.session.scalars(select(Expectation).where(Expectation.event_id == recorded.event_id)).one()
    name = db.session.scalars(select(User.name).where(User.id == friend.user_id)).one()
    return Brought(
        user_id=inviter.user_id,
        email=inviter.email,
        name=inviter.name,
        locale=inviter.locale,
        friend=masked(name),
        points=promised.points,
        due_at=promised.due_at,
    )
