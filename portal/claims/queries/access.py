"""What whoever cannot get in has written so far, and to whom the answer goes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.claims.models import Evidence
from portal.claims.queries.evidence import KeptPicture
from portal.claims.queries.facts import claim
from portal.claims.rules import ClaimKind, ClaimState
from portal.db import db
from portal.errors import NotFound

evidence = Evidence.__table__.c


@dataclass(frozen=True, slots=True)
class Outsider:
    """A claim that somebody sent from outside, as far as a letter about it goes."""

    reference: str
    email: str
    state: ClaimState
    reason: str
    due_at: datetime | None


def outsider_of(claim_id: uuid.UUID) -> Outsider:
    """Read a claim for the letter about it; raises NotFound for a claim of a member."""
    columns = (claim.reference, claim.contact_email, claim.state, claim.reason, claim.due_at)
    row = db.session.execute(select(*columns).where(claim.id == claim_id, claim.member_id.is_(None))).one_or_none()
    if row is None:
        raise NotFound
    return Outsider(*row)


def access_draft(draft_id: str) -> uuid.UUID | None:
    """Find what this browser has begun; what was sent, or is somebody's, is none."""
    try:
        wanted = uuid.UUID(draft_id)
    except ValueError:
        return None
    return db.session.scalar(
        select(claim.id).where(
            claim.id == wanted,
            claim.member_id.is_(None),
            claim.kind == ClaimKind.ACCESS.value,
            claim.state == ClaimState.DRAFT.value,
        )
    )


def access_picture(draft_id: uuid.UUID, evidence_id: uuid.UUID) -> KeptPicture:
    """Find a picture that this browser has added; raises NotFound for all others."""
    row = db.session.execute(
        select(evidence.storage_key, evidence.thumb_key, evidence.position).where(
            evidence.id == evidence_id, evidence.claim_id == draft_id, evidence.removed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptPicture(*row)
