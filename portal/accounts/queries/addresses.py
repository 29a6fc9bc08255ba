"""The addresses of a member, and the changes that wait for a yes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import AddressChange, MemberAddress
from portal.db import db


@dataclass(frozen=True, slots=True)
class Further:
    """A further address; without `proved_at` it waits for its link to be followed."""

    id: uuid.UUID
    email: str
    created_at: datetime
    proved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the address somebody signs in with."""

    old_email: str
    new_email: str
    asked_at: datetime


def further_addresses(member_id: uuid.UUID) -> list[Further]:
    """List the further addresses of a member, the oldest first."""
    rows = db.session.execute(
        select(MemberAddress.id, MemberAddress.email, MemberAddress.created_at, MemberAddress.proved_at)
        .where(MemberAddress.member_id == member_id)
        .order_by(MemberAddress.created_at, MemberAddress.id)
    )
    return [Further(*row) for row in rows]


def address_behind(address_id: uuid.UUID | None) -> Further | None:
    """Find the address a link is about; one that was taken away is gone."""
    row = db.session.execute(
        select(MemberAddress.id, MemberAddress.email, MemberAddress.created_at, MemberAddress.proved_at).where(
            MemberAddress.id == address_id
        )
    ).one_or_none()
    return Further(*row) if row else None


def waiting_change(user_id: uuid.UUID, *, since: datetime) -> Change | None:
    """Find the new address that still waits for its yes."""
    row = db.session.execute(
        _CHANGE.where(
            AddressChange.user_id == user_id,
            AddressChange.confirmed_at.is_(None),
            AddressChange.given_up_at.is_(None),
            AddressChange.asked_at > since,
        )
        .order_by(AddressChange.asked_at.desc())
        .limit(1)
    ).one_or_none()
    return Change(*row) if row else None


def change_behind(change_id: uuid.UUID | None) -> Change | None:
    """Find the change a link is about."""
    row = db.session.execute(_CHANGE.where(AddressChange.id == change_id)).one_or_none()
    return Change(*row) if row else None


_CHANGE = select(AddressChange.old_email, AddressChange.new_email, AddressChange.asked_at)
