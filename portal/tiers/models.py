"""Which tier a member held, from when, until when, and why."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class TierSpan(Base):
    """A stretch of time in one tier; the open one (`until` is null) is the tier of today."""

    __tablename__ = "tier_span"
    __table_args__ = (
        Index(
            "uq_tier_span_open",
            "member_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_tier_span_review_at", "review_at"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"), index=True)
    tier: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(String(40))
    entry_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    # When the tier is looked at again, null where it is kept for good; and when a letter said that it might sink.
    review_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
