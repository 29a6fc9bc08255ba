"""What happened in the world, what it will bring, and the rule that priced it."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.activities.rules import EventKind, Outcome
from portal.db import Base, UtcDateTime, Word, uuid_pk

ASTRAY = "outcome = 'unmatched' AND kind IN ('return', 'cancellation')"
OPEN = "satisfied_by_id IS NULL AND cancelled_at IS NULL"
KINDS = ", ".join(f"'{kind.value}'" for kind in EventKind)
OUTCOMES = ", ".join(f"'{outcome.value}'" for outcome in Outcome)


class RuleVersion(Base):
    """An earning rule as it stood in the programme; once written it never changes."""

    __tablename__ = "earn_rule"
    __table_args__ = (UniqueConstraint("activity", "version"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    activity: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Base):
    """The shop's message about one activity; one without a member is in the pool claims are matched against."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint(f"outcome IN ({OUTCOMES})", name="outcome"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("points IS NULL OR points > 0", name="points_above_zero"),
        # By one reference: those of one member, or of nobody, however many others have the same.
        Index("ix_event_subject_key", "subject_key", "member_id", "outcome"),
        Index("ix_event_member_id_occurred_at", "member_id", "occurred_at"),
        Index("ix_event_outcome_occurred_at", "outcome", "occurred_at"),
        Index("ix_event_hint_key", "hint_key", "outcome"),
        # Returns and cancellations nobody was named in are few, and are looked for every minute.
        Index("ix_event_astray", "outcome", "kind", sqlite_where=text(ASTRAY), postgresql_where=text(ASTRAY)),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    source: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    payload_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EventKind] = mapped_column(Word(EventKind, 12), default=EventKind.EARN)
    activity: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")
    subject_key: Mapped[str] = mapped_column(String(80), default="")
    # What a redemption spends; everything else is priced by a rule.
    points: Mapped[int | None] = mapped_column(BigInteger)
    # Parts of the amount by category, such as {"category": "delivery", "amount_minor": 500}.
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3), default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id"))
    member_hint: Mapped[str] = mapped_column(String(320), default="")
    # The hint in the one form in which it is compared: a number in capitals, or a canonical address.
    hint_key: Mapped[str] = mapped_column(String(320), default="")
    outcome: Mapped[Outcome] = mapped_column(String(12))
    outcome_code: Mapped[str] = mapped_column(String(40), default="")
    # Why it brings nothing, where a rule was asked; what brings points keeps this with its promise and its entry.
    rule_version: Mapped[str] = mapped_column(String(60), default="")
    computation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class Expectation(Base):
    """An activity we know of whose points have not posted yet, always with the moment they are due."""

    __tablename__ = "expectation"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_above_zero"),
        Index("ix_expectation_due", "satisfied_by_id", "cancelled_at", "due_at"),
        Index("ix_expectation_member_id_due_at", "member_id", "due_at"),
        Index("ix_expectation_open", "member_id", "subject_key", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    activity: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), default="")
    subject_key: Mapped[str] = mapped_column(String(80), default="")
    points: Mapped[int] = mapped_column(Integer)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), unique=True)
    satisfied_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When a claim was filled in for it because it was late; that is done once.
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rule_version: Mapped[str] = mapped_column(String(60), default="")
    computation: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
