"""Home answers at once: how many points, how far to the next tier, where the rest is."""

from datetime import timedelta

import pytest

from portal.accounts.models import Member, User
from portal.accounts.rules import Role
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from tests.cast import Person
from tests.factories import a_member, an_entry, an_expectation
from tests.home.histories import asked, at, earn, spend
from tests.page import Page
from tests.proofreading import text_of
from tests.site import Site


def key(page: Page) -> list[str]:
    return page.texts(".key li")


def lines(page: Page, heading: str) -> list[str]:
    """Give the lines under a heading."""
    return next(
        [text_of(line) for line in section.query(".line")]
        for section in page.all("section")
        if heading in {text_of(title) for title in section.query("h2")}
    )


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


def test_claim_for_points_that_are_on_their_way_is_not_counted_twice(site: Site, asha: Person):
    promise = an_expectation(asha, 120, subject="7041 8822")
    claim = asked(asha, points=120, subject="7041 8822", state=ClaimState.PARKED, parked_until=at(24))
    claim.expectation_id = promise.id
    db.session.commit()

    page = site.as_(asha).open("home.show_home")

    assert [words for words in key(page) if "claim" in words] == []
    assert any("Parked until Tue 24 Nov." in line for line in lines(page, "Your claim"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ClaimState.SUBMITTED, "Answer by Wed 25 Nov."),
        (ClaimState.NEEDS_INFO, "We need one more thing from you."),
        (ClaimState.AWAITING_APPROVAL, "Answer by Wed 25 Nov."),
    ],
)
def test_open_claim_says_how_it_stands(site: Site, asha: Person, state: ClaimState, words: str):
    asked(asha, points=150, sent=at(20), day=at(6).date(), state=state)

    assert lines(site.as_(asha).open("home.show_home"), "Your claim") == [f"Order of 6 Nov {words} 150 asked"]


def test_claim_in_review_names_who_is_checking_it(site: Site, asha: Person, casey: Person):
    asked(asha, points=150, sent=at(20), day=at(6).date(), taken_by=casey)

    [line] = lines(site.as_(asha).open("home.show_home"), "Your claim")
    assert line == "Order of 6 Nov Casey is checking it. Answer by Wed 25 Nov. 150 asked"


def test_answer_that_is_late_is_owned(site: Site, asha: Person):
    asked(asha, sent=at(9))

    [line] = lines(site.as_(asha).open("home.show_home"), "Your claim")
    assert "Our answer is late: it was due by Thu 12 Nov." in line


@pytest.mark.parametrize("state", [ClaimState.DRAFT, ClaimState.DECLINED, ClaimState.APPROVED, ClaimState.WITHDRAWN])
def test_claim_that_is_not_open_is_not_on_home(site: Site, asha: Person, state: ClaimState):
    asked(asha, points=150, state=state)

    page = site.as_(asha).open("home.show_home")

    assert "Your claim" not in page.texts("h2")
    assert key(page) == ["0 confirmed"]


def test_several_claims_are_added_up_and_listed(site: Site, asha: Person):
    for points in (150, 60, None):
        asked(asha, points=points, sent=at(20))

    page = site.as_(asha).open("home.show_home")

    assert "210 in your claims answer by Wed 25 Nov" in key(page)
    assert len(lines(page, "Your claims")) == 3


def test_claim_leads_to_its_page(site: Site, asha: Person):
    claim = asked(asha)

    page = site.as_(asha).open("home.show_home")

    assert page.has(f'a[href="/claims/{claim.reference}"]')


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


@pytest.mark.parametrize(
    ("points", "tiers"),
    [
        (0, [("top", "Platinum 3,000 to go"), ("ahead", "Gold 1,500 to go"), ("here", "Silver Yours now")]),
        (1490, [("top", "Platinum 1,510 to go"), ("ahead", "Gold 10 to go"), ("here", "Silver Yours now")]),
        (1500, [("top", "Platinum 1,500 to go"), ("here", "Gold Yours now"), ("past", "Silver Yours")]),
        (3240, [("here", "Platinum Yours now"), ("past", "Gold Yours"), ("past", "Silver Yours")]),
    ],
)
def test_ladder_shows_every_tier_from_the_top(site: Site, mira: Person, points: int, tiers: list[tuple[str, str]]):
    if points:
        an_entry(mira, points)

    page = site.as_(mira).open("home.show_home")

    states = [(rung.attrs or {}).get("data-state") for rung in page.all(".tier")]
    assert list(zip(states, page.texts(".tier .row"), strict=True)) == tiers
    assert page.texts('.tier[aria-current="step"] h3') == [tiers[states.index("here")][1].split(" ")[0]]


