"""A right password that waits for the second step: bound to one browser, ten minutes long, five tries wide."""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update

from portal.accounts.models import SignInAttempt
from portal.accounts.rules.codes import CODE_TRIES, LETTER_CODE_MINUTES
from portal.accounts.secrets import digest, letter_code, link_secret, new_token
from portal.db import db
from portal.errors import Refused

LIFE = timedelta(minutes=LETTER_CODE_MINUTES)
KEPT_AFTER_DAYS = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """An attempt that waits for its second step."""

    id: uuid.UUID
    user_id: uuid.UUID
    password_hash: str
    keeps_signed_in: bool
    onward: str
    has_letter: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A new attempt: its token goes into the cookie and is known nowhere else."""

    id: uuid.UUID
    token: str
    expires_at: datetime


def open_attempt(
    user_id: uuid.UUID,
    *,
    password_hash: str,
    keep: bool,
    onward: str,
    at: datetime,
    key: str = "",
    tries: int = 0,
) -> Opened:
    """Let a right password wait for its second step; with a `key` its code goes out by letter."""
    opened = Opened(uuid.uuid4(), new_token(), at + LIFE)
    db.session.add(
        SignInAttempt(
            id=opened.id,
            user_id=user_id,
            token_hash=digest(opened.token),
            password_hash=password_hash,
            keeps_signed_in=keep,
            onward=onward,
            code_hash=_code_hash(opened.id, letter_code(opened.id, key), key) if key else "",
            code_sent_at=at if key else None,
            code_tries=tries,
            created_at=at,
            expires_at=opened.expires_at,
        )
    )
    db.session.flush()
    return opened


def waiting(token: str, *, at: datetime) -> Waiting | None:
    """Find the attempt this browser is in, while it may still be finished."""
    row = db.session.scalar(select(SignInAttempt).where(SignInAttempt.token_hash == digest(token), *_living(at)))
    if row is None:
        return None
    return Waiting(
        row.id,
        row.user_id,
        row.password_hash,
        row.keeps_signed_in,
        row.onward,
        bool(row.code_hash),
        row.expires_at,
    )


def take_try(attempt_id: uuid.UUID, *, at: datetime) -> None:
    """Take one of the five tries before it is made, so that guesses side by side all count.

    Raises Refused("attempt_over") when none is left.
    """
    taken = db.session.scalar(
        update(SignInAttempt)
        .where(SignInAttempt.id == attempt_id, *_living(at))
        .values(code_tries=SignInAttempt.code_tries + 1)
        .returning(SignInAttempt.id)
    )
    if taken is None:
        raise Refused("attempt_over")


def is_letter_code(attempt_id: uuid.UUID, code: str, *, key: str) -> bool:
    """Tell whether this is the code that went out by letter for this attempt."""
    known = db.session.scalar(select(SignInAttempt.code_hash).where(SignInAttempt.id == attempt_id))
    return bool(known) and hmac.compare_digest(known or "", _code_hash(attempt_id, code, key))


def finish(attempt_id: uuid.UUID, *, at: datetime) -> None:
    """Use the attempt up; of two at once one is refused with Refused("attempt_over")."""
    finished = db.session.scalar(
        update(SignInAttempt)
        .where(SignInAttempt.id == attempt_id, SignInAttempt.used_at.is_(None), SignInAttempt.expires_at > at)
        .values(used_at=at)
        .returning(SignInAttempt.id)
    )
    if finished is None:
        raise Refused("attempt_over")


def renew(attempt_id: uuid.UUID, *, key: str, at: datetime) -> Opened:
    """Begin the attempt anew with another code; the tries made so far still count."""
    finish(attempt_id, at=at)
    row = db.session.get_one(SignInAttempt, attempt_id)
    return open_attempt(
        row.user_id,
        password_hash=row.password_hash,
        keep=row.keeps_signed_in,
        onward=row.onward,
        at=at,
        key=key,
        tries=row.code_tries,
    )


def purge(*, at: datetime) -> int:
    """Drop attempts that ran out a day ago."""
    old = at - timedelta(days=KEPT_AFTER_DAYS)
    gone = db.session.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < old).returning(SignInAttempt.id))
    return len(gone.all())


def _living(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInAttempt.used_at.is_(None),
        SignInAttempt.expires_at > at,
        SignInAttempt.code_tries < CODE_TRIES,
    )


def _code_hash(attempt_id: uuid.UUID, code: str, key: str) -> str:
    """Hash eight digits together with what only the portal can derive: alone they would be tried out in a moment."""
    return digest(f"{link_secret(attempt_id, key)}:{code}")
