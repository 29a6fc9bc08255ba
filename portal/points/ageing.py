"""When points lapse, where the programme lets them: what is left of each line, and who has some that are due."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, case, func, or_, select

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.db import db, reading, table_of
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind, Lot, Lots, Move, lapses_on, lots_of

LAPSE = "lapse:"

_account = table_of(Account).c
_entry = table_of(Entry).c
_origin = table_of(Entry).alias("origin").c
_MOVES = (
    select(
        _entry.id,
        _entry.points,
        _entry.recorded_at,
        func.coalesce(_entry.takes_from_id, _entry.reverses_id).label("undoes"),
        _entry.idempotency_key,
    )
    .where(_entry.member_id == bindparam("member", type_=Uuid()))
    .order_by(_entry.sequence)
)


@dataclass(frozen=True, slots=True)
class Lapse:
    """Points that are gone from a day on."""

    on: date
    points: int


def lots_held(member_id: uuid.UUID) -> Lots:
    """Work out what is left of each of a member's lines."""
    return lots_of(_move(row) for row in reading().execute(_MOVES, {"member": member_id}))


def day_of_lapse(lot: Lot) -> date | None:
    """Give the day from which the points of a line are gone; None where they never are."""
    terms = programme.current().standing
    if not terms.expiry_months or terms.expiry_from is None:
        return None
    return lapses_on(lot.day, terms.expiry_months, not_before=terms.expiry_from)


def lapses_ahead(member_id: uuid.UUID) -> tuple[Lapse, ...]:
    """Sum what a member will lose if they spend nothing, by day, the next first; nothing where points never lapse."""
    if not programme.current().standing.expiry_months:
        return ()
    sums: dict[date, int] = {}
    for lot in lots_held(member_id).lots:
        day = day_of_lapse(lot)
        if lot.left and day:
            sums[day] = sums.get(day, 0) + lot.left
    return tuple(Lapse(day, points) for day, points in sorted(sums.items()))


def members_losing(on: date, *, most: int, after: uuid.UUID | None) -> Sequence[uuid.UUID]:
    """List active members some of whose points are gone on a day, those after an id.

    Their balance is more than what came too late to be gone by then; whoever is listed is looked at line by line.
    """
    terms = programme.current().standing
    if not terms.expiry_months or terms.expiry_from is None or terms.expiry_from > on:
        return []
    since = datetime.combine(_youngest(on, terms.expiry_months), time(), tzinfo=programme.current().club.zone)
    late = since.astimezone(UTC)
    is_late = or_(
        # What gives back a lapse belongs to the line that lapsed.
        and_(_entry.points > 0, or_(_origin.kind.is_(None), _origin.kind != EntryKind.EXPIRY.value)),
        and_(_entry.points < 0, _origin.recorded_at >= late, _origin.points > 0),
    )
    too_late = (
        select(func.coalesce(func.sum(case((is_late, _entry.points), else_=0)), 0))
        .select_from(
            table_of(Entry).outerjoin(
                _origin.id.table, _origin.id == func.coalesce(_entry.takes_from_id, _entry.reverses_id)
            )
        )
        .where(_entry.member_id == _account.member_id, _entry.recorded_at >= late)
        .scalar_subquery()
    )
    wanted = (
        select(_account.member_id)
        .join(Member, Member.id == _account.member_id)
        .where(_account.balance > 0, Member.state == MemberState.ACTIVE.value, _account.balance > too_late)
    )
    if after is not None:
        wanted = wanted.where(_account.member_id > after)
    return db.session.scalars(wanted.order_by(_account.member_id).limit(most)).all()


def _youngest(on: date, months: int) -> date:
    """Give the first day whose points are not gone on a day."""
    day = on - timedelta(days=31 * months + 1)
    while lapses_on(day, months, not_before=date.min) <= on:
        day += timedelta(days=1)
    return day


def _move(row: Any) -> Move:  # noqa: ANN401 - a row of _MOVES
    key: str = row.idempotency_key
    return Move(
        id=row.id,
        points=row.points,
        day=row.recorded_at.astimezone(programme.current().club.zone).date(),
        undoes=row.undoes,
        lapses=uuid.UUID(key.removeprefix(LAPSE)) if key.startswith(LAPSE) else None,
    )
