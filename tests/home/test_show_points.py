"""The history: every line with its reason, what is on its way, and where something may be missing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from portal.activities.rules import Step, StepKind
from portal.claims.rules import ClaimState
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry, an_expectation
from tests.home.histories import asked, at, earn, spend
from tests.page import Page
from tests.points.postings import posting
from tests.proofreading import attribute, text_of
from tests.site import Site

NAUGHTY = ["%", "_", "!", "'; DROP TABLE entry; --", "\\", "<script>", "𝕆𝕣𝕕𝕖𝕣", "  ", "a\u202eb", "\x00", "½"]


def summaries(page: Page) -> list[str]:
    """Give all lines of the history, without what they open."""
    return page.texts("summary.line")


def titles(page: Page) -> list[str]:
    return [line.split(" Why ", 1)[0] for line in summaries(page)]


def headings(page: Page) -> list[str]:
    return page.texts("h2")


def years(member: Person, count: int) -> None:
    """Post a line every other day, the newest yesterday."""
    for number in range(count):
        earn(member, number + 1, at(21) - timedelta(days=2 * (count - number - 1)), text=f"Line {number + 1}")


@pytest.fixture
def asha_earned(asha: Person) -> Person:
    """Lines of every kind."""
    earn(asha, 140, at(19, 10), activity="order", text="Order of 18 Oct", subject="7041 8822")
    earn(asha, 200, at(28, 10), activity="referral", text="A friend joined", subject="F4K9 WQ37")
    earn(asha, 60, at(4), activity="quiz", text="Quiz of 3 Nov", subject="Autumn quiz")
    earn(asha, 90, at(8), activity="order", kind=EntryKind.CORRECTION, text="Order of 1 Nov", subject="7155 0001")
    earn(asha, 25, at(10), activity="gift", kind=EntryKind.GOODWILL, counts=False, text="A gift for a late answer")
    spend(asha, 50, at(12))
    with unit_of_work():
        order = db.session.query(Entry).filter_by(member_id=asha.member, sequence=1).one()
        tiers.reverse(asha.member, order.id, text="Order of 18 Oct, sent back", key=str(uuid4()), by=None, at=at(14))
    return asha


def test_lines_stand_under_their_months_with_sums_and_running_balance(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points")

    assert headings(page) == ["Earned each month", "November +175, −190", "October +340"]
    assert summaries(page) == [
        "14 Order of 18 Oct, sent back Taken back · Why −140? −140 balance = 325",
        "12 Reward from the shop Spent · Why −50? −50 balance = 465",
        "10 A gift for a late answer Gift · Why 25? +25 balance = 515",
        "8 Order of 1 Nov Correction · Why 90? +90 balance = 490",
        "4 Quiz of 3 Nov Why 60? +60 balance = 400",
        "28 A friend joined Why 200? +200 balance = 340",
        "19 Order of 18 Oct Why 140? +140 balance = 140",
    ]


def test_title_is_the_heading(site: Site, asha_earned: Person):
    assert site.as_(asha_earned).open("home.show_points").h1 == "Your points, line by line"


def test_day_and_month_are_those_of_the_clubs_zone(site: Site, asha: Person):
    earn(asha, 10, at(31, 7, hour=23), text="Late in July")
    earn(asha, 20, at(30, 9, hour=22), text="Late in September")

    page = site.as_(asha).open("home.show_points")

    assert headings(page)[1:] == ["September +20", "August +10"]
    assert [line.split(" ", 1)[0] for line in summaries(page)] == ["30", "1"]


def test_month_of_another_year_says_so(site: Site, asha: Person):
    earn(asha, 10, at(3, 2, 2025))

    assert headings(site.as_(asha).open("home.show_points"))[1:] == ["February 2025 +10"]


def test_chart_says_what_each_of_six_months_brought(site: Site, asha: Person):
    earn(asha, 500, at(31, 5), text="Before the chart")
    earn(asha, 340, at(1, 10, hour=0), text="First moment of a month")
    earn(asha, 25, at(1, 10), kind=EntryKind.BONUS)
    earn(asha, 150, at(3))
    earn(asha, -140, at(4), kind=EntryKind.CORRECTION)
    spend(asha, 50, at(5))
    an_expectation(asha, 120, due=at(24), happened=at(21))

    page = site.as_(asha).open("home.show_points")

    assert page.texts(".bars li span")[::2] == [
        "Jun : 0 earned",
        "Jul : 0 earned",
        "Aug : 0 earned",
        "Sept : 0 earned",
        "Oct : 365 earned",
        "Nov : 150 earned, 120 on their way, 140 taken back, 50 spent",
    ]
    assert page.texts(".key li") == ["515 earned since June", "120 on their way", "140 taken back", "50 spent"]


def test_chart_does_not_change_with_the_filter(site: Site, asha_earned: Person):
    browser = site.as_(asha_earned)

    assert browser.open("home.show_points", kind="spent").texts(".bars li") == browser.open("home.show_points").texts(
        ".bars li"
    )


def test_points_on_their_way_stand_on_top_with_their_day(site: Site, asha_earned: Person):
    an_expectation(asha_earned, 80, due=at(24), happened=at(21), activity="device", subject="K7Q2 M4XD 93TA")
    an_expectation(asha_earned, 120, due=at(23), happened=at(20))

    page = site.as_(asha_earned).open("home.show_points")

    assert headings(page)[1] == "On their way 200"
    assert summaries(page)[:2] == [
        "Order of 20 Nov Due by Mon 23 Nov · Why 120? +120",
        "Device registered Due by Tue 24 Nov · Why 80? +80",
    ]


def test_settled_promise_is_not_on_its_way_any_more(site: Site, asha: Person):
    promise = an_expectation(asha, 120)
    promise.satisfied_by_id = an_entry(asha, 120).id
    db.session.commit()

    assert "On their way" not in " ".join(headings(site.as_(asha).open("home.show_points")))


def why(page: Page, title: str) -> str:
    """Give what a line says when it is opened."""
    [opened] = [
        text_of(why)
        for details in page.all("details")
        for summary, why in zip(details.query("summary"), details.query(".why"), strict=False)
        if title in text_of(summary)
    ]
    return opened


def with_steps(member: Person, points: int, *steps: Step, **facts: object) -> None:
    with unit_of_work():
        wanted = posting(points, computation=[step.record() for step in steps], **facts)
        tiers.post(member.member, wanted, at=at(10, hour=6))


def test_line_says_how_it_was_computed(site: Site, asha: Person):
    steps = (
        Step(StepKind.AMOUNT, Decimal(1), 90, amount_minor=9000, unit_minor=100),
        Step(StepKind.MULTIPLIER, Decimal(2), 180, label="Double points, 6 to 9 Nov"),
    )
    facts = {"activity": "order", "subject": "7041 8822", "rule_version": "order-2", "happened_at": at(9, hour=18)}
    with_steps(asha, 180, *steps, text="Order of 9 Nov", **facts)

    page = site.as_(asha).open("home.show_points")

    assert why(page, "Order of 9 Nov") == (
        "£90.00, 1 point for each £1.00 90 Double points, 6 to 9 Nov × 2 Points 180 "
        "One point for each full pound of an order. From 6 to 9 November 2026 points count double. "
        "It happened Mon 9 Nov, 18:00 and was counted Tue 10 Nov, 06:00. Reference 7041 8822. Is this number wrong?"
    )


def test_line_with_one_step_says_it_in_a_sentence(site: Site, asha: Person):
    step = Step(StepKind.AMOUNT, Decimal("2.5"), 112, amount_minor=4500, unit_minor=100)
    with_steps(asha, 112, step, activity="order", rule_version="order-1")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("£45.00, 2.5 points for each £1.00. One point for each full pound of an order.")


def test_fixed_points_are_explained_by_the_rule_alone(site: Site, asha: Person):
    with_steps(asha, 60, Step(StepKind.FIXED, Decimal(60), 60), activity="quiz", rule_version="quiz-1")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("60 points for a finished quiz, once for each quiz.")


def test_cap_and_minimum_are_steps_too(site: Site, asha: Person):
    steps = (
        Step(StepKind.FIXED, Decimal(400), 400),
        Step(StepKind.MINIMUM, Decimal(1000), 400),
        Step(StepKind.CAP, Decimal(300), 300),
    )
    with_steps(asha, 300, *steps)

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("Points for this 400 Nothing below £10.00 400 At the most 300 Points 300")


def test_line_of_a_rule_the_programme_has_forgotten_still_opens(site: Site, asha: Person):
    with_steps(asha, 60, Step(StepKind.FIXED, Decimal(60), 60), activity="long gone", rule_version="v0")

    assert "It happened" in why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")


def test_line_without_a_computation_says_its_reason(site: Site, asha: Person):
    with_steps(asha, 25, kind=EntryKind.GOODWILL, counts_for_tier=False, reason="goodwill_delay")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("A gift from us, because our answer took longer than we promised.")


def test_note_among_staff_is_never_shown(site: Site, asha: Person):
    with_steps(asha, 25, internal_note="keeps calling, be careful")

    assert "careful" not in site.as_(asha).open("home.show_points").html


def test_wrong_number_leads_to_a_claim_about_that_line(site: Site, asha: Person):
    entry = earn(asha, 45, at(20), activity="order", subject="7041 8822")

    page = site.as_(asha).open("home.show_points").click("Is this number wrong?")

    assert page.path == f"/claims/new?entry={entry.id}"


def test_line_that_came_of_a_claim_leads_to_it(site: Site, asha: Person):
    claim = a_claim(asha)
    earn(asha, 45, at(20), claim=claim, kind=EntryKind.CORRECTION)

    page = site.as_(asha).open("home.show_points")

    assert f"Correction · Claim {claim.reference} · Why 45?" in summaries(page)[0]
    assert page.click(f"Claim {claim.reference}").path == f"/claims/{claim.reference}"


def test_gap_asks_what_is_missing_and_hands_the_days_on(site: Site, asha: Person):
    earn(asha, 200, at(28, 10))
    earn(asha, 140, at(19))

    page = site.as_(asha).open("home.show_points")

    [gap] = page.all(".gap a")
    assert text_of(gap) == "Something missing from 28 Oct to 19 Nov?"
    assert attribute(gap, "href") == "/claims/new?from=2026-10-28&to=2026-11-19"
    assert page.click(text_of(gap)).status == 200


def test_silence_up_to_today_is_a_gap_too(site: Site, asha: Person):
    earn(asha, 140, at(10))

    assert site.as_(asha).open("home.show_points").texts(".gap") == ["Something missing from 10 Nov to 22 Nov?"]


def test_nobody_is_asked_about_days_that_can_no_longer_be_claimed(site: Site, asha: Person):
    for recorded in (at(1, 1), at(1, 3), at(1, 6), at(20)):
        earn(asha, 10, recorded)

    # 180 days before 22 November is 26 May.
    assert site.as_(asha).open("home.show_points").texts(".gap") == [
        "Something missing from 1 Jun to 20 Nov?",
    ]


def test_open_claim_lies_in_the_gap_where_its_points_should_be(site: Site, asha: Person):
    earn(asha, 110, at(2))
    earn(asha, 180, at(20))
    claim = asked(asha, points=150, day=at(6).date(), sent=at(19))

    page = site.as_(asha).open("home.show_points")

    assert page.texts(".gap") == []
    [link] = page.all("a.line")
    assert text_of(link) == "Order of 6 Nov In your claim. Answer by Tue 24 Nov. 150 asked"
    assert attribute(link, "href") == f"/claims/{claim.reference}"
    section = page.all("section .lines")[-1]
    assert [text_of(line).split(" ")[0] for line in section.query(".line")] == ["20", "Order", "2"]


def test_decided_claim_lies_in_no_gap(site: Site, asha: Person):
    earn(asha, 110, at(2))
    asked(asha, day=at(6).date(), state=ClaimState.DECLINED)

    assert not site.as_(asha).open("home.show_points").has("a.line")


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


def test_older_lines_are_a_link_away(site: Site, asha: Person):
    years(asha, 45)
    browser = site.as_(asha)
    first = browser.open("home.show_points")

    second = first.click("Show earlier lines")
    third = second.click("Show earlier lines")

    shown = [titles(page) for page in (first, second, third)]
    assert [len(page) for page in shown] == [20, 20, 5]
    names = [title.split(" ", 1)[1] for page in shown for title in page]
    assert names == [f"Line {number}" for number in range(45, 0, -1)]
    assert "Show earlier lines" not in third.text
    assert third.click("Newest lines").path == "/points"


@pytest.mark.parametrize("how", [{}, {"as_fragment": True}])
def test_page_of_older_lines_begins_where_the_last_one_ended(site: Site, asha: Person, how: dict[str, Any]):
    years(asha, 45)

    page = site.as_(asha).open("home.show_points", before=26, **how)

    assert [title.split(" ", 1)[1] for title in titles(page)] == [f"Line {number}" for number in range(25, 5, -1)]
    months = [heading for heading in headings(page) if heading != "Earned each month"]
    assert months == ["October, continued", "September +180"]
    assert page.has('a[href="/points?before=6"][hx-get="/points?before=6"]')


def test_fragment_is_only_lines_and_the_way_on(site: Site, asha: Person):
    years(asha, 45)

    page = site.as_(asha).open("home.show_points", before=26, as_fragment=True)

    assert "<html" not in page.html
    assert not page.has(".bars")
    assert not page.has(".chips")
    # The first heading takes the focus that the button had.
    assert [text_of(heading) for heading in page.all("h2[autofocus]")] == ["October, continued"]


def test_fragment_and_page_are_kept_apart_by_caches(site: Site, asha: Person):
    page = site.as_(asha).open("home.show_points")

    assert "HX-Request-Type" in page.response.headers["Vary"]


def test_filter_stays_while_paging(site: Site, asha: Person):
    years(asha, 45)
    earn(asha, 7, at(21, hour=13), text="A quiz", activity="quiz")

    page = site.as_(asha).open("home.show_points", activity="order", words="line").click("Show earlier lines")

    assert page.path == "/points?before=26&activity=order&words=line"
    assert len(summaries(page)) == 20


def test_lines_that_arrive_meanwhile_do_not_move_the_page(site: Site, asha: Person):
    years(asha, 45)
    browser = site.as_(asha)
    first = browser.open("home.show_points")
    earn(asha, 500, at(21, hour=15), text="New")

    second = first.click("Show earlier lines")

    assert titles(second)[0].endswith("Line 25")


def test_gap_between_two_pages_is_asked_about_once(site: Site, asha: Person):
    for number in range(20):
        earn(asha, 10, at(20) + timedelta(hours=number / 10), text=f"Line {number}")
    entry = earn(asha, 10, at(21), text="Newest")
    db.session.refresh(entry)
    older = a_member("Nia Quinn")
    earn(older, 1, at(1), text="Oldest")
    for number in range(20):
        earn(older, 10, at(20) + timedelta(hours=number / 10), text=f"Line {number}")

    first = site.as_(older).open("home.show_points")
    second = first.click("Show earlier lines")

    assert first.texts(".gap") == ["Something missing from 1 Nov to 20 Nov?"]
    assert second.texts(".gap") == []


def test_before_the_first_line_there_is_nothing(site: Site, asha: Person):
    years(asha, 3)

    page = site.as_(asha).open("home.show_points", before=1)

    assert "There are no earlier lines." in page.text


def test_new_member_reads_how_lines_will_come(site: Site, mira: Person):
    page = site.as_(mira).open("home.show_points")

    assert page.h1 == "Your first line starts here"
    assert "Device registration 80 points for registering a device." in page.text
    assert not page.has(".bars")
    assert not page.has(".chips")


def test_new_member_with_points_on_their_way_sees_them(site: Site, mira: Person):
    an_expectation(mira, 120, due=at(24))

    page = site.as_(mira).open("home.show_points")

    assert page.h1 == "Your points, line by line"
    assert len(summaries(page)) == 1


def test_where_balance_and_status_differ_both_are_said(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points")

    assert "Your balance is 325. For your tier, 350 count: spending never lowers it." in page.text


def test_lines_of_another_member_are_nowhere(site: Site, asha_earned: Person, bruno: Person):
    an_expectation(asha_earned, 777)
    claim = asked(asha_earned)
    browser = site.as_(bruno)

    choices: list[dict[str, Any]] = [{}, {"words": "order"}, {"activity": "order"}, {"before": "5"}, {"kind": "spent"}]
    for choice in choices:
        page = browser.open("home.show_points", **choice)
        assert not any(word in page.html for word in ("18 Oct", "777", "7041", claim.reference))


def test_staff_without_membership_find_no_history(site: Site, casey: Person):
    site.as_(casey).open("home.show_points", status=404)


def test_nobody_reads_a_history_without_signing_in(site: Site):
    assert site.open("home.show_points").path == "/sign-in?next=/points"


@pytest.mark.parametrize("choice", [{}, {"words": "line"}, {"activity": "order", "since": "2020-01-01"}])
def test_number_of_statements_does_not_grow_with_the_history(site: Site, asha: Person, choice: dict[str, Any]):
    browser, taken = site.as_(asha), list[int]()
    for first, count in ((0, 1), (1, 20), (20, 200)):
        for day in range(first, count):
            earn(asha, 10, at(1, 1) + timedelta(days=day), text=f"Line {day}")
        taken.append(len(browser.open("home.show_points", **choice).statements))

    assert taken == [3, 3, 3]


def test_number_of_statements_does_not_grow_with_claims(site: Site, asha: Person, casey: Person):
    browser = site.as_(asha)
    for day in range(1, 12):
        earn(asha, 10, at(day), claim=a_claim(asha), kind=EntryKind.CORRECTION)
        asked(asha, taken_by=casey)
        an_expectation(asha, 10)

    assert len(browser.open("home.show_points").statements) == 3


def test_another_club_has_its_own_activities_coin_and_days(harbour: Site):
    nia = a_member("Nia Quinn")
    earn(nia, 40, at(1), activity="cleanup", text="Beach cleaned on 31 Oct")
    step = Step(StepKind.AMOUNT, Decimal(3), 27, amount_minor=4500, unit_minor=500)
    more = Step(StepKind.MULTIPLIER, Decimal("1.5"), 40, label="Summer tide")
    with_steps(nia, 40, step, more, activity="ticket", rule_version="2026", text="Ferry of 9 Jul")

    page = harbour.as_(nia).open("home.show_points")

    assert page.texts(".chips a")[:4] == ["All", "Tickets", "Beach clean-ups", "Anniversaries"]
    assert why(page, "Ferry of 9 Jul").startswith(
        "€45.00, 3 points for each €5.00 27 Summer tide × 1.5 Points 40 Three points for each full 5 euro"
    )
    assert page.texts(".gap") == [
        "Something missing from 10 Nov to 22 Nov?",
        "Something missing from 1 Nov to 10 Nov?",
    ]
    assert titles(page.click("Tickets")) == ["10 Ferry of 9 Jul"]
