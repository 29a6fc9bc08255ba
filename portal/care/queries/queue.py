"""One page of the queue: the keys first, from an index as far as it goes, then the rows of that page alone."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from portal import programme
from portal.accounts.models import Member, User
from portal.care.queries.counts import ME, tomorrow
from portal.care.queries.filters import Shape, conditions, in_view
from portal.care.queries.keyset import Cursor
from portal.care.rules import Asker, View, Wanted
from portal.claims.lines import LAST_WORDS
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service.desk import tier_rank
from portal.claims.service.own import appeals_own
from portal.db import UtcDateTime, db
from portal.folding import fold, like
from portal.programme import normal_subject
from portal.tiers.models import TierSpan

ROWS = 25
SHORTEST_REFERENCE = 4
MOST_WORDS = 8

claim = Claim.__table__.c
span = TierSpan.__table__.c
member = Member.__table__.c
owner = User.__table__.c
holder = aliased(User.__table__, name="holder")
line = ClaimEvent.__table__.c
LONG_AGO, FAR_AWAY = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
KEY_MOMENT = bindparam("key_moment", type_=UtcDateTime)
KEY_SINCE = bindparam("key_since", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of the queue; `since` is when its promise began, `last_at` when somebody last wrote or acted."""

    id: uuid.UUID
    reference: str
    state: ClaimState
    kind: ClaimKind | None
    activity: str
    activity_day: date | None
    subject_key: str
    asked: int | None
    granted: int | None
    due_at: datetime | None
    since: datetime
    parked_until: datetime | None
    decided_at: datetime | None
    last_by: str
    last_at: datetime | None
    member_id: uuid.UUID | None
    member_name: str
    address: str
    tier_rank: int
    holder_id: uuid.UUID | None
    holder_name: str
    is_held: bool
    is_appeal: bool
    is_own_verdict: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the queue, and the key of the next one."""

    rows: tuple[Row, ...]
    after: str


def rows_for(wanted: Wanted, asker: Asker, *, at: datetime, after: Cursor | None) -> Rows:
    """Read one page of a view, the most urgent first; what is decided and what was searched for, the newest first."""
    words = fold(wanted.find).split()[:MOST_WORDS]
    key = fold(normal_subject(wanted.find))
    together = len(key) >= SHORTEST_REFERENCE
    shape = Shape(
        view=wanted.view,
        with_whom=wanted.with_whom,
        kind=bool(wanted.kind),
        tier=bool(wanted.tier),
        low=wanted.points is not None,
        high=wanted.points is not None and wanted.points.upto is not None,
        words=len(words),
        together=together,
        after=after is not None,
        has_member=asker.member_id is not None,
        tiers=tuple(tier.key for tier in programme.current().tiers),
    )
    values: dict[str, Any] = {
        "me": asker.user_id,
        "own_member": asker.member_id,
        "at": at,
        "tomorrow": tomorrow(at),
        "kind": wanted.kind,
        "tier": wanted.tier,
        "low": wanted.points.at_least if wanted.points else 0,
        "high": wanted.points.upto if wanted.points else 0,
        "together": like(key),
        **{f"word_{number}": like(word) for number, word in enumerate(words)},
    }
    if after is not None:
        values |= {
            "key_moment": after.moment,
            "key_rank": -after.rank,
            "key_since": after.since,
            "key_id": after.id,
        }
    found = db.session.execute(_statement(shape), values).all()
    last = found[ROWS - 1] if len(found) > ROWS else None
    after_it = Cursor(last.moment, last.rank, last.since, last.id).text() if last else ""
    return Rows(tuple(_row(row, at) for row in found[:ROWS]), after_it)


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> Select[Any]:
    page = _page(shape).subquery()
    last_at = (
        select(func.max(line.at, type_=UtcDateTime))
        .where(line.claim_id == page.c.id, line.what.in_(sorted(what.value for what in LAST_WORDS)))
        .scalar_subquery()
    )
    return (
        select(
            page,
            claim.reference,
            claim.state,
            claim.kind,
            claim.activity,
            claim.activity_day,
            claim.subject_key,
            claim.expected_points,
            claim.points_granted,
            claim.due_at,
            claim.parked_until,
            claim.decided_at,
            claim.last_by,
            claim.member_id,
            claim.assignee_id,
            claim.leased_until,
            claim.contact_email,
            owner.name.label("member_name"),
            owner.email_canonical,
            holder.c.name.label("holder_name"),
            last_at.label("last_at"),
            claim.appeal_of_id,
            appeals_own(ME).label("is_own_verdict"),
        )
        .join_from(page, Claim.__table__, claim.id == page.c.id)
        .outerjoin(Member.__table__, member.id == claim.member_id)
        .outerjoin(User.__table__, owner.id == member.user_id)
        .outerjoin(holder, holder.c.id == claim.assignee_id)
        .order_by(*_order(page.c, shape))
    )


def _page(shape: Shape) -> Select[Any]:
    """Choose the keys of one page; where nothing is filtered, an index tells beforehand how far it can reach."""
    due = func.coalesce(claim.due_at, claim.parked_until, claim.created_at, type_=UtcDateTime)
    listed = (
        select(
            claim.id,
            (claim.changed_at if shape.is_newest_first else due).label("moment"),
            tier_rank().label("rank"),
            func.coalesce(claim.submitted_at, claim.created_at, type_=UtcDateTime).label("since"),
        )
        .select_from(Claim.__table__)
        .outerjoin(TierSpan.__table__, and_(span.member_id == claim.member_id, span.until.is_(None)))
        .where(*conditions(shape))
    )
    if shape.is_plain and shape.view is not View.ALL and shape.view is not View.PARKED:
        listed = listed.where(_within_reach(shape))
    keys = listed.subquery()
    page = select(keys)
    if shape.after:
        page = page.where(_after(keys.c, shape))
    return page.order_by(*_order(keys.c, shape)).limit(ROWS + 1)


def _within_reach(shape: Shape) -> ColumnElement[bool]:
    """Keep what lies no further than one page beyond the key: rows of one moment are told apart by the sort alone."""
    moment = claim.changed_at if shape.is_newest_first else claim.due_at
    beyond: list[ColumnElement[bool]] = [in_view(shape.view)]
    if shape.after:
        beyond.append(moment < KEY_MOMENT if shape.is_newest_first else moment > KEY_MOMENT)
    edge: ScalarSelect[Any] = (
        select(moment)
        .where(*beyond)
        .order_by(moment.desc() if shape.is_newest_first else moment)
        .limit(1)
        .offset(ROWS)
        .scalar_subquery()
    )
    if shape.is_newest_first:
        return moment >= func.coalesce(edge, literal(LONG_AGO, UtcDateTime))
    return or_(moment.is_(None), moment <= func.coalesce(edge, literal(FAR_AWAY, UtcDateTime)))


def _after(keys: Any, shape: Shape) -> ColumnElement[bool]:  # noqa: ANN401 - a subquery's columns
    key_id = bindparam("key_id", type_=claim.id.type)
    if shape.is_newest_first:
        return tuple_(keys.moment, keys.id) < tuple_(KEY_MOMENT, key_id)
    given = tuple_(KEY_MOMENT, bindparam("key_rank", type_=BigInteger()), KEY_SINCE, key_id)
    return tuple_(keys.moment, -keys.rank, keys.since, keys.id) > given


def _order(columns: Any, shape: Shape) -> list[ColumnElement[Any]]:  # noqa: ANN401 - a subquery's columns
    if shape.is_newest_first:
        return [columns.moment.desc(), columns.id.desc()]
    return [columns.moment, columns.rank.desc(), columns.since, columns.id]


def _row(row: Any, at: datetime) -> Row:  # noqa: ANN401 - a row of the page
    state = ClaimState(row.state)
    return Row(
        id=row.id,
        reference=row.reference,
        state=state,
        kind=ClaimKind(row.kind) if row.kind else None,
        activity=row.activity,
        activity_day=row.activity_day,
        subject_key=row.subject_key,
        asked=row.expected_points,
        granted=row.points_granted,
        due_at=row.due_at,
        since=row.since,
        parked_until=row.parked_until,
        decided_at=row.decided_at,
        last_by=row.last_by,
        last_at=row.last_at,
        member_id=row.member_id,
        member_name=row.member_name or row.contact_email,
        address=row.email_canonical or row.contact_email,
        tier_rank=row.rank,
        holder_id=row.assignee_id,
        holder_name=(row.holder_name or "").split(" ", 1)[0],
        is_appeal=row.appeal_of_id is not None,
        is_own_verdict=bool(row.is_own_verdict),
        is_held=state is ClaimState.IN_REVIEW and row.leased_until is not None and row.leased_until > at,
    )
