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
    Boolean,
    ColumnElement,
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
from portal.activities.models import Event, Expectation
from portal.claims.models import Claim
from portal.claims.rules import OPEN_STATES, ClaimState
from portal.db import UtcDateTime, reading
from portal.home.queries.promised import asked_of, coming_of
from portal.home.queries.related import messages_in, messages_of, related_in, related_to
from portal.home.queries.unpaid import Span, unpaid_between, unpaid_of
from portal.home.rules import Asked, Coming, Message, Related, Unpaid
from portal.points.models import Entry
from portal.points.queries import Line, Wanted

COMING, ASKED, LATEST, CHARTED, SHOWN, UNPAID, MESSAGES, RELATED = range(8)
LINES_ON_HOME = 4

expectation = Expectation.__table__.c
claim = Claim.__table__.c
entry = Entry.__table__.c
agent = User.__table__.c
message = Event.__table__.c
promise = Expectation.__table__.alias("promise")
_MEMBER = bindparam("member", type_=Uuid())
# What the portal filled in waits for its member.
_IS_PROPOSED = and_(claim.state == ClaimState.DRAFT.value, claim.proposed_at.is_not(None))
_IS_OPEN = or_(*(claim.state == state.value for state in sorted(OPEN_STATES)))


@dataclass(frozen=True, slots=True)
class Latest:
    """A line as the first page shows it."""

    text: str
    points: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """Points on their way, the next due first, not yet explained; open claims and latest lines, the newest first."""

    coming: tuple[Coming, ...]
    asked: tuple[Asked, ...]
    latest: tuple[Latest, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Points on their way, the next due first; open claims, the newest first; references of the claims asked for.

    `unpaid` came in between the moments asked for and brought nothing, the newest of it where it is a great deal.
    `charted` and `shown` are sums as (place of the month in the list that was given, kind, points).
    """

    coming: tuple[Coming, ...]
    asked: tuple[Asked, ...]
    references: dict[uuid.UUID, str]
    messages: dict[uuid.UUID, Message]
    related: dict[uuid.UUID, tuple[Related, ...]]
    unpaid: tuple[Unpaid, ...]
    charted: tuple[tuple[int, str, int], ...]
    shown: tuple[tuple[int, str, int], ...]


_KINDS: dict[str, Any] = {
    "activity": String(),
    "subject": String(),
    "points": BigInteger(),
    "number": Integer(),
    "moment": UtcDateTime(),
    "due_at": UtcDateTime(),
    "day": Date(),
    "reference": String(),
    "state": String(),
    "kind": String(),
    "agent": String(),
    "is_coming": Boolean(),
    "parked_until": UtcDateTime(),
}
# What only the history asks for: every column of a union is read for every row.
_MORE_KINDS: dict[str, Any] = {"id": Uuid(), "of_id": Uuid(), "computation": JSON(), "rule_version": String()}
_MORE_KINDS["received_at"] = UtcDateTime()


def _part(what: int, kinds: dict[str, Any], **columns: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401 - columns of any type
    """Give one part of a union its columns; those it does not have are empty."""
    return (
        literal(what, Integer).label("what"),
        *(columns.get(name, cast(null(), kind)).label(name) for name, kind in kinds.items()),
    )


def _coming(kinds: dict[str, Any]) -> Select[Any]:
    sent = {} if kinds is _KINDS else {"reference": message.external_id, "received_at": message.received_at}
    found = select(
        *_part(
            COMING,
            kinds,
            activity=expectation.activity,
            subject=expectation.subject,
            points=cast(expectation.points, BigInteger),
            moment=expectation.happened_at,
            due_at=expectation.due_at,
            computation=expectation.computation,
            rule_version=expectation.rule_version,
            **sent,
        )
    ).where(expectation.member_id == _MEMBER, expectation.satisfied_by_id.is_(None), expectation.cancelled_at.is_(None))
    if not sent:
        return found
    return found.select_from(Expectation.__table__).outerjoin(Event.__table__, message.id == expectation.event_id)


def _asked(kinds: dict[str, Any]) -> Select[Any]:
    return (
        select(
            *_part(
                ASKED,
                kinds,
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
                is_coming=promise.c.id.is_not(None),
                parked_until=claim.parked_until,
            )
        )
        .select_from(Claim.__table__)
        .outerjoin(User.__table__, and_(agent.id == claim.assignee_id, claim.state == ClaimState.IN_REVIEW.value))
        .outerjoin(
            promise,
            and_(
                promise.c.id == claim.expectation_id,
                promise.c.satisfied_by_id.is_(None),
                promise.c.cancelled_at.is_(None),
            ),
        )
        .where(claim.member_id == _MEMBER)
    )


def _unpaid(between: Span, wanted: Wanted) -> Select[Any]:
    newest = unpaid_between(between, wanted).subquery().c
    return select(
        *_part(
            UNPAID,
            _ALL_KINDS,
            activity=newest.activity,
            subject=newest.subject,
            moment=newest.occurred_at,
            received_at=newest.received_at,
            reference=newest.external_id,
            state=newest.outcome_code,
            kind=newest.kind,
            computation=newest.computation,
            rule_version=newest.rule_version,
        )
    )


_ALL_KINDS = _KINDS | _MORE_KINDS
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
        _KINDS,
        subject=_NEWEST.c.text,
        points=_NEWEST.c.points,
        moment=_NEWEST.c.recorded_at,
        number=_NEWEST.c.sequence,
    )
)
_HOME = union_all(_coming(_KINDS), _asked(_KINDS).where(or_(_IS_OPEN, _IS_PROPOSED)), _LATEST)
_COMING, _CLAIMS = _coming(_ALL_KINDS), _asked(_ALL_KINDS)


def beside_home(member_id: uuid.UUID, zone: tzinfo) -> Home:
    """Read what is on its way to a member, what they have asked for, and their latest lines."""
    parts = _sorted(reading().execute(_HOME, {"member": member_id}))
    latest = sorted(parts[LATEST], key=lambda row: row.number, reverse=True)
    return Home(
        coming_of(parts[COMING], zone, with_reasons=False),
        asked_of(parts[ASKED], zone),
        tuple(Latest(row.subject, row.points, row.moment) for row in latest),
    )


def beside_lines(
    member_id: uuid.UUID,
    zone: tzinfo,
    wanted: Wanted,
    *,
    between: Span,
    lines: Sequence[Line],
    sums: Sequence[tuple[int, Select[Any]]],
) -> Beside:
    """Read what lies beside some lines: the same, what brought nothing, references of their claims, sums by month."""
    claims = [line.claim_id for line in lines if line.claim_id is not None]
    needed = or_(_IS_OPEN, claim.id.in_(claims)) if claims else _IS_OPEN
    statements = [
        _COMING,
        _CLAIMS.where(needed),
        _unpaid(between, wanted),
        *(_beside(lines) if lines else ()),
        *(_as_part(what, statement) for what, statement in sums),
    ]
    parts = _sorted(reading().execute(union_all(*statements), {"member": member_id}))
    return Beside(
        coming_of(parts[COMING], zone, with_reasons=True),
        asked_of(parts[ASKED], zone),
        {row.id: row.reference for row in parts[ASKED]},
        messages_in(parts[MESSAGES], zone),
        related_in(lines, parts[RELATED]),
        unpaid_of(parts[UNPAID], zone),
        tuple((row.number, row.kind, row.points) for row in parts[CHARTED]),
        tuple((row.number, row.kind, row.points) for row in parts[SHOWN]),
    )


def _beside(lines: Sequence[Line]) -> tuple[Select[Any], Select[Any]]:
    sent, other = messages_of(lines).subquery(), related_to(lines).subquery()
    return (
        select(
            *_part(
                MESSAGES,
                _ALL_KINDS,
                id=sent.c.id,
                reference=sent.c.external_id,
                received_at=sent.c.received_at,
                due_at=sent.c.due_at,
            )
        ),
        select(
            *_part(
                RELATED,
                _ALL_KINDS,
                id=other.c.id,
                of_id=other.c.takes_from,
                number=other.c.sequence,
                points=other.c.points,
                moment=other.c.recorded_at,
            )
        ),
    )


def _as_part(what: int, sums: Select[Any]) -> Select[Any]:
    part = sums.subquery()
    return select(*_part(what, _ALL_KINDS, number=part.c.month, points=part.c.points, kind=part.c.kind))


def _sorted(rows: Iterable[Any]) -> tuple[list[Any], ...]:
    """Sort the rows of a union by what they are."""
    parts: tuple[list[Any], ...] = tuple([] for _ in range(RELATED + 1))
    for row in rows:
        parts[row.what].append(row)
    return parts
