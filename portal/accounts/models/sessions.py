"""Signed-in browsers, what a lapsed one had sent, and the counters that slow guessing down."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.rules import Factor
from portal.db import Base, UtcDateTime, Word, uuid_pk


class UserSession(Base):
    """One signed-in browser; only the hash of its token is kept."""

    __tablename__ = "user_session"

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    keeps_signed_in: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_until: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(64), default="")
    device: Mapped[str] = mapped_column(String(120), default="")
    factor: Mapped[Factor] = mapped_column(Word(Factor, 10), default=Factor.PASSWORD)
    # Until a while after this moment nothing asks again who is there; null: never asked since the session began.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    known_device_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)


class KeptForm(Base):
    """What was typed into a form whose session had lapsed; given back to the same user only."""

    __tablename__ = "kept_form"

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[list[list[str]]] = mapped_column(JSON)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Allowance(Base):
    """A counter that limits guessing and letters; a row, so that restarts do not reset it."""

    __tablename__ = "allowance"
    __table_args__ = (Index("ix_allowance_refreshed_at", "refreshed_at"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    spent: Mapped[float] = mapped_column(Float, default=0.0)
    streak: Mapped[int] = mapped_column(Integer, default=0)
    refreshed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
