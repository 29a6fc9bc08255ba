"""Sending the answers to a quiz: each try counts once, and a quiz is passed once."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal import programme
from portal.activities.messages import ShopMessage
from portal.activities.models import QuizAttempt
from portal.activities.rules.quizzes import Phase, marks_of, phase_of, tries_left
from portal.activities.service.devices import PORTAL, number_of
from portal.activities.service.events import record_event
from portal.db import db
from portal.errors import Refused
from portal.programme import Quiz

CLOSED = "closed"
NO_TRIES = "no_tries"


def send_answers(member_id: uuid.UUID, quiz: Quiz, answers: Sequence[int], *, number: int, at: datetime) -> None:
    """Mark answers and keep them; passing promises the points, once for each quiz and member.

    `number` is the try they were given on: sent again, by a double tap or from a second tab, nothing more happens.
    Raises Refused: CLOSED when the quiz is not open, NO_TRIES when all tries are used.
    """
    named = number_of(member_id)
    earlier = db.session.execute(
        select(QuizAttempt.passed).where(QuizAttempt.member_id == member_id, QuizAttempt.quiz == quiz.key)
    ).all()
    if len(earlier) >= number or any(attempt.passed for attempt in earlier):
        return
    if phase_of(quiz, at, programme.current().club.zone) is not Phase.OPEN:
        raise Refused(CLOSED)
    if tries_left(quiz, len(earlier)) == 0:
        raise Refused(NO_TRIES)
    marks = marks_of(quiz, answers)
    event_id = _tell(member_id, named, quiz, at) if marks.passed else None
    db.session.add(
        QuizAttempt(
            member_id=member_id,
            quiz=quiz.key,
            number=len(earlier) + 1,
            sent_at=at,
            answers=list(answers),
            right=marks.right,
            passed=marks.passed,
            event_id=event_id,
        )
    )


def _tell(member_id: uuid.UUID, number: str, quiz: Quiz, at: datetime) -> uuid.UUID:
    told = ShopMessage(
        source=PORTAL,
        external_id=f"quiz:{quiz.key}:{member_id}",
        activity=quiz.activity,
        occurred_at=at,
        member_hint=number,
        subject=quiz.title,
    )
    return record_event(told, at=at).event_id