def test_benefits_held_are_solid_and_those_ahead_open(site: Site, asha: Person):
    an_entry(asha, 1500)

    page = site.as_(asha).open("home.show_home")

    benefits = {rung: page.texts(f'.tier[data-state="{rung}"] .benefits li') for rung in ("top", "here", "past")}
    assert benefits == {
        "top": ["HEETS or TEREA purchases on IQOS.com: 10% off"],
        "here": ["HEETS or TEREA purchases on IQOS.com: 7% off", "Delivery when spending over £30: Free, next day"],
        "past": ["Points: On every purchase"],
    }
    marks = [(mark.attrs or {})["href"] for mark in page.all(".benefits use")]
    assert [mark.rsplit("#", 1)[1] for mark in marks if mark] == ["open", "solid", "solid", "solid"]


def test_table_says_what_the_next_tier_changes(site: Site, asha: Person):
    page = site.as_(asha).open("home.show_home")

    assert "What Gold changes" in page.texts("h2")
    assert page.texts("tr") == [
        "Benefit Silver Gold",
        "HEETS or TEREA purchases on IQOS.com 5% off 7% off",
        "Delivery when spending over £30 Free Free, next day",
    ]


def test_at_the_top_nothing_is_promised_beyond_it(site: Site, asha: Person):
    an_entry(asha, 3240)

    page = site.as_(asha).open("home.show_home")

    assert not page.has("table")
    assert "For every member" in page.texts("h2")
    assert "Prize draws" in page.text


def test_new_member_sees_where_first_points_come_from(site: Site, mira: Person):
    page = site.as_(mira).open("home.show_home")

    assert page.h1 == "0 points, 1,500 to Gold"
    found = lines(page, "Where your first points come from")
    assert found[1] == "Device registration 80 points for registering a device. Each device counts once. 80"
    assert len(found) == 4
    assert "Latest points" not in page.texts("h2")


def test_rule_that_is_over_is_no_way_to_earn(harbour: Site):
    """The harbour's anniversary has no rule at all, its ferry rule of 2025 is over."""
    page = harbour.as_(a_member("Nia Quinn")).open("home.show_home")

    assert [line.split(" ")[0] for line in lines(page, "Where your first points come from")] == ["Ticket", "Beach"]
    assert "2025" not in page.text


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

    assert site.as_(asha).open("home.show_home").h1 == "1,240 points, 260 to Gold"


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


def test_another_club_has_its_own_tiers_words_and_days(harbour: Site):
    nia = a_member("Nia Quinn", points=240)
    an_expectation(nia, 30, due=at(24), happened=at(22))

    page = harbour.as_(nia).open("home.show_home")

    assert page.h1 == "240 points, 10 to Pier"
    assert page.texts(".tier h3") == ["Ocean", "Bay", "Pier", "Shore"]
    assert page.texts("tr") == ["Benefit Shore Pier", "Coffee One a month One a week"]
    assert "If all of these arrive, you reach Pier." in page.text
    assert lines(page, "Latest points")[0] == "Ferry of 22 Nov Due by Tue 24 Nov +30"
    assert "For adults aged 21 and over" in page.texts("footer")[0]
    assert not any(word in page.html for word in ("IQOS", "Silver", "£", "Gold"))


def test_tier_that_gives_nothing_new_has_no_table(harbour: Site):
    nia = a_member("Nia Quinn", points=1000)

    page = harbour.as_(nia).open("home.show_home")

    assert page.h1 == "1,000 points, 4,000 to Ocean"
    assert not page.has("table")


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
