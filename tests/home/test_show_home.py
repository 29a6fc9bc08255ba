"""Home answers at once: how many points, how far to the next tier, where the rest is."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from portal.accounts.models import Member, User
from portal.accounts.rules import Role
from portal.clock import now
from portal.db import db
from tests.cast import Person
from tests.factories import a_member, an_entry, an_expectation
from tests.home.histories import asked, at, earn, spend
from tests.home.reading import key, lines
from tests.site import Site


@pytest.mark.parametrize(
    ("points", "headline"),
    [
        (1, "1 point, 1,499 to Gold"),
        (1240, "1,240 points, 260 to Gold"),
        (1499, "1,499 points, 1 to Gold"),
        (1500, "1,500 points, 1,500 to Platinum"),
        (2999, "2,999 points, 1 to Platinum"),
        (3000, "3,000 points, Platinum is yours"),
        (12345, "12,345 points, Platinum is yours"),
    ],
)
def test_headline_is_the_answer(site: Site, asha: Person, points: int, headline: str):
    an_entry(asha, points)

    assert site.as_(asha).open("home.show_home").h1 == headline


def test_key_says_what_is_confirmed_on_its_way_and_asked_for(site: Site, asha: Person):
    an_entry(asha, 1240)
    an_expectation(asha, 120, due=at(23))
    an_expectation(asha, 80, due=at(24))
    asked(asha, points=150, sent=at(20))

    page = site.as_(asha).open("home.show_home")

    assert key(page) == [
        "1,240 confirmed",
        "200 on their way by Tue 24 Nov",
        "150 in your claim answer by Wed 25 Nov",
    ]
    assert "If all of these arrive, you reach Gold." in page.text


def test_points_on_their_way_never_count(site: Site, asha: Person):
    an_expectation(asha, 2000)

    assert site.as_(asha).open("home.show_home").h1 == "0 points, 1,500 to Gold"


def test_key_says_only_what_there_is(site: Site, asha: Person):
    an_entry(asha, 1240)

    page = site.as_(asha).open("home.show_home")

    assert key(page) == ["1,240 confirmed"]
    assert "If all of these arrive" not in page.text


def test_points_that_are_late_are_called_late(site: Site, asha: Person):
    an_expectation(asha, 120, due=at(20))

    assert "120 on their way some are late" in key(site.as_(asha).open("home.show_home"))


def test_points_due_at_midnight_are_due_by_the_day_before(site: Site, asha: Person):
    an_expectation(asha, 120, due=at(24, hour=0))

    assert "120 on their way by Mon 23 Nov" in key(site.as_(asha).open("home.show_home"))


def test_latest_points_begin_with_what_is_on_its_way(site: Site, asha: Person):
    for day in (2, 9, 14, 17):
        earn(asha, day * 10, at(day))
    an_expectation(asha, 120, due=at(24), happened=at(21))

    assert lines(site.as_(asha).open("home.show_home"), "Latest points") == [
        "Order of 21 Nov Due by Tue 24 Nov +120",
        "Order of 16 Nov 17 Nov +170",
        "Order of 13 Nov 14 Nov +140",
        "Order of 8 Nov 9 Nov +90",
    ]


def test_much_on_its_way_leaves_room_for_what_has_come(site: Site, asha: Person):
    for day in (9, 17):
        earn(asha, day * 10, at(day))
    for hours in range(5):
        an_expectation(asha, 10, due=at(24, hour=hours))

    found = lines(site.as_(asha).open("home.show_home"), "Latest points")

    assert [line.rsplit(" ", 1)[1] for line in found] == ["+10", "+10", "+170", "+90"]


def test_spending_is_no_gain(site: Site, asha: Person):
    earn(asha, 100, at(9))
    spend(asha, 60, at(10))

    page = site.as_(asha).open("home.show_home")

    assert lines(page, "Latest points")[0] == "Reward from the shop 10 Nov −60"
    assert page.texts(".amount--in") == ["+100"]


def test_where_balance_and_status_differ_both_are_said(site: Site, asha: Person):
    earn(asha, 1600, at(9))
    spend(asha, 700, at(10))

    page = site.as_(asha).open("home.show_home")

    assert page.h1 == "1,600 points, 1,400 to Platinum"
    assert key(page) == ["1,600 confirmed 900 to spend"]
    assert "Spending lowers your balance, now 900, and never your tier." in page.text


def test_where_they_agree_one_number_is_enough(site: Site, asha: Person):
    an_entry(asha, 1600)

    assert "to spend" not in site.as_(asha).open("home.show_home").text


def test_something_missing_leads_to_the_claim_form(site: Site, asha: Person):
    an_entry(asha, 45)

    assert site.as_(asha).open("home.show_home").click("Something missing?").path == "/claims/new"


def test_nothing_of_another_member_is_shown(site: Site, asha: Person, bruno: Person):
    earn(bruno, 777, at(9), text="Order of somebody else")
    an_expectation(bruno, 555, due=at(24))
    claim = asked(bruno, points=333)

    page = site.as_(asha).open("home.show_home")

    assert page.h1 == "0 points, 1,500 to Gold"
    assert not any(word in page.html for word in ("777", "555", "333", claim.reference, "somebody else"))


def test_staff_are_sent_to_the_desk(site: Site, casey: Person, lena: Person, omar: Person):
    for person in (casey, lena, omar):
        assert site.as_(person).open("home.show_home").path.startswith("/care/")


def test_staff_who_are_members_see_their_own_points(site: Site, asha: Person):
    an_entry(asha, 1240)
    user = db.session.get_one(User, asha.user_id)
    user.role = Role.AGENT
    db.session.commit()

    agent = replace(asha, role=Role.AGENT.value)
    assert site.as_(agent).open("home.show_home").h1 == "1,240 points, 260 to Gold"


def test_nobody_sees_points_without_signing_in(site: Site):
    assert site.open("home.show_home").path.startswith("/sign-in")


def test_number_of_statements_does_not_grow_with_the_history(site: Site, asha: Person):
    browser, taken = site.as_(asha), list[int]()
    for first, count in ((0, 1), (1, 20), (20, 200)):
        for day in range(first, count):
            earn(asha, 10, at(1, 1) + timedelta(days=day))
        taken.append(len(browser.open("home.show_home").statements))

    assert taken == [2, 2, 2]


def test_number_of_statements_does_not_grow_with_claims_and_promises(site: Site, asha: Person, casey: Person):
    browser = site.as_(asha)
    before = browser.open("home.show_home").statements
    for _ in range(6):
        asked(asha, taken_by=casey)
        an_expectation(asha, 10)

    assert len(browser.open("home.show_home").statements) == len(before)


def test_member_speaks_german_and_sees_numbers_and_days_as_there(site: Site):
    greta = a_member("Greta Wolf", locale="de_DE", points=1240)
    an_expectation(greta, 120, due=at(24))

    page = site.as_(greta).open("home.show_home")

    assert page.h1.startswith("1.240 points")
    assert "by Di. 24. Nov." in " ".join(key(page))


def test_suspended_member_still_sees_their_points(site: Site, asha: Person):
    an_entry(asha, 1240)
    db.session.get_one(Member, asha.member).state = "suspended"  # type: ignore[assignment]
    db.session.commit()

    assert site.as_(asha).open("home.show_home").h1 == "1,240 points, 260 to Gold"


def test_page_is_of_this_moment(site: Site, asha: Person):
    browser = site.as_(asha)
    assert browser.open("home.show_home").h1.startswith("0 points")

    an_entry(asha, 1240, recorded=now())

    assert browser.open("home.show_home").h1.startswith("1,240 points")


def test_page_that_was_drawn_before_is_drawn_anew_on_another_day(site: Site, asha: Person):
    an_expectation(asha, 120, due=at(23))
    browser = site.as_(asha)
    assert "120 on their way by Mon 23 Nov" in key(browser.open("home.show_home"))

    with time_machine.travel(at(24, hour=0), tick=False):
        assert "120 on their way some are late" in key(site.as_(asha).open("home.show_home"))


def test_page_that_was_drawn_before_is_drawn_anew_in_another_language(site: Site, asha: Person):
    an_entry(asha, 1240)
    browser = site.as_(asha)
    assert browser.open("home.show_home").h1.startswith("1,240 points")

    db.session.get_one(User, asha.user_id).locale = "de_DE"
    db.session.commit()

    assert browser.open("home.show_home").h1.startswith("1.240 points")
