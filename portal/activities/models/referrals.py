"""Invitations that members send on, and who has joined by one."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class Referral(Base):
    """A code that a member sends on by themselves; the label is for their own eyes."""

    __tablename__ = "referral"
    __table_args__ = (Index("ix_referral_member_id", "member_id", "invited_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Friend(Base):
    """Somebody who asked to join with an invitation; of all who did, the first to confirm an address has joined by it.

    Until then nobody sees this row: it would tell whether an address was a member's.
    """

    __tablename__ = "friend"
    __table_args__ = (
        Index(
            "uq_friend_referral_id",
            "referral_id",
            unique=True,
            sqlite_where=text("joined_at IS NOT NULL"),
            postgresql_where=text("joined_at IS NOT NULL"),
        ),
        Index("ix_friend_settled_at", "settled_at", "verified_at"),
    )

    # One person comes by one invitation.
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    referral_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("referral.id"))
    # They say of themselves what the programme asks of a friend.
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When it was decided whether this brings points: by this event, or not, and then why.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), unique=True)
    refused_code: Mapped[str] = mapped_column(String(40), default="")
