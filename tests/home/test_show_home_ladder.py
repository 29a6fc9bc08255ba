"""Home: the ladder, the benefits held, and what the next tier changes."""

import pytest

from tests.cast import Person
from tests.factories import a_member, an_entry, an_expectation
from tests.home.histories import at
from tests.home.reading import lines
from tests.site import Site


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

    ways = [line.split(" ")[0] for line in lines(page, "Where your first points come from")]
    assert ways == ["Ticket", "Beach", "Shipmate", "Life", "Knots"]
    assert "2025" not in page.text
