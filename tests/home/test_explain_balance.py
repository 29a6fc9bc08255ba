"""Why is my balance different: a figure somebody remembers, and every line from there to now."""

from typing import Any

import pytest

from tests.cast import Person
from tests.factories import an_expectation
from tests.home.histories import at, earn, years
from tests.page import Page
from tests.site import Site


def sums(page: Page) -> list[str]:
    return [f"{name} {value}" for name, value in zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True)]


def ask(site: Site, member: Person, figure: str, day: str, **how: Any) -> Page:
    page = site.as_(member).open("home.show_points").click("Why is my balance different?")
    return page.submit("Show what happened", figure=figure, day=day, **how)


def test_lines_since_the_day_add_up_to_the_balance_of_now(site: Site, asha_earned: Person):
    page = ask(site, asha_earned, "340", "2026-10-30")

    assert page.texts("h2") == ["From 340 to 325"]
    assert "On 30 Oct your balance was 340, as you remember." in page.text
    assert sums(page) == [
        "Your balance then 340",
        "Corrections, 1 line +90",
        "Quizzes, 1 line +60",
        "Gifts, 1 line +25",
        "Spent, 1 line −50",
        "Taken back, 1 line −140",
        "Your balance now 325",
    ]
    assert (
        page.texts(".lines .line")[0] == "Order of 18 Oct, sent back Sat 14 Nov, 12:00 · Taken back −140 balance = 325"
    )
    assert len(page.texts(".lines .line")) == 5


def test_figure_of_the_middle_of_a_day_is_found_in_it(site: Site, asha: Person):
    earn(asha, 100, at(3, hour=8))
    earn(asha, 20, at(3, hour=10), text="Second")
    earn(asha, 3, at(3, hour=12), text="Third")

    page = ask(site, asha, "120", "2026-11-03")

    assert "as you remember" in page.text
    assert sums(page) == ["Your balance then 120", "Orders, 1 line +3", "Your balance now 123"]


@pytest.mark.parametrize(
    ("figure", "day", "said"),
    [
        (
            "140",
            "2026-11-10",
            "your balance was 515. It was 140 before that day, until Wed 28 Oct, 12:00.",
        ),
        ("465", "2026-10-30", "When 30 Oct ended, your balance was 340. It became 465 later: Thu 12 Nov, 12:00."),
        (
            "0",
            "2026-10-30",
            "When 30 Oct ended, your balance was 340. It was 0 before that day, until Mon 19 Oct, 13:00.",
        ),
        ("341", "2026-10-30", "Your balance has never been 341. When 30 Oct ended, it was 340."),
        ("−5", "2026-10-30", "Your balance has never been −5."),
        ("0", "2026-10-01", "On 1 Oct your balance was 0, as you remember."),
    ],
)
def test_moment_next_to_the_day_at_which_it_was_true_is_shown(
    site: Site, asha_earned: Person, figure: str, day: str, said: str
):
    page = ask(site, asha_earned, figure, day)

    assert said in page.text
    start, *parts, end = [int(line.rsplit(" ", 1)[1].replace("−", "-").replace("+", "")) for line in sums(page)]
    assert start + sum(parts) == end == 325


def test_nearer_of_two_moments_is_chosen(site: Site, asha: Person):
    earn(asha, 10, at(1))
    earn(asha, 5, at(4))
    earn(asha, -5, at(9))

    assert "It was 10 before that day, until Wed 4 Nov" in ask(site, asha, "10", "2026-11-05").text
    assert "It became 10 later: Mon 9 Nov" in ask(site, asha, "10", "2026-11-08").text


def test_balance_that_is_still_right_is_said_to_be(site: Site, asha_earned: Person):
    page = ask(site, asha_earned, "325", "2026-11-22")

    assert page.texts("h2") == ["325 is what you have"]
    assert "It has been your balance since Sat 14 Nov, 12:00, and nothing has changed it." in page.text
    assert sums(page) == []


def test_figure_of_the_tier_is_told_from_the_balance(site: Site, asha_earned: Person):
    page = ask(site, asha_earned, "350", "2026-11-21")

    assert "350 is what counted for your tier when 21 Nov ended." in page.text


def test_points_that_were_on_their_way_are_told_from_the_balance(site: Site, asha: Person):
    earn(asha, 100, at(3))
    an_expectation(asha, 45, happened=at(4))
    earn(asha, 7, at(9))

    assert "100 and the 45 on their way for what had happened by then make 145." in (
        ask(site, asha, "145", "2026-11-05").text
    )
    assert "on their way for" not in ask(site, asha, "145", "2026-11-03").text


@pytest.mark.parametrize(
    ("figure", "day", "errors"),
    [
        ("", "", {"figure": "Enter the balance you remember", "day": "Enter the day you saw it"}),
        ("many", "2026-11-03", {"figure": "Enter whole points in digits, such as 1,240"}),
        ("1.5", "2026-11-03", {"figure": "Enter whole points in digits, such as 1,240"}),
        ("9" * 10, "2026-11-03", {"figure": "Enter whole points in digits, such as 1,240"}),
        ("٣", "2026-11-03", {"figure": "Enter whole points in digits, such as 1,240"}),
        ("10", "2026-11-23", {"day": "Choose today or a day before it"}),
        ("10", "1999-01-01", {"day": "Choose a day of the years 2000 to 2027"}),
        ("10", "31 Feb", {"day": "Enter a real day, such as 20 Nov"}),
    ],
)
def test_what_is_not_understood_says_so_and_stays(
    site: Site, asha: Person, figure: str, day: str, errors: dict[str, str]
):
    page = site.as_(asha).open("home.explain_balance", figure=figure, day=day, status=422)

    assert page.errors == errors
    assert (page.value("figure"), page.value("day")) == (figure, day)


@pytest.mark.parametrize("figure", ["1,240", "1 240", "1240"])
def test_thousands_are_read_as_people_write_them(site: Site, asha: Person, figure: str):
    earn(asha, 1240, at(3))

    assert ask(site, asha, figure, "2026-11-03").texts("h2") == ["1,240 is what you have"]


def test_day_is_the_clubs_day(site: Site, asha: Person):
    earn(asha, 10, at(30, 6, hour=22), text="Last of June")
    earn(asha, 5, at(30, 6, hour=23), text="First of July")

    assert "On 30 Jun your balance was 10" in ask(site, asha, "10", "2026-06-30").text
    assert "It became 15 later" in ask(site, asha, "15", "2026-06-30").text
    assert ask(site, asha, "15", "2026-07-01").texts("h2") == ["15 is what you have"]


def test_nobody_sees_the_lines_of_others(site: Site, asha_earned: Person, bruno: Person):
    earn(bruno, 5, at(1, 10))

    page = ask(site, bruno, "340", "2026-10-30")

    assert "Your balance has never been 340." in page.text
    assert page.texts("h2") == ["Your balance was 5"]
    assert sums(page) == []


def test_long_history_takes_as_many_statements_and_shows_the_newest_lines(site: Site, asha: Person, bruno: Person):
    years(asha, 120)
    years(bruno, 3)
    asked = {"figure": "7", "day": "2026-01-01"}

    long = site.as_(asha).open("home.explain_balance", **asked)
    short = site.as_(bruno).open("home.explain_balance", **asked)

    assert len(long.statements) == len(short.statements) == 6
    assert len(long.texts(".lines .line")) == 100
    assert "These are the newest 100 of 120 lines" in long.text
    assert sums(long)[-1] == "Your balance now 7,260"
