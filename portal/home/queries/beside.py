"""What stands beside a member's lines: points on their way and open claims, read together in one statement."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
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
from portal.db import UtcDateTime, db
from portal.home.rules import Asked, Coming, last_day

COMING, ASKED, CHARTED, SHOWN = range(4)

expectation = Expectation.__table__.c
claim = Claim.__table__.c
agent = User.__table__.c
_MEMBER = bindparam("member", type_=Uuid())
_IS_OPEN = or_(*(claim.state == state.value for state in sorted(OPEN_STATES)))
_TEXT, _DAY, _MOMENT = String(), Date(), UtcDateTime()


@dataclass(frozen=True, slots=True)
class Beside:
    """Points on their way, the next due first; open claims, the newest first; references of the claims asked for.

    `charted` and `shown` are sums as (month of the list that was given, kind, points).
    """

    coming: tuple[Coming, ...]
    asked: tuple[Asked, ...]
    references: dict[uuid.UUID, str]
    charted: tuple[tuple[int, str, int], ...]
    shown: tuple[tuple[int, str, int], ...]


def _nothing(kind: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a column type
    """Fill a column that this part of the union does not have."""
    return cast(null(), kind)


_COMING = select(
    literal(COMING, Integer).label("what"),
    expectation.id.label("id"),
    expectation.activity.label("activity"),
    expectation.subject.label("subject"),
    cast(expectation.points, BigInteger).label("points"),
    expectation.happened_at.label("happened_at"),
    expectation.due_at.label("due_at"),
    _nothing(_DAY).label("day"),
    expectation.computation.label("computation"),
    expectation.rule_version.label("rule_version"),
    _nothing(_TEXT).label("reference"),
    _nothing(_TEXT).label("state"),
    _nothing(_TEXT).label("kind"),
    _nothing(_TEXT).label("agent"),
    _nothing(Uuid()).label("expected"),
    _nothing(_MOMENT).label("parked_until"),
).where(expectation.member_id == _MEMBER, expectation.satisfied_by_id.is_(None), expectation.cancelled_at.is_(None))
_CLAIMS = (
    select(
        literal(ASKED, Integer),
        claim.id,
        claim.activity,
        claim.subject,
        claim.expected_points,
        claim.created_at,
        claim.due_at,
        claim.activity_day,
        _nothing(JSON()),
        _nothing(_TEXT),
        claim.reference,
        claim.state,
        claim.kind,
        agent.name,
        claim.expectation_id,
        claim.parked_until,
    )
    .select_from(Claim.__table__)
    .outerjoin(User.__table__, and_(agent.id == claim.assignee_id, claim.state == ClaimState.IN_REVIEW.value))
    .where(claim.member_id == _MEMBER)
)
_BESIDE = union_all(_COMING, _CLAIMS.where(_IS_OPEN))


def beside(member_id: uuid.UUID, zone: tzinfo) -> Beside:
    """Read what is on its way to a member, and what they have asked for."""
    return _sorted(db.session.execute(_BESIDE, {"member": member_id}), zone)


def beside_lines(
    member_id: uuid.UUID, zone: tzinfo, *, claims: Sequence[uuid.UUID], sums: Sequence[tuple[int, Select[Any]]]
) -> Beside:
    """Read the same with the references of some claims, and with sums by month, in one statement too."""
    wanted = or_(_IS_OPEN, claim.id.in_(claims)) if claims else _IS_OPEN
    parts = [_COMING, _CLAIMS.where(wanted), *(_as_part(what, statement) for what, statement in sums)]
    together: CompoundSelect[Any] = union_all(*parts)
    return _sorted(db.session.execute(together, {"member": member_id}), zone)


def _as_part(what: int, sums: Select[Any]) -> Select[Any]:
    """Give sums the columns of the union: the month stands in the place of a subject."""
    part = sums.subquery()
    return select(
        literal(what, Integer),
        _nothing(Uuid()),
        _nothing(_TEXT),
        cast(part.c.month, String),
        part.c.points,
        _nothing(_MOMENT),
        _nothing(_MOMENT),
        _nothing(_DAY),
        _nothing(JSON()),
        _nothing(_TEXT),
        _nothing(_TEXT),
        _nothing(_TEXT),
        part.c.kind,
        _nothing(_TEXT),
        _nothing(Uuid()),
        _nothing(_MOMENT),
    )


def _sorted(rows: Iterable[Any], zone: tzinfo) -> Beside:
    coming: list[Coming] = []
    asked: list[Asked] = []
    references: dict[uuid.UUID, str] = {}
    sums: dict[int, list[tuple[int, str, int]]] = {CHARTED: [], SHOWN: []}
    by_what: dict[int, list[Any]] = {}
    for row in rows:
        by_what.setdefault(row.what, []).append(row)
    coming = [_coming(row, zone) for row in by_what.get(COMING, ())]
    expected = {one.id for one in coming}
    for row in by_what.get(ASKED, ()):
        references[row.id] = row.reference
        if row.state in OPEN_STATES:
            asked.append(_asked(row, zone, is_waiting_anyway=row.expected in expected))
    for what, parts in sums.items():
        parts.extend((int(row.subject), row.kind, row.points) for row in by_what.get(what, ()))
    coming.sort(key=lambda one: (one.due_on, one.happened_at))
    asked.sort(key=lambda one: one.day, reverse=True)
    return Beside(tuple(coming), tuple(asked), references, tuple(sums[CHARTED]), tuple(sums[SHOWN]))


def _coming(row: Any, zone: tzinfo) -> Coming:  # noqa: ANN401 - a row of the union
    return Coming(
        row.id,
        row.activity,
        row.subject,
        row.points,
        row.happened_at,
        last_day(row.due_at, zone),
        row.rule_version,
        row.computation,
    )


def _asked(row: Any, zone: tzinfo, *, is_waiting_anyway: bool) -> Asked:  # noqa: ANN401 - a row of the union
    return Asked(
        reference=row.reference,
        kind=ClaimKind(row.kind) if row.kind else None,
        activity=row.activity,
        subject=row.subject,
        activity_day=row.day,
        day=row.day or row.happened_at.astimezone(zone).date(),
        points=row.points or 0,
        state=ClaimState(row.state),
        answer_by=last_day(row.due_at, zone) if row.due_at else None,
        parked_until=row.parked_until.astimezone(zone).date() if row.parked_until else None,
        agent=(row.agent or "").split(" ", 1)[0],
        is_waiting_anyway=is_waiting_anyway,
    )
