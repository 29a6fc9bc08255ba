"""Which pictures still have to be compared with those of other claims, and what came of it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.claims.models import Claim, Evidence, PicturePair
from portal.claims.rules import OPEN_STATES
from portal.claims.service import news
from portal.db import db

IS_OPEN = Claim.state.in_(sorted(OPEN_STATES))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture that has not been compared yet."""

    id: uuid.UUID
    claim_id: uuid.UUID
    dhash: int
    thumb_key: str


def not_compared(*, limit: int) -> list[Waiting]:
    """List pictures that have not been compared yet, the oldest first."""
    rows = db.session.execute(
        select(Evidence.id, Evidence.claim_id, Evidence.dhash, Evidence.thumb_key)
        .where(Evidence.compared_at.is_(None), Evidence.removed_at.is_(None))
        .order_by(Evidence.uploaded_at)
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


def note_compared(evidence_id: uuid.UUID, same: Iterable[uuid.UUID], *, at: datetime) -> int:
    """Note which pictures show the same as one, as far as they are still there; give how many."""
    row = db.session.get(Evidence, evidence_id, with_for_update=True)
    if row is None or row.compared_at is not None:
        return 0
    row.compared_at = at
    others = db.session.scalars(select(Evidence.id).where(Evidence.id.in_(list(same)))).all()
    # What may be decided without a person waited for this.
    news.note(db.session.scalars(select(Claim.id).where(Claim.id == row.claim_id, IS_OPEN)), at=at)
    db.session.add_all([PicturePair(evidence_id=evidence_id, other_id=other_id) for other_id in others])
    db.session.flush()
    return len(others)
