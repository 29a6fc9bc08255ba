"""Reading rows of what is on its way and of open claims."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState
from portal.home.rules import Asked, Coming, Message, last_day


def coming_of(rows: Iterable[Any], zone: tzinfo, *, with_reasons: bool) -> tuple[Coming, ...]:
    """Read points on their way, the next due first."""
    found = [
        Coming(
            row.activity,
            row.subject,
            row.points,
            row.moment,
            last_day(row.due_at, zone),
            row.rule_version if with_reasons else "",
            tuple(row.computation) if with_reasons else (),
            Message(row.reference, row.received_at) if with_reasons and row.reference else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.happened_at)))


def asked_of(rows: Iterable[Any], zone: tzinfo) -> tuple[Asked, ...]:
    """Read claims, and give those that are open, the newest first."""
    found = [
        Asked(
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
            is_waiting_anyway=bool(row.is_coming),
        )
        for row in rows
        if row.state in OPEN_STATES or row.state == ClaimState.DRAFT
    ]
    return tuple(sorted(found, key=lambda claim: claim.day, reverse=True))
