"""Registering a device in the portal, and giving it free again."""

import uuid
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.activities.messages import ShopMessage
from portal.activities.models import Device
from portal.activities.rules import EventKind, Ineligible, normal_subject
from portal.activities.service.events import record_event
from portal.activities.service.holding import holder_of
from portal.db import db
from portal.errors import NotFound, Refused

PORTAL = "portal"
YOURS = "yours"


def register_device(member_id: uuid.UUID, activity: str, serial: str, *, at: datetime) -> None:
    """Register a device as the shop would: its points are promised at once.

    Raises Refused: YOURS when the member has it already, IN_USE when somebody else does, or why else nothing came
    of it.
    """
    number = number_of(member_id)
    if holder_of(activity, normal_subject(serial)) == member_id:
        raise Refused(YOURS)
    told = ShopMessage(
        source=PORTAL,
        external_id=f"device:{uuid.uuid4()}",
        activity=activity,
        occurred_at=at,
        member_hint=number,
        subject=serial,
    )
    recorded = record_event(told, at=at)
    if holder_of(activity, normal_subject(serial)) != member_id:
        raise Refused(recorded.code or Ineligible.IN_USE)
    # A cap leaves a device its owner, without points.


def free_device(member_id: uuid.UUID, device_id: uuid.UUID, *, at: datetime) -> None:
    """Give a device free: what it brought is taken back, as by a cancellation of the shop. Twice is harmless.

    Raises NotFound for a device that was never theirs.
    """
    number = number_of(member_id)
    device = db.session.scalar(
        select(Device)
        .where(Device.id == device_id, Device.member_id == member_id)
        .execution_options(populate_existing=True)
    )
    if device is None:
        raise NotFound
    if device.freed_at is not None:
        return
    told = ShopMessage(
        source=PORTAL,
        external_id=f"device:{device.id}:freed",
        activity=device.activity,
        occurred_at=at,
        member_hint=number,
        subject=device.serial,
        kind=EventKind.CANCELLATION,
    )
    record_event(told, at=at)


def number_of(member_id: uuid.UUID) -> str:
    """Take a member's row and give the number by which messages name them."""
    return db.session.execute(select(Member.number).where(Member.id == member_id).with_for_update()).scalar_one()
