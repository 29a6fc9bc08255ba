"""What agents do beside deciding claims: adjusting points by hand."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class AdjustmentRequest(Base):
    """An adjustment without a claim; it posts exactly one entry, and its maker is never its checker."""

    __tablename__ = "adjustment_request"
    __table_args__ = (
        CheckConstraint("points <> 0", name="points_not_zero"),
        CheckConstraint("state IN ('waiting', 'posted', 'refused')", name="state"),
        CheckConstraint("checker_id IS NULL OR checker_id <> maker_id", name="maker_is_not_checker"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"), index=True)
    maker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"))
    checker_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    points: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    internal_note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(8))
    limit_hit: Mapped[str] = mapped_column(String(40), default="")
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
