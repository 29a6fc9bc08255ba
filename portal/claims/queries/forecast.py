"""How long people took to answer claims like one: the last of thirty days, from an index alone."""

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.claims.models import Claim
from portal.claims.queries.facts import ClaimFacts
from portal.claims.rules import half_within
from portal.db import db

claim = Claim.__table__.c
DAYS = timedelta(days=30)
MOST = 200


def half_answered_within(facts: ClaimFacts, *, at: datetime) -> timedelta | None:
    """Give the time within which half of the claims of its kind and activity were answered; None for too few."""
    wanted = (
        select(claim.submitted_at, claim.decided_at)
        .where(
            claim.kind == facts.kind,
            claim.activity == facts.activity,
            claim.decided_at > at - DAYS,
            claim.submitted_at.is_not(None),
            claim.decided_by_id.is_not(None),
        )
        .order_by(claim.decided_at.desc())
        .limit(MOST)
    )
    return half_within([row.decided_at - row.submitted_at for row in db.session.execute(wanted)])
