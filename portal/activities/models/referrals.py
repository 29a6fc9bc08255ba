"""Friends that members have invited."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class Referral(Base):
    """An invitation that a member sends on, and how far its friend has come; each friend was invited by one member."""

    __tablename__ = "referral"
    __table_args__ = (Index("ix_referral_member_id", "member_id", "invited_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The friend says of themselves that they are of age and smoke already.
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    friend_user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"), unique=True)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), unique=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_code: Mapped[str] = mapped_column(String(40), default="")
