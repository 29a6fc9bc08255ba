"""A quiz: its questions on one page, and what came of the answers."""

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.activities.forms.quizzes import QuizForm, quiz_form
from portal.activities.pricing import rule_at
from portal.activities.queries.quizzes import Attempt, attempts_of
from portal.activities.rules.quizzes import Phase, marks_of, phase_of, tries_left
from portal.activities.service.quizzes import send_answers
from portal.activities.views import bp
from portal.clock import now
from portal.errors import NotFound, Refused
from portal.programme import Quiz
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page


@bp.get("/earn/quiz/<string:key>")
@members_only
def take_quiz(key: str) -> ResponseReturnValue:
    quiz = _quiz(key)
    return _page(quiz, quiz_form(quiz), 200)


@bp.post("/earn/quiz/<string:key>")
@members_only
def answer_quiz(key: str) -> ResponseReturnValue:
    quiz = _quiz(key)
    form = quiz_form(quiz)
    if not form.validate_on_submit():
        return _page(quiz, form, 422)
    try:
        with unit_of_work():
            send_answers(visitor().member, quiz, form.to_answers(), number=form.to_number(), at=now())
    except Refused:
        form.form_errors.append(_("These answers came too late, so they do not count"))
        return _page(quiz, form, 422)
    return go(url_for("activities.take_quiz", key=quiz.key))


def _quiz(key: str) -> Quiz:
    """Find a quiz that has opened."""
    club = programme.current()
    try:
        quiz = club.quiz(key)
    except KeyError:
        raise NotFound from None
    if phase_of(quiz, now(), club.club.zone) is Phase.SOON:
        raise NotFound
    return quiz


def _page(quiz: Quiz, form: QuizForm, status: int) -> Response:
    zone = programme.current().club.zone
    attempts = attempts_of(visitor().member, quiz.key)
    last = attempts[-1] if attempts else None
    left = tries_left(quiz, len(attempts))
    is_closed = phase_of(quiz, now(), zone) is Phase.CLOSED
    is_over = is_closed or left == 0 or any(attempt.passed for attempt in attempts)
    rule = rule_at(quiz.activity, now())
    if not form.is_submitted():
        form.number.data = str(len(attempts) + 1)
    return page(
        "activities/quiz.html",
        "panel",
        status,
        quiz=quiz,
        form=form,
        rule=rule,
        last=last,
        left=left,
        closes=quiz.closes.replace(tzinfo=zone),
        is_closed=is_closed,
        is_over=is_over,
        told=_told(quiz, last, is_over=is_over) if last else (),
    )


def _told(quiz: Quiz, last: Attempt, *, is_over: bool) -> list[dict[str, object]]:
    """Say of each answer whether it was right; which one is right, and why, only when there is no further try."""
    each = marks_of(quiz, last.answers).each
    return [
        {
            "question": question.text,
            "given": question.choices[answer - 1] if 0 < answer <= len(question.choices) else "",
            "is_right": is_right,
            "right": question.choices[question.right - 1] if is_over and not is_right else "",
            "because": question.because if is_over or is_right else "",
        }
        for question, answer, is_right in zip(quiz.questions, last.answers, each, strict=False)
    ]
