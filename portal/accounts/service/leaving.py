"""Leaving: asked for, taken back while there is time, and in the end nothing is left that says who it was."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update

from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState, Role
from portal.db import db
from portal.errors import NotFound

AT_ONCE = 50
# What stands where a name stood; an address below this domain can never be anybody's.
NOBODY = "Closed account"
NO_DOMAIN = "closed.invalid"
NO_BIRTH_DATE = date(1900, 1, 1)
NO_COUNTRY = "ZZ"


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody whose account ends now: their addresses as they were compared."""

    user_id: uuid.UUID
    member_id: uuid.UUID
    addresses: tuple[str, ...]


def ask(user_id: uuid.UUID, *, closes_at: datetime, at: datetime) -> bool:
    """Note that a member wants to leave; False when they have said so before. Raises NotFound for staff."""
    if db.session.scalar(select(User.role).where(User.id == user_id)) != Role.MEMBER:
        raise NotFound
    asked = db.session.scalar(
        update(User)
        .where(User.id == user_id, User.closes_at.is_(None), User.anonymised_at.is_(None))
        .values(closing_asked_at=at, closes_at=closes_at)
        .returning(User.id)
    )
    return asked is not None


def take_back(user_id: uuid.UUID) -> bool:
    """Let the account live on; False when nothing was asked, or when it is too late."""
    kept = db.session.scalar(
        update(User)
        .where(User.id == user_id, User.closes_at.is_not(None), User.anonymised_at.is_(None))
        .values(closing_asked_at=None, closes_at=None)
        .returning(User.id)
    )
    return kept is not None


def due(*, at: datetime) -> list[uuid.UUID]:
    """List whose time to take it back is over."""
    wanted = select(User.id).where(User.closes_at <= at, User.anonymised_at.is_(None))
    return list(db.session.scalars(wanted.order_by(User.closes_at).limit(AT_ONCE)))


def hold(user_id: uuid.UUID, *, at: datetime) -> Leaver | None:
    """Hold somebody who leaves now, the member first; None when they have taken it back, or are gone already.

    With their keys: number and address, which others compare, are about to change.
    """
    member_id = db.session.scalar(select(Member.id).where(Member.user_id == user_id).with_for_update())
    user = db.session.execute(
        select(User.email, User.email_canonical)
        .where(User.id == user_id, User.closes_at <= at, User.anonymised_at.is_(None), User.role == Role.MEMBER)
        .with_for_update()
    ).one_or_none()
    if member_id is None or user is None:
        return None
    further = db.session.execute(
        select(MemberAddress.email, MemberAddress.email_canonical).where(
            MemberAddress.member_id == member_id, MemberAddress.proved_at.is_not(None)
        )
    )
    known = {address.lower() for row in (user, *further) for address in row}
    return Leaver(user_id, member_id, tuple(sorted(known)))


def gone_since(moment: datetime) -> list[uuid.UUID]:
    """List who has been gone since a moment and was not looked at again."""
    wanted = select(User.id).where(User.anonymised_at <= moment, User.closes_at.is_not(None))
    return list(db.session.scalars(wanted.limit(AT_ONCE)))


def hold_again(user_id: uuid.UUID) -> Leaver:
    """Hold somebody who has gone."""
    member_id = db.session.scalars(select(Member.id).where(Member.user_id == user_id).with_for_update()).one()
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update()).one()
    return Leaver(user_id, member_id, ())


def done(user_id: uuid.UUID) -> None:
    """Note that nothing is left to look for."""
    db.session.execute(update(User).where(User.id == user_id).values(closes_at=None))


def become_nobody(who: Leaver, *, at: datetime) -> None:
    """Put nobody's values where name, address, birth date and number stood; the address is free again."""
    email = f"{who.user_id.hex}@{NO_DOMAIN}"
    db.session.execute(
        update(User)
        .where(User.id == who.user_id)
        .values(
            email=email,
            email_canonical=email,
            name=NOBODY,
            # No hash at all: nothing anybody types can ever fit it.
            password_hash="",
            time_zone="",
            wants_news=False,
            disabled_at=func.coalesce(User.disabled_at, at),
            anonymised_at=func.coalesce(User.anonymised_at, at),
        )
    )
    db.session.execute(
        update(Member)
        .where(Member.id == who.member_id)
        .values(
            number=f"X-{uuid.uuid4().hex[:10].upper()}",
            birth_date=NO_BIRTH_DATE,
            country=NO_COUNTRY,
            state=MemberState.CLOSED,
        )
    )
