"""Browsers somebody has signed in with before: each holds a token of its own, and only its hash is kept."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal.accounts.models import KnownDevice, User
from portal.accounts.secrets import digest, new_token
from portal.db import db
from portal.errors import NotFound

REMEMBERED_DAYS = 400


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that needs no second step."""

    id: uuid.UUID
    device: str
    created_at: datetime
    last_seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class Remembered:
    """A device that has just been remembered; its token goes into its cookie and is known nowhere else."""

    device_id: uuid.UUID
    token: str


def is_known_for(canonical: str, token: str) -> bool:
    """Tell whether a browser is known to the owner of an address; asked before the password is looked at."""
    wanted = (
        select(KnownDevice.id)
        .join(User, User.id == KnownDevice.user_id)
        .where(User.email_canonical == canonical, KnownDevice.token_hash == digest(token))
    )
    return db.session.scalar(wanted) is not None


def is_known(user_id: uuid.UUID, token: str) -> bool:
    """Tell whether a browser is known to somebody."""
    wanted = select(KnownDevice.id).where(KnownDevice.user_id == user_id, KnownDevice.token_hash == digest(token))
    return db.session.scalar(wanted) is not None


def meet(user_id: uuid.UUID, token: str, *, at: datetime) -> uuid.UUID | None:
    """Note that a known browser is there again and give its id; an unknown one stays so."""
    return db.session.scalar(
        update(KnownDevice)
        .where(KnownDevice.user_id == user_id, KnownDevice.token_hash == digest(token))
        .values(last_seen_at=at)
        .returning(KnownDevice.id)
    )


def remember(user_id: uuid.UUID, token: str, *, device: str, at: datetime) -> Remembered:
    """Remember a browser after a good second step.

    Its token is always a new one: whoever has put a token of their own into this browser does not know it. Others
    who are known on this browser move along with it.
    """
    found = Remembered(uuid.uuid4(), new_token())
    if token:
        db.session.execute(
            update(KnownDevice).where(KnownDevice.token_hash == digest(token)).values(token_hash=digest(found.token))
        )
    db.session.add(
        KnownDevice(
            id=found.device_id,
            user_id=user_id,
            token_hash=digest(found.token),
            device=device[:120],
            created_at=at,
            last_seen_at=at,
        )
    )
    return found


def devices_of(user_id: uuid.UUID, *, token: str) -> list[Device]:
    """List the browsers somebody is known on, this one first."""
    rows = db.session.scalars(
        select(KnownDevice).where(KnownDevice.user_id == user_id).order_by(KnownDevice.last_seen_at.desc())
    )
    this = digest(token)
    found = [
        Device(row.id, row.device, row.created_at, row.last_seen_at, is_this_one=row.token_hash == this) for row in rows
    ]
    return sorted(found, key=lambda device: not device.is_this_one)


def forget(device_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """Forget one of somebody's own browsers; another person's is simply not found."""
    gone = db.session.scalar(
        delete(KnownDevice).where(KnownDevice.id == device_id, KnownDevice.user_id == user_id).returning(KnownDevice.id)
    )
    if gone is None:
        raise NotFound


def forget_all(user_id: uuid.UUID) -> None:
    """Forget every browser of a person."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))


def purge(*, at: datetime) -> int:
    """Forget browsers whose cookie has run out."""
    old = at - timedelta(days=REMEMBERED_DAYS)
    gone = db.session.execute(delete(KnownDevice).where(KnownDevice.last_seen_at < old).returning(KnownDevice.id))
    return len(gone.all())
