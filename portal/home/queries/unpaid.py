"""What came in for a member and did nothing: it brought no points, spent none, or took none back."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Select, String, Uuid, bindparam, cast, select

from portal.activities.models import Event
from portal.activities.rules import EventKind, Outcome
from portal.db import compared
from portal.home.rules import Message, Unpaid
from portal.points.queries import Wanted

MOST_SHOWN = 50
MOST_SEARCHED = 1000
# The moment from which, and the moment before which; None has no end.
Span = tuple[datetime | None, datetime | None]

event = Event.__table__.c
_UNPAID = (
    select(
        event.activity,
        event.subject,
        event.occurred_at,
        event.received_at,
        event.external_id,
        event.outcome_code,
        event.rule_version,
        event.computation,
        cast(event.kind, String).label("kind"),
    )
    .where(event.member_id == bindparam("member", type_=Uuid()), compared(event.outcome) == Outcome.INELIGIBLE.value)
    .order_by(event.occurred_at.desc())
)


def unpaid_between(between: Span, wanted: Wanted) -> Select[Any]:
    """Select what happened between two moments, may be wanted and brought the `member` nothing, the newest of it.

    One more than is shown tells that there are more. Words are looked for by whoever reads the rows, in the names too.
    """
    found = _UNPAID.limit(MOST_SEARCHED if wanted.words else MOST_SHOWN + 1)
    for since in (between[0], wanted.since):
        found = found if since is None else found.where(event.occurred_at >= since)
    for until in (between[1], wanted.until):
        found = found if until is None else found.where(event.occurred_at < until)
    return found.where(event.activity == wanted.activity) if wanted.activity else found


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
            Message(row.reference, row.received_at),
            EventKind(row.kind),
        )
        for row in rows
    )
