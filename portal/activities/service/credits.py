"""Posting what was expected, and noting what was posted by hand instead."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities import pricing
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome, normal_subject
from portal.activities.service.hearing import tell
from portal.activities.service.takings import waiting_for, work_off
from portal.db import db
from portal.errors import Conflict
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers


@dataclass(frozen=True, slots=True)
class Credited:
    """An expectation that has become an entry."""

    member_id: uuid.UUID
    follow: tiers.Follow


def credit(expectation_id: uuid.UUID, *, at: datetime) -> Credited | None:
    """Post a due expectation; None when somebody is at it, it is settled, or nothing needed posting.

    The event names the key of the entry, so that whoever comes second, after a kill too, posts nothing.
    """
    member_id = _hold_member_of(expectation_id)
    if member_id is None:
        return None
    expected = db.session.get(Expectation, expectation_id, populate_existing=True, with_for_update=True)
    if expected is None or not _is_open(expected, at):
        return None
    db.session.execute(update(Event).where(Event.id == expected.event_id).values(outcome=Outcome.CREDITED.value))
    paid = db.session.scalar(select(Entry.id).where(Entry.event_id == expected.event_id))
    if paid is not None:
        expected.satisfied_by_id = paid
        return None
    follow = tiers.post(member_id, _posting(expected), at=at)
    expected.satisfied_by_id = follow.posted.entry_id
    # What has no reference of its own is claimed by the id of its row.
    tell([expected.subject_key or normal_subject(str(expected.id))], at=at)
    return Credited(member_id, follow)


def settle(
    member_id: uuid.UUID,
    entry_id: uuid.UUID,
    *,
    activity: str,
    subject: str,
    event_id: uuid.UUID | None = None,
    is_net: bool = False,
    at: datetime,
) -> None:
    """Note what an entry that was posted by hand has paid: its event, and what was expected for the same subject.

    The share of what was sent back already is taken back at once, unless whoever posted it has left that out. Call it
    after posting, in the same unit of work.
    Raises Conflict when the event was credited to somebody else in the meantime.
    """
    if event_id is not None:
        _take_event(event_id, member_id)
        for taking_id in waiting_for(event_id, member_id):
            work_off(taking_id, member_id, at=at, spares=entry_id if is_net else None)
    key = normal_subject(subject)
    about_it: list[ColumnElement[bool]] = [Expectation.event_id == event_id] if event_id else []
    if key:
        about_it.append((Expectation.activity == activity) & (Expectation.subject_key == key))
    if not about_it:
        return
    paid = db.session.scalars(
        update(Expectation)
        .where(
            Expectation.member_id == member_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
            or_(*about_it),
        )
        .values(satisfied_by_id=entry_id)
        .returning(Expectation.event_id)
    ).all()
    events = [event for event in paid if event is not None]
    if events:
        db.session.execute(update(Event).where(Event.id.in_(events)).values(outcome=Outcome.CREDITED.value))


def _hold_member_of(expectation_id: uuid.UUID) -> uuid.UUID | None:
    """Take the lock of the active member an expectation belongs to; None when another writer holds it."""
    owner = select(Expectation.member_id).where(Expectation.id == expectation_id).scalar_subquery()
    return db.session.scalar(
        select(Member.id)
        .where(Member.id == owner, Member.state == MemberState.ACTIVE.value)
        .with_for_update(skip_locked=True)
    )


def _is_open(expected: Expectation, at: datetime) -> bool:
    return (
        expected.satisfied_by_id is None
        and expected.cancelled_at is None
        and expected.event_id is not None
        and expected.due_at <= at
    )


def _posting(expected: Expectation) -> tiers.Posting:
    return tiers.Posting(
        points=expected.points,
        kind=EntryKind.EARN,
        happened_at=expected.happened_at,
        counts_for_tier=True,
        text=pricing.title_of(expected.activity, expected.happened_at),
        idempotency_key=f"event:{expected.event_id}",
        activity=expected.activity,
        subject=expected.subject,
        event_id=expected.event_id,
        rule_version=expected.rule_version,
        computation=expected.computation,
    )


def _take_event(event_id: uuid.UUID, member_id: uuid.UUID) -> None:
    """Give an event that waits, for anybody or for this member, to the member; of two at once one is told."""
    taken = db.session.scalar(
        update(Event)
        .where(
            Event.id == event_id,
            or_(
                Event.outcome == Outcome.UNMATCHED.value,
                (Event.member_id == member_id) & Event.outcome.in_([Outcome.PENDING.value, Outcome.INELIGIBLE.value]),
            ),
        )
        .values(outcome=Outcome.CREDITED.value, member_id=member_id)
        .returning(Event.id)
    )
    if taken is None:
        text = "this event has been credited already"
        raise Conflict(text)
