"""Authenticator apps: one for each person, its secret sealed, each of its time steps good for one use."""

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import delete, select, update

from portal.accounts.models import Totp
from portal.accounts.rules.codes import app_secret, step_of
from portal.accounts.sealing import Sealed, Seals
from portal.db import db
from portal.errors import Refused

SECRET_BYTES = 20


def offer(session_id: uuid.UUID, *, seals: Seals) -> str:
    """Give the secret this session may put into an app.

    It is derived, not stored: looking at the page writes nothing, and nobody can ask for a secret of their choice.
    """
    keyed = next(seals.prints("offered app", str(session_id)))
    return app_secret(hashlib.sha256(keyed.encode()).digest()[:SECRET_BYTES])


def enrol(user_id: uuid.UUID, secret: str, code: str, *, seals: Seals, at: datetime) -> None:
    """Take the app as a factor once it has shown a right code; one that was there before is replaced.

    Raises Refused("wrong_code").
    """
    step = step_of(secret, code, at=at)
    if step is None:
        raise Refused("wrong_code")
    sealed = seals.seal(secret.encode(), about=user_id)
    db.session.execute(delete(Totp).where(Totp.user_id == user_id))
    db.session.add(
        Totp(
            user_id=user_id,
            sealed_secret=sealed.content,
            key_id=sealed.key_id,
            created_at=at,
            confirmed_at=at,
            last_step=step,
        )
    )
    db.session.flush()


def check(user_id: uuid.UUID, code: str, *, seals: Seals, at: datetime) -> bool:
    """Tell whether the code is right and use its time step up: of two at once, one is told no."""
    row = db.session.execute(
        select(Totp.sealed_secret, Totp.key_id).where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None))
    ).one_or_none()
    if row is None:
        return False
    secret = seals.open(Sealed(row.sealed_secret, row.key_id), about=user_id)
    step = step_of(secret.decode(), code, at=at)
    if step is None:
        return False
    values: dict[str, object] = {"last_step": step}
    if not seals.is_present(row.key_id):
        sealed = seals.seal(secret, about=user_id)
        values |= {"sealed_secret": sealed.content, "key_id": sealed.key_id}
    used = db.session.scalar(
        update(Totp).where(Totp.user_id == user_id, Totp.last_step < step).values(**values).returning(Totp.user_id)
    )
    return used is not None


def remove(user_id: uuid.UUID) -> bool:
    """Take the app away; tell whether there was one."""
    gone = db.session.scalar(delete(Totp).where(Totp.user_id == user_id).returning(Totp.user_id))
    return gone is not None
