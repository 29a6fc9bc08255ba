"""What came in for a member and brought no points."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select

from portal.activities.models import Event
from portal.activities.rules import EventKind, Outcome
from portal.home.rules import Unpaid

MOST_SHOWN = 50
# The moment from which, and the moment before which; None has no end.
Span = tuple[datetime | None, datetime | None]

event = Event.__table__.c
_UNPAID = (
    select(event.activity, event.subject, event.occurred_at, event.outcome_code, event.rule_version, event.computation)
    .where(
        event.member_id == bindparam("member", type_=Uuid()),
        event.outcome == Outcome.INELIGIBLE.value,
        event.kind == EventKind.EARN.value,
    )
    .order_by(event.occurred_at.desc())
    .limit(MOST_SHOWN)
)


def unpaid_between(between: Span) -> Select[Any]:
    """Select what happened between two moments and brought the `member` nothing, the newest of it."""
    since, until = between
    found = _UNPAID if since is None else _UNPAID.where(event.occurred_at >= since)
    return found if until is None else found.where(event.occurred_at < until)


def unpaid_of(rows: Iterable[Any], zone: tzinfo) -> tuple[Unpaid, ...]:
    """Read rows of what brought nothing: `moment` is when it happened, `state` the code that says why."""
    return tuple(
        Unpaid(
            row.activity,
            row.subject,
            row.moment,
            row.moment.astimezone(zone).date(),
            row.state,
            row.rule_version,
            tuple(row.computation),
        )
        for row in rows
    )
