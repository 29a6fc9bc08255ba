"""A member's lines, as many as a page shows, and their sums by month; the newest stand first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from portal.db import UtcDateTime, db
from portal.folding import like
from portal.points.models import Entry
from portal.points.rules import SPENT, EntryKind

entry = Entry.__table__.c
MOST_WORDS = 8
LONGEST_NUMBER = 9
# Two writers may read the clock in one order and write in the other; a day is far more than they can differ by.
CLOCKS_DIFFER = timedelta(days=1)


class Group(StrEnum):
    """Lines that belong together whatever they were for; what brought nothing has no line of the ledger."""

    CORRECTIONS = "corrections"
    GIFTS = "gifts"
    SPENT = "spent"
    TAKEN_BACK = "taken-back"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show: of one activity or group, with all of these words, recorded in this stretch of time."""

    activity: str = ""
    group: Group | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing is left out."""
        return self == EVERYTHING


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as its member may see it; the note among staff is not part of it."""

    id: uuid.UUID
    sequence: int
    points: int
    kind: EntryKind
    activity: str
    subject: str
    text: str
    reason: str
    happened_at: datetime
    recorded_at: datetime
    balance_after: int
    claim_id: uuid.UUID | None
    event_id: uuid.UUID | None
    takes_from: uuid.UUID | None
    rule_version: str
    computation: list[dict[str, Any]]


EVERYTHING = Wanted()
_MEMBER: BindParameter[uuid.UUID] = bindparam("member")
_LINES = (
    select(
        entry.id,
        entry.sequence,
        entry.points,
        entry.kind,
        entry.activity,
        entry.subject,
        entry.text,
        entry.reason,
        entry.happened_at,
        entry.recorded_at,
        entry.balance_after,
        entry.claim_id,
        entry.event_id,
        func.coalesce(entry.takes_from_id, entry.reverses_id).label("takes_from"),
        entry.rule_version,
        entry.computation,
    )
    .where(entry.member_id == _MEMBER)
    .order_by(entry.sequence.desc())
)


def lines_of(member_id: uuid.UUID, wanted: Wanted, *, upto: int | None, most: int, after: int = 0) -> list[Line]:
    """List the lines that fit, from the line with the sequence `upto` down; a page goes on where the last one ended.

    Lines up to the sequence `after` are left out.
    """
    statement = _LINES.where(*fitting(wanted)).limit(most)
    if upto is not None:
        statement = statement.where(entry.sequence <= upto)
    if after:
        statement = statement.where(entry.sequence > after)
    return [_line(row) for row in db.session.execute(statement, {"member": member_id})]


def sums_by_month(
    wanted: Wanted,
    starts: Sequence[tuple[date, datetime]],
    *,
    below: int | None = None,
    upto: int | None = None,
) -> Select[Any]:
    """Build the statement that sums the lines that fit by month, kind and sign.

    `starts` are months and the moments they begin, the newest first. Only lines from the oldest of them on are
    touched; `below` is a sequence known to be older than that month's end, `upto` the newest line to count.
    """
    oldest = starts[-1][1]
    earlier = select(entry.sequence).where(
        entry.member_id == _MEMBER, entry.recorded_at < literal(oldest - CLOCKS_DIFFER, UtcDateTime)
    )
    if below is not None:
        earlier = earlier.where(entry.sequence < below)
    first = earlier.order_by(entry.sequence.desc()).limit(1).scalar_subquery()
    months = [(entry.recorded_at >= literal(start, UtcDateTime), index) for index, (_, start) in enumerate(starts)]
    counted = select(
        case(*months, else_=-1).label("month"),
        entry.kind,
        entry.points,
        case((entry.points > 0, 1), else_=0).label("came"),
    ).where(
        entry.member_id == _MEMBER,
        entry.sequence > func.coalesce(first, 0),
        entry.recorded_at >= literal(oldest, UtcDateTime),
        *fitting(wanted),
    )
    if upto is not None:
        counted = counted.where(entry.sequence <= upto)
    part = counted.subquery()
    total = cast(func.sum(part.c.points), BigInteger)
    return select(part.c.month, part.c.kind, total.label("points")).group_by(part.c.month, part.c.kind, part.c.came)


def fitting(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Give the conditions of what is wanted."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.activity:
        conditions.append(entry.activity == wanted.activity)
    if wanted.group is not None:
        conditions.append(_of_group(wanted.group))
    if wanted.since is not None:
        conditions.append(entry.recorded_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(entry.recorded_at < wanted.until)
    conditions.extend(_has(word) for word in wanted.words.split()[:MOST_WORDS])
    return conditions


def _line(row: Any) -> Line:  # noqa: ANN401 - a row of _LINES
    return Line(
        id=row.id,
        sequence=row.sequence,
        points=row.points,
        kind=EntryKind(row.kind),
        activity=row.activity,
        subject=row.subject,
        text=row.text,
        reason=row.reason,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        balance_after=row.balance_after,
        claim_id=row.claim_id,
        event_id=row.event_id,
        takes_from=row.takes_from,
        rule_version=row.rule_version,
        computation=row.computation,
    )


def _of_group(group: Group) -> ColumnElement[bool]:
    spent = entry.kind.in_([kind.value for kind in sorted(SPENT)])
    match group:
        case Group.CORRECTIONS:
            return entry.kind == EntryKind.CORRECTION.value
        case Group.GIFTS:
            return entry.kind.in_([EntryKind.GOODWILL.value, EntryKind.BONUS.value])
        case Group.SPENT:
            return spent
        case Group.TAKEN_BACK:
            return (entry.points < 0) & ~spent
        case Group.NOTHING:
            return false()


def _has(word: str) -> ColumnElement[bool]:
    """Find a word in text and reference, spaces in the reference or none; a number also finds that many points."""
    pattern = like(word)
    found: list[ColumnElement[bool]] = [
        entry.search_text.like(pattern, escape="!"),
        func.replace(entry.search_text, " ", "").like(pattern, escape="!"),
    ]
    if word.isdecimal() and len(word) <= LONGEST_NUMBER:
        found.append(func.abs(entry.points) == int(word))
    return or_(*found)
