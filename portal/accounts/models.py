"""People who sign in, what proves it is them, and what they had typed when a session lapsed."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.rules import MemberState, Role
from portal.db import Base, UtcDateTime, uuid_pk


def one_of(column: str, values: type[Role | MemberState]) -> CheckConstraint:
    """Constrain a text column to the values of an enum."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class User(Base):
    """A login identity; the address is kept as typed and in its canonical form."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[uuid.UUID] = uuid_pk()
    email: Mapped[str] = mapped_column(String(320))
    email_canonical: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    role: Mapped[Role] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(16))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)


class Member(Base):
    """A person of the club; its row is the lock that serialises all writes for one member."""

    __tablename__ = "member"
    __table_args__ = (one_of("state", MemberState),)

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    birth_date: Mapped[date] = mapped_column(Date)
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[MemberState] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    age_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    profile_completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class OneTimeToken(Base):
    """A link that works once; its secret is derived when the letter is sent, never stored."""

    __tablename__ = "one_time_token"

    id: Mapped[uuid.UUID] = uuid_pk()
    # Null for an address nobody has: the same rows are written, so that time tells nothing.
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(24))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetProof(Base):
    """A browser that followed a reset link: the link's secret leaves the address bar at once."""

    __tablename__ = "reset_proof"

    id: Mapped[uuid.UUID] = uuid_pk()
    proof_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("one_time_token.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
