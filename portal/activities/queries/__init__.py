"""Which promised points can be posted, and what has been priced so far."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, and_, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Event, Expectation
from portal.activities.pricing import day_of
from portal.activities.rules import PRICED, EventKind, Item, Outcome, Parcel, Past
from portal.db import UtcDateTime, db
from portal.points.models import Account

expectation = Expectation.__table__.c
member = Member.__table__.c
event = Event.__table__.c
account = Account.__table__.c
BATCH = 5000
EARNING = frozenset({Outcome.PENDING.value, Outcome.CREDITED.value})


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


_IS_EARNED = and_(event.member_id.is_not(None), event.kind == EventKind.EARN.value)
_ORDER = (event.member_id, event.occurred_at, event.id)


def _past(most: int, after: tuple[Any, ...] | None) -> Select[Any]:
    """Select some events behind a place in their order; whose they are is looked up for those alone."""
    told = (event.activity, event.subject_key, event.amount_minor, event["items"], event.outcome, event.outcome_code)
    wanted = select(*_ORDER, *told).where(_IS_EARNED)
    if after is not None:
        wanted = wanted.where(tuple_(*_ORDER) > after)
    found = wanted.order_by(*_ORDER).limit(most).subquery()
    return (
        select(found, member.number, account.status_points)
        .join(Member.__table__, member.id == found.c.member_id)
        .join(Account.__table__, account.member_id == found.c.member_id)
        .order_by(found.c.member_id, found.c.occurred_at, found.c.id)
    )


def count_past() -> int:
    """Count the events that `past_events` reads."""
    return db.session.scalar(select(func.count()).select_from(Event).where(_IS_EARNED)) or 0


def past_events(*, batch: int = BATCH) -> Iterator[Past | None]:
    """Give the events that a rule was asked about, those of each member together and as they happened.

    In the place of one that something else stood in the way of stands None: no rule would have changed that.
    With each goes what was sent back of it. They are read some thousand at a time, each statement from where the last
    one ended, so that neither memory nor a transaction grows with their number.
    """
    last: tuple[Any, ...] | None = None
    while rows := db.session.execute(wanted := _past(batch, last)).all():
        sent = _sent_back(wanted)
        for row in rows:
            yield _priced(row, tuple(sent.get(row.id, ())))
        last = (rows[-1].member_id, rows[-1].occurred_at, rows[-1].id)


def _sent_back(past: Select[Any]) -> dict[uuid.UUID, list[Parcel]]:
    """Read the returns of some events, by the event."""
    bought, back = past.subquery().c, aliased(Event)
    wanted = (
        select(bought.id, back.amount_minor, back.items)
        .join(back, and_(back.subject_key == bought.subject_key, back.activity == bought.activity))
        .where(
            bought.subject_key != "",
            back.member_id == bought.member_id,
            back.kind == EventKind.RETURN.value,
            back.outcome == Outcome.CREDITED.value,
        )
        .order_by(back.occurred_at, back.id)
    )
    found: dict[uuid.UUID, list[Parcel]] = {}
    for event_id, amount_minor, items in db.session.execute(wanted):
        found.setdefault(event_id, []).append(Parcel(amount_minor, tuple(Item(**item) for item in items)))
    return found


def _priced(row: Any, returns: tuple[Parcel, ...]) -> Past | None:  # noqa: ANN401 - a row of the statement above
    # Asked here and not of the database, which would leave the order of the index for it and sort a million rows.
    if row.outcome not in EARNING and not (row.outcome == Outcome.INELIGIBLE and row.outcome_code in PRICED):
        return None
    items = tuple(Item(**item) for item in row.items)
    return Past(row.number, row.status_points, row.activity, day_of(row.occurred_at), row.amount_minor, items, returns)


class Late(NamedTuple):
    """How many promises are late, and how many members wait for them."""

    promises: int
    members: int


def late_promises(*, at: datetime) -> Late:
    """Count what active members should have had for as long as the programme calls late."""
    since = at - timedelta(hours=programme.current().standing.late_hours)
    counted = (
        select(func.count(), func.count(expectation.member_id.distinct()))
        .join(Member.__table__, member.id == expectation.member_id)
        .where(
            expectation.satisfied_by_id.is_(None),
            expectation.cancelled_at.is_(None),
            expectation.due_at <= since,
            member.state == MemberState.ACTIVE.value,
        )
    )
    return Late(*db.session.execute(counted).one())


_TAKING: BindParameter[list[EventKind]] = bindparam(
    "taking", [EventKind.RETURN, EventKind.CANCELLATION], expanding=True, literal_execute=True, unique=True
)


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
            # As literals, or SQLite would not see that the index of these few is meant.
            Event.outcome == literal(Outcome.UNMATCHED.value, literal_execute=True),
            Event.kind.in_(_TAKING),
            Event.subject_key != "",
            order.kind.in_([EventKind.EARN, EventKind.REDEMPTION]),
            order.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
        )
        .distinct()
        .limit(most)
    )
    return tuple(db.session.scalars(wanted))
