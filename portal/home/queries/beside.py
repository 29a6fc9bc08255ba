"""What stands beside a member's lines: points on their way and open claims, read together in one statement.

A union costs a page one trip instead of three: each part fills the columns it has.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.accounts.models import User
from portal.activities.models import Expectation
from portal.claims.models import Claim
from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState
from portal.db import UtcDateTime, reading
from portal.home.rules import Asked, Coming, last_day
from portal.points.models import Entry

COMING, ASKED, LATEST, CHARTED, SHOWN = range(5)
LINES_ON_HOME = 4

expectation = Expectation.__table__.c
claim = Claim.__table__.c
entry = Entry.__table__.c
agent = User.__table__.c
_MEMBER = bindparam("member", type_=Uuid())
_IS_OPEN = or_(*(claim.state == state.value for state in sorted(OPEN_STATES)))


@dataclass(frozen=True, slots=True)
class Latest:
    """A line as the first page shows it."""

    text: str
    points: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """Points on their way, the next due first; open claims and latest lines, the newest first.

    `references` are those of the claims asked for. `charted` and `shown` are sums as (place of the month in the list
    that was given, kind, points).
    """

    coming: tuple[Coming, ...]
    asked: tuple[Asked, ...]
    latest: tuple[Latest, ...]
    references: dict[uuid.UUID, str]
    charted: tuple[tuple[int, str, int], ...]
    shown: tuple[tuple[int, str, int], ...]


def _part(what: int, **columns: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 - columns of any type
    """Give one part of the union all of its columns; those it does not have are empty."""
    return (
        literal(what, Integer).label("what"),
        *(columns.get(name, cast(null(), kind)).label(name) for name, kind in _COLUMNS.items()),
    )


_COLUMNS: dict[str, Any] = {
    "id": Uuid(),
    "activity": String(),
    "subject": String(),
    "points": BigInteger(),
    "number": Integer(),
    "moment": UtcDateTime(),
    "due_at": UtcDateTime(),
    "day": Date(),
    "computation": JSON(),
    "rule_version": String(),
    "reference": String(),
    "state": String(),
    "kind": String(),
    "agent": String(),
    "expected": Uuid(),
    "parked_until": UtcDateTime(),
}
_EXPECTED = {
    "id": expectation.id,
    "activity": expectation.activity,
    "subject": expectation.subject,
    "points": cast(expectation.points, BigInteger),
    "moment": expectation.happened_at,
    "due_at": expectation.due_at,
}
_IS_COMING = (
    expectation.member_id == _MEMBER,
    expectation.satisfied_by_id.is_(None),
    expectation.cancelled_at.is_(None),
)
_COMING = select(
    *_part(COMING, **_EXPECTED, computation=expectation.computation, rule_version=expectation.rule_version)
).where(*_IS_COMING)
_CLAIMS = (
    select(
        *_part(
            ASKED,
            id=claim.id,
            activity=claim.activity,
            subject=claim.subject,
            points=claim.expected_points,
            moment=claim.created_at,
            due_at=claim.due_at,
            day=claim.activity_day,
            reference=claim.reference,
            state=claim.state,
            kind=claim.kind,
            agent=agent.name,
            expected=claim.expectation_id,
            parked_until=claim.parked_until,
        )
    )
    .select_from(Claim.__table__)
    .outerjoin(User.__table__, and_(agent.id == claim.assignee_id, claim.state == ClaimState.IN_REVIEW.value))
    .where(claim.member_id == _MEMBER)
)
_NEWEST = (
    select(entry.text, entry.points, entry.recorded_at, entry.sequence)
    .where(entry.member_id == _MEMBER)
    .order_by(entry.sequence.desc())
    .limit(LINES_ON_HOME)
    .subquery()
)
_LATEST = select(
    *_part(
        LATEST,
        subject=_NEWEST.c.text,
        points=_NEWEST.c.points,
        moment=_NEWEST.c.recorded_at,
        number=_NEWEST.c.sequence,
    )
)
_HOME = union_all(select(*_part(COMING, **_EXPECTED)).where(*_IS_COMING), _CLAIMS.where(_IS_OPEN), _LATEST)


def beside_home(member_id: uuid.UUID, zone: tzinfo) -> Beside:
    """Read what is on its way to a member, what they have asked for, and their latest lines."""
    return _sorted(reading().execute(_HOME, {"member": member_id}), zone)


def beside_lines(
    member_id: uuid.UUID, zone: tzinfo, *, claims: Sequence[uuid.UUID], sums: Sequence[tuple[int, Select[Any]]]
) -> Beside:
    """Read the same with the references of some claims, and with sums by month, in one statement too."""
    wanted = or_(_IS_OPEN, claim.id.in_(claims)) if claims else _IS_OPEN
    parts = [_COMING, _CLAIMS.where(wanted), *(_as_part(what, statement) for what, statement in sums)]
    together: CompoundSelect[Any] = union_all(*parts)
    return _sorted(reading().execute(together, {"member": member_id}), zone)


def _as_part(what: int, sums: Select[Any]) -> Select[Any]:
    part = sums.subquery()
    return select(*_part(what, number=part.c.month, points=part.c.points, kind=part.c.kind))


def _sorted(rows: Iterable[Any], zone: tzinfo) -> Beside:
    parts: tuple[list[Any], ...] = ([], [], [], [], [])
    for row in rows:
        parts[row.what].append(row)
    parts[LATEST].sort(key=lambda row: row.number, reverse=True)
    coming = [_coming(row, zone) for row in parts[COMING]]
    expected = {one.id for one in coming}
    asked = [
        _asked(row, zone, is_waiting_anyway=row.expected in expected)
        for row in parts[ASKED]
        if row.state in OPEN_STATES
    ]
    coming.sort(key=lambda one: (one.due_on, one.happened_at))
    asked.sort(key=lambda one: one.day, reverse=True)
    return Beside(
        tuple(coming),
        tuple(asked),
        tuple(Latest(row.subject, row.points, row.moment) for row in parts[LATEST]),
        {row.id: row.reference for row in parts[ASKED]},
        tuple((row.number, row.kind, row.points) for row in parts[CHARTED]),
        tuple((row.number, row.kind, row.points) for row in parts[SHOWN]),
    )


def _coming(row: Any, zone: tzinfo) -> Coming:  # noqa: ANN401 - a row of the union
    return Coming(
        row.id,
        row.activity,
        row.subject,
        row.points,
        row.moment,
        last_day(row.due_at, zone),
        row.rule_version or "",
        row.computation or [],
    )


def _asked(row: Any, zone: tzinfo, *, is_waiting_anyway: bool) -> Asked:  # noqa: ANN401 - a row of the union
    return Asked(
        reference=row.reference,
        kind=ClaimKind(row.kind) if row.kind else None,
        activity=row.activity,
        subject=row.subject,
        activity_day=row.day,
        day=row.day or row.moment.astimezone(zone).date(),
        points=row.points or 0,
        state=ClaimState(row.state),
        answer_by=last_day(row.due_at, zone) if row.due_at else None,
        parked_until=last_day(row.parked_until, zone) if row.parked_until else None,
        agent=(row.agent or "").split(" ", 1)[0],
        is_waiting_anyway=is_waiting_anyway,
    )
