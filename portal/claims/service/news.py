"""What was heard about open claims, noted where it was heard and looked at soon after, each claim by itself."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select

from portal.claims.models import Claim, ClaimNews
from portal.claims.rules import OPEN_STATES
from portal.db import db, table_of

AT_ONCE = 200


def heard(keys: Sequence[str], at: datetime) -> None:
    """Note that something was told, promised or posted under these references; few of them are claimed."""
    wanted = select(Claim.id).where(Claim.subject_key.in_(keys), Claim.state.in_(sorted(OPEN_STATES)))
    note(db.session.scalars(wanted), at=at)


def note(claims: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Have claims looked at again as soon as this is committed."""
    rows = [{"id": uuid.uuid4(), "claim_id": claim_id, "heard_at": at} for claim_id in claims]
    if rows:
        db.session.execute(insert(table_of(ClaimNews)), rows)


def waiting(*, limit: int = AT_ONCE) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Give the claims something was heard about, the oldest news first, each with its rows."""
    found: defaultdict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    wanted = select(ClaimNews.claim_id, ClaimNews.id).order_by(ClaimNews.heard_at, ClaimNews.id).limit(limit)
    for claim_id, news_id in db.session.execute(wanted):
        found[claim_id].append(news_id)
    return found


def forget(rows: Sequence[uuid.UUID]) -> None:
    """Take news as looked at; what was heard since has rows of its own."""
    db.session.execute(delete(ClaimNews).where(ClaimNews.id.in_(rows)))
