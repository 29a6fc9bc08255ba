"""The queue: the counts of all views in one statement, and one page of rows in three, however many there are."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from portal import programme
from portal.accounts.models import Member, User
from portal.care.queries.keyset import Cursor
from portal.care.rules import Asker, View, Wanted, With
from portal.claims.lines import LAST_WORDS
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import DECIDED_STATES, OPEN_STATES, ClaimKind, ClaimState
from portal.claims.rules.matching import Closeness
from portal.claims.service.desk import is_not_own, tier_rank
from portal.db import UtcDateTime, db
from portal.folding import fold, like
from portal.programme import normal_subject
from portal.tiers.models import TierSpan

ROWS = 25
FRESH_MINUTES = 10
SHORTEST_REFERENCE = 4
MOST_WORDS = 8
# The states in which the next move is ours, so that the promise burns down.
OURS = (ClaimState.SUBMITTED, ClaimState.IN_REVIEW, ClaimState.AWAITING_APPROVAL)
ONE_STATE = {
    View.NEEDS_INFO: ClaimState.NEEDS_INFO,
    View.APPROVAL: ClaimState.AWAITING_APPROVAL,
    View.PARKED: ClaimState.PARKED,
}

claim = Claim.__table__.c
holder = aliased(User.__table__, name="holder")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims stand in each view; `version` changes whenever anything in the queue does."""

    views: Mapping[View, int]
    version: str


