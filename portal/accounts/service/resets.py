"""Forgotten passwords: a link that works once, for half an hour, and is not used up by looking."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal.accounts.models import OneTimeToken, ResetProof, User
from portal.accounts.secrets import digest, link_secret, new_token
from portal.accounts.service import sessions
from portal.db import db
from portal.errors import Refused

RESET = "reset"
RESET_LINK_MINUTES = 30
LINK_LIFE = timedelta(minutes=RESET_LINK_MINUTES)
PROOF_MINUTES = 30


def open_link(user_id: uuid.UUID | None, *, key: str, at: datetime) -> OneTimeToken:
    """Make the one open link of a person; for an unknown address the same rows are written, to no avail."""
    # For nobody the same statement meets no row: the rows of all unknown addresses would take longer and longer.
    owner = user_id or uuid.uuid4()
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.user_id == owner, OneTimeToken.purpose == RESET, OneTimeToken.used_at.is_(None))
        .values(expires_at=at)
    )
    token_id = uuid.uuid4()
    token = OneTimeToken(
        id=token_id,
        user_id=user_id,
        purpose=RESET,
        token_hash=digest(link_secret(token_id, key)),
        created_at=at,
        expires_at=at + LINK_LIFE,
    )
    db.session.add(token)
    return token


def prove(secret: str, *, at: datetime) -> str | None:
    """Note that a browser holds a living link, and give the proof it keeps instead; the link stays unused."""
    token_id = db.session.scalar(
        select(OneTimeToken.id).where(
            OneTimeToken.token_hash == digest(secret),
            OneTimeToken.purpose == RESET,
            OneTimeToken.user_id.is_not(None),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
    )
    if token_id is None:
        return None
    proof = new_token()
    db.session.add(
        ResetProof(proof_hash=digest(proof), token_id=token_id, expires_at=at + timedelta(minutes=PROOF_MINUTES))
    )
    return proof


def set_password(proof: str, password_hash: str, *, at: datetime) -> User:
    """Use the link up, set the password and end every session; of two at once one is refused.

    Raises Refused("link_used") when the link was used, replaced or has run out.
    """
    token_id = db.session.scalar(
        select(ResetProof.token_id).where(ResetProof.proof_hash == digest(proof), ResetProof.expires_at > at)
    )
    user_id = db.session.scalar(
        update(OneTimeToken)
        .where(OneTimeToken.id == token_id, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > at)
        .values(used_at=at)
        .returning(OneTimeToken.user_id)
    )
    if user_id is None:
        raise Refused("link_used")
    user = db.session.get_one(User, user_id, with_for_update=True)
    user.password_hash = password_hash
    user.password_changed_at = at
    sessions.end_all(user_id, at=at)
    db.session.execute(delete(ResetProof).where(ResetProof.token_id == token_id))
    return user


def purge(*, at: datetime) -> int:
    """Drop links and proofs that ran out a day ago."""
    old = at - timedelta(days=1)
    stale = select(OneTimeToken.id).where(OneTimeToken.expires_at < old)
    db.session.execute(delete(ResetProof).where(ResetProof.token_id.in_(stale)))
    gone = db.session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < old).returning(OneTimeToken.id))
    return len(gone.all())
