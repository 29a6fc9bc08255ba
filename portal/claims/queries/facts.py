"""One claim as its owner may know it; whoever asks for another's finds nothing."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.claims.models import Claim
from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState, Verdict
from portal.db import db
from portal.errors import NotFound

claim = Claim.__table__.c
REFERENCE = re.compile(r"C-[0-9A-Z]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What stands in the claim itself."""

    id: uuid.UUID
    reference: str
    member_id: uuid.UUID
    kind: ClaimKind | None
    activity: str
    activity_day: date | None
    subject: str
    subject_key: str
    expected_points: int | None
    statement: str
    state: ClaimState
    step: int
    version: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    first_touched_at: datetime | None
    decided_at: datetime | None
    parked_until: datetime | None
    due_at: datetime | None
    expectation_id: uuid.UUID | None
    verdict: Verdict | None
    points_granted: int | None
    reason: str
    appeal_of_id: uuid.UUID | None
    new_due_at: datetime | None
    proposed_at: datetime | None

    @property
    def is_draft(self) -> bool:
        """Tell whether it has not been sent yet."""
        return self.state is ClaimState.DRAFT

    @property
    def is_appeal(self) -> bool:
        """Tell whether it asks for another look at an earlier claim."""
        return self.appeal_of_id is not None

    @property
    def is_proposal(self) -> bool:
        """Tell whether the portal filled it in, and it waits for its member to send it."""
        return self.is_draft and self.proposed_at is not None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for anything: for us, for the member, or for its day."""
        return self.state in OPEN_STATES


FACTS = (
    claim.id,
    claim.reference,
    claim.member_id,
    claim.kind,
    claim.activity,
    claim.activity_day,
    claim.subject,
    claim.subject_key,
    claim.expected_points,
    claim.statement,
    claim.state,
    claim.step,
    claim.version,
    claim.created_at,
    claim.changed_at,
    claim.submitted_at,
    claim.first_touched_at,
    claim.decided_at,
    claim.parked_until,
    claim.due_at,
    claim.expectation_id,
    claim.verdict,
    claim.points_granted,
    claim.reason,
    claim.appeal_of_id,
    claim.new_due_at,
    claim.proposed_at,
)


def facts_from(values: Sequence[Any]) -> ClaimFacts:
    """Read the facts from the first columns of a row."""
    return ClaimFacts(*values[: len(FACTS)])


def shaped(reference: str) -> str:
    """Give a reference as it is kept; what cannot be one is NotFound before any database hears of it."""
    given = reference.upper()
    if not REFERENCE.fullmatch(given):
        raise NotFound
    return given


def claim_of(member_id: uuid.UUID, reference: str) -> ClaimFacts:
    """Find one of the member's own claims; raises NotFound for unknown ones and for everybody else's."""
    wanted = select(*FACTS).where(claim.reference == shaped(reference), claim.member_id == member_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return facts_from(row)


def facts_of(claim_id: uuid.UUID) -> ClaimFacts:
    """Read a claim that is at hand already; raises NotFound."""
    row = db.session.execute(select(*FACTS).where(claim.id == claim_id)).one_or_none()
    if row is None:
        raise NotFound
    return facts_from(row)


def open_claim_on(
    member_id: uuid.UUID, *, activity: str, subject_key: str, but: uuid.UUID | None = None
) -> ClaimFacts | None:
    """Find the member's own open claim on a subject: there can be one."""
    wanted = select(*FACTS).where(
        claim.member_id == member_id,
        claim.activity == activity,
        claim.subject_key == subject_key,
        claim.state.in_(sorted(OPEN_STATES)),
        claim.id != but,
    )
    row = db.session.execute(wanted.limit(1)).one_or_none()
    return facts_from(row) if row else None
