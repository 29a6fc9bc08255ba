"""The history: chips, search and days choose what is shown."""

from typing import Any

import pytest

from tests.cast import Person
from tests.factories import an_expectation
from tests.home.histories import asked, at, earn
from tests.home.reading import headings, summaries, titles
from tests.site import Site

NAUGHTY = ["%", "_", "!", "'; DROP TABLE entry; --", "\\", "<script>", "𝕆𝕣𝕕𝕖𝕣", "  ", "a\u202eb", "\x00", "½"]


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({"activity": "order"}, ["14 Order of 18 Oct, sent back", "8 Order of 1 Nov", "19 Order of 18 Oct"]),
        ({"activity": "quiz"}, ["4 Quiz of 3 Nov"]),
        ({"activity": "device"}, []),
        ({"kind": "corrections"}, ["8 Order of 1 Nov"]),
        ({"kind": "gifts"}, ["10 A gift for a late answer"]),
        ({"kind": "spent"}, ["12 Reward from the shop"]),
        ({"kind": "taken-back"}, ["14 Order of 18 Oct, sent back"]),
    ],
)
def test_chips_pick_lines(site: Site, asha_earned: Person, choice: dict[str, Any], found: list[str]):
    page = site.as_(asha_earned).open("home.show_points", **choice)

    shown = [
        title.replace(" Taken back ·", "").replace(" Correction ·", "").replace(" Gift ·", "").replace(" Spent ·", "")
        for title in titles(page)
    ]
    assert shown == found
    assert page.texts(".gap") == []


def test_chip_says_that_it_is_chosen(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points").click("Quizzes")

    assert page.path == "/points?activity=quiz"
    assert page.texts(".chips [aria-current]") == ["Quizzes"]
    assert page.click("All").path == "/points"


def test_there_is_a_chip_for_every_activity_and_kind(site: Site, asha_earned: Person):
    assert site.as_(asha_earned).open("home.show_points").texts(".chips a") == [
        "All",
        "Orders",
        "Device registrations",
        "Quizzes",
        "Friends",
        "Corrections",
        "Gifts",
        "Spent",
        "Taken back",
        "Brought nothing",
    ]


def test_sums_of_a_month_are_those_of_the_lines_shown(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points", activity="order")

    assert headings(page)[1:] == ["November +90, −140", "October +140"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("order", 3),
        ("ORDER", 3),
        ("ôrdér", 3),
        ("order sent", 1),
        ("sent order", 1),
        ("7041", 2),
        ("70418822", 2),
        ("7041 8822", 2),
        ("autumn", 1),
        ("90", 1),
        ("140", 2),
        ("nothing like it", 0),
    ],
)
def test_search_finds_words_references_and_numbers(site: Site, asha_earned: Person, words: str, found: int):
    page = site.as_(asha_earned).open("home.show_points").submit("Show", words=words)

    assert len(summaries(page)) == found
    assert page.value("words") == words


@pytest.mark.parametrize("words", NAUGHTY)
def test_search_takes_every_character_literally(site: Site, asha_earned: Person, words: str):
    page = site.as_(asha_earned).open("home.show_points", words=words)

    assert page.status == 200
    assert len(summaries(page)) == (7 if not words.strip("\x00 ") else 3 if "𝕆" in words else 0)


@pytest.mark.parametrize("words", ["%", "_", "!", "100%", "f_n", "now!", "\\", "%off"])
def test_search_finds_signs_where_they_stand_and_only_there(site: Site, asha_earned: Person, words: str):
    earn(asha_earned, 5, at(20), text="100%off_now!\\")
    earn(asha_earned, 5, at(20), text="1000 offenow")

    assert len(summaries(site.as_(asha_earned).open("home.show_points", words=words))) == 1


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ({"since": "2026-11-08"}, ["14", "12", "10", "8"]),
        ({"until": "2026-11-04"}, ["4", "28", "19"]),
        ({"since": "2026-10-28", "until": "2026-11-04"}, ["4", "28"]),
        ({"since": "2026-11-09", "until": "2026-11-09"}, []),
        ({"since": "2027-01-01"}, []),
    ],
)
def test_days_choose_a_period_both_of_them_included(
    site: Site, asha_earned: Person, days: dict[str, Any], found: list[str]
):
    page = site.as_(asha_earned).open("home.show_points").submit("Show", **days)

    assert [line.split(" ", 1)[0] for line in summaries(page)] == found


