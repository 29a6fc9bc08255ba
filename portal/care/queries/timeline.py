"""The story of a claim: what members see and what is written among staff are read apart and shown together."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from portal.claims.lines import By, What
from portal.claims.models import ClaimEvent
from portal.db import db

MOST_LINES = 300

line = ClaimEvent.__table__.c


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; a note is among staff and has its own words, read by their own statement."""

    what: What
    at: datetime
    by: By
    actor_id: uuid.UUID | None
    actor: str
    text: str
    note: str


def steps_of(claim_id: uuid.UUID) -> tuple[Step, ...]:
    """Read the timeline, the newest first: what members see by one statement, what only staff see by another."""
    columns = (line.sequence, line.what, line.at, line.by, line.actor_id, line.actor_name)
    told = db.session.execute(
        select(*columns, line.member_text)
        .where(line.claim_id == claim_id, line.visibility == "member")
        .order_by(line.sequence.desc())
        .limit(MOST_LINES)
    ).all()
    among_staff = db.session.execute(
        select(*columns, line.visibility, line.internal_note)
        .where(line.claim_id == claim_id, or_(line.visibility == "internal", func.length(line.internal_note) > 0))
        .order_by(line.sequence.desc())
        .limit(MOST_LINES)
    ).all()
    notes = {row.sequence: row.internal_note for row in among_staff}
    steps = {row.sequence: _step(row, row.member_text, notes.get(row.sequence, "")) for row in told}
    steps |= {row.sequence: _step(row, "", row.internal_note) for row in among_staff if row.visibility == "internal"}
    return tuple(steps[sequence] for sequence in sorted(steps, reverse=True))


def _step(row: Any, text: str, note: str) -> Step:  # noqa: ANN401 - a row of the timeline
    return Step(What(row.what), row.at, By(row.by), row.actor_id, row.actor_name, text, note)
