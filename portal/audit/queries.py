"""Reading the log: what somebody has looked at, and what was done by or about a person."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select

from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.db import reading, table_of

LINES = 25

event, personal = table_of(AuditEvent).c, table_of(AuditPersonal).c


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as the person it is about may see it."""

    id: uuid.UUID
    at: datetime
    verb: str
    # The browser it came from; of what one of us did nothing is told.
    agent: str


def has_looked(user_id: uuid.UUID, verb: Verb, *, thing_id: str, since: datetime) -> bool:
    """Tell whether somebody has looked at a thing since a moment."""
    found = exists().where(
        event.actor_id == user_id, event.at >= since, event.verb == verb.value, event.thing_id == thing_id
    )
    return bool(reading().scalar(select(found)))


def lines_about(
    user_id: uuid.UUID, *, verbs: Collection[str], before: uuid.UUID | None
) -> tuple[tuple[Line, ...], uuid.UUID | None]:
    """List what was done by or about a person, the newest first; the last id comes with it when there is more.

    Where one of us did it, who, from where and with which words is not the person's to see.
    """
    is_theirs = or_(event.actor_id == user_id, event.actor_id.is_(None))
    lines = table_of(AuditEvent).outerjoin(table_of(AuditPersonal), and_(personal.event_id == event.id, is_theirs))
    wanted = (
        select(event.id, event.at, event.verb, personal.agent)
        .select_from(lines)
        .where(event.about_id == user_id, event.verb.in_(verbs))
        .order_by(event.at.desc(), event.id.desc())
        .limit(LINES + 1)
    )
    if before is not None:
        edge = select(event.at, event.id).where(event.id == before, event.about_id == user_id)
        last = reading().execute(edge).one_or_none()
        if last is None:
            return (), None
        wanted = wanted.where(or_(event.at < last.at, and_(event.at == last.at, event.id < last.id)))
    rows = reading().execute(wanted).all()
    found = tuple(Line(row.id, row.at, row.verb, row.agent or "") for row in rows[:LINES])
    return found, found[-1].id if len(rows) > LINES else None
