"""A member's devices, with what each brings or has brought."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from portal.activities.models import Device, Expectation
from portal.db import db
from portal.errors import NotFound
from portal.points.models import Entry


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """A device somebody has: points that are on their way have the moment they are due, those that came have none."""

    id: uuid.UUID
    activity: str
    serial: str
    registered_at: datetime
    points: int
    due_at: datetime | None


_OWN = (
    select(
        Device.id,
        Device.activity,
        Device.serial,
        Device.registered_at,
        Entry.points.label("came"),
        Expectation.points.label("coming"),
        Expectation.due_at,
    )
    .outerjoin(
        Expectation,
        and_(
            Expectation.event_id == Device.event_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        ),
    )
    .outerjoin(Entry, Entry.event_id == Device.event_id)
    .where(Device.freed_at.is_(None))
)


def devices_of(member_id: uuid.UUID) -> tuple[OwnDevice, ...]:
    """List the devices a member has registered, the newest first."""
    mine = _OWN.where(Device.member_id == member_id).order_by(Device.registered_at.desc(), Device.id)
    return tuple(
        OwnDevice(
            id=row.id,
            activity=row.activity,
            serial=row.serial,
            registered_at=row.registered_at,
            points=row.came or row.coming or 0,
            due_at=None if row.came else row.due_at,
        )
        for row in db.session.execute(mine)
    )


def device_of(member_id: uuid.UUID, device_id: uuid.UUID) -> OwnDevice:
    """Give one device of a member; raises NotFound for everybody else's, and for one they no longer have."""
    found = next((device for device in devices_of(member_id) if device.id == device_id), None)
    if found is None:
        raise NotFound
    return found
