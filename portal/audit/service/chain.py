"""Sealing: a sweep ties the lines together afterwards, so that writers never wait for each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEvent, AuditPersonal, AuditSeal
from portal.audit.rules import BEGINNING, link, personal_digest
from portal.db import db
from portal.unit_of_work import unit_of_work

SEALED_AT_ONCE = 500
READ_AT_ONCE = 1000
# A transaction that runs longer than this is ended by the database, so no line turns up later than that.
STRAGGLERS = timedelta(hours=1)
UNSEALED_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """What the chain looks like: its length, its last hash, and every fault in plain words."""

    links: int
    head: str
    faults: tuple[str, ...]


def seal_waiting(at: datetime) -> int:
    """Seal the lines that wait, the oldest first; of two sweeps at once one comes back empty-handed."""
    db.session.rollback()
    if db.session.scalar(_waiting(_since(), 1)) is None:
        return 0
    try:
        with unit_of_work():
            return _seal(at)
    except IntegrityError:
        return 0


def verify(at: datetime) -> Check:
    """Walk the whole chain and derive every hash again."""
    faults: list[str] = []
    before, number = BEGINNING, 0
    for row in _links():
        number += 1
        if row.number != number:
            faults.append(f"link {number} is missing; the next one is {row.number}")
            number = row.number
        if row.hash != link(before, _told(row.AuditEvent)):
            faults.append(f"link {row.number} does not fit its event {row.AuditEvent.id} of {row.AuditEvent.at:%F %T}")
        before = row.hash
        personal: AuditPersonal | None = row.AuditPersonal
        if personal is not None and _digest(personal) != row.AuditEvent.personal_digest:
            faults.append(f"the personal values of event {row.AuditEvent.id} are not those it was written with")
    late = db.session.scalar(
        select(func.count())
        .select_from(AuditEvent)
        .outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .where(AuditSeal.number.is_(None), AuditEvent.at < at - UNSEALED_TOO_LONG)
    )
    if late:
        faults.append(f"{late} lines older than ten minutes are not sealed")
    return Check(number, before, tuple(faults))


def _seal(at: datetime) -> int:
    last = db.session.execute(
        select(AuditSeal.number, AuditSeal.hash).order_by(AuditSeal.number.desc()).limit(1)
    ).one_or_none()
    number, before = (last.number, last.hash) if last else (0, BEGINNING)
    events = list(db.session.scalars(_waiting(_since(), SEALED_AT_ONCE)))
    rows: list[dict[str, Any]] = []
    for event in events:
        number += 1
        before = link(before, _told(event))
        rows.append({"number": number, "event_id": event.id, "hash": before, "sealed_at": at})
    if rows:
        db.session.execute(insert(AuditSeal), rows)
    return len(rows)


def _since() -> datetime | None:
    """Give the moment from which a line may still wait; before the first seal that is any."""
    newest = select(AuditEvent.at).join(AuditSeal, AuditSeal.event_id == AuditEvent.id)
    found: datetime | None = db.session.scalar(newest.order_by(AuditSeal.number.desc()).limit(1))
    return found - STRAGGLERS if found else None


def _waiting(since: datetime | None, limit: int) -> Select[AuditEvent]:
    found = (
        select(AuditEvent)
        .outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .where(AuditSeal.number.is_(None))
        .order_by(AuditEvent.at, AuditEvent.id)
        .limit(limit)
    )
    return found.where(AuditEvent.at >= since) if since else found


def _links() -> Iterator[Any]:
    after = 0
    while True:
        rows = db.session.execute(
            select(AuditSeal.number, AuditSeal.hash, AuditEvent, AuditPersonal)
            .join(AuditEvent, AuditEvent.id == AuditSeal.event_id)
            .outerjoin(AuditPersonal, AuditPersonal.event_id == AuditEvent.id)
            .where(AuditSeal.number > after)
            .order_by(AuditSeal.number)
            .limit(READ_AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].number
        db.session.expunge_all()


def _told(event: AuditEvent) -> dict[str, Any]:
    """Give everything an event says, as it is hashed."""
    return {
        "id": str(event.id),
        "at": event.at.isoformat(),
        "verb": event.verb,
        "actor": str(event.actor_id or ""),
        "role": event.actor_role,
        "about": str(event.about_id or ""),
        "thing": [event.thing, event.thing_id],
        "facts": event.facts,
        "request": event.request_id,
        "personal": event.personal_digest,
    }


def _digest(personal: AuditPersonal) -> str:
    return personal_digest(
        personal.salt, {"address": personal.address, "agent": personal.agent, "words": personal.words}
    )
