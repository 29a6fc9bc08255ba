"""Whose an address is: it signs one person in, or is a further one of one member, and never both."""

import uuid
from datetime import datetime

from sqlalchemy import Select, exists, func, or_, select

from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState
from portal.accounts.service import links, sessions
from portal.accounts.service.links import Purpose
from portal.db import db


def hold_address(canonical: str) -> None:
    """Hold an address until the commit, before any row: of two who make it theirs at once the second sees the first.

    On SQLite whoever writes is alone anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(canonical, 0))))


def is_taken(canonical: str, *, but: uuid.UUID | None) -> bool:
    """Tell whether an address is somebody else's: to sign in with, or proved as a further one of a member.

    An account that was never confirmed has no right to its address: anybody may have typed it.
    """
    signs_in = exists().where(
        User.email_canonical == canonical, User.id != but, User.id.not_in(_unconfirmed(canonical))
    )
    proved = exists().where(
        MemberAddress.email_canonical == canonical,
        MemberAddress.proved_at.is_not(None),
        MemberAddress.member_id == Member.id,
        Member.user_id != but,
    )
    return bool(db.session.scalar(select(or_(signs_in, proved))))


def stands_for(canonical: str) -> str:
    """Give the address its owner signs in with, where it is a member's further one; else the address itself."""
    owner = (
        select(User.email_canonical)
        .join(Member, Member.user_id == User.id)
        .join(MemberAddress, MemberAddress.member_id == Member.id)
        .where(MemberAddress.email_canonical == canonical, MemberAddress.proved_at.is_not(None))
    )
    return db.session.scalar(owner) or canonical


def waiting_address(user_id: uuid.UUID) -> str | None:
    """Give the address of somebody who has not confirmed it yet."""
    return db.session.scalar(
        select(User.email_canonical)
        .join(Member, Member.user_id == User.id)
        .where(User.id == user_id, Member.state == MemberState.PENDING_EMAIL.value)
    )


def make_way(canonical: str, *, but: uuid.UUID, at: datetime) -> None:
    """Take an address from whoever joined with it and never confirmed it; none of their links opens anything more."""
    for squatter in db.session.scalars(_unconfirmed(canonical).where(User.id != but)).all():
        row = db.session.get_one(User, squatter, with_for_update=True)
        row.email = row.email_canonical = f"{row.id}@unconfirmed.invalid"
        row.disabled_at = at
        for purpose in (Purpose.CONFIRM_EMAIL, Purpose.RESET):
            links.close(purpose, row.id, at=at)
        sessions.end_all(row.id, at=at)
        db.session.flush()


def _unconfirmed(canonical: str) -> Select[uuid.UUID]:
    return (
        select(Member.user_id)
        .join(User, User.id == Member.user_id)
        .where(User.email_canonical == canonical, Member.state == MemberState.PENDING_EMAIL.value)
    )
