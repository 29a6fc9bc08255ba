"""Who may send us messages, with what keys, and what was answered."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal.accounts.sealing import Sealed
from portal.db import db
from portal.shop.models import ApiClient, ApiKey
from portal.shop.rules import LIVE_KEYS


@dataclass(frozen=True, slots=True)
class Key:
    """A key that lives, as it is kept: sealed."""

    key_id: uuid.UUID
    sealed: Sealed
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Client:
    """A system that may send us messages now, of some kinds, with the keys it may sign with."""

    client_id: uuid.UUID
    source: str
    kinds: frozenset[str]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of all systems."""

    source: str
    name: str
    kinds: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    keys: int
    ends_at: datetime | None
    last_used_at: datetime | None


def living_client(source: str, *, at: datetime) -> Client | None:
    """Find the system of a name with its living keys, the newest first; None for one that is unknown or shut out."""
    rows = db.session.execute(
        select(ApiClient.id, ApiClient.scopes, ApiKey)
        .join(ApiKey, ApiKey.client_id == ApiClient.id)
        .where(
            ApiClient.source == source,
            ApiClient.disabled_at.is_(None),
            or_(ApiKey.retires_at.is_(None), ApiKey.retires_at > at),
        )
        .order_by(ApiKey.created_at.desc(), ApiKey.id)
        .limit(LIVE_KEYS)
    ).all()
    if not rows:
        return None
    keys = tuple(Key(row.ApiKey.id, Sealed(row.ApiKey.sealed, row.ApiKey.sealed_with), row.ApiKey.last_used_at)
                 for row in rows)  # fmt: skip
    return Client(rows[0].id, source, frozenset(rows[0].scopes), keys)


def all_clients(*, at: datetime) -> list[Listed]:
    """List every system: how many keys it may sign with now, until when the older one, when the last one was used."""
    lives = (ApiKey.client_id == ApiClient.id) & or_(ApiKey.retires_at.is_(None), ApiKey.retires_at > at)
    keys = select(func.count()).where(lives).scalar_subquery()
    ends = select(func.max(ApiKey.retires_at)).where(lives).scalar_subquery()
    used = select(func.max(ApiKey.last_used_at)).where(ApiKey.client_id == ApiClient.id).scalar_subquery()
    found = db.session.execute(select(ApiClient, keys, ends, used).order_by(ApiClient.source)).all()
    return [
        Listed(one.source, one.name, tuple(one.scopes), one.created_at, one.disabled_at, count, end, last)
        for one, count, end, last in found
    ]
