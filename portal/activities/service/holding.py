"""Who holds a device: one member at a time, whether the shop registered it or they did it themselves."""

import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import programme
from portal.activities.messages import CLOCK_SKEW, ShopMessage
from portal.activities.models import Device, Event
from portal.activities.rules import EventKind, Ineligible, Outcome, normal_subject
from portal.db import db

_IS_HELD = Device.freed_at.is_(None)
# Of two members who register one device at once, the second waits here for the first and writes nothing.
_INSERT = {
    dialect: module.insert(Device)
    .on_conflict_do_nothing(index_elements=["activity", "serial_key"], index_where=_IS_HELD)
    .returning(Device.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


def hold(event_id: uuid.UUID, message: ShopMessage, member_id: uuid.UUID, *, at: datetime) -> bool:
    """Note that a member has the device a message is about; False when somebody else has it, and the event says so.

    What is no device is left alone. Call it while the member's row is held, in the unit of work that wrote the event.
    """
    key = normal_subject(message.subject)
    if not key or not is_device(message.activity):
        return True
    row = {
        "id": uuid.uuid4(),
        "member_id": member_id,
        "activity": message.activity,
        "serial": message.subject,
        "serial_key": key,
        "registered_at": at,
        "event_id": event_id,
    }
    if db.session.execute(_INSERT[db.engine.dialect.name], row).one_or_none() is not None:
        return True
    if holder_of(message.activity, key) == member_id:
        return True
    refused = update(Event).where(Event.id == event_id)
    db.session.execute(refused.values(outcome=Outcome.INELIGIBLE.value, outcome_code=Ineligible.IN_USE.value))
    return False


def holder_of(activity: str, key: str) -> uuid.UUID | None:
    """Tell who has a device now."""
    wanted = select(Device.member_id).where(Device.activity == activity, Device.serial_key == key, _IS_HELD)
    return db.session.scalar(wanted)


def let_go(taking: Event, *, at: datetime) -> None:
    """Free the device that a cancellation is about, or that went back to the shop."""
    is_over = Event.outcome == Outcome.CANCELLED.value
    if taking.kind is EventKind.CANCELLATION:
        is_over = Event.occurred_at <= taking.occurred_at + CLOCK_SKEW
    db.session.execute(
        update(Device)
        .where(
            Device.member_id == taking.member_id,
            Device.activity == taking.activity,
            Device.serial_key == taking.subject_key,
            _IS_HELD,
            Device.event_id.in_(select(Event.id).where(is_over)),
        )
        .values(freed_at=at)
    )


def is_device(activity: str) -> bool:
    """Tell whether an activity is the registration of a device, which one member at a time can hold."""
    return any(one.key == activity and one.done_by == "device" for one in programme.current().activities)
