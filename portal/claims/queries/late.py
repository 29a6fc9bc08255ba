"""What became of a promise that was not kept, for the member it was made to."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.activities.models import Expectation
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.db import db
from portal.errors import NotFound

expectation = Expectation.__table__.c


@dataclass(frozen=True, slots=True)
class Late:
    """A promise, what became of it, and the claim that is about it."""

    id: uuid.UUID
    activity: str
    happened_at: datetime
    due_at: datetime
    points: int
    has_come: bool
    claim: ClaimFacts | None


def late_of(member_id: uuid.UUID, expectation_id: uuid.UUID) -> Late:
    """Find a promise of one's own; raises NotFound for unknown ones and for everybody else's."""
    promise = (
        expectation.id,
        expectation.activity,
        expectation.happened_at,
        expectation.due_at,
        expectation.points,
        expectation.satisfied_by_id,
    )
    row = db.session.execute(
        select(*FACTS, *promise)
        .select_from(Expectation.__table__.outerjoin(claim.id.table, claim.expectation_id == expectation.id))
        .where(expectation.id == expectation_id, expectation.member_id == member_id)
        .order_by(claim.created_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    promised = row[len(FACTS) :]
    told = dict(zip(("id", "activity", "happened_at", "due_at", "points"), promised, strict=False))
    return Late(**told, has_come=promised[-1] is not None, claim=facts_from(row) if row[0] else None)
