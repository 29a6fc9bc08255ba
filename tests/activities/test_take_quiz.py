"""The page of a quiz: questions, tries and closing time before, the result with its reasons after."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.activities.queries.quizzes import attempts_of
from portal.programme import Quiz
from tests.activities.quizzing import RIGHT, WRONG, a_quiz, offered
from tests.cast import Person
from tests.home.reading import lines
from tests.page import Page
from tests.site import Site


@pytest.fixture
def quiz(site: Site) -> Iterator[Quiz]:
    with offered(a_quiz()) as quiz:
        yield quiz


def answer(page: Page, answers: tuple[int, ...], *, status: int = 200) -> Page:
    given = {f"question_{number}": str(choice) for number, choice in enumerate(answers, start=1)}
    return page.submit("Send my answers", status=status, **given)


def test_page_says_before_what_is_needed_and_until_when(site: Site, asha: Person, quiz: Quiz) -> None:
    page = site.as_(asha).open("activities.show_earning")
    [line] = lines(page, "Quizzes open now")
    assert line.startswith("Harvest quiz Open until ")
    assert line.endswith("2 tries left")

    page = page.click(line)

    assert page.h1 == "Harvest quiz"
    assert page.texts("legend") == ["First?", "Second?", "Third?"]
    for words in ("2 right answers bring the points", "+60", "You have 2 tries", "Open until"):
        assert words in page.text


def test_passing_shows_the_reasons_and_the_day_the_points_are_due(site: Site, asha: Person, quiz: Quiz) -> None:
    page = answer(site.as_(asha).open("activities.take_quiz", key="harvest"), (1, 2, 2))

    assert page.texts("h2")[0] == "Passed: 2 of 3 right"
    assert "60 points are due by" in page.text
    assert [line.split(" ", 1)[1] for line in lines(page, page.texts("h2")[1])] == [
        "Right: yes It is.",
        "Right: right Because of that.",
        "Not right: down The right answer: up",
    ]
    assert not page.has("form[action='/earn/quiz/harvest']")


def test_a_further_try_is_not_told_the_answers(site: Site, asha: Person, quiz: Quiz) -> None:
    page = answer(site.as_(asha).open("activities.take_quiz", key="harvest"), WRONG)

    assert "0 of 3 right, 2 are needed" in page.text
    assert "You have one more try." in page.text
    assert "The right answer" not in page.text
    page = answer(page, WRONG)
    assert "You have used all tries." in page.text
    assert "The right answer: yes It is." in page.text


def test_answers_are_kept_where_one_is_missing_and_no_try_is_used(site: Site, asha: Person, quiz: Quiz) -> None:
    page = site.as_(asha).open("activities.take_quiz", key="harvest")

    page = page.submit("Send my answers", status=422, question_1="1", question_3="2")

    assert page.errors == {"question_2": "Choose one answer: “Second?”"}
    assert (page.value("question_1"), page.value("question_3")) == ("1", "2")
    assert attempts_of(asha.member) == ()


def test_second_tab_does_not_use_a_second_try(site: Site, asha: Person, quiz: Quiz) -> None:
    browser = site.as_(asha)
    tabs = [browser.open("activities.take_quiz", key="harvest") for _ in range(2)]

    for tab in tabs:
        answer(tab, WRONG)

    assert len(attempts_of(asha.member)) == 1


def test_answers_to_a_closed_quiz_are_refused_and_kept(site: Site, asha: Person, quiz: Quiz) -> None:
    page = site.as_(asha).open("activities.take_quiz", key="harvest")

    with offered(a_quiz(closes=quiz.opens + timedelta(hours=1))):
        page = answer(page, RIGHT, status=422)
        assert "These answers came too late" in page.text
        assert page.value("question_2") == "2"
        assert "This quiz closed on" in site.as_(asha).open("activities.take_quiz", key="harvest").text
        assert "Harvest quiz" not in site.as_(asha).open("activities.show_earning").text

    assert attempts_of(asha.member) == ()


def test_quiz_that_is_not_there_yet_is_not_found(site: Site, asha: Person, quiz: Quiz) -> None:
    site.as_(asha).open("activities.take_quiz", key="nothing", status=404)
    with offered(a_quiz(opens=quiz.closes - timedelta(hours=1))):
        site.as_(asha).open("activities.take_quiz", key="harvest", status=404)
