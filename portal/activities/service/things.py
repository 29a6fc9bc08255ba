"""One thing of a member, such as an order: what was said about it, and what the ledger holds for it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from portal.activities.messages import CLOCK_SKEW
from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Outcome, normal_subject
from portal.db import db
from portal.points.models import Entry

STANDING = frozenset({Outcome.PENDING, Outcome.CREDITED})


@dataclass(slots=True)
class Grant:
    """A posted entry; `net` is what is left of it, `taken` what events have taken of it."""

    entry: Entry
    net: int
    taken: int


@dataclass(frozen=True, slots=True)
class Thing:
    """What was said about one thing of a member, the oldest first."""

    member_id: uuid.UUID
    activity: str
    key: str
    events: tuple[Event, ...]

    def purchase_before(self, taking: Event) -> Event | None:
        """Find what a return or cancellation is about: what stands, or else what a claim was paid for."""
        latest = taking.occurred_at + CLOCK_SKEW
        bought = [event for event in self.events if event.kind is EventKind.EARN]
        if taking.kind is EventKind.CANCELLATION:
            bought = [event for event in bought if event.occurred_at <= latest]
        ranked = [event for event in bought if event.outcome in STANDING]
        ranked += [event for event in bought if event.outcome == Outcome.DUPLICATE]
        return ranked[0] if ranked else None

    def spent_before(self, taking: Event) -> list[Event]:
        """List what was spent on it and not given back."""
        latest = taking.occurred_at + CLOCK_SKEW
        return [
            event
            for event in self.events
            if event.kind is EventKind.REDEMPTION and event.outcome == Outcome.CREDITED and event.occurred_at <= latest
        ]

    def returned(self) -> list[Event]:
        """List the returns that have had their effect."""
        return [event for event in self.events if event.kind is EventKind.RETURN and event.outcome == Outcome.CREDITED]

    def is_over_for(self, taking: Event) -> bool:
        """Tell whether what a return or cancellation is about has come, and nothing of it stands."""
        undone = {EventKind.EARN} if taking.kind is EventKind.RETURN else {EventKind.EARN, EventKind.REDEMPTION}
        events = self.events
        if taking.kind is EventKind.CANCELLATION:
            events = tuple(event for event in events if event.occurred_at <= taking.occurred_at + CLOCK_SKEW)
        return any(event.kind in undone for event in events)


def thing_of(member_id: uuid.UUID, activity: str, key: str) -> Thing:
    """Read everything the shop has said about a thing of a member, while the member's row is held."""
    found = db.session.scalars(
        select(Event)
        .where(Event.member_id == member_id, Event.activity == activity, Event.subject_key == key)
        .order_by(Event.occurred_at, Event.id)
        .execution_options(populate_existing=True)
    )
    return Thing(member_id, activity, key, tuple(found))


def grants_for(thing: Thing, purchase: Event) -> list[Grant]:
    """List what was posted for a purchase, by its event or by claims about the same reference, the oldest first."""
    claimed = select(Entry).where(
        Entry.member_id == thing.member_id,
        Entry.activity == thing.activity,
        Entry.claim_id.is_not(None),
        Entry.event_id.is_(None),
        Entry.points > 0,
    )
    posted = db.session.scalars(select(Entry).where(Entry.event_id == purchase.id, Entry.points > 0)).all()
    by_claim = [entry for entry in db.session.scalars(claimed) if normal_subject(entry.subject) == thing.key]
    return grants_from(sorted((*posted, *by_claim), key=lambda entry: entry.sequence))


def grants_from(entries: Sequence[Entry]) -> list[Grant]:
    """Give what is left of entries after all that undid them, and undid that again."""
    grants = {entry.id: Grant(entry, entry.points, 0) for entry in entries}
    roots = {entry.id: entry.id for entry in entries}
    fresh: Iterable[uuid.UUID] = list(roots)
    while fresh:
        undoing = db.session.execute(
            select(Entry.id, Entry.points, Entry.reverses_id, Entry.takes_from_id).where(
                or_(Entry.reverses_id.in_(fresh), Entry.takes_from_id.in_(fresh))
            )
        ).all()
        for row in undoing:
            undone = row.takes_from_id or row.reverses_id
            grant = grants[roots[undone]]
            roots[row.id] = roots[undone]
            grant.net += row.points
            if row.takes_from_id in grants:
                grant.taken -= row.points
        fresh = [row.id for row in undoing]
    return list(grants.values())


def promise_for(purchase: Event) -> Expectation | None:
    """Find what is promised for a purchase and not posted."""
    return db.session.scalar(
        select(Expectation)
        .where(
            Expectation.event_id == purchase.id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
