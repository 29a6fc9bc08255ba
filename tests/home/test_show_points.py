"""The history: lines under their months, the chart, what is on its way, and who may read it."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.activities.rules import Step, StepKind
from portal.db import db
from portal.points.rules import EntryKind
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry, an_expectation
from tests.home.histories import asked, at, earn, spend, with_steps
from tests.home.reading import headings, summaries, titles, why
from tests.site import Site


def test_lines_stand_under_their_months_with_sums_and_running_balance(site: Site, asha_earned: Person):
    page = site.as_(asha_earned).open("home.show_points")

    assert headings(page) == ["Points each month", "November +175, −190", "October +340"]
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
