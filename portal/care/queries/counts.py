"""How many claims stand in each view of the desk, in one statement that reads nothing but an index."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from portal import programme
from portal.care.rules import Asker, View
from portal.claims.models import Claim
from portal.claims.rules import DECIDED_STATES, OPEN_STATES, ClaimState
from portal.claims.service.own import is_not_linked
from portal.db import UtcDateTime, db

FRESH_MINUTES = 10
OVER, TODAY, LATER = range(3)
# The states in which the next move is ours, so that the promise burns down.
OURS = (ClaimState.SUBMITTED, ClaimState.IN_REVIEW, ClaimState.AWAITING_APPROVAL)
ONE_STATE = {
    View.NEEDS_INFO: ClaimState.NEEDS_INFO,
    View.APPROVAL: ClaimState.AWAITING_APPROVAL,
    View.PARKED: ClaimState.PARKED,
}
DECIDED = "decided"

claim = Claim.__table__.c
ME = bindparam("me", type_=Uuid())
MEMBER = bindparam("own_member", type_=Uuid())
AT = bindparam("at", type_=UtcDateTime)
TOMORROW = bindparam("tomorrow", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims stand in each view; `version` changes whenever anything in the queue does."""

    views: Mapping[View, int]
    version: str


def counts_for(asker: Asker, *, at: datetime) -> Counts:
    """Count every view."""
    rows = db.session.execute(
        _statement(has_member=asker.member_id is not None),
        {"me": asker.user_id, "own_member": asker.member_id, "at": at, "tomorrow": tomorrow(at)},
    ).all()
    views: Counter[View] = Counter()
    for state, is_mine, bucket, number, _versions, _changed in rows:
        for view in _views_of(state, is_mine=bool(is_mine), bucket=bucket):
            views[view] += number
    # The words of the rows age: now and then the list is drawn anew though nothing has happened.
    age = int(at.timestamp()) // (FRESH_MINUTES * 60)
    digest = hashlib.sha256(repr((age, sorted(map(str, rows)))).encode()).hexdigest()
    return Counts({view: views[view] for view in View}, digest[:16])


def tomorrow(at: datetime) -> datetime:
    """Give the beginning of the next day in the programme's zone."""
    zone = programme.current().club.zone
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), tzinfo=zone)


def among(states: frozenset[ClaimState] | tuple[ClaimState, ...]) -> ColumnElement[bool]:
    """Say in SQL that a claim is in one of these states; spelled out, so that it is put together once."""
    return claim.state.in_([literal_column(f"'{state.value}'") for state in sorted(states)])


def is_not_mine() -> ColumnElement[bool]:
    """Say in SQL that a claim belongs to somebody else's membership."""
    return or_(claim.member_id.is_(None), claim.member_id != MEMBER)


def _views_of(state: str, *, is_mine: bool, bucket: int) -> list[View]:
    if state == DECIDED:
        return [View.DECIDED]
    found = ClaimState(state)
    views = [View.ALL, *(view for view, only in ONE_STATE.items() if only is found)]
    if found in {ClaimState.SUBMITTED, ClaimState.IN_REVIEW}:
        views += [View.NEXT, View.MINE] if is_mine else [View.NEXT]
    if found in OURS and bucket != LATER:
        views.append(View.OVERDUE if bucket == OVER else View.TODAY)
    return views


@cache
def _statement(*, has_member: bool) -> CompoundSelect[Any]:
    """Group the open claims, and count the decided ones, of which there are many."""
    is_mine = case((claim.assignee_id == ME, 1), else_=0).label("is_mine")
    bucket = case((claim.due_at <= AT, OVER), (claim.due_at < TOMORROW, TODAY), else_=LATER).label("bucket")
    not_own = [is_not_linked(ME), *([is_not_mine()] if has_member else [])]
    waiting = (
        select(
            # Plain text, not the enum: the other half of the union says "decided" for four states.
            type_coerce(claim.state, String).label("state"),
            is_mine,
            bucket,
            func.count().label("number"),
            func.sum(claim.version, type_=BigInteger).label("versions"),
            func.max(claim.changed_at, type_=UtcDateTime).label("changed"),
        )
        .where(among(OPEN_STATES), *not_own)
        .group_by(claim.state, "is_mine", "bucket")
    )
    zero = cast(literal_column("0"), Integer)
    decided: Any = select(
        literal_column(f"'{DECIDED}'").label("state"),
        zero.label("is_mine"),
        zero.label("bucket"),
        func.count().label("number"),
        cast(literal_column("0"), BigInteger).label("versions"),
        cast(null(), UtcDateTime).label("changed"),
    )
    decided = decided.where(and_(among(DECIDED_STATES), *not_own))
    return union_all(waiting, decided)
