"""Passkeys of people: kept, renamed, removed, and used; each use moves the count of signatures on."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import and_, bindparam, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Passkey, User
from portal.accounts.rules import MOST_PASSKEYS, Role
from portal.accounts.service import codes, factors
from portal.accounts.service.ceremonies import Key
from portal.db import db, table_of
from portal.errors import NotFound, Refused

_passkey, _user = table_of(Passkey).c, table_of(User).c
# An id that is known already, whoever has it, stays as it is.
_ADD = {
    dialect: module.insert(table_of(Passkey)).on_conflict_do_nothing().returning(_passkey.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}

_MAY_SIGN_IN = (
    select(_user.id).where(_user.id == bindparam("owner"), _user.disabled_at.is_(None)).with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passkey and whose it is."""

    id: uuid.UUID
    user_id: uuid.UUID
    key: Key


def behind(credential_id: str) -> Found | None:
    """Find the passkey with this id."""
    row = db.session.execute(select(Passkey).where(Passkey.credential_id == credential_id)).scalar_one_or_none()
    return Found(row.id, row.user_id, _key(row)) if row else None


def keys_of(user_id: uuid.UUID) -> list[Key]:
    """List what a person's devices may sign with."""
    rows = db.session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at))
    return [_key(row) for row in rows]


def add(user_id: uuid.UUID, key: Key, *, name: str, at: datetime) -> uuid.UUID:
    """Keep a new passkey; all of one person's come one after the other.

    Raises Refused("too_many") or Refused("known") for a passkey that is here already.
    """
    db.session.get_one(User, user_id, with_for_update=True)
    if len(keys_of(user_id)) >= MOST_PASSKEYS:
        raise Refused("too_many")
    added = db.session.connection().execute(
        _ADD[db.engine.dialect.name],
        {
            "id": uuid.uuid4(),
            "user_id": user_id,
            "credential_id": key.credential_id,
            "public_key": key.public_key,
            "sign_count": key.sign_count,
            "transports": key.transports,
            "is_backed_up": key.is_backed_up,
            "name": name,
            "created_at": at,
        },
    )
    passkey_id = added.scalar_one_or_none()
    if passkey_id is None:
        raise Refused("known")
    return cast("uuid.UUID", passkey_id)


def rename(passkey_id: uuid.UUID, *, user_id: uuid.UUID, name: str) -> None:
    """Give one of somebody's own passkeys another name; another person's is simply not found."""
    _own(passkey_id, user_id).name = name


def remove(passkey_id: uuid.UUID, *, user_id: uuid.UUID) -> str:
    """Forget one of somebody's own passkeys and give the name it had; with the last factor its spare codes go.

    Raises Refused("last_factor") for staff who would be left with a password alone.
    """
    has = factors.hold(user_id)
    row = _own(passkey_id, user_id)
    if not has.has_app and len(keys_of(user_id)) == 1:
        if Role(db.session.get_one(User, user_id).role).is_staff:
            raise Refused("last_factor")
        codes.drop(user_id)
    db.session.delete(row)
    return row.name


def note_use(found: Found, now_is: Key, *, at: datetime) -> None:
    """Note that a passkey signed, with its owner held; of two uses of one signature the second is refused.

    Raises Refused("passkey") when the passkey is gone, its count has moved on, or its owner may not sign in.
    """
    connection = db.session.connection()
    held = connection.execute(_MAY_SIGN_IN, {"owner": found.user_id}).one_or_none()
    moves_on = or_(
        _passkey.sign_count < now_is.sign_count, and_(_passkey.sign_count == 0, literal(now_is.sign_count) == 0)
    )
    used = connection.execute(
        update(table_of(Passkey))
        .where(_passkey.id == found.id, moves_on)
        .values(sign_count=now_is.sign_count, is_backed_up=now_is.is_backed_up, last_used_at=at)
        .returning(_passkey.id)
    ).one_or_none()
    if held is None or used is None:
        raise Refused("passkey")


def _own(passkey_id: uuid.UUID, user_id: uuid.UUID) -> Passkey:
    row = db.session.get(Passkey, passkey_id)
    if row is None or row.user_id != user_id:
        raise NotFound
    return row


def _key(row: Passkey) -> Key:
    return Key(row.credential_id, row.transports, row.public_key, row.sign_count, row.is_backed_up)
