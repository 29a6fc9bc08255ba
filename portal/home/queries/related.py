"""What belongs to some lines: the messages they came from, and the lines that take from each other."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, or_, select

from portal.activities.models import Event, Expectation
from portal.db import compared
from portal.home.rules import Message, Related, last_day
from portal.points.models import Entry
from portal.points.queries import Line

event = Event.__table__.c
promise = Expectation.__table__.c
entry = Entry.__table__.c
_MEMBER = bindparam("member", type_=Uuid())
_TAKES_FROM = func.coalesce(entry.takes_from_id, entry.reverses_id)


def messages_of(lines: Sequence[Line]) -> Select[Any]:
    """Select the messages that lines came from, and by when their points were promised."""
    ids = [line.event_id for line in lines if line.event_id]
    return (
        select(event.id, event.external_id, event.received_at, promise.due_at)
        .select_from(Event.__table__)
        .outerjoin(Expectation.__table__, promise.event_id == event.id)
        .where(event.id.in_(ids))
    )


def related_to(lines: Sequence[Line]) -> Select[Any]:
    """Select the `member`'s lines that take from these lines, and those these lines take from."""
    ids, taken = [line.id for line in lines], [line.takes_from for line in lines if line.takes_from]
    return select(entry.id, entry.sequence, entry.points, entry.recorded_at, _TAKES_FROM.label("takes_from")).where(
        compared(entry.member_id) == _MEMBER,
        or_(entry.id.in_(taken), entry.reverses_id.in_(ids), entry.takes_from_id.in_(ids)),
    )


def messages_in(rows: Iterable[Any], zone: tzinfo) -> dict[uuid.UUID, Message]:
    """Read messages by their ids."""
    return {
        row.id: Message(row.reference, row.received_at, last_day(row.due_at, zone) if row.due_at else None)
        for row in rows
    }


def related_in(lines: Sequence[Line], rows: Iterable[Any]) -> dict[uuid.UUID, tuple[Related, ...]]:
    """Give to each line what takes from it and what it takes from, the oldest first."""
    found = sorted(rows, key=lambda row: row.number)
    return {
        line.id: tuple(
            Related(row.number, row.points, row.moment, is_taking=row.of_id == line.id)
            for row in found
            if row.of_id == line.id or row.id == line.takes_from
        )
        for line in lines
    }
