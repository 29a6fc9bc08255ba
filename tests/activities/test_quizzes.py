"""A quiz counts each try once, is passed once, and brings its points once."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from portal import programme
from portal.activities.queries.quizzes import attempts_of
from portal.activities.rules import Outcome
from portal.activities.rules.quizzes import Phase, marks_of, phase_of, tries_left
from portal.activities.service.erasing import erase_activities
from portal.activities.service.quizzes import CLOSED, NO_TRIES, send_answers
from portal.clock import now
from portal.errors import Refused
from portal.programme import Quiz
from portal.records.queries import club, owner_of
from portal.unit_of_work import unit_of_work
from tests.activities.messages import expected, message, record
from tests.activities.quizzing import RIGHT, WRONG, a_quiz
from tests.cast import Person
from tests.factories import a_member
from tests.together import together


def send(member: Person, quiz: Quiz, answers: tuple[int, ...] = RIGHT, *, number: int = 1) -> None:
    with unit_of_work():
        send_answers(member.member, quiz, answers, number=number, at=now())


def results(member: Person) -> list[tuple[int, int, bool]]:
    return [(attempt.number, attempt.right, attempt.passed) for attempt in attempts_of(member.member)]


@pytest.mark.parametrize(
    ("seconds", "phase"), [(-1, Phase.SOON), (0, Phase.OPEN), (60, Phase.OPEN), (61, Phase.CLOSED)]
)
def test_quiz_is_open_from_its_first_second_to_its_last(app: Flask, seconds: int, phase: Phase) -> None:
    zone = programme.current().club.zone
    opens = a_quiz().opens
    quiz = a_quiz(opens=opens, closes=opens + timedelta(seconds=60))

    assert phase_of(quiz, opens.replace(tzinfo=zone) + timedelta(seconds=seconds), zone) is phase


@pytest.mark.parametrize(
    ("answers", "each"), [(RIGHT, (True,) * 3), (WRONG, (False,) * 3), ((1,), (True, False, False))]
)
def test_answers_are_marked_one_by_one(app: Flask, answers: tuple[int, ...], each: tuple[bool, ...]) -> None:
    marks = marks_of(a_quiz(), answers)

    assert (marks.each, marks.right, marks.passed) == (each, sum(each), sum(each) >= 2)


def test_tries_run_out_unless_there_is_no_end_of_them(app: Flask) -> None:
    assert [tries_left(a_quiz(tries=2), used) for used in (0, 2, 3)] == [2, 0, 0]
    assert tries_left(a_quiz(tries=0), 99) is None


def test_passed_quiz_promises_its_points_once_ever(asha: Person) -> None:
    quiz = a_quiz()
    send(asha, quiz, WRONG)
    assert expected(asha) == []

    send(asha, quiz, RIGHT, number=2)
    send(asha, quiz, RIGHT, number=3)

    assert results(asha) == [(1, 0, False), (2, 3, True)]
    assert [(promise.points, promise.subject) for promise in expected(asha)] == [(60, "Harvest quiz")]


def test_what_the_shop_counted_before_is_not_counted_again(asha: Person) -> None:
    told = message(asha.number, activity="quiz", subject="Harvest Quiz", amount_minor=None, currency="")
    assert record(told).outcome is Outcome.PENDING

    send(asha, a_quiz())

    assert results(asha) == [(1, 3, True)]
    assert len(expected(asha)) == 1


def test_same_try_sent_again_counts_once(asha: Person) -> None:
    send(asha, a_quiz(), WRONG)
    send(asha, a_quiz(), RIGHT)

    assert results(asha) == [(1, 0, False)]


def test_no_try_is_left_after_the_last(asha: Person) -> None:
    for number in (1, 2):
        send(asha, a_quiz(), WRONG, number=number)

    with pytest.raises(Refused, match=NO_TRIES):
        send(asha, a_quiz(), RIGHT, number=3)


def test_answers_after_closing_do_not_count(asha: Person) -> None:
    quiz = a_quiz()

    with pytest.raises(Refused, match=CLOSED):
        send(asha, quiz.model_copy(update={"closes": quiz.opens + timedelta(hours=1)}))
    assert results(asha) == []


def test_two_tabs_at_once_are_one_try_and_one_promise(free_app: Flask) -> None:
    member = a_member("Mira Novak")

    wrong = together(free_app, [partial(send, member, a_quiz(), number=number) for number in (1, 1, 2, 2)])

    assert wrong == []
    assert (results(member), len(expected(member))) == ([(1, 3, True)], 1)


def test_answers_are_in_the_copy_and_gone_with_the_account(asha: Person) -> None:
    send(asha, a_quiz())
    owner = owner_of(asha.user_id)
    assert owner is not None
    assert [(row["quiz"], row["answers"]) for row in club.quizzes(owner).rows] == [("harvest", [1, 2, 1])]

    with unit_of_work():
        erase_activities(asha.member, [], at=now())

    assert results(asha) == []
