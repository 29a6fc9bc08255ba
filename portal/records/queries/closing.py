"""How somebody's leaving stands, and what would go with them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activities.models import Expectation
from portal.claims.models import Claim
from portal.claims.rules import OPEN_STATES
from portal.db import db
from portal.points.models import Account
from portal.records.queries.owners import Owner


@dataclass(frozen=True, slots=True)
class Leaving:
    """What would be lost, and the day on which it is, once that is asked for."""

    balance: int
    coming: int
    open_claims: int
    closes_at: datetime | None


def leaving_of(who: Owner) -> Leaving:
    """Tell how it stands now."""
    coming = select(func.coalesce(func.sum(Expectation.points), 0)).where(
        Expectation.member_id == who.member_id,
        Expectation.satisfied_by_id.is_(None),
        Expectation.cancelled_at.is_(None),
    )
    open_claims = select(func.count()).where(Claim.member_id == who.member_id, Claim.state.in_(sorted(OPEN_STATES)))
    row = db.session.execute(
        select(
            func.coalesce(Account.balance, 0),
            coming.scalar_subquery(),
            open_claims.scalar_subquery(),
            User.closes_at,
        )
        .select_from(User)
        .outerjoin(Account, Account.member_id == who.member_id)
        .where(User.id == who.user_id)
    ).one()
    return Leaving(*row)
