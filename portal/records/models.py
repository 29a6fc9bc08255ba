"""The copies people have asked for."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, Word, uuid_pk
from portal.records.rules import CopyState

STATES = ", ".join(f"'{state.value}'" for state in CopyState)
IN_HAND = "state = 'asked'"


class Export(Base):
    """A copy of everything we hold about somebody, made by the worker and kept for a few days."""

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        Index("ix_export_state_asked_at", "state", "asked_at"),
        Index("uq_export_in_hand", "user_id", unique=True, sqlite_where=text(IN_HAND), postgresql_where=text(IN_HAND)),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[CopyState] = mapped_column(Word(CopyState, 8), default=CopyState.ASKED)
    # Of `parts` parts so many are written: what the progress bar shows.
    done: Mapped[int] = mapped_column(Integer, default=0)
    parts: Mapped[int] = mapped_column(Integer, default=0)
    # Counts up with each try, so that a maker whose lease ran out can no longer finish.
    tries: Mapped[int] = mapped_column(Integer, default=0)
    # Chosen when the copy is asked for: a maker that is killed leaves no file that no row names.
    storage_key: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
