"""Links that work once: opened for a letter, followed by a browser, used up by a form and by nothing else."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update

from portal.accounts.models import OneTimeToken, ResetProof
from portal.accounts.secrets import digest, link_secret, new_token
from portal.db import db
from portal.errors import Refused

PROOF_MINUTES = 30
KEPT_AFTER_DAYS = 1


class Purpose(StrEnum):
    """What a link is for; one of another purpose opens nothing."""

    RESET = "reset"
    CONFIRM_EMAIL = "confirm_email"
    CHANGE_EMAIL = "change_email"
    UNDO_EMAIL = "undo_email"
    PROVE_ADDRESS = "prove_address"
    INVITE = "invite"
    EXPORT = "export"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Held:
    """A link in somebody's hands: whose it is, and what it is about."""

    token_id: uuid.UUID
    user_id: uuid.UUID
    about_id: uuid.UUID | None


def open_link(
    purpose: Purpose,
    user_id: uuid.UUID | None,
    *,
    key: str,
    life: timedelta,
    at: datetime,
    about_id: uuid.UUID | None = None,
    beside_others: bool = False,
) -> OneTimeToken:
    """Make the one open link of its purpose for a person; for nobody the same rows are written, to no avail.

    With `beside_others` only a link about the very same thing gives way to it.
    """
    # For nobody the same statement meets no row: the rows of all unknown addresses would take longer and longer.
    close(purpose, user_id or uuid.uuid4(), at=at, about_id=about_id if beside_others else None)
    token_id = uuid.uuid4()
    token = OneTimeToken(
        id=token_id,
        user_id=user_id,
        about_id=about_id,
        purpose=purpose.value,
        token_hash=digest(link_secret(token_id, key)),
        created_at=at,
        expires_at=at + life,
    )
    db.session.add(token)
    return token


def close(purpose: Purpose, user_id: uuid.UUID, *, at: datetime, about_id: uuid.UUID | None = None) -> None:
    """Let the open links of a purpose run out now, or only those about one thing."""
    wanted = [
        OneTimeToken.user_id == user_id,
        OneTimeToken.purpose == purpose.value,
        OneTimeToken.used_at.is_(None),
        OneTimeToken.expires_at > at,
    ]
    if about_id is not None:
        wanted.append(OneTimeToken.about_id == about_id)
    db.session.execute(update(OneTimeToken).where(*wanted).values(expires_at=at))


def follow(purpose: Purpose, secret: str, *, at: datetime, as_long_as_the_link: bool = False) -> str | None:
    """Note that a browser holds a living link, and give the proof it keeps instead; the link stays unused.

    The proof lasts for half an hour, or as long as the link where somebody may have much to write.
    """
    found = db.session.execute(
        select(OneTimeToken.id, OneTimeToken.expires_at).where(
            OneTimeToken.token_hash == digest(secret),
            OneTimeToken.purpose == purpose.value,
            OneTimeToken.user_id.is_not(None),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
    ).one_or_none()
    if found is None:
        return None
    proof = new_token()
    until = found.expires_at if as_long_as_the_link else at + timedelta(minutes=PROOF_MINUTES)
    db.session.add(ResetProof(proof_hash=digest(proof), token_id=found.id, expires_at=until))
    return proof


def held_by(purpose: Purpose, proof: str, *, at: datetime) -> Held | None:
    """Find the link behind a proof while it is still unused."""
    row = db.session.execute(
        select(OneTimeToken.id, OneTimeToken.user_id, OneTimeToken.about_id)
        .join(ResetProof, ResetProof.token_id == OneTimeToken.id)
        .where(
            ResetProof.proof_hash == digest(proof),
            ResetProof.expires_at > at,
            OneTimeToken.purpose == purpose.value,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
    ).one_or_none()
    return Held(row.id, row.user_id, row.about_id) if row and row.user_id else None


def use(purpose: Purpose, proof: str, *, at: datetime) -> Held:
    """Use the link up; of two at once one is refused.

    Raises Refused("link_used") when it was used, replaced or has run out.
    """
    token_id = db.session.scalar(
        select(ResetProof.token_id).where(ResetProof.proof_hash == digest(proof), ResetProof.expires_at > at)
    )
    row = db.session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.id == token_id,
            OneTimeToken.purpose == purpose.value,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
        .values(used_at=at)
        .returning(OneTimeToken.id, OneTimeToken.user_id, OneTimeToken.about_id)
    ).one_or_none()
    if row is None or row.user_id is None:
        raise Refused("link_used")
    db.session.execute(delete(ResetProof).where(ResetProof.token_id == token_id))
    return Held(row.id, row.user_id, row.about_id)


def purge(*, at: datetime) -> int:
    """Drop links and proofs that ran out a day ago."""
    old = at - timedelta(days=KEPT_AFTER_DAYS)
    stale = select(OneTimeToken.id).where(OneTimeToken.expires_at < old)
    db.session.execute(delete(ResetProof).where(ResetProof.token_id.in_(stale)))
    gone = db.session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < old).returning(OneTimeToken.id))
    return len(gone.all())
