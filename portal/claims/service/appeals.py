"""An appeal: a new claim linked to the one it is about, once, in time, worked by somebody else."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import select, update

from portal import programme
from portal.claims.models import Claim, Evidence
from portal.claims.rules import ClaimState, Opening, appeal_ends, left_to_ask, reference_from, verdict_due
from portal.claims.rules.references import BYTES_NEEDED
from portal.claims.service.moves import locked
from portal.db import db
from portal.errors import Refused
from portal.working_days import calendar_of

# Everything is carried over: the draft opens where it is checked and sent.
LAST_STEP = 4


def begin(claim_id: uuid.UUID, *, at: datetime) -> str:
    """Keep an appeal as a draft with everything carried over and give its reference; a second tap finds the first's.

    It asks for what was not granted. Raises Refused("no_appeal") for what cannot be appealed, "appeal_over" after
    the last day.
    """
    claim = locked(claim_id)
    begun = db.session.scalar(select(Claim.reference).where(Claim.appeal_of_id == claim.id))
    if begun is not None:
        return begun
    _require_open_door(claim, at)
    appeal = Claim(
        reference=reference_from(secrets.token_bytes(BYTES_NEEDED)),
        member_id=claim.member_id,
        kind=claim.kind,
        activity=claim.activity,
        activity_day=claim.activity_day,
        subject=claim.subject,
        subject_key=claim.subject_key,
        expected_points=left_to_ask(asked=claim.expected_points, granted=claim.points_granted),
        expectation_id=claim.expectation_id,
        state=ClaimState.DRAFT,
        step=LAST_STEP,
        created_at=at,
        changed_at=at,
        appeal_of_id=claim.id,
    )
    db.session.add(appeal)
    db.session.flush()
    return appeal.reference


def start_of(appeal: Claim, *, at: datetime) -> Opening:
    """Give how a locked appeal starts when it is sent: it never waits for points, and the day it was tapped is no help.

    The pictures of the first claim are kept for as long as the appeal is open. Raises Refused("appeal_over").
    """
    _require_open_door(db.session.get_one(Claim, appeal.appeal_of_id), at)
    db.session.execute(
        update(Evidence)
        .where(Evidence.claim_id == appeal.appeal_of_id, Evidence.removed_at.is_(None))
        .values(retention_until=None)
    )
    club = programme.current()
    due = verdict_due(calendar_of(club), club.claims, at=at)
    return Opening(ClaimState.SUBMITTED, parked_until=None, due_at=due)


def _require_open_door(claim: Claim, at: datetime) -> None:
    club = programme.current()
    ends = appeal_ends(
        calendar_of(club),
        club.claims,
        state=claim.state,
        kind=claim.kind,
        is_appeal=claim.appeal_of_id is not None,
        decided_at=claim.decided_at,
    )
    if ends is None:
        raise Refused("no_appeal")
    if at >= ends:
        raise Refused("appeal_over")
