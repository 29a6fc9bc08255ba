"""What a member can do to earn points, in the programme's words."""

from tests.cast import Person
from tests.factories import an_entry
from tests.home.reading import lines
from tests.site import Site


def test_each_activity_says_what_it_brings(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.show_earning")

    assert page.h1 == "Ways to earn points"
    assert "Device registration 80 points for registering a device. Each device counts once. +80" in lines(
        page, "What you do yourself"
    )
    assert lines(page, "What counts by itself")[0].startswith("Order One point for each full pound of an order.")


def test_friends_are_invited_from_there(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.show_earning")
    [friend] = [line for line in lines(page, "What you do yourself") if line.startswith("Friend ")]

    assert page.click(friend).h1 == "Invite a friend"


def test_home_and_the_empty_history_lead_there(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    assert browser.open("home.show_points").click("Earn points").path == "/earn"
    an_entry(asha, 45)

    assert browser.open("home.show_home").click("Earn points").path == "/earn"
