"""Answers members sent to quizzes; the quizzes themselves stand in the programme."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class QuizAttempt(Base):
    """One try, with the places of the choices that were taken, counted from 1; a quiz is passed once."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("member_id", "quiz", "number"),
        CheckConstraint("number > 0", name="number_from_one"),
        Index(
            "uq_quiz_attempt_passed",
            "member_id",
            "quiz",
            unique=True,
            sqlite_where=text("passed"),
            postgresql_where=text("passed"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    quiz: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answers: Mapped[list[int]] = mapped_column(JSON)
    right: Mapped[int] = mapped_column(Integer)
    passed: Mapped[bool] = mapped_column(Boolean)
    # What the points of a passed quiz hang on.
    event_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("event.id"), unique=True)
