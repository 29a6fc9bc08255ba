"""What a passkey has to sign: a random text that works once, for one purpose, in one browser, for five minutes."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from webauthn.helpers import bytes_to_base64url

from portal.accounts.models import Challenge
from portal.accounts.rules import CHALLENGE_LIFE, Ceremony
from portal.accounts.secrets import digest
from portal.db import db, table_of

CHALLENGE_BYTES = 32
_challenge = table_of(Challenge).c
_OPEN = insert(table_of(Challenge))


@dataclass(frozen=True, slots=True)
class Holder:
    """The browser a challenge is given to: a secret only it has, and whose it is when that is known."""

    secret: str
    user_id: uuid.UUID | None = None


def open_challenge(ceremony: Ceremony, holder: Holder, *, at: datetime) -> bytes:
    """Give a new challenge to its holder."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    db.session.connection().execute(
        _OPEN,
        {
            "id": uuid.uuid4(),
            "token_hash": _hash(ceremony, holder, challenge),
            "challenge": bytes_to_base64url(challenge),
            "purpose": ceremony.value,
            "user_id": holder.user_id,
            "expires_at": at + CHALLENGE_LIFE,
        },
    )
    return challenge


def take(ceremony: Ceremony, holder: Holder, challenge: bytes, *, at: datetime) -> bool:
    """Use a challenge up, whatever becomes of its answer; tell whether it was open and this holder's."""
    taken = db.session.connection().execute(
        delete(table_of(Challenge))
        .where(_challenge.token_hash == _hash(ceremony, holder, challenge), _challenge.user_id == holder.user_id)
        .returning(_challenge.expires_at)
    )
    expires_at = taken.scalar_one_or_none()
    return expires_at is not None and expires_at > at


def purge(*, at: datetime) -> int:
    """Drop challenges nobody has answered in time."""
    gone = db.session.execute(delete(Challenge).where(Challenge.expires_at < at).returning(Challenge.id))
    return len(gone.all())


def _hash(ceremony: Ceremony, holder: Holder, challenge: bytes) -> str:
    return digest(f"{ceremony}:{holder.secret}:{challenge.hex()}")
