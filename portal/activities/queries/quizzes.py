"""How a member has done in quizzes."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from portal.activities.models import Expectation, QuizAttempt
from portal.db import db
from portal.points.models import Entry


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: what was answered, and the points a passed one brings or has brought, with the moment they are due."""

    quiz: str
    number: int
    sent_at: datetime
    answers: tuple[int, ...]
    right: int
    passed: bool
    points: int
    due_at: datetime | None


def attempts_of(member_id: uuid.UUID, quiz: str = "") -> tuple[Attempt, ...]:
    """List a member's tries, at one quiz or at all, the first one first."""
    wanted = (
        select(
            QuizAttempt.quiz,
            QuizAttempt.number,
            QuizAttempt.sent_at,
            QuizAttempt.answers,
            QuizAttempt.right,
            QuizAttempt.passed,
            Entry.points.label("came"),
            Expectation.points.label("coming"),
            Expectation.due_at,
        )
        .outerjoin(
            Expectation,
            and_(
                Expectation.event_id == QuizAttempt.event_id,
                Expectation.satisfied_by_id.is_(None),
                Expectation.cancelled_at.is_(None),
            ),
        )
        .outerjoin(Entry, Entry.event_id == QuizAttempt.event_id)
        .where(QuizAttempt.member_id == member_id)
        .order_by(QuizAttempt.quiz, QuizAttempt.number)
    )
    if quiz:
        wanted = wanted.where(QuizAttempt.quiz == quiz)
    return tuple(
        Attempt(
            quiz=row.quiz,
            number=row.number,
            sent_at=row.sent_at,
            answers=tuple(row.answers),
            right=row.right,
            passed=row.passed,
            points=row.came or row.coming or 0,
            due_at=None if row.came else row.due_at,
        )
        for row in db.session.execute(wanted)
    )
