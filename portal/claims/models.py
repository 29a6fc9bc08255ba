"""A claim, its timeline, the one thing asked for, and the pictures."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.claims.rules import ClaimKind, ClaimState, Verdict
from portal.claims.rules.bands import BANDS, band
from portal.db import Base, UtcDateTime, Word, uuid_pk

STATES = ", ".join(f"'{state.value}'" for state in ClaimState)
NO_LONGER_OPEN = "('draft', 'approved', 'part_approved', 'declined', 'duplicate', 'expired', 'resolved', 'withdrawn')"
# What the portal has decided by itself.
ALONE = "verdict IS NOT NULL AND decided_by_id IS NULL"
NOT_COMPARED = "compared_at IS NULL AND removed_at IS NULL"
ONE_OPEN = f"subject_key <> '' AND state NOT IN {NO_LONGER_OPEN}"


class Claim(Base):
    """A member's statement that points are missing or wrong; `version` guards every form about it."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("points_granted IS NULL OR points_granted >= 0", name="points_granted_not_negative"),
        # Wide enough for the desk's counts and for where a page of its queue ends: neither reads a row.
        Index("ix_claim_desk", "state", "due_at", "assignee_id", "member_id", "changed_at", "version"),
        Index("ix_claim_member_id_created_at", "member_id", "created_at"),
        Index("ix_claim_subject_key", "subject_key", "activity"),
        Index(
            "ix_claim_answered",
            "kind",
            "activity",
            "decided_at",
            "submitted_at",
            sqlite_where=text("decided_by_id IS NOT NULL"),
            postgresql_where=text("decided_by_id IS NOT NULL"),
        ),
        Index("ix_claim_assignee_id_state", "assignee_id", "state"),
        Index("ix_claim_alone", "decided_at", sqlite_where=text(ALONE), postgresql_where=text(ALONE)),
        Index(
            "uq_claim_open_subject",
            "member_id",
            "activity",
            "subject_key",
            unique=True,
            sqlite_where=text(ONE_OPEN),
            postgresql_where=text(ONE_OPEN),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    reference: Mapped[str] = mapped_column(String(10), unique=True)
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id"))
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    kind: Mapped[ClaimKind | None] = mapped_column(Word(ClaimKind, 24))
    activity: Mapped[str] = mapped_column(String(40), default="")
    activity_day: Mapped[date | None] = mapped_column(Date)
    subject: Mapped[str] = mapped_column(String(80), default="")
    subject_key: Mapped[str] = mapped_column(String(80), default="")
    expected_points: Mapped[int | None] = mapped_column(BigInteger)
    statement: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ClaimState] = mapped_column(Word(ClaimState, 20))
    step: Mapped[int] = mapped_column(Integer, default=1)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    parked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The day we named when the answer was late; `due_at` stays what was promised first.
    new_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_by: Mapped[str] = mapped_column(String(8), default="member")
    expectation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("expectation.id"))
    matched_event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"))
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict, 12))
    points_granted: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40), default="")
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    # When the portal filled it in and laid it before its member.
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appeal_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("claim.id"), unique=True)
    search_text: Mapped[str] = mapped_column(Text, default="")
    # Its member has closed their account: the words are gone, what was decided stays.
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClaimEvent(Base):
    """One line of a claim's timeline; words for the member and words among staff never share a column."""

    __tablename__ = "claim_event"
    __table_args__ = (
        UniqueConstraint("claim_id", "sequence"),
        CheckConstraint("visibility IN ('member', 'internal')", name="visibility"),
        CheckConstraint("visibility = 'member' OR member_text = ''", name="internal_says_nothing_to_members"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claim.id"))
    sequence: Mapped[int] = mapped_column(Integer)
    what: Mapped[str] = mapped_column(String(24))
    visibility: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    by: Mapped[str] = mapped_column(String(8))
    state_after: Mapped[ClaimState] = mapped_column(Word(ClaimState, 20))
    member_text: Mapped[str] = mapped_column(Text, default="")
    internal_note: Mapped[str] = mapped_column(Text, default="")


class ClaimNews(Base):
    """An open claim about which something was heard; it is looked at again, and the row is gone.

    It names the claim without a constraint: checking one would wait for whoever has the claim in hand, while they may
    wait for the very message this row is written with.
    """

    __tablename__ = "claim_news"
    __table_args__ = (Index("ix_claim_news_heard_at", "heard_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    claim_id: Mapped[uuid.UUID] = mapped_column(Uuid)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InfoRequest(Base):
    """The one named missing thing; while it is open our clock is paused."""

    __tablename__ = "info_request"
    __table_args__ = (
        Index(
            "uq_info_request_open",
            "claim_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL AND closed_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND closed_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claim.id"))
    ask: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def _band(number: int) -> Callable[[DefaultExecutionContext], int]:
    """Say that a column holds a band of the row's fingerprint."""

    def of_the_row(context: DefaultExecutionContext) -> int:
        row: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return band(row["dhash"], number)

    return of_the_row


class Evidence(Base):
    """A picture the member sent: what we show is re-encoded, `sha256` is of what was sent."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("claim_id", "idempotency_key"),
        Index("ix_evidence_sha256", "sha256"),
        Index("ix_evidence_dhash", "dhash", "uploaded_at"),
        *(Index(f"ix_evidence_band_{number}", f"band_{number}", "dhash") for number in range(BANDS)),
        Index("ix_evidence_original_until", "original_until"),
        Index(
            "ix_evidence_not_compared",
            "uploaded_at",
            sqlite_where=text(NOT_COMPARED),
            postgresql_where=text(NOT_COMPARED),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claim.id"), index=True)
    # Null for whoever cannot get in and writes from outside.
    uploaded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), default="other")
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    claimed_sha256: Mapped[str] = mapped_column(String(64), default="")
    dhash: Mapped[int] = mapped_column(BigInteger)
    band_0: Mapped[int] = mapped_column(Integer, default=_band(0))
    band_1: Mapped[int] = mapped_column(Integer, default=_band(1))
    band_2: Mapped[int] = mapped_column(Integer, default=_band(2))
    band_3: Mapped[int] = mapped_column(Integer, default=_band(3))
    detected_type: Mapped[str] = mapped_column(String(8))
    original_bytes: Mapped[int] = mapped_column(Integer)
    shown_bytes: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    thumb_key: Mapped[str] = mapped_column(String(80), default="")
    # The file as it was sent, sealed; nothing is said of one that is not kept.
    original_key: Mapped[str] = mapped_column(String(80), default="")
    original_key_id: Mapped[str] = mapped_column(String(12), default="")
    original_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    had_place: Mapped[bool] = mapped_column(default=False)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_with_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retention_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @validates("dhash")
    def _cut(self, _name: str, dhash: int) -> int:
        """Let the bands be those of the fingerprint, also when a picture is made anew."""
        self.band_0, self.band_1, self.band_2, self.band_3 = (band(dhash, number) for number in range(BANDS))
        return dhash


class PicturePair(Base):
    """Two pictures of different claims that show the same thing, though they are not the same file."""

    __tablename__ = "picture_pair"

    evidence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Upload(Base):
    """A file that comes in parts and is not whole yet; `received` counts what lies in the store, without gaps."""

    __tablename__ = "upload"
    __table_args__ = (
        UniqueConstraint("claim_id", "idempotency_key"),
        CheckConstraint("received >= 0 AND received <= total", name="received_is_part_of_total"),
        Index("ix_upload_begun_at", "begun_at"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    claim_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("claim.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    total: Mapped[int] = mapped_column(Integer)
    received: Mapped[int] = mapped_column(Integer, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadPart(Base):
    """Where one part of such a file lies."""

    __tablename__ = "upload_part"

    upload_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    begins_at: Mapped[int] = mapped_column(Integer, primary_key=True)
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
