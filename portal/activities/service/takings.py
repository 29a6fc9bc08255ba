"""Returns and cancellations: what they take back of promised and of posted points, and what they give back."""

import uuid
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.activities import pricing
from portal.activities.models import Event, Expectation
from portal.activities.rules import (
    Back,
    EventKind,
    Ineligible,
    Item,
    Outcome,
    counted_part,
    granted_for_all,
    shrunk,
    taken_by_cancelling,
    taken_by_return,
)
from portal.activities.service.holding import let_go
from portal.activities.service.things import Grant, Thing, grants_for, grants_from, promise_for, thing_of
from portal.db import db
from portal.errors import Refused
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers

WAITS = "waits"
RETURNED = "returned"
CANCELLED = "cancelled"
TAKING = frozenset({EventKind.RETURN, EventKind.CANCELLATION})


def waiting_for(event_id: uuid.UUID, member_id: uuid.UUID) -> list[uuid.UUID]:
    """List the returns and cancellations of a thing that came before it, those the shop named no member for too."""
    thing = aliased(Event)
    wanted = (
        select(Event.id)
        .join(thing, (thing.subject_key == Event.subject_key) & (thing.activity == Event.activity))
        .where(
            thing.id == event_id,
            thing.subject_key != "",
            Event.kind.in_(sorted(TAKING)),
            or_(
                (Event.member_id == member_id) & (Event.outcome == Outcome.PENDING.value),
                (Event.source == thing.source) & (Event.outcome == Outcome.UNMATCHED.value),
            ),
        )
    )
    return list(db.session.scalars(wanted.order_by(Event.occurred_at, Event.id)))


def work_off(event_id: uuid.UUID, member_id: uuid.UUID, *, at: datetime, spares: uuid.UUID | None = None) -> Outcome:
    """Let a return or cancellation have its effect, or wait for what it is about.

    Call it while the member's row is held. An entry it `spares` is less what it takes already.
    """
    taking = db.session.get_one(Event, event_id, populate_existing=True)
    taking.member_id = member_id
    thing = thing_of(member_id, taking.activity, taking.subject_key)
    try:
        taking.outcome, taking.outcome_code = _done(taking, thing, spares, at=at)
    except Refused as refusal:
        taking.outcome, taking.outcome_code = Outcome.INELIGIBLE, refusal.code
    db.session.flush()
    if taking.outcome is not Outcome.PENDING:
        let_go(taking, at=at)
    return taking.outcome


def _done(taking: Event, thing: Thing, spares: uuid.UUID | None, *, at: datetime) -> tuple[Outcome, str]:
    purchase = thing.purchase_before(taking)
    spent = thing.spent_before(taking) if taking.kind is EventKind.CANCELLATION else []
    if purchase is None and not spent:
        if thing.is_over_for(taking):
            raise Refused(Ineligible.NOTHING_LEFT)
        return Outcome.PENDING, WAITS
    if taking.kind is EventKind.RETURN and purchase is not None:
        _return(taking, purchase, thing, spares, at=at)
        return Outcome.CREDITED, ""
    if purchase is not None:
        _cancel(taking, purchase, thing, spares, at=at)
    for redemption in spent:
        _give_back(taking, redemption, at=at)
    return Outcome.CREDITED, ""


def _return(taking: Event, purchase: Event, thing: Thing, spares: uuid.UUID | None, *, at: datetime) -> None:
    """Take back the part that went back, so that all returns together take what one return of their sum would."""
    back = _back(taking, purchase, thing)
    promise = promise_for(purchase)
    if promise is not None:
        whole = granted_for_all(promise.points, promise.computation)
        taken = promise.points if back is None else back.of(whole) - (whole - promise.points)
        _shrink(promise, taken, taking, purchase, at=at)
    first: Event | None = taking
    for grant in grants_for(thing, purchase):
        gone = granted_for_all(0, grant.entry.computation)
        whole = grant.entry.points + gone
        due = whole if back is None else back.of(whole)
        taken = min(due - gone - grant.taken, grant.net)
        if taken > 0 and grant.entry.id != spares:
            steps = taken_by_return(whole, gone + grant.taken, back)
            _post(first, taking, grant, taken, steps, at=at)
            first = None
    if back is None or back.is_all:
        _close(purchase, RETURNED)


