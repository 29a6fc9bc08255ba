"""What is known about the subjects of a page of claims: the shop's messages and points on their way, in two reads."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Outcome
from portal.care.queries.queue import Row
from portal.claims.rules.matching import Closeness, Told, Trace, closeness, closest
from portal.claims.service.findings import local_day
from portal.db import db

event = Event.__table__.c
expectation = Expectation.__table__.c


def found_for(rows: Iterable[Row]) -> dict[uuid.UUID, tuple[Closeness, int]]:
    """Give for each claim how sure the best match is, and how many fit as well as it."""
    looked_for = [row for row in rows if row.subject_key]
    if not looked_for:
        return {}
    traces = _traces(looked_for)
    found: dict[uuid.UUID, tuple[Closeness, int]] = {}
    for row in looked_for:
        told = Told(row.activity, row.subject_key, row.activity_day, row.address)
        fitting = [trace for owner, trace in traces[row.subject_key] if owner is None or owner == row.member_id]
        best = closest(told, fitting)
        found[row.id] = (best, sum(closeness(told, trace) is best for trace in fitting))
    return found


def _traces(rows: list[Row]) -> dict[str, list[tuple[uuid.UUID | None, Trace]]]:
    keys = sorted({row.subject_key for row in rows})
    members = sorted({row.member_id for row in rows if row.member_id is not None})
    traces: dict[str, list[tuple[uuid.UUID | None, Trace]]] = defaultdict(list)
    events = select(
        event.activity, event.subject_key, event.occurred_at, event.member_hint, event.outcome, event.member_id
    ).where(event.kind == EventKind.EARN.value, event.subject_key.in_(keys))
    for activity, key, at, hint, outcome, owner in db.session.execute(events):
        is_free = outcome in {Outcome.UNMATCHED.value, Outcome.PENDING.value}
        traces[key].append((owner, Trace(activity, key, local_day(at), hint, is_free)))
    promises = select(
        expectation.activity, expectation.subject_key, expectation.happened_at, expectation.member_id
    ).where(
        expectation.member_id.in_(members),
        expectation.subject_key.in_(keys),
        expectation.satisfied_by_id.is_(None),
        expectation.cancelled_at.is_(None),
        # A promise that came with an event is counted once, as the event.
        expectation.event_id.is_(None),
    )
    for activity, key, at, owner in db.session.execute(promises):
        traces[key].append((owner, Trace(activity, key, local_day(at))))
    return traces
