"""What a member has done lately: what a claim can be about without anybody typing a number."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, Select, select

from portal import programme
from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Outcome
from portal.db import compared, db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.programme import normal_subject

MOST_OF_EACH = 6
MOST_ENTRIES = 4
EVER = datetime(1970, 1, 1, tzinfo=UTC)
# Lines that stand for something the member did; a correction is one that came late, by a verdict.
FOR_AN_ACTIVITY = (EntryKind.EARN, EntryKind.BONUS, EntryKind.CORRECTION, EntryKind.REVERSAL)

# Who asks: a member, or the place of one in a statement that is built once.
Asker = uuid.UUID | BindParameter[uuid.UUID]

expectation = Expectation.__table__.c
event = Event.__table__.c
entry = Entry.__table__.c


class Standing(StrEnum):
    """How far the points of an activity have come."""

    LATE = "late"
    ON_ITS_WAY = "on_its_way"
    NOT_ELIGIBLE = "not_eligible"
    CREDITED = "credited"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Thing:
    """One activity of the member; `key` is how the form names it."""

    key: str
    id: uuid.UUID
    standing: Standing
    activity: str
    happened_at: datetime
    subject: str
    subject_key: str
    amount_minor: int | None
    points: int
    moves_at: datetime
    # Its place in the history, when it is a line there.
    sequence: int | None = None
    # Why it earns nothing, and the version of the rule that says so.
    code: str = ""
    computation: tuple[Mapping[str, Any], ...] = ()
    rule_version: str = ""

    @property
    def day(self) -> date:
        """Give the day it happened, in the programme's zone."""
        return self.happened_at.astimezone(programme.current().club.zone).date()

    @property
    def expectation_id(self) -> uuid.UUID | None:
        """Give the expectation behind it, when points are still to come."""
        return self.id if self.standing in {Standing.LATE, Standing.ON_ITS_WAY} else None


def recent_things(
    member_id: uuid.UUID,
    *,
    since: datetime,
    at: datetime,
    entry_id: uuid.UUID | None = None,
    sequence: int | None = None,
) -> tuple[Thing, ...]:
    """List the member's own activities, newest first; a line of the history that is named is added, however old."""
    coming = read(awaited(member_id, since).limit(MOST_OF_EACH), at)
    unpaid_for = read(refused(member_id, since).limit(MOST_OF_EACH), at)
    lines = read(posted(member_id).where(entry.happened_at >= since).limit(MOST_ENTRIES), at)
    line = entry.id == entry_id if entry_id else entry.sequence == sequence
    named = read(posted(member_id).where(line), at) if entry_id or sequence else []
    things = {thing.key: thing for thing in (*coming, *unpaid_for, *lines, *named)}
    return tuple(sorted(things.values(), key=lambda thing: thing.happened_at, reverse=True))


def thing_behind(member_id: uuid.UUID, expectation_id: uuid.UUID, *, at: datetime) -> Thing | None:
    """Find what an expectation has come to: the line that settled it, or itself, while it waits."""
    settled = select(expectation.satisfied_by_id).where(expectation.id == expectation_id).scalar_subquery()
    found = (
        *read(posted(member_id).where(entry.id == settled), at),
        *read(awaited(member_id, EVER).where(expectation.id == expectation_id), at),
    )
    return found[0] if found else None


def awaited(member_id: Asker, since: datetime) -> Select[Any]:
    """Select what is promised and not posted yet."""
    return (
        select(
            expectation.id,
            expectation.activity,
            expectation.happened_at,
            expectation.subject,
            expectation.subject_key,
            event.amount_minor,
            expectation.points,
            expectation.due_at.label("moves_at"),
        )
        .select_from(Expectation.__table__.outerjoin(Event.__table__, event.id == expectation.event_id))
        .where(
            expectation.member_id == member_id,
            expectation.satisfied_by_id.is_(None),
            expectation.cancelled_at.is_(None),
            expectation.happened_at >= since,
        )
        .order_by(expectation.due_at.desc())
    )


def refused(member_id: uuid.UUID, since: datetime) -> Select[Any]:
    """Select what came in and earns no points."""
    return unpaid(member_id).where(compared(event.outcome) == Outcome.INELIGIBLE.value, event.occurred_at >= since)


def unpaid(member_id: Asker) -> Select[Any]:
    """Select what came in, whatever became of it."""
    return (
        select(
            event.id,
            event.activity,
            event.occurred_at.label("happened_at"),
            event.subject,
            event.subject_key,
            event.amount_minor,
            event.outcome,
            event.outcome_code,
            event.computation,
            event.rule_version,
            event.received_at.label("moves_at"),
        )
        .where(event.member_id == member_id, event.kind == EventKind.EARN.value)
        .order_by(event.occurred_at.desc())
    )


def posted(member_id: Asker) -> Select[Any]:
    """Select the lines of the history that stand for something the member did."""
    return (
        select(
            entry.id,
            entry.activity,
            entry.happened_at,
            entry.subject,
            event.subject_key,
            event.amount_minor,
            entry.points,
            entry.kind,
            entry.sequence,
            entry.recorded_at.label("moves_at"),
        )
        .select_from(Entry.__table__.outerjoin(Event.__table__, event.id == entry.event_id))
        .where(
            entry.member_id == member_id,
            entry.activity != "",
            entry.kind.in_([kind.value for kind in FOR_AN_ACTIVITY]),
        )
        .order_by(entry.happened_at.desc())
    )


def read(wanted: Select[Any], at: datetime, values: Mapping[str, Any] | None = None) -> list[Thing]:
    """Read what one of these selects finds."""
    return [_thing(row, at) for row in db.session.execute(wanted, values)]


def _thing(row: Any, at: datetime) -> Thing:  # noqa: ANN401 - a row of one of the three
    return Thing(
        key=f"{_table(row)}-{row.id}",
        id=row.id,
        standing=_standing(row, at),
        activity=row.activity,
        happened_at=row.happened_at,
        subject=row.subject,
        # What has no number of its own is known by its row, so that it too can be claimed only once at a time.
        subject_key=row.subject_key or normal_subject(row.subject) or normal_subject(str(row.id)),
        amount_minor=row.amount_minor,
        points=getattr(row, "points", 0),
        moves_at=row.moves_at,
        sequence=getattr(row, "sequence", None),
        code=getattr(row, "outcome_code", ""),
        computation=tuple(getattr(row, "computation", ())),
        rule_version=getattr(row, "rule_version", ""),
    )


def _table(row: Any) -> str:  # noqa: ANN401 - a row of one of the three
    """Tell the three kinds of rows apart by what only one of them has."""
    if hasattr(row, "outcome"):
        return "event"
    return "entry" if hasattr(row, "kind") else "expectation"


def _standing(row: Any, at: datetime) -> Standing:  # noqa: ANN401 - a row of one of the three
    match _table(row):
        case "event":
            return Standing.RETURNED if row.outcome == Outcome.CANCELLED.value else Standing.NOT_ELIGIBLE
        case "entry":
            return Standing.TAKEN_BACK if row.kind == EntryKind.REVERSAL.value else Standing.CREDITED
        case _:
            return Standing.ON_ITS_WAY if row.moves_at > at else Standing.LATE
