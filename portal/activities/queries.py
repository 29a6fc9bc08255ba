"""Which promised points can be posted."""

import uuid
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Expectation
from portal.db import UtcDateTime, db

expectation = Expectation.__table__.c
member = Member.__table__.c


class Due(NamedTuple):
    """The place of an expectation in the row of those that are due."""

    due_at: datetime
    id: uuid.UUID


_DUE = (
    select(expectation.due_at, expectation.id)
    .join(Member.__table__, member.id == expectation.member_id)
    .where(
        expectation.satisfied_by_id.is_(None),
        expectation.cancelled_at.is_(None),
        expectation.due_at <= bindparam("at", type_=UtcDateTime),
        expectation.event_id.is_not(None),
        # What is due to a suspended member is held, not lost.
        member.state == MemberState.ACTIVE.value,
    )
    .order_by(expectation.due_at, expectation.id)
)


def due_expectations(*, at: datetime, most: int, after: Due | None = None) -> tuple[Due, ...]:
    """List the expectations that can be posted, the longest due first, from the one behind `after` on."""
    wanted = _DUE.limit(most)
    if after is not None:
        same_moment = and_(expectation.due_at == after.due_at, expectation.id > after.id)
        wanted = wanted.where(or_(expectation.due_at > after.due_at, same_moment))
    return tuple(Due(*row) for row in db.session.execute(wanted, {"at": at}))
