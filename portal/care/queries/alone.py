"""What the portal has decided by itself, day by day; claims of one's own and of linked accounts are left out."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import func, select

from portal import programme
from portal.care.rules import Asker
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service.own import is_not_own
from portal.db import db

MOST_SHOWN = 500

claim = Claim.__table__.c


@dataclass(frozen=True, slots=True)
class Alone:
    """A claim the portal has decided; `was_proposed` tells that it had filled it in as well."""

    id: uuid.UUID
    reference: str
    decided_at: datetime
    kind: ClaimKind | None
    activity: str
    activity_day: date | None
    state: ClaimState
    points: int
    reason: str
    was_proposed: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What was decided on a day, the last first."""

    day: date
    claims: tuple[Alone, ...]

    @property
    def points(self) -> int:
        """Sum the points granted."""
        return sum(one.points for one in self.claims)

    @property
    def granted(self) -> int:
        """Count the claims that were granted."""
        return sum(one.state is ClaimState.APPROVED for one in self.claims)


def decided_alone(asker: Asker, *, since: datetime, most: int = MOST_SHOWN) -> tuple[Day, ...]:
    """List by day what was decided since a moment, the newest first."""
    zone = programme.current().club.zone
    found = _read(asker, since, most)
    by_day = groupby(found, key=lambda one: one.decided_at.astimezone(zone).date())
    return tuple(Day(day, tuple(claims)) for day, claims in by_day)


def _read(asker: Asker, since: datetime, most: int) -> Iterator[Alone]:
    rows = db.session.execute(
        select(
            claim.id,
            claim.reference,
            claim.decided_at,
            claim.kind,
            claim.activity,
            claim.activity_day,
            claim.state,
            func.coalesce(claim.points_granted, 0),
            claim.reason,
            claim.proposed_at.is_not(None),
        )
        .where(
            claim.verdict.is_not(None),
            claim.decided_by_id.is_(None),
            claim.decided_at >= since,
            is_not_own(asker.user_id, asker.member_id),
        )
        .order_by(claim.decided_at.desc(), claim.id)
        .limit(most)
    )
    return (Alone(*row) for row in rows)
