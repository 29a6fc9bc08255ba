"""Everything the portal knows about what a claim is about: entries, promises and the shop's messages.

One statement reads it all, for the decision screen and again, under the lock, for the decision itself.
"""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Item, Outcome
from portal.claims.models import Claim
from portal.claims.service.findings import About, Line, Promise, ShopEvent, Taking, Traces
from portal.db import UtcDateTime, db
from portal.points.models import Entry

DAYS_AROUND = 30
MOST_ENTRIES = 40
MOST_EVENTS = 20
MOST_PROMISES = 100


def traces_of(about: About) -> Traces:
    """Read the ledger around the day, all points on their way, and the events that may fit, in one statement."""
    parts = [_events(about), _takings(about)]
    if about.member_id is not None:
        parts += [_lines(about), _promises(about.member_id)]
    wrapped = [select(*part.subquery().c) for part in parts]
    rows = db.session.execute(union_all(*wrapped)).all()
    by_kind: dict[str, list[Any]] = {"line": [], "promise": [], "event": [], "taking": []}
    for row in rows:
        by_kind[row.part].append(row)
    return Traces(
        lines=tuple(_line(row) for row in sorted(by_kind["line"], key=lambda row: row.moment, reverse=True)),
        promises=tuple(_promise(row) for row in sorted(by_kind["promise"], key=lambda row: row.due_at)),
        events=tuple(
            _event(row, about.member_id) for row in sorted(by_kind["event"], key=lambda row: row.moment, reverse=True)
        ),
        takings=tuple(
            _taking(row, about.member_id) for row in sorted(by_kind["taking"], key=lambda row: row.moment, reverse=True)
        ),
    )


