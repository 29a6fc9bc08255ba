"""The claim an appeal is about, for the agent who looks afresh: the old verdict, its words, what was sent with it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.care.queries.pictures import Picture, pictures_of
from portal.care.rules import Asker
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimKind, ClaimState
from portal.db import db

original = aliased(Claim.__table__, name="original").c
line = ClaimEvent.__table__.c
user = User.__table__.c


@dataclass(frozen=True, slots=True)
class Appealed:
    """A claim with its verdict; `words` are what the member was told with it, `pictures` come along."""

    id: uuid.UUID
    reference: str
    kind: ClaimKind | None
    state: ClaimState
    asked: int | None
    granted: int | None
    reason: str
    decided_at: datetime | None
    decider: str
    statement: str
    words: str
    pictures: tuple[Picture, ...]


def appealed_by(claim_id: uuid.UUID, asker: Asker) -> Appealed | None:
    """Read what a claim appeals, if it does; whoever may see the claim may see that."""
    words = (
        select(line.member_text)
        .where(line.claim_id == original.id, line.what == original.state)
        .order_by(line.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            original.id,
            original.reference,
            original.kind,
            original.state,
            original.expected_points,
            original.points_granted,
            original.reason,
            original.decided_at,
            user.name,
            original.statement,
            words,
        )
        .select_from(Claim)
        .join(original.id.table, original.id == Claim.appeal_of_id)
        .outerjoin(User.__table__, user.id == original.decided_by_id)
        .where(Claim.id == claim_id)
    ).one_or_none()
    if row is None:
        return None
    found, reference, kind, state, asked, granted, reason, at, decider, statement, said = row
    return Appealed(
        found,
        reference,
        kind,
        ClaimState(state),
        asked,
        granted,
        reason,
        at,
        decider or "",
        statement,
        said or "",
        pictures_of(found, asker),
    )
