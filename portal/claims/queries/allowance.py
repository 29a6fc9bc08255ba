"""How many claims a member has sent, and how many more they can send."""

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from portal import programme
from portal.claims.lines import By
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import OPEN_STATES, Allowance, ClaimState, Sent, allowance
from portal.db import db

GRANTED = (ClaimState.APPROVED, ClaimState.PART_APPROVED)


def allowance_of(member_id: uuid.UUID, *, at: datetime) -> Allowance:
    """Count what the member has sent; a claim that opened itself, or appeals, is none they sent."""
    midnight = at.astimezone(programme.current().club.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    is_sent = and_(ClaimEvent.by == By.MEMBER.value, Claim.appeal_of_id.is_(None))
    counted = select(
        _count(and_(is_sent, ClaimEvent.at >= midnight)),
        _count(and_(is_sent, Claim.state.in_(sorted(OPEN_STATES)))),
        _count(Claim.state.in_(GRANTED)),
    )
    first_line = and_(ClaimEvent.claim_id == Claim.id, ClaimEvent.sequence == 1)
    row = db.session.execute(
        counted.select_from(Claim).join(ClaimEvent, first_line).where(Claim.member_id == member_id)
    ).one()
    return allowance(Sent(*row), programme.current().claims)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