@dataclass(frozen=True, slots=True)
class Row:
    """One claim of the queue; `since` is when its promise began, `last_at` when somebody last wrote or acted."""

    id: uuid.UUID
    reference: str
    state: ClaimState
    kind: ClaimKind | None
    activity: str
    activity_day: Any
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
    found: Closeness = Closeness.NONE
    matches: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of the queue, and the key of the next one."""

    rows: tuple[Row, ...]
    after: str


def counts_for(asker: Asker, *, at: datetime) -> Counts:
    """Count every view in one grouped statement."""
    is_mine = and_(claim.assignee_id.is_not(None), claim.assignee_id == asker.user_id)
    bucket = case((claim.due_at <= at, "over"), (claim.due_at < _tomorrow(at), "today"), else_="later")
    rows = db.session.execute(
        select(
            claim.state,
            is_mine.label("is_mine"),
            bucket.label("bucket"),
            func.count(),
            func.sum(claim.version),
            func.max(claim.changed_at, type_=UtcDateTime),
        )
        .where(claim.state.in_(sorted(OPEN_STATES | DECIDED_STATES)), is_not_own(asker.member_id, asker.email))
        .group_by(claim.state, "is_mine", "bucket")
        .order_by(claim.state, "is_mine", "bucket")
    ).all()
    views: Counter[View] = Counter()
    for state, mine, due, number, _versions, _changed in rows:
        for view in _views_of(ClaimState(state), is_mine=bool(mine), bucket=due):
            views[view] += number
    # The words of the rows age: now and then the list is drawn anew though nothing has happened.
    age = int(at.timestamp()) // (FRESH_MINUTES * 60)
    digest = hashlib.sha256(repr((age, [tuple(row) for row in rows])).encode()).hexdigest()
    return Counts({view: views[view] for view in View}, digest[:16])


def _views_of(state: ClaimState, *, is_mine: bool, bucket: str) -> list[View]:
    if state in DECIDED_STATES:
        return [View.DECIDED]
    views = [View.ALL, *(view for view, only in ONE_STATE.items() if only is state)]
    if state in {ClaimState.SUBMITTED, ClaimState.IN_REVIEW}:
        views += [View.NEXT, View.MINE] if is_mine else [View.NEXT]
    if state in OURS and bucket != "later":
        views.append(View.OVERDUE if bucket == "over" else View.TODAY)
    return views


def rows_for(wanted: Wanted, asker: Asker, *, at: datetime, after: Cursor | None) -> Rows:
    """Read one page of a view, the most urgent first; what is decided and what was searched for, the newest first."""
    page = _page(wanted, asker, at, after).subquery()
    last_at = (
        select(func.max(ClaimEvent.at, type_=UtcDateTime))
        .where(ClaimEvent.claim_id == page.c.id, ClaimEvent.what.in_(sorted(LAST_WORDS)))
        .scalar_subquery()
    )
    found = db.session.execute(
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
            User.name.label("member_name"),
            User.email_canonical,
            holder.c.name.label("holder_name"),
            last_at.label("last_at"),
        )
        .join_from(page, Claim.__table__, claim.id == page.c.id)
        .outerjoin(Member, Member.id == claim.member_id)
        .outerjoin(User, User.id == Member.user_id)
        .outerjoin(holder, holder.c.id == claim.assignee_id)
        .order_by(*_order(page.c, is_newest_first=_is_newest_first(wanted)))
    ).all()
    more = len(found) > ROWS
    shown = found[:ROWS]
    last = shown[-1] if shown else None
    after_it = Cursor(last.moment, last.rank, last.since, last.id).text() if more and last else ""
    return Rows(tuple(_row(row, at) for row in shown), after_it)


def _page(wanted: Wanted, asker: Asker, at: datetime, after: Cursor | None) -> Select[Any]:
    """Choose the ids of one page; the rows themselves are read for these alone."""
    newest = _is_newest_first(wanted)
    due = func.coalesce(claim.due_at, claim.parked_until, claim.created_at, type_=UtcDateTime)
    keys = select(
        claim.id,
        (claim.changed_at if newest else due).label("moment"),
        tier_rank().label("rank"),
        func.coalesce(claim.submitted_at, claim.created_at, type_=UtcDateTime).label("since"),
    ).outerjoin(TierSpan, and_(TierSpan.member_id == claim.member_id, TierSpan.until.is_(None)))
    listed = keys.where(is_not_own(asker.member_id, asker.email), *_conditions(wanted, asker, at)).subquery()
    page = select(listed)
    if after is not None:
        mine = tuple_(listed.c.moment, -listed.c.rank, listed.c.since, listed.c.id)
        given = tuple_(
            literal(after.moment, UtcDateTime),
            literal(-after.rank),
            literal(after.since, UtcDateTime),
            literal(after.id, claim.id.type),
        )
        if newest:
            mine = tuple_(listed.c.moment, listed.c.id)
            given = tuple_(literal(after.moment, UtcDateTime), literal(after.id, claim.id.type))
        page = page.where(mine < given if newest else mine > given)
    return page.order_by(*_order(listed.c, is_newest_first=newest)).limit(ROWS + 1)


def _order(columns: Any, *, is_newest_first: bool) -> list[ColumnElement[Any]]:  # noqa: ANN401 - a subquery's columns
    if is_newest_first:
        return [columns.moment.desc(), columns.id.desc()]
    return [columns.moment, columns.rank.desc(), columns.since, columns.id]


def _is_newest_first(wanted: Wanted) -> bool:
    return wanted.view is View.DECIDED or bool(wanted.find)


def _conditions(wanted: Wanted, asker: Asker, at: datetime) -> list[ColumnElement[bool]]:
    found = [_searched(wanted.find)] if wanted.find else [_in_view(wanted.view, asker, at)]
    if wanted.kind:
        found.append(claim.kind == wanted.kind)
    if wanted.tier:
        found.append(TierSpan.tier == wanted.tier)
    if wanted.points is not None:
        asked = func.coalesce(claim.expected_points, 0)
        found.append(asked >= wanted.points.at_least)
        if wanted.points.upto is not None:
            found.append(asked <= wanted.points.upto)
    if wanted.with_whom is With.ME:
        found.append(claim.assignee_id == asker.user_id)
    elif wanted.with_whom is With.NOBODY:
        found.append(claim.assignee_id.is_(None))
    elif wanted.with_whom is With.OTHERS:
        found.append(claim.assignee_id.is_distinct_from(asker.user_id) & claim.assignee_id.is_not(None))
    return found


def _in_view(view: View, asker: Asker, at: datetime) -> ColumnElement[bool]:
    at_the_desk = claim.state.in_([ClaimState.SUBMITTED, ClaimState.IN_REVIEW])
    conditions: dict[View, ColumnElement[bool]] = {
        View.NEXT: at_the_desk,
        View.MINE: and_(at_the_desk, claim.assignee_id == asker.user_id),
        View.OVERDUE: and_(claim.state.in_(OURS), claim.due_at <= at),
        View.TODAY: and_(claim.state.in_(OURS), claim.due_at > at, claim.due_at < _tomorrow(at)),
        View.ALL: claim.state.in_(sorted(OPEN_STATES)),
        View.DECIDED: claim.state.in_(sorted(DECIDED_STATES)),
    }
    return conditions[view] if view in conditions else claim.state == ONE_STATE[view]


def _searched(words: str) -> ColumnElement[bool]:
    """Find every word somewhere in the folded text, or all of them together as one reference."""
    wanted = [claim.search_text.like(like(word), escape="!") for word in fold(words).split()[:MOST_WORDS]]
    key = fold(normal_subject(words))
    together = [claim.search_text.like(like(key), escape="!")] if len(key) >= SHORTEST_REFERENCE else []
    return and_(claim.state != ClaimState.DRAFT, or_(and_(*wanted), *together))


def _tomorrow(at: datetime) -> datetime:
    zone = programme.current().club.zone
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), tzinfo=zone)


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
        is_held=state is ClaimState.IN_REVIEW and row.leased_until is not None and row.leased_until > at,
    )


def with_found(rows: Rows, found: Mapping[uuid.UUID, tuple[Closeness, int]]) -> Rows:
    """Put beside each row what was found for it."""
    empty = (Closeness.NONE, 0)
    return replace(
        rows,
        rows=tuple(
            replace(row, found=found.get(row.id, empty)[0], matches=found.get(row.id, empty)[1]) for row in rows.rows
        ),
    )
