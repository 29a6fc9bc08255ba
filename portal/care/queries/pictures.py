"""The pictures of a claim, for the staff who may see them."""

import uuid
from dataclasses import dataclass

from sqlalchemy import literal, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.care.rules import Asker
from portal.claims.models import Claim, Evidence
from portal.claims.rules import ClaimState, EvidenceKind
from portal.claims.service.own import is_not_own
from portal.db import db
from portal.errors import NotFound

claim = Claim.__table__.c
evidence = Evidence.__table__.c
member = Member.__table__.c


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a claim; `is_known` tells that the very same file came with another claim."""

    id: uuid.UUID
    kind: EvidenceKind
    file_name: str
    width: int
    height: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """Where a picture lies in the store."""

    storage_key: str
    thumb_key: str
    reference: str
    position: int
    owner_id: uuid.UUID | None


def pictures_of(claim_id: uuid.UUID) -> tuple[Picture, ...]:
    """List the pictures sent with a claim, and whether each has been seen elsewhere."""
    other = aliased(Evidence.__table__, name="other")
    is_known = (
        select(literal(1))
        .where(other.c.sha256 == evidence.sha256, other.c.claim_id != evidence.claim_id)
        .exists()
        .correlate(Evidence.__table__)
    )
    rows = db.session.execute(
        select(evidence.id, evidence.kind, evidence.file_name, evidence.width, evidence.height, is_known)
        .where(evidence.claim_id == claim_id, evidence.removed_at.is_(None), evidence.sent_with_id.is_not(None))
        .order_by(evidence.position)
    )
    known = {kind.value for kind in EvidenceKind}
    return tuple(
        Picture(row_id, EvidenceKind(kind if kind in known else EvidenceKind.OTHER), name, width, height, bool(seen))
        for row_id, kind, name, width, height, seen in rows
    )


def picture_for(claim_id: uuid.UUID, evidence_id: uuid.UUID, asker: Asker) -> KeptPicture:
    """Find a picture that was sent with a claim; raises NotFound for removed ones, unsent ones and the asker’s own."""
    row = db.session.execute(
        select(evidence.storage_key, evidence.thumb_key, claim.reference, evidence.position, member.user_id)
        .join_from(Evidence.__table__, Claim.__table__, claim.id == evidence.claim_id)
        .outerjoin(Member.__table__, member.id == claim.member_id)
        .where(
            evidence.id == evidence_id,
            evidence.claim_id == claim_id,
            evidence.removed_at.is_(None),
            evidence.sent_with_id.is_not(None),
            claim.state != ClaimState.DRAFT.value,
            is_not_own(asker.user_id, asker.member_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptPicture(*row)
