"""What each tier gives, as the programme states it."""

from tests.cast import Person
from tests.factories import a_member, an_entry
from tests.site import Site


def test_every_tier_is_listed_with_its_benefits(site: Site, asha: Person):
    page = site.as_(asha).open("home.show_benefits")

    assert page.h1 == "What each tier gives"
    assert page.texts("h2") == ["Silver", "Gold", "Platinum", "For every member"]
    lines = page.texts(".line")
    assert lines[:3] == [
        "HEETS or TEREA purchases on IQOS.com 5% off",
        "Delivery when spending over £30 Free",
        "Points On every purchase",
    ]
    assert "HEETS or TEREA purchases on IQOS.com 10% off" in lines
    assert lines[-1] == "Exclusive member prices on selected products"


def test_tier_held_is_marked_and_the_others_say_from_when(site: Site, asha: Person):
    an_entry(asha, 1500)

    page = site.as_(asha).open("home.show_benefits")

    assert page.texts("section small") == ["From the first day", "Yours now", "From 3,000 points"]


def test_home_leads_there(site: Site, asha: Person):
    assert site.as_(asha).open("home.show_home").click("All tiers and benefits").path == "/benefits"


def test_another_club_states_its_own(harbour: Site):
    page = harbour.as_(a_member("Nia Quinn")).open("home.show_benefits")

    assert page.texts("h2") == ["Shore", "Pier", "Bay", "Ocean", "For every member"]
    # The highest tier names nothing of its own.
    assert "What the tiers below give" in page.text
    assert "A berth for a day, once a year" in page.text


def test_staff_without_membership_have_no_benefits(site: Site, casey: Person):
    site.as_(casey).open("home.show_benefits", status=404)


def test_nobody_reads_them_without_signing_in(site: Site):
    assert site.open("home.show_benefits").path == "/sign-in?next=/benefits"
