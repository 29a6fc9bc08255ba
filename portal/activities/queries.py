"""What is on its way to a member, and what the shop has told us."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.db import UtcDateTime, db
from portal.programme import normal_subject

event = Event.__table__.c
expectation = Expectation.__table__.c
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Pending:
    """Points that are promised for a day and do not count yet."""

    id: uuid.UUID
    activity: str
    subject: str
    points: int
    happened_at: datetime
    due_at: datetime
    event_id: uuid.UUID | None
    rule_version: str
    computation: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """One message of the shop, as an agent looks at it; of an unmatched one nobody is the owner."""

    id: uuid.UUID
    activity: str
    subject: str
    amount_minor: int | None
    currency: str
    occurred_at: datetime
    received_at: datetime
    member_id: uuid.UUID | None
    outcome: str
    code: str


class Due(NamedTuple):
    """The place of an expectation in the row of those that are due."""

    due_at: datetime
    id: uuid.UUID


_PENDING = (
    select(
        expectation.id,
        expectation.activity,
        expectation.subject,
        expectation.points,
        expectation.happened_at,
        expectation.due_at,
        expectation.event_id,
        expectation.rule_version,
        expectation.computation,
    )
    .where(
        expectation.member_id == bindparam("member"),
        expectation.satisfied_by_id.is_(None),
        expectation.cancelled_at.is_(None),
    )
    .order_by(expectation.due_at, expectation.id)
)
_TOLD = select(
    event.id,
    event.activity,
    event.subject,
    event.amount_minor,
    event.currency,
    event.occurred_at,
    event.received_at,
    event.member_id,
    event.outcome,
    event.outcome_code,
).limit(MOST_EVENTS)
_AROUND = _TOLD.where(
    event.member_id == bindparam("member"),
    event.occurred_at >= bindparam("since", type_=UtcDateTime),
    event.occurred_at < bindparam("until", type_=UtcDateTime),
).order_by(event.occurred_at.desc(), event.id)
_UNMATCHED = _TOLD.where(
    event.subject_key == bindparam("key"),
    event.outcome == Outcome.UNMATCHED.value,
    event.activity == bindparam("activity"),
).order_by(event.occurred_at.desc(), event.id)
_DUE = (
    select(expectation.due_at, expectation.id)
    .join(Member.__table__, Member.__table__.c.id == expectation.member_id)
    .where(
        expectation.satisfied_by_id.is_(None),
        expectation.cancelled_at.is_(None),
        expectation.due_at <= bindparam("at", type_=UtcDateTime),
        expectation.event_id.is_not(None),
        # What is due to a suspended member is held, not lost.
        Member.__table__.c.state == MemberState.ACTIVE.value,
    )
    .order_by(expectation.due_at, expectation.id)
)


def pending_of(member_id: uuid.UUID) -> tuple[Pending, ...]:
    """List what is on its way to a member, the next due first."""
    return tuple(Pending(*row) for row in db.session.execute(_PENDING, {"member": member_id}))


def events_around(member_id: uuid.UUID, *, since: datetime, until: datetime) -> tuple[Told, ...]:
    """List what the shop told about a member in a stretch of time, the latest first."""
    asked = {"member": member_id, "since": since, "until": until}
    return _told(db.session.execute(_AROUND, asked))


def unmatched_events(activity: str, reference: str) -> tuple[Told, ...]:
    """Find the messages nobody owns whose reference is this one, however it is spelt."""
    key = normal_subject(reference)
    if not key:
        return ()
    return _told(db.session.execute(_UNMATCHED, {"activity": activity, "key": key}))


def due_expectations(*, at: datetime, most: int, after: Due | None = None) -> tuple[Due, ...]:
    """List the expectations that can be posted, the longest due first, from the one behind `after` on."""
    wanted = _DUE.limit(most)
    if after is not None:
        same_moment = and_(expectation.due_at == after.due_at, expectation.id > after.id)
        wanted = wanted.where(or_(expectation.due_at > after.due_at, same_moment))
    return tuple(Due(*row) for row in db.session.execute(wanted, {"at": at}))


def _told(rows: Iterable[Any]) -> tuple[Told, ...]:
    return tuple(Told(*row) for row in rows)
