"""The status points that count now: all of them, or those of the window; and when the window began."""

import uuid
from datetime import UTC, date, datetime, time

from sqlalchemy import BigInteger, ColumnElement, bindparam, cast, func, select

from portal import programme
from portal.clock import now
from portal.db import UtcDateTime, reading, table_of
from portal.points.models import Account, Entry
from portal.tiers.rules import counts_from

_account = table_of(Account).c
_counted = table_of(Entry).alias("counted")
_origin = table_of(Entry).alias("origin")
# What takes from a line or gives back to it counts on the day of that line, so that neither outlives the other.
_HAPPENED = func.coalesce(_origin.c.happened_at, _counted.c.happened_at)
_SUM = select(cast(func.coalesce(func.sum(_counted.c.points), 0), BigInteger)).select_from(
    _counted.outerjoin(_origin, _origin.c.id == func.coalesce(_counted.c.reverses_id, _counted.c.takes_from_id))
)
_SINCE, _BEFORE = bindparam("since", type_=UtcDateTime()), bindparam("before", type_=UtcDateTime())
_OF_ONE = _SUM.where(_counted.c.member_id == bindparam("member"), _counted.c.counts_for_tier, _HAPPENED >= _SINCE)
_OF_SPAN = _OF_ONE.where(_HAPPENED < _BEFORE)


def local_day(at: datetime) -> date:
    """Give the day of the club's zone a moment belongs to."""
    return at.astimezone(programme.current().club.zone).date()


def begins(day: date) -> datetime:
    """Give the moment, in UTC, at which a day of the club's zone begins."""
    return datetime.combine(day, time(), tzinfo=programme.current().club.zone).astimezone(UTC)


def window_begins(at: datetime) -> datetime | None:
    """Give the moment from which points count; None where all of them do."""
    first = counts_from(local_day(at), programme.current().standing.window)
    return begins(first) if first else None


def status_since(member_id: uuid.UUID, since: datetime, before: datetime | None = None) -> int:
    """Sum the status points of what happened in a stretch of time, what was taken back of it since left out."""
    values = {"member": member_id, "since": since, "before": before}
    return int(reading().execute(_OF_SPAN if before else _OF_ONE, values).scalar_one())


def status_of(member: ColumnElement[uuid.UUID], since: ColumnElement[datetime]) -> ColumnElement[int]:
    """Build the same sum, from a moment on, for the member of a row."""
    wanted = (_counted.c.member_id == member, _counted.c.counts_for_tier, since <= _HAPPENED)
    return _SUM.where(*wanted).scalar_subquery()


def status_now() -> ColumnElement[int]:
    """Build the status points that count now for the account of a row."""
    since = window_begins(now())
    if since is None:
        return func.coalesce(_account.status_points, 0)
    return status_of(_account.member_id, bindparam("since", since, type_=UtcDateTime()))
