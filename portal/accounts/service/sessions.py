"""Signing in and out: a session is a row, and its token changes hands exactly once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from portal.accounts.models import User, UserSession
from portal.accounts.rules import SESSIONS_AT_MOST, Factor, Role, session_length
from portal.accounts.secrets import digest, new_token
from portal.db import UtcDateTime, db, table_of
from portal.errors import NotFound, Refused

_session, _user = table_of(UserSession).c, table_of(User).c
_BEGIN = insert(table_of(UserSession))
_NOW = bindparam("now", type_=UtcDateTime)
_LIVING = (
    select(_session.id)
    .where(_session.user_id == bindparam("owner"), _session.ended_at.is_(None), _session.expires_at > _NOW)
    .order_by(_session.created_at.desc())
    .offset(SESSIONS_AT_MOST)
)
_FITS = (
    select(_user.id)
    .where(_user.id == bindparam("owner"), _user.password_hash == bindparam("seen"), _user.disabled_at.is_(None))
    .with_for_update(key_share=True)
)
_END_OLDEST = update(table_of(UserSession)).where(_session.id.in_(_LIVING)).values(ended_at=_NOW)


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: its token goes into the cookie and is known nowhere else."""

    token: str
    session_id: uuid.UUID
    # Of a browser that has been remembered with it; the same holds for this one.
    device_token: str = ""


def begin(
    user_id: uuid.UUID,
    role: Role,
    *,
    keep: bool,
    address: str,
    device: str,
    at: datetime,
    factor: Factor = Factor.PASSWORD,
    known_device_id: uuid.UUID | None = None,
) -> Begun:
    """Open a session; of more than ten the oldest ends. What opened it counts as having shown who they are."""
    length = session_length(role, keep=keep)
    begun = Begun(new_token(), uuid.uuid4())
    row = {
        "id": begun.session_id,
        "user_id": user_id,
        "token_hash": digest(begun.token),
        "keeps_signed_in": keep and not role.is_staff,
        "created_at": at,
        "last_seen_at": at,
        "idle_until": at + length.idle,
        "expires_at": at + length.absolute,
        "address": address[:64],
        "device": device[:120],
        "factor": factor,
        "confirmed_at": at,
        "known_device_id": known_device_id,
    }
    connection = db.session.connection()
    connection.execute(_BEGIN, row)
    connection.execute(_END_OLDEST, {"owner": user_id, "now": at})
    return begun


def touch(session_id: uuid.UUID, *, role: Role, at: datetime) -> None:
    """Note that the person is there and move the idle end, never past the absolute one."""
    row = db.session.get(UserSession, session_id)
    if row is None or row.ended_at is not None:
        return
    length = session_length(role, keep=row.keeps_signed_in)
    row.last_seen_at = at
    row.idle_until = min(at + length.idle, row.expires_at)


def rotate(session_id: uuid.UUID, *, at: datetime) -> str:
    """Give a living session a new token, now that they have shown who they are; the old token opens nothing more.

    Raises Refused("ended") when the session was ended in that very moment.
    """
    token = new_token()
    rotated = db.session.scalar(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(token_hash=digest(token), confirmed_at=at)
        .returning(UserSession.id)
    )
    if rotated is None:
        raise Refused("ended")
    return token


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


def hold_login(user_id: uuid.UUID, password_hash: str) -> None:
    """Hold the person whose password was looked at; raises Refused("changed") when it is another by now.

    A reset in that very moment ends all sessions: one that begins behind it with the old password would live on.
    """
    if db.session.connection().execute(_FITS, {"owner": user_id, "seen": password_hash}).one_or_none() is None:
        raise Refused("changed")


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
