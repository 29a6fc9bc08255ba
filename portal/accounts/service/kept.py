"""What a form carried when its session had lapsed: kept half an hour, given back to the same user only."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from portal.accounts.models import KeptForm
from portal.db import db

FOLDER = "kept"
KEPT_MINUTES = 30
SECRET_WORDS = ("password", "csrf", "token", "secret", "code")
LONGEST_KEPT = 60_000
MOST_KEPT = 10


def has_room(user_id: uuid.UUID, *, at: datetime) -> bool:
    """Tell whether one more may be kept: an old cookie must not fill the store."""
    living = select(func.count()).where(KeptForm.user_id == user_id, KeptForm.expires_at > at)
    return (db.session.scalar(living) or 0) < MOST_KEPT


def keep(
    user_id: uuid.UUID,
    *,
    path: str,
    fields: Iterable[tuple[str, str]],
    files: list[dict[str, Any]],
    at: datetime,
) -> uuid.UUID | None:
    """Keep the fields for the owner of a session that has ended; never a password, never a token."""
    kept = [[name, value] for name, value in fields if not any(word in name.lower() for word in SECRET_WORDS)]
    if sum(len(name) + len(value) for name, value in kept) > LONGEST_KEPT:
        return None
    row = KeptForm(
        user_id=user_id,
        path=path,
        fields=kept,
        files=files,
        created_at=at,
        expires_at=at + timedelta(minutes=KEPT_MINUTES),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def drop(kept_id: uuid.UUID, *, user_id: uuid.UUID) -> None:
    """Forget a kept form once it has been sent for real."""
    db.session.execute(delete(KeptForm).where(KeptForm.id == kept_id, KeptForm.user_id == user_id))


def known_files() -> set[str]:
    """Give the keys of all files that kept forms still name."""
    return {file["key"] for files in db.session.scalars(select(KeptForm.files)) for file in files}


def take_expired(*, at: datetime) -> list[str]:
    """Drop the kept forms whose time is over; give the keys of their files, to be deleted after the commit."""
    gone = db.session.scalars(delete(KeptForm).where(KeptForm.expires_at < at).returning(KeptForm.files))
    return [file["key"] for files in gone for file in files]
