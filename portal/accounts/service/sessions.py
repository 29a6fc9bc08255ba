"""Signing in and out: a session is a row, and its token changes hands exactly once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal.accounts.models import User, UserSession
from portal.accounts.rules import SESSIONS_AT_MOST, Role, session_length
from portal.accounts.secrets import digest, new_token
from portal.db import db
from portal.errors import NotFound


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: its token goes into the cookie and is known nowhere else."""

    token: str
    session_id: uuid.UUID


def begin(user_id: uuid.UUID, *, keep: bool, address: str, device: str, at: datetime) -> Begun:
    """Open a session; of more than ten the oldest ends."""
    user = db.session.get_one(User, user_id)
    role = Role(user.role)
    length = session_length(role, keep=keep)
    token = new_token()
    row = UserSession(
        user_id=user_id,
        token_hash=digest(token),
        keeps_signed_in=keep and not role.is_staff,
        created_at=at,
        last_seen_at=at,
        idle_until=at + length.idle,
        expires_at=at + length.absolute,
        address=address[:64],
        device=device[:120],
    )
    db.session.add(row)
    db.session.flush()
    _end_oldest(user_id, at)
    return Begun(token, row.id)


def touch(session_id: uuid.UUID, *, role: Role, at: datetime) -> None:
    """Note that the person is there and move the idle end, never past the absolute one."""
    row = db.session.get(UserSession, session_id)
    if row is None or row.ended_at is not None:
        return
    length = session_length(role, keep=row.keeps_signed_in)
    row.last_seen_at = at
    row.idle_until = min(at + length.idle, row.expires_at)


def end(session_id: uuid.UUID, *, at: datetime) -> None:
    """Sign one browser out."""
    db.session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None)).values(ended_at=at)
    )


def end_own(session_id: uuid.UUID, *, user_id: uuid.UUID, at: datetime) -> None:
    """Sign out one of somebody's own browsers; another person's is simply not found."""
    ended = db.session.scalar(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.user_id == user_id)
        .values(ended_at=at)
        .returning(UserSession.id)
    )
    if ended is None:
        raise NotFound


def end_others(user_id: uuid.UUID, *, but: uuid.UUID, at: datetime) -> None:
    """Sign out everywhere else."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.id != but, UserSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def rehash(user_id: uuid.UUID, old_hash: str, new_hash: str) -> None:
    """Store the same password under raised parameters, unless it was changed meanwhile."""
    db.session.execute(
        update(User).where(User.id == user_id, User.password_hash == old_hash).values(password_hash=new_hash)
    )


def end_all(user_id: uuid.UUID, *, at: datetime) -> None:
    """Sign a person out everywhere."""
    db.session.execute(
        update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None)).values(ended_at=at)
    )


def _end_oldest(user_id: uuid.UUID, at: datetime) -> None:
    living = (
        select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.expires_at > at)
        .order_by(UserSession.created_at.desc())
        .offset(SESSIONS_AT_MOST)
    )
    for session_id in db.session.scalars(living).all():
        end(session_id, at=at)