def _back(taking: Event, purchase: Event, thing: Thing) -> Back | None:
    """Sum what was sent back so far, this included; None when it all goes back and no amount is known."""
    if purchase.amount_minor is None:
        if taking.amount_minor is not None:
            raise Refused(Ineligible.NO_AMOUNT)
        return None
    rule = pricing.rule_at(purchase.activity, purchase.occurred_at)
    excludes = rule.excludes if rule else ()
    earlier = thing.returned()
    before = sum(event.amount_minor or 0 for event in earlier)
    if before >= purchase.amount_minor or any(event.amount_minor is None for event in earlier):
        raise Refused(Ineligible.MORE_THAN_BOUGHT)
    amount = purchase.amount_minor - before if taking.amount_minor is None else taking.amount_minor
    if amount <= 0:
        raise Refused(Ineligible.NO_AMOUNT)
    if before + amount > purchase.amount_minor:
        raise Refused(Ineligible.MORE_THAN_BOUGHT)
    counted = sum(_counted(event, event.amount_minor or 0, excludes) for event in earlier)
    return Back(
        whole_minor=purchase.amount_minor,
        back_minor=before + amount,
        counted_minor=_counted(purchase, purchase.amount_minor, excludes),
        counted_back_minor=counted + _counted(taking, amount, excludes),
    )


def _counted(event: Event, amount_minor: int, excludes: tuple[str, ...]) -> int:
    return counted_part(amount_minor, [Item(**item) for item in event.items], excludes)


def _shrink(promise: Expectation, taken: int, taking: Event, purchase: Event, *, at: datetime) -> None:
    if taken >= promise.points:
        promise.cancelled_at = at
        return
    if taken > 0:
        step = shrunk(promise.points, taken, amount_minor=taking.amount_minor, whole_minor=purchase.amount_minor)
        promise.points -= taken
        promise.computation = [*promise.computation, step]


def _cancel(taking: Event, purchase: Event, thing: Thing, spares: uuid.UUID | None, *, at: datetime) -> None:
    promise = promise_for(purchase)
    if promise is not None:
        promise.cancelled_at = at
    first: Event | None = taking
    for grant in grants_for(thing, purchase):
        if grant.net > 0 and grant.entry.id != spares:
            _post(first, taking, grant, grant.net, taken_by_cancelling(grant.net), at=at)
            first = None
    _close(purchase, CANCELLED)


def _give_back(taking: Event, redemption: Event, *, at: datetime) -> None:
    """Undo what was spent; the event is named by the entry it took, where it took one."""
    spent = db.session.scalars(select(Entry).where(Entry.event_id == redemption.id)).all()
    for grant in grants_from(spent):
        if grant.net < 0:
            named = db.session.scalar(select(Entry.id).where(Entry.event_id == taking.id))
            steps = taken_by_cancelling(-grant.net)
            _post(taking if named is None else None, taking, grant, grant.net, steps, at=at)
    redemption.outcome, redemption.outcome_code = Outcome.CANCELLED, CANCELLED


def _post(
    first: Event | None, taking: Event, grant: Grant, taken: int, steps: list[dict[str, object]], *, at: datetime
) -> None:
    """Write the entry that takes a part of another, or gives back what it took; only the first names the event."""
    entry = grant.entry
    tiers.post(
        entry.member_id,
        tiers.Posting(
            points=-taken,
            kind=EntryKind.REVERSAL,
            happened_at=taking.occurred_at,
            counts_for_tier=entry.counts_for_tier,
            text=entry.text,
            idempotency_key=f"event:{taking.id}:{entry.sequence}",
            activity=entry.activity,
            subject=entry.subject,
            event_id=first.id if first else None,
            rule_version=entry.rule_version,
            computation=steps,
            reverses_id=entry.id if taken == entry.points else None,
            takes_from_id=entry.id,
        ),
        at=at,
    )


def _close(purchase: Event, code: str) -> None:
    """Note that nothing is left of a purchase."""
    if purchase.outcome != Outcome.DUPLICATE:
        purchase.outcome, purchase.outcome_code = Outcome.CANCELLED, code