def test_period_begins_and_ends_with_the_clubs_day(site: Site, asha: Person):
    earn(asha, 1, at(30, 6, hour=22), text="Last of June")
    earn(asha, 2, at(30, 6, hour=23), text="First of July")

    browser = site.as_(asha)

    assert titles(browser.open("home.show_points", since="2026-07-01")) == ["1 First of July"]
    assert titles(browser.open("home.show_points", until="2026-06-30")) == ["30 Last of June"]


def test_chip_search_and_days_work_together_and_stay(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points", activity="order")

    page = page.submit("Show", words="sent", since="2026-11-01")

    assert titles(page) == ["14 Order of 18 Oct, sent back Taken back ·"]
    assert page.texts(".chips [aria-current]") == ["Orders"]
    assert page.click("Quizzes").path == "/points?words=sent&since=2026-11-01&activity=quiz"


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"words": "x" * 81}, "words", "Search for up to 80 characters"),
        ({"since": "2026-13-01"}, "since", "Enter a real day, such as 20 Nov"),
        ({"since": "yesterday"}, "since", "Enter a real day, such as 20 Nov"),
        ({"since": "31 Feb"}, "since", "Enter a real day, such as 20 Nov"),
        ({"since": "0001-01-01"}, "since", "Choose a day of the years 2000 to 2027"),
        ({"until": "1999-12-31"}, "until", "Choose a day of the years 2000 to 2027"),
        ({"since": "2026-11-08", "until": "2026-11-07"}, "until", "Choose a day that is not before the first one"),
        ({"until": "9999-12-31"}, "until", "Choose a day of the years 2000 to 2027"),
    ],
)
def test_what_cannot_be_searched_for_says_so_and_the_rest_stays(
    site: Site, asha_earned: Person, fields: dict[str, Any], field: str, message: str
):
    page = site.as_(asha_earned).open("home.show_points", status=422, activity="order", **fields)

    assert page.errors == {field: message}
    assert page.texts(".chips [aria-current]") == ["Orders"]
    assert summaries(page)
    assert page.value("words") == fields.get("words", "")


@pytest.mark.parametrize(
    "forged",
    [
        {"activity": "skydiving"},
        {"kind": "everything"},
        {"before": "x"},
        {"before": "-1"},
        {"before": "٣"},
        {"before": "9" * 40},
        {"before": "0x1"},
        {"activity": "' OR 1=1 --"},
    ],
)
def test_forged_choice_chooses_nothing(site: Site, asha_earned: Person, forged: dict[str, Any]):
    assert len(summaries(site.as_(asha_earned).open("home.show_points", **forged))) == 7


def test_filter_that_finds_nothing_says_so_and_leads_back(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points", words="unicorn")

    assert "Nothing fits what you chose." in page.text
    assert len(summaries(page.click("Show all points"))) == 7


def test_what_is_on_its_way_and_in_claims_is_filtered_too(site: Site, asha: Person):
    an_expectation(asha, 120, activity="order", subject="7041 8822", happened=at(21))
    an_expectation(asha, 60, activity="quiz", subject="Autumn quiz", happened=at(10))
    asked(asha, activity="order", subject="7155 0001", day=at(15).date())
    browser = site.as_(asha)

    def shown(**choice: Any) -> tuple[int, int]:
        page = browser.open("home.show_points", **choice)
        return len(summaries(page)), len(page.all("a.line"))

    assert shown() == (2, 1)
    assert shown(activity="order") == (1, 1)
    assert shown(activity="quiz") == (1, 0)
    assert shown(kind="spent") == (0, 0)
    assert shown(words="70418822") == (1, 0)
    assert shown(words="order") == (1, 1)
    assert shown(since="2026-11-12") == (1, 1)
    assert shown(until="2026-11-12") == (1, 0)
