"""The passkeys of somebody, as they know them."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Passkey
from portal.db import db
from portal.errors import NotFound

_PASSKEY = select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its owner knows it."""

    id: uuid.UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


def passkeys_of(user_id: uuid.UUID) -> list[OwnPasskey]:
    """List somebody's passkeys, the oldest first."""
    rows = db.session.execute(_PASSKEY.where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id))
    return [OwnPasskey(*row) for row in rows]


def passkey_of(user_id: uuid.UUID, passkey_id: uuid.UUID) -> OwnPasskey:
    """Give one of somebody's own passkeys; another person's is not found."""
    row = db.session.execute(_PASSKEY.where(Passkey.user_id == user_id, Passkey.id == passkey_id)).one_or_none()
    if row is None:
        raise NotFound
    return OwnPasskey(*row)
