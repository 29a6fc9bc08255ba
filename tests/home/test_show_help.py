"""The club's own advice, for everybody."""

import pytest

from portal import programme
from tests import factories
from tests.cast import Person
from tests.site import Site


def test_help_can_be_read_without_signing_in(site: Site):
    page = site.open("home.show_help", key="access")

    assert page.h1 == "I cannot get in"
    assert "If you forgot your password, choose “Forgot password?” in the sign-in panel." in page.text
    assert page.texts("main nav a") == ["Where are my points?", "My balance looks wrong"]


def test_every_page_of_the_programme_is_there_and_linked_in_the_footer(site: Site):
    footer = site.open("accounts.sign_in").texts("footer a")
    for key, title in [(page.key, page.title) for page in programme.current().help]:
        assert title in footer
        assert site.open("home.show_help", key=key).h1 == title


def test_member_keeps_their_doors(site: Site, asha: Person):
    assert site.as_(asha).open("home.show_help", key="points").has("nav.doors")
    assert not site.open("home.show_help", key="points").has("nav.doors")


def test_advice_to_claim_has_the_door_to_it(site: Site, asha: Person):
    assert site.as_(asha).open("home.show_help", key="points").click("Something is missing").path == "/claims/new"
    assert "Something is missing" not in site.open("home.show_help", key="points").text


def test_advice_ends_in_what_it_comes_to_for_the_member(site: Site, asha: Person) -> None:
    factories.an_entry(asha, 45, subject="70418822")
    factories.an_expectation(asha, 60, subject="70418823")
    claim = factories.a_claim(asha, points=80)

    page = site.as_(asha).open("home.show_help", key="points")

    assert page.texts("main section h2") == ["On its way to you", "Your claim", "Latest points"]
    lines = page.texts("main section li")
    assert "60" in lines[0]
    assert "80" in lines[1]
    assert "45" in lines[2]
    assert page.has(f'a[href="/claims/{claim.reference}"]')
    assert page.click("Why is my balance different?").path == "/points/balance"


def test_member_of_whom_nothing_is_known_yet_is_told_so(site: Site, session) -> None:
    nia = factories.a_member("Nia Quinn")
    page = site.as_(nia).open("home.show_help", key="points")

    assert page.texts("main section h2") == ["On its way to you"]
    assert "Nothing at the moment" in page.text
    assert "On its way to you" not in site.open("home.show_help", key="points").text


def test_staff_can_read_it_too(site: Site, casey: Person):
    assert site.as_(casey).open("home.show_help", key="points").h1 == "Where are my points?"


@pytest.mark.parametrize("key", ["nothing", "POINTS", "points ", "..", "%00"])
def test_help_that_is_not_there_is_not_found(site: Site, key: str):
    site.open(f"/help/{key}", status=404)


def test_another_club_gives_its_own_advice(harbour: Site):
    keys = [page.key for page in programme.current().help]

    assert [harbour.open("home.show_help", key=key).status for key in keys] == [200] * len(keys)
