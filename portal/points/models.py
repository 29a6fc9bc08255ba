"""The ledger's tables. The database itself refuses to change or delete an entry (see migrations)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk
from portal.points.rules import EntryKind

SPELT = "subject <> ''"
KINDS = ", ".join(f"'{kind.value}'" for kind in EntryKind)


class Account(Base):
    """A member's cached figures; `flask doctor` derives them again from the entries."""

    __tablename__ = "account"

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    status_points: Mapped[int] = mapped_column(BigInteger, default=0)
    sequence: Mapped[int] = mapped_column(Integer, default=0)


class ExpiryNotice(Base):
    """A letter has told a member of points that are gone from a day on."""

    __tablename__ = "expiry_notice"
    __table_args__ = (UniqueConstraint("member_id", "expires_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    expires_on: Mapped[date] = mapped_column(Date)
    points: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Entry(Base):
    """One line of the ledger; it counts from the moment it is recorded and never changes."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("member_id", "sequence"),
        CheckConstraint("points <> 0", name="points_not_zero"),
        CheckConstraint("sequence > 0", name="sequence_from_one"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(
            "kind <> 'reversal' OR reverses_id IS NOT NULL OR takes_from_id IS NOT NULL",
            name="reversal_names_its_entry",
        ),
        Index("uq_entry_reverses_id", "reverses_id", unique=True),
        Index("ix_entry_member_id_happened_at", "member_id", "happened_at"),
        Index("ix_entry_takes_from_id", "takes_from_id"),
        # What came without a message is found by how its reference was spelt.
        Index("ix_entry_spelt", "member_id", "subject", sqlite_where=sql(SPELT), postgresql_where=sql(SPELT)),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[EntryKind] = mapped_column(String(12))
    activity: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(80), default="")
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts_for_tier: Mapped[bool] = mapped_column(Boolean)
    balance_after: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    event_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    claim_id: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    rule_version: Mapped[str] = mapped_column(String(60), default="")
    computation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # The entry this one undoes as a whole, which happens once; and the one it takes a part of, as returns do.
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"))
    takes_from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"))
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
