"""What people have asked for and what is not done yet: a new address, a look at their age."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk

AGE_WAITS = "state = 'waiting'"


class AddressChange(Base):
    """A new login address: it counts once it is confirmed there, and can be undone from the old one for a while."""

    __tablename__ = "address_change"

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    old_email: Mapped[str] = mapped_column(String(320))
    new_email: Mapped[str] = mapped_column(String(320))
    new_canonical: Mapped[str] = mapped_column(String(320))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AgeCheck(Base):
    """A document staff look at once; its picture goes with the verdict."""

    __tablename__ = "age_check"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'approved', 'declined', 'withdrawn')", name="state"),
        Index(
            "uq_age_check_waiting",
            "member_id",
            unique=True,
            sqlite_where=text(AGE_WAITS),
            postgresql_where=text(AGE_WAITS),
        ),
        Index("ix_age_check_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    # Empty once the verdict is given: the document has been deleted.
    storage_key: Mapped[str] = mapped_column(String(80), default="")
    provider: Mapped[str] = mapped_column(String(24), default="manual")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
