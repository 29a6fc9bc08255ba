"""The tiers a member has held, each with what caused it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Uuid, and_, bindparam, select

from portal.claims.models import Claim
from portal.db import reading
from portal.points.models import Entry
from portal.tiers.models import TierSpan

span = TierSpan.__table__.c
entry = Entry.__table__.c
claim = Claim.__table__.c


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch of time in one tier.

    `cause` is `joined`, or the kind of the entry that moved the member there; of an entry, `text` is its line and
    `sequence` its place, and `claim` the reference of the claim that was granted by it.
    """

    tier: str
    since: datetime
    until: datetime | None
    cause: str
    text: str
    sequence: int | None
    claim: str


_MEMBER = bindparam("member", type_=Uuid())
_TIERS = (
    select(
        span.tier, span.since, span.until, span.cause, entry.text, entry.sequence, claim.reference.label("reference")
    )
    .select_from(TierSpan.__table__)
    .outerjoin(Entry.__table__, and_(entry.id == span.entry_id, entry.member_id == _MEMBER))
    .outerjoin(Claim.__table__, and_(claim.id == entry.claim_id, claim.member_id == _MEMBER))
    .where(span.member_id == _MEMBER)
    # The one held now comes first, also where two began in the same moment.
    .order_by(span.until.is_(None).desc(), span.since.desc(), span.until.desc())
)


def tiers_of(member_id: uuid.UUID) -> tuple[Held, ...]:
    """List the tiers a member has held, the present one first."""
    return tuple(
        Held(row.tier, row.since, row.until, row.cause, row.text or "", row.sequence, row.reference or "")
        for row in reading().execute(_TIERS, {"member": member_id})
    )
