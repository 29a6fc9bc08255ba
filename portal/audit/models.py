"""What happened, the values that may be erased, and the chain that seals the rest."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class AuditEvent(Base):
    """Who did or looked at what: ids and digests only, so that no line ever has to change."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_about_id_at", "about_id", "at"),
        Index("ix_audit_event_actor_id_at", "actor_id", "at"),
        Index("ix_audit_event_at", "at", "id"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verb: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    actor_role: Mapped[str] = mapped_column(String(8), default="")
    about_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    thing: Mapped[str] = mapped_column(String(24), default="")
    thing_id: Mapped[str] = mapped_column(String(64), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    request_id: Mapped[str] = mapped_column(String(16), default="")
    personal_digest: Mapped[str] = mapped_column(String(64), default="")


class AuditPersonal(Base):
    """From where and with what words: may be erased, and with its salt goes every way to guess it from the digest."""

    __tablename__ = "audit_personal"

    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[dict[str, Any]] = mapped_column(JSON)


class AuditSeal(Base):
    """One link of the chain: the hash of an event and of the link before it."""

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
