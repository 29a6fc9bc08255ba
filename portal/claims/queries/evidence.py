"""The pictures of a claim."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from portal.claims.models import Evidence
from portal.claims.queries.facts import claim, shaped
from portal.claims.queries.pages import Picture
from portal.db import db
from portal.errors import NotFound

evidence = Evidence.__table__.c


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """Where a picture lies in the store."""

    storage_key: str
    thumb_key: str
    position: int


def picture_of(member_id: uuid.UUID, reference: str, evidence_id: uuid.UUID) -> KeptPicture:
    """Find a picture of one of the member's own claims; raises NotFound for everybody else's and for removed ones."""
    row = db.session.execute(
        select(evidence.storage_key, evidence.thumb_key, evidence.position)
        .join_from(Evidence.__table__, claim.id.table, claim.id == evidence.claim_id)
        .where(
            evidence.id == evidence_id,
            claim.reference == shaped(reference),
            claim.member_id == member_id,
            evidence.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptPicture(row.storage_key, row.thumb_key, row.position)


@dataclass(frozen=True, slots=True)
class OpenPicture:
    """A picture that can still be changed, as it has not been sent."""

    storage_key: str
    name: str
    width: int
    height: int


def unsent_picture(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> OpenPicture:
    """Find a picture of a claim that has not been sent; raises NotFound."""
    row = db.session.execute(
        select(evidence.storage_key, evidence.file_name, evidence.width, evidence.height).where(
            evidence.id == evidence_id,
            evidence.claim_id == claim_id,
            evidence.sent_with_id.is_(None),
            evidence.removed_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return OpenPicture(*row)


def unsent_pictures(claim_id: uuid.UUID) -> tuple[Picture, ...]:
    """List the pictures of a claim that have been added and not yet sent."""
    columns = (evidence.id, evidence.file_name, evidence.original_bytes, evidence.position, evidence.had_place)
    rows = db.session.execute(
        select(*columns)
        .where(evidence.claim_id == claim_id, evidence.removed_at.is_(None), evidence.sent_with_id.is_(None))
        .order_by(evidence.position)
    )
    return tuple(Picture(*row, has_left=False, sent_with_id=None) for row in rows)