def _columns(part: str, **given: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - columns of any table
    """Give the three selects the same columns; a typed NULL stands where one has nothing to say."""
    empty: dict[str, ColumnElement[Any]] = {
        "id": cast(null(), Uuid),
        "moment": cast(null(), UtcDateTime),
        "due_at": cast(null(), UtcDateTime),
        "words": literal(""),
        "activity": literal(""),
        "subject": literal(""),
        "subject_key": literal(""),
        "points": cast(null(), BigInteger),
        "figure": cast(null(), BigInteger),
        "other_id": cast(null(), Uuid),
        "outcome": cast(literal(""), String),
        "outcome_code": cast(literal(""), String),
        "actor": cast(literal(""), String),
        "items": cast(null(), JSON),
    }
    return [literal(part).label("part"), *((given.get(name, blank)).label(name) for name, blank in empty.items())]


def _lines(about: About) -> Select[Any]:
    around = timedelta(days=DAYS_AROUND)
    centre = about.happened_at
    is_about_it = and_(Entry.activity == about.activity, or_(*_same_thing(about)))
    return (
        select(
            *_columns(
                "line",
                id=Entry.id,
                moment=Entry.happened_at,
                words=Entry.text,
                activity=Entry.activity,
                subject=Entry.subject,
                subject_key=func.coalesce(Claim.subject_key, ""),
                points=Entry.points,
                figure=Entry.balance_after,
                other_id=Entry.event_id,
                outcome_code=func.coalesce(Claim.reference, ""),
                actor=func.coalesce(User.name, ""),
            )
        )
        .outerjoin(Claim, Claim.id == Entry.claim_id)
        .outerjoin(User, User.id == Entry.actor_id)
        .where(
            Entry.member_id == about.member_id,
            or_(Entry.happened_at.between(centre - around, centre + around), is_about_it),
        )
        # What was paid for it is never cut off, or it would be paid again.
        .order_by(case((is_about_it, 0), else_=1), Entry.happened_at.desc())
        .limit(MOST_ENTRIES)
    )


def _same_thing(about: About) -> list[ColumnElement[bool]]:
    """Find entries for the same thing, however the member or the shop has spelt its reference."""
    spelt = [and_(Entry.subject.in_({about.subject, about.subject_key}), Entry.subject != "")]
    if not about.subject_key:
        return spelt
    by_members = select(Claim.subject).where(
        Claim.member_id == about.member_id, Claim.subject_key == about.subject_key, Claim.subject != ""
    )
    by_shops = select(Event.subject).where(Event.subject_key == about.subject_key, Event.subject != "")
    return [*spelt, Claim.subject_key == about.subject_key, Entry.subject.in_(by_members), Entry.subject.in_(by_shops)]


def _promises(member_id: uuid.UUID) -> Select[Any]:
    return (
        select(
            *_columns(
                "promise",
                id=Expectation.id,
                moment=Expectation.happened_at,
                due_at=Expectation.due_at,
                activity=Expectation.activity,
                subject=Expectation.subject,
                subject_key=Expectation.subject_key,
                points=Expectation.points,
                other_id=Expectation.event_id,
            )
        )
        .where(
            Expectation.member_id == member_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .order_by(Expectation.due_at)
        .limit(MOST_PROMISES)
    )


def _events(about: About) -> Select[Any]:
    told = {"words": Event.member_hint, "outcome": Event.outcome, "outcome_code": Event.outcome_code}
    return (
        select(*_told("event", **told))
        # Returns and what was spent are no activities a claim could be about.
        .where(Event.kind == EventKind.EARN, _fits(Event, about))
        .order_by(Event.occurred_at.desc())
        .limit(MOST_EVENTS)
    )


def _takings(about: About) -> Select[Any]:
    """Look for what was sent back or cancelled of these events, tied to the member or to nobody."""
    bought = aliased(Event)
    is_about_one = (
        select(bought.id)
        .where(
            bought.subject_key == Event.subject_key,
            bought.activity == Event.activity,
            bought.kind == EventKind.EARN,
            _fits(bought, about),
        )
        .exists()
    )
    is_theirs = and_(Event.member_id == about.member_id, Event.outcome.in_((Outcome.CREDITED, Outcome.PENDING)))
    return (
        select(*_told("taking", words=cast(Event.kind, String)))
        .where(
            Event.kind.in_((EventKind.RETURN, EventKind.CANCELLATION)),
            Event.subject_key != "",
            or_(is_theirs, Event.outcome == Outcome.UNMATCHED),
            is_about_one,
        )
        .order_by(Event.occurred_at)
        .limit(MOST_EVENTS)
    )


def _told(part: str, **more: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - columns of any table
    """Give what every message of the shop tells."""
    return _columns(
        part,
        id=Event.id,
        moment=Event.occurred_at,
        activity=Event.activity,
        subject=Event.subject,
        subject_key=Event.subject_key,
        figure=Event.amount_minor,
        items=Event.items,
        other_id=Event.member_id,
        actor=Event.source,
        **more,
    )


def _fits(event: type[Event], about: About) -> ColumnElement[bool]:
    """Look by the reference; where a shop knows the member's address, also by address and day."""
    fitting: list[ColumnElement[bool]] = []
    if about.subject_key:
        fitting.append(event.subject_key == about.subject_key)
    if about.day is not None and about.address:
        one_day = timedelta(days=1)
        fitting.append(
            and_(
                event.outcome == Outcome.UNMATCHED,
                event.activity == about.activity,
                event.member_hint == about.address.casefold(),
                event.occurred_at.between(about.happened_at - one_day, about.happened_at + one_day),
            )
        )
    return or_(*fitting) if fitting else event.id.is_(None)


def _line(row: Any) -> Line:  # noqa: ANN401 - a row of the union
    return Line(
        id=row.id,
        at=row.moment,
        text=row.words,
        activity=row.activity,
        subject=row.subject,
        points=row.points,
        balance_after=row.figure,
        event_id=row.other_id,
        subject_key=row.subject_key,
        reference=row.outcome_code,
        actor=row.actor,
    )


def _promise(row: Any) -> Promise:  # noqa: ANN401 - a row of the union
    return Promise(row.id, row.moment, row.due_at, row.activity, row.subject, row.subject_key, row.points, row.other_id)


def _event(row: Any, member_id: uuid.UUID | None) -> ShopEvent:  # noqa: ANN401 - a row of the union
    return ShopEvent(
        id=row.id,
        at=row.moment,
        activity=row.activity,
        subject=row.subject,
        subject_key=row.subject_key,
        amount_minor=row.figure,
        items=tuple(Item(**item) for item in row.items),
        outcome=Outcome(row.outcome),
        outcome_code=row.outcome_code,
        address=row.words,
        is_mine=row.other_id is not None and row.other_id == member_id,
        source=row.actor,
    )


def _taking(row: Any, member_id: uuid.UUID | None) -> Taking:  # noqa: ANN401 - a row of the union
    return Taking(
        id=row.id,
        at=row.moment,
        kind=EventKind(row.words),
        activity=row.activity,
        subject=row.subject,
        subject_key=row.subject_key,
        amount_minor=row.figure,
        items=tuple(Item(**item) for item in row.items),
        source=row.actor,
        is_mine=row.other_id is not None and row.other_id == member_id,
    )
