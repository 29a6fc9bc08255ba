"""What a member's tier gives, what comes next, how they came there, and what each tier gives."""

from portal.points.rules import EntryKind
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry
from tests.home.histories import at, earn
from tests.home.reading import lines
from tests.site import Site


def test_member_sees_what_they_have_and_what_comes_next(site: Site, mira: Person):
    an_entry(mira, 1740)

    page = site.as_(mira).open("home.show_benefits")

    assert page.h1 == "Gold is yours"
    assert page.texts("h2") == ["What you have", "Next: Platinum", "Your tiers so far", "What each tier gives"]
    assert lines(page, "What you have")[:4] == [
        "HEETS or TEREA purchases on IQOS.com 7% off",
        "Delivery when spending over £30 Free, next day",
        "Points On every purchase",
        "Early access to new launches",
    ]
    assert "Next: Platinum 1,260 to go" in page.text
    assert lines(page, "Next: Platinum") == ["HEETS or TEREA purchases on IQOS.com Now: 7% off 10% off"]


def test_at_the_top_nothing_comes_next(site: Site, mira: Person):
    an_entry(mira, 3000)

    page = site.as_(mira).open("home.show_benefits")

    assert page.h1 == "Platinum is yours"
    assert "There is no higher tier" in page.texts("h2")
    assert "HEETS or TEREA purchases on IQOS.com 10% off" in lines(page, "What you have")


def test_every_tier_held_leads_to_what_caused_it(site: Site):
    mira = a_member("Mira Novak", joined=at(1, 3))
    earn(mira, 1490, at(2, 4), text="Order of 1 Apr")
    claim = a_claim(mira)
    earn(mira, 20, at(5, 5), text="Order of 4 May", kind=EntryKind.CORRECTION, claim=claim)
    back = earn(mira, 1600, at(8, 6), text="Order of 7 Jun")

    page = site.as_(mira).open("home.show_benefits")

    assert lines(page, "Your tiers so far") == [
        "Platinum Since 8 Jun, reached with: Order of 7 Jun",
        "Gold 5 May to 8 Jun, reached with: Order of 4 May",
        "Silver 1 Mar to 5 May, yours from the first day",
    ]
    links = [str((link.attrs or {})["href"]) for link in page.all("section a.line")]
    assert links == [f"/points?before={back.sequence + 1}", f"/claims/{claim.reference}"]


def test_tier_that_was_lost_says_what_was_taken_back(site: Site):
    mira = a_member("Mira Novak", joined=at(1, 3))
    earn(mira, 1500, at(2, 4))
    earn(mira, -40, at(9), text="Order of 2 Apr, sent back")

    page = site.as_(mira).open("home.show_benefits")

    assert page.h1 == "Silver is yours"
    story = lines(page, "Your tiers so far")
    assert story[0] == "Silver Since 9 Nov, after points were taken back: Order of 2 Apr, sent back"


def test_every_tier_is_listed_with_its_benefits(site: Site, asha: Person):
    an_entry(asha, 1500)

    page = site.as_(asha).open("home.show_benefits")

    assert page.texts("h3") == ["Silver", "Gold", "Platinum"]
    assert page.texts("h3 + small") == ["From the first day", "Yours now", "From 3,000 points"]
    assert page.texts(".line")[-1] == "HEETS or TEREA purchases on IQOS.com 10% off"


def test_balance_explained_names_the_tier_of_that_day(site: Site):
    mira = a_member("Mira Novak", joined=at(1, 3))
    earn(mira, 1500, at(2, 4))

    page = site.as_(mira)
    before = page.open("/points/balance?figure=0&day=2026-04-01").text
    after = page.open("/points/balance?figure=1500&day=2026-04-02").text

    assert "Your tier when that day ended: Silver." in before
    assert "Your tier when that day ended: Gold." in after


def test_home_leads_there(site: Site, asha: Person):
    assert site.as_(asha).open("home.show_home").click("All tiers and benefits").path == "/benefits"


def test_another_club_states_its_own(harbour: Site):
    page = harbour.as_(a_member("Nia Quinn")).open("home.show_benefits")

    assert page.h1 == "Shore is yours"
    assert page.texts("h3") == ["Shore", "Pier", "Bay", "Ocean"]
    # The highest tier names nothing of its own.
    assert "What the tiers below give" in page.text
    assert "A berth for a day, once a year" in lines(page, "What you have")


def test_staff_without_membership_have_no_benefits(site: Site, casey: Person):
    site.as_(casey).open("home.show_benefits", status=404)


def test_nobody_reads_them_without_signing_in(site: Site):
    assert site.open("home.show_benefits").path == "/sign-in?next=/benefits"
