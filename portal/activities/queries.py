"""Which promised points can be posted, and what has been priced so far."""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Event, Expectation
from portal.activities.pricing import day_of
from portal.activities.rules import PRICED, EventKind, Item, Outcome, Past
from portal.db import UtcDateTime, db
from portal.points.models import Account

expectation = Expectation.__table__.c
member = Member.__table__.c
event = Event.__table__.c
account = Account.__table__.c
BATCH = 5000


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


# What a rule was asked about: other rules may answer differently. Elsewhere something else stood in the way.
_IS_PRICED = and_(
    event.member_id.is_not(None),
    event.kind == EventKind.EARN.value,
    or_(
        event.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
        and_(event.outcome == Outcome.INELIGIBLE.value, event.outcome_code.in_(sorted(PRICED))),
    ),
)
_ORDER = (event.member_id, event.occurred_at, event.id)
_PAST = (
    select(
        *_ORDER,
        event.activity,
        event.amount_minor,
        event["items"],
        member.number,
        account.status_points,
    )
    .join(Member.__table__, member.id == event.member_id)
    .join(Account.__table__, account.member_id == event.member_id)
    .where(_IS_PRICED)
    .order_by(*_ORDER)
)


def count_past() -> int:
    """Count the events that rules can be tried on."""
    return db.session.scalar(select(func.count()).select_from(Event).where(_IS_PRICED)) or 0


def past_events(*, batch: int = BATCH) -> Iterator[Past]:
    """Give the events that rules can be tried on, those of each member together and as they happened.

    They are read some thousand at a time, each statement from where the last one ended, so that neither memory nor
    a transaction grows with their number.
    """
    wanted = _PAST.limit(batch)
    while rows := db.session.execute(wanted).all():
        for row in rows:
            items = tuple(Item(**item) for item in row.items)
            day = day_of(row.occurred_at)
            yield Past(row.number, row.status_points, row.activity, day, row.amount_minor, items)
        last = rows[-1]
        wanted = _PAST.where(tuple_(*_ORDER) > (last.member_id, last.occurred_at, last.id)).limit(batch)


def astray(*, most: int) -> tuple[uuid.UUID, ...]:
    """List returns and cancellations nobody was named in whose order has found its member meanwhile."""
    order = aliased(Event)
    wanted = (
        select(Event.id)
        .join(
            order,
            and_(
                order.subject_key == Event.subject_key,
                order.source == Event.source,
                order.activity == Event.activity,
            ),
        )
        .where(
            Event.outcome == Outcome.UNMATCHED.value,
            Event.kind.in_([EventKind.RETURN, EventKind.CANCELLATION]),
            Event.subject_key != "",
            order.kind.in_([EventKind.EARN, EventKind.REDEMPTION]),
            order.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
        )
        .distinct()
        .limit(most)
    )
    return tuple(db.session.scalars(wanted))
