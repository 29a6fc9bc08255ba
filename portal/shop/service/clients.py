"""Systems that may send us messages, and their keys: one takes over from another while both still open."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.accounts.sealing import Seals
from portal.activities.rules import EventKind
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.db import db
from portal.errors import NotFound, Refused
from portal.shop.models import ApiClient, ApiKey
from portal.shop.queries import Client
from portal.shop.rules import OURS, SOURCE

USED_NOTED_HOURS = 1


def add_client(source: str, *, name: str, kinds: Iterable[str], at: datetime) -> uuid.UUID:
    """Let a system send us messages of some kinds, once it has a key.

    Raises Refused("source") for a name that cannot be one, Refused("taken") for one that is somebody's already.
    """
    if source == OURS or not SOURCE.fullmatch(source):
        raise Refused("source")
    if db.session.scalar(select(ApiClient.id).where(ApiClient.source == source)) is not None:
        raise Refused("taken")
    scopes = sorted({EventKind(kind).value for kind in kinds})
    client = ApiClient(source=source, name=name, scopes=scopes, created_at=at)
    db.session.add(client)
    db.session.flush()
    record(Verb.CLIENT_ADDED, at=at, thing=("api_client", str(client.id)), facts={"kinds": ",".join(scopes)})
    return client.id


def make_key(source: str, secret: bytes, *, seals: Seals, overlap: timedelta, at: datetime) -> datetime | None:
    """Give a system a new key; the one before it still opens for `overlap`, and any before that no more.

    Gives the moment at which the one before retires, or None where there was none. Raises NotFound for an unknown one.
    """
    client = db.session.scalar(select(ApiClient).where(ApiClient.source == source).with_for_update())
    if client is None:
        raise NotFound
    living = select(ApiKey).where(ApiKey.client_id == client.id, ApiKey.retires_at.is_(None))
    before = list(db.session.scalars(living))
    retiring = at + overlap if before else None
    stale = update(ApiKey).where(ApiKey.client_id == client.id, ApiKey.retires_at > at).values(retires_at=at)
    db.session.execute(stale)
    for key in before:
        key.retires_at = retiring
    new = ApiKey(id=uuid.uuid4(), client_id=client.id, created_at=at)
    sealed = seals.seal(secret, about=new.id)
    new.sealed, new.sealed_with = sealed.content, sealed.key_id
    db.session.add(new)
    db.session.flush()
    record(Verb.KEY_MADE, at=at, thing=("api_client", str(client.id)), facts={"key": str(new.id)})
    return retiring


def disable_client(source: str, *, at: datetime) -> bool:
    """Shut a system out at once; gives False when it was already. Raises NotFound for an unknown one."""
    client = db.session.scalar(select(ApiClient).where(ApiClient.source == source).with_for_update())
    if client is None:
        raise NotFound
    if client.disabled_at is not None:
        return False
    client.disabled_at = at
    record(Verb.CLIENT_DISABLED, at=at, thing=("api_client", str(client.id)))
    return True


def used_key(client: Client, place: int, *, at: datetime) -> None:
    """Note that a key was used, once an hour: who rotates keys sees when the old one has fallen silent."""
    key = client.keys[place]
    if key.last_used_at is None or key.last_used_at < at - timedelta(hours=USED_NOTED_HOURS):
        db.session.execute(update(ApiKey).where(ApiKey.id == key.key_id).values(last_used_at=at))
