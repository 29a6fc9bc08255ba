"""The pictures of a claim, for the staff who may see them."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import Member
from portal.care.rules import Asker
from portal.claims.models import Claim, Evidence
from portal.claims.queries.flags import Flag, FlagKind, flags_on
from portal.claims.rules import ClaimState, EvidenceKind
from portal.claims.service.originals import Original
from portal.claims.service.own import is_not_own
from portal.db import db
from portal.errors import NotFound

claim = Claim.__table__.c
evidence = Evidence.__table__.c
member = Member.__table__.c


@dataclass(frozen=True, slots=True)
class Twin:
    """A picture of another claim that agrees with one of this; without its claim for whom that does not exist."""

    kind: FlagKind
    claim_id: uuid.UUID | None = None
    reference: str = ""
    evidence_id: uuid.UUID | None = None
    # Deleted in time, a picture is still known again.
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a claim, and those of other claims that it agrees with."""

    id: uuid.UUID
    kind: EvidenceKind
    file_name: str
    width: int
    height: int
    twins: tuple[Twin, ...]
    has_original: bool


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """Where a picture lies in the store."""

    storage_key: str
    thumb_key: str
    reference: str
    position: int
    owner_id: uuid.UUID | None
    original: Original
    original_type: str


def pictures_of(claim_id: uuid.UUID, asker: Asker) -> tuple[Picture, ...]:
    """List the pictures sent with a claim, each with those of other claims that it agrees with."""
    rows = db.session.execute(
        select(evidence.id, evidence.kind, evidence.file_name, evidence.width, evidence.height, evidence.original_key)
        .where(evidence.claim_id == claim_id, evidence.removed_at.is_(None), evidence.sent_with_id.is_not(None))
        .order_by(evidence.position)
    ).all()
    flags = flags_on(claim_id) if rows else ()
    twins = _twins(flags, asker) if flags else {}
    known = {kind.value for kind in EvidenceKind}
    return tuple(
        Picture(
            row.id,
            EvidenceKind(row.kind if row.kind in known else EvidenceKind.OTHER),
            row.file_name,
            row.width,
            row.height,
            tuple(twins.get(row.id, ())),
            bool(row.original_key),
        )
        for row in rows
    )


def _twins(flags: Sequence[Flag], asker: Asker) -> dict[uuid.UUID, list[Twin]]:
    """Pair flagged pictures; what is the asker's own, or linked to them, says nothing but that it is there."""
    others = {flag.other_id for flag in flags if flag.other_id}
    rows = db.session.execute(
        select(evidence.id, evidence.claim_id, claim.reference, evidence.removed_at)
        .join_from(Evidence.__table__, Claim.__table__, claim.id == evidence.claim_id)
        .where(
            evidence.id.in_(others),
            claim.state != ClaimState.DRAFT.value,
            is_not_own(asker.user_id, asker.member_id),
        )
    )
    shown = {row.id: row for row in rows}
    found: dict[uuid.UUID, list[Twin]] = defaultdict(list)
    for flag in flags:
        row = shown.get(flag.other_id) if flag.other_id else None
        twin = Twin(flag.kind, row.claim_id, row.reference, row.id, is_kept=row.removed_at is None) if row else None
        found[flag.evidence_id].append(twin or Twin(flag.kind))
    return found


def picture_for(claim_id: uuid.UUID, evidence_id: uuid.UUID, asker: Asker) -> KeptPicture:
    """Find a picture that was sent with a claim; raises NotFound for removed ones, unsent ones and the asker’s own."""
    row = db.session.execute(
        select(
            evidence.storage_key,
            evidence.thumb_key,
            claim.reference,
            evidence.position,
            member.user_id,
            evidence.original_key,
            evidence.original_key_id,
            evidence.detected_type,
        )
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
    return KeptPicture(
        row.storage_key,
        row.thumb_key,
        row.reference,
        row.position,
        row.user_id,
        Original(row.original_key, row.original_key_id),
        row.detected_type,
    )
