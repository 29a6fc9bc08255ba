"""Invitations of a member and how far each has come, and what a code leads to."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.activities.models import Expectation, Friend, Referral
from portal.activities.pricing import day_of
from portal.activities.rules.friends import Rung, masked, rung_of
from portal.db import db
from portal.errors import NotFound
from portal.points.models import Entry

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenReferral:
    """An invitation somebody can join by: of the member who sent it no more than the first sign of their name."""

    referral_id: uuid.UUID
    code: str
    initial: str
    user_id: uuid.UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """One invitation as the member who sent it may see it; the friend's name is masked."""

    id: uuid.UUID
    code: str
    label: str
    rung: Rung
    invited_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    friend: str
    joined_at: datetime | None
    verified_at: datetime | None
    points: int | None
    due_at: datetime | None
    credited_at: datetime | None
    sequence: int | None
    refused_code: str


def open_referral(code: str, *, at: datetime) -> OpenReferral | None:
    """Find what a code leads to: nothing when it ran out, was withdrawn, or a friend has joined by it."""
    taken = exists().where(Friend.referral_id == Referral.id, Friend.joined_at.is_not(None))
    row = db.session.execute(
        select(Referral.id, Referral.code, User.name, User.id.label("user_id"), Referral.expires_at)
        .join(Member, Member.id == Referral.member_id)
        .join(User, User.id == Member.user_id)
        .where(
            Referral.code == code,
            Referral.expires_at > at,
            Referral.withdrawn_at.is_(None),
            Member.state == MemberState.ACTIVE.value,
            ~taken,
        )
    ).one_or_none()
    return OpenReferral(row.id, row.code, row.name[:1], row.user_id, row.expires_at) if row else None


def invitations_of(member_id: uuid.UUID, *, at: datetime) -> list[Invited]:
    """List a member's invitations, the newest first."""
    rows = db.session.execute(
        _invited().where(Referral.member_id == member_id).order_by(Referral.invited_at.desc()).limit(MOST_SHOWN)
    )
    return [_read(row, at) for row in rows]


def invitation_of(member_id: uuid.UUID, referral_id: uuid.UUID, *, at: datetime) -> Invited:
    """Give one invitation. Raises NotFound for another member's."""
    row = db.session.execute(
        _invited().where(Referral.member_id == member_id, Referral.id == referral_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return _read(row, at)


def verified_friends(*, most: int) -> tuple[uuid.UUID, ...]:
    """List friends of whom it is not decided yet what they bring; those of a suspended member wait."""
    wanted = (
        select(Friend.user_id)
        .join(Referral, Referral.id == Friend.referral_id)
        .join(Member, Member.id == Referral.member_id)
        .where(Friend.settled_at.is_(None), Friend.verified_at.is_not(None), Member.state == MemberState.ACTIVE.value)
        .order_by(Friend.verified_at)
        .limit(most)
    )
    return tuple(db.session.scalars(wanted))


def credited_in_year(member_id: uuid.UUID, *, at: datetime) -> int:
    """Count the friends who have brought a member points in the calendar year of a moment."""
    zone, year = programme.current().club.zone, day_of(at).year
    since, until = (datetime(number, 1, 1, tzinfo=zone).astimezone(UTC) for number in (year, year + 1))
    counted = (
        select(func.count())
        .select_from(Friend)
        .join(Referral, Referral.id == Friend.referral_id)
        .where(
            Referral.member_id == member_id,
            Friend.event_id.is_not(None),
            Friend.refused_code == "",
            Friend.settled_at >= since,
            Friend.settled_at < until,
        )
    )
    return db.session.scalar(counted) or 0


def inviter_of(user_id: uuid.UUID) -> uuid.UUID | None:
    """Give the login of the member by whose invitation somebody has joined."""
    return db.session.scalar(
        select(Member.user_id)
        .join(Referral, Referral.member_id == Member.id)
        .join(Friend, Friend.referral_id == Referral.id)
        .where(Friend.user_id == user_id, Friend.joined_at.is_not(None))
    )


def friends_of(member_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """List the logins of all who have joined by a member's invitations."""
    wanted = (
        select(Friend.user_id)
        .join(Referral, Referral.id == Friend.referral_id)
        .where(Referral.member_id == member_id, Friend.joined_at.is_not(None))
    )
    return tuple(db.session.scalars(wanted))


def _invited() -> Select[*tuple[Any, ...]]:
    """Select invitations with what came of them; who has only asked to join is nobody yet."""
    return (
        select(
            Referral.id,
            Referral.code,
            Referral.label,
            Referral.invited_at,
            Referral.expires_at,
            Referral.withdrawn_at,
            User.name,
            User.anonymised_at,
            Friend.joined_at,
            Friend.verified_at,
            Friend.refused_code,
            Expectation.points,
            Expectation.due_at,
            Entry.recorded_at,
            Entry.sequence,
        )
        .outerjoin(Friend, and_(Friend.referral_id == Referral.id, Friend.joined_at.is_not(None)))
        .outerjoin(User, User.id == Friend.user_id)
        .outerjoin(Expectation, Expectation.event_id == Friend.event_id)
        .outerjoin(Entry, Entry.id == Expectation.satisfied_by_id)
    )


def _read(row: Any, at: datetime) -> Invited:  # noqa: ANN401 - a row of the statement above
    is_there = row.joined_at is not None and row.anonymised_at is None
    return Invited(
        id=row.id,
        code=row.code,
        label=row.label,
        rung=rung_of(
            withdrawn_at=row.withdrawn_at,
            expires_at=row.expires_at,
            joined_at=row.joined_at,
            verified_at=row.verified_at,
            credited_at=row.recorded_at,
            is_refused=bool(row.refused_code),
            at=at,
        ),
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        friend=masked(row.name) if is_there else "",
        joined_at=row.joined_at,
        verified_at=row.verified_at,
        points=row.points,
        due_at=row.due_at,
        credited_at=row.recorded_at,
        sequence=row.sequence,
        refused_code=row.refused_code or "",
    )
