"""What a member can do to earn points."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.activities.queries.quizzes import attempts_of
from portal.activities.rules.quizzes import Phase, phase_of, tries_left
from portal.activities.views import bp
from portal.activities.ways import ways_to_earn
from portal.clock import now
from portal.web.access import members_only, visitor
from portal.web.htmx import page


@dataclass(frozen=True, slots=True)
class OpenQuiz:
    """A quiz that is open, and how the member stands in it; no end of tries is None."""

    key: str
    title: str
    closes: datetime
    left: int | None
    is_passed: bool


@bp.get("/earn")
@members_only
def show_earning() -> ResponseReturnValue:
    ways = ways_to_earn()
    return page(
        "activities/earning.html",
        by_shop=[way for way in ways if way.done_by == "shop"],
        by_member=[way for way in ways if way.done_by != "shop"],
        doors=_doors(),
        quizzes=_quizzes(visitor().member),
    )


def _doors() -> dict[str, str]:
    """Give the page on which an activity is done, by its key."""
    club = programme.current()
    doors = {one.key: url_for("activities.register_device") for one in club.activities if one.done_by == "device"}
    if club.referral:
        doors[club.referral.activity] = url_for("activities.invite_friend")
    return doors


def _quizzes(member_id: uuid.UUID) -> list[OpenQuiz]:
    """List what is open, the first to close first."""
    zone = programme.current().club.zone
    sent = attempts_of(member_id)
    found = []
    for quiz in programme.current().quizzes:
        tries = [attempt for attempt in sent if attempt.quiz == quiz.key]
        if phase_of(quiz, now(), zone) is Phase.OPEN:
            is_passed = any(attempt.passed for attempt in tries)
            closes = quiz.closes.replace(tzinfo=zone)
            found.append(OpenQuiz(quiz.key, quiz.title, closes, tries_left(quiz, len(tries)), is_passed))
    return sorted(found, key=lambda quiz: quiz.closes)
