"""A club whose tiers count twelve months: what home, benefits and the desk say of a tier that is kept."""

import pytest

from portal.tiers import sweeps
from tests.cast import Person
from tests.factories import a_member, an_agent, an_expectation
from tests.home.histories import at, earn
from tests.home.reading import key, lines
from tests.site import Site


@pytest.fixture
def nia(harbour: Site) -> Person:
    """Reached Pier (250) a year and some days ago; since then 100 points have come."""
    person = a_member("Nia Quinn", joined=at(1, 3, 2025))
    earn(person, 300, at(10, 11, 2025), text="Ferry of 9 Nov")
    earn(person, 100, at(1, 6), text="Ferry of 31 May")
    return person


def test_home_shows_the_tier_that_is_kept_and_the_points_that_count(harbour: Site, nia: Person):
    page = harbour.as_(nia).open("home.show_home")

    assert page.h1 == "100 points, 900 to Bay"
    assert key(page)[0] == "100 confirmed 400 to spend"
    assert page.texts(".tier .row") == ["Ocean 4,900 to go", "Bay 900 to go", "Pier Yours now", "Shore Yours"]
    assert page.texts('.tier[data-state="here"] .benefits li') == ["Coffee: One a week"]
    assert "Your tier counts what you earned in the last 12 months." in page.text


def test_points_on_their_way_promise_no_lower_tier(harbour: Site, nia: Person):
    an_expectation(nia, 20)

    assert "you reach" not in harbour.as_(nia).open("home.show_home").text


def test_benefits_say_when_it_is_looked_at_and_what_is_missing(harbour: Site, nia: Person):
    page = harbour.as_(nia).open("home.show_benefits")

    assert page.h1 == "Pier is yours"
    assert "Pier is looked at again on 11 Dec. To keep it you need 150 more points before then." in page.text
    assert "What counts then is what you earn from 11 Nov 2025 on: 100 so far." in page.text
    assert "If it is not enough, your tier becomes Shore." in page.text


def test_who_has_the_points_to_keep_it_is_told(harbour: Site, nia: Person):
    earn(nia, 150, at(20))

    assert "You have the points to keep it." in harbour.as_(nia).open("home.show_benefits").text


def test_tier_that_was_looked_at_says_why_it_sank(harbour: Site, nia: Person):
    sweeps.look_again(at(12, 12))

    page = harbour.as_(nia).open("home.show_benefits")

    assert page.h1 == "Shore is yours"
    assert lines(page, "Your tiers so far")[0] == "Shore Since 12 Dec, when your year was over"
    assert "Keeping" not in page.text


def test_desk_sees_the_same_tier_and_figure(harbour: Site, nia: Person):
    page = harbour.as_(an_agent("Toni Berg")).open("care.show_member", member_id=nia.member)

    facts = dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))
    assert (facts["Points"], facts["For the tier"], facts["Tier"]) == ("400", "100", "Pier, 900 to Bay")
