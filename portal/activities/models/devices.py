"""Devices that members have registered."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class Device(Base):
    """A device in somebody's hands; while it is registered nobody else can register the same serial number."""

    __tablename__ = "device"
    __table_args__ = (
        Index(
            "uq_device_held",
            "activity",
            "serial_key",
            unique=True,
            sqlite_where=text("freed_at IS NULL"),
            postgresql_where=text("freed_at IS NULL"),
        ),
        Index("ix_device_member_id", "member_id", "registered_at"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    activity: Mapped[str] = mapped_column(String(40))
    serial: Mapped[str] = mapped_column(String(80))
    serial_key: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    freed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the shop, or the member in the portal, said about it.
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), unique=True)
