import pytest

from portal.accounts.models import Member
from tests import factories
from tests.joining.joining import join


def names(page):
    return page.texts("tbody td:first-child")


@pytest.mark.parametrize("words", ["ångström", "ANGSTROM", "zoe ang", "zoe.a@mail", "M-0", "angström zoë"])
def test_members_are_found_by_name_number_and_address(site, casey, words):
    person = factories.a_member("Zoë Ångström", email="zoe.a@mail.example")
    factories.a_member("Bruno Keller")
    words = person.number.lower() if words == "M-0" else words

    page = site.as_(casey).open("care.show_members", find=words)

    assert names(page) == ["Zoë Ångström"]
    assert page.find("#member").attrs["value"] == words
    assert page.h1 == f"Members called “{words}”"


@pytest.mark.parametrize("words", ["%", "_", "!", "zoe%", "'; --", "\u0000"])
def test_signs_of_patterns_are_taken_literally(site, casey, words):
    factories.a_member("Zoe Lind")

    assert names(site.as_(casey).open("care.show_members", find=words)) == ([] if words.strip("\0") else ["Zoe Lind"])


@pytest.mark.parametrize("after", ["\0", "M-\0", "😀", "-1"])
def test_forged_place_in_the_list_is_no_error(site, casey, after):
    factories.a_member("Zoe Lind")

    assert site.as_(casey).open("care.show_members", after=after).status == 200


def test_own_membership_is_not_found(site, session, asha, casey):
    session.get_one(Member, asha.member).user_id = casey.user_id
    session.commit()

    assert names(site.as_(casey).open("care.show_members")) == []
    assert names(site.as_(casey).open("care.show_members", find=asha.number)) == []


def test_list_is_paged_in_as_many_statements_as_one_row_takes(site, casey):
    factories.a_member("Asha Rahman")
    browser = site.as_(casey)
    one = len(browser.open("care.show_members").statements)
    for _ in range(26):
        factories.a_member()

    page = browser.open("care.show_members")
    rest = page.click("Next page")

    assert (one, len(page.statements)) == (4, 4)
    assert (len(names(page)), len(names(rest))) == (25, 2)


def test_nobody_found_says_so(site, casey):
    assert "Nobody fits these words." in site.as_(casey).open("care.show_members", find="nobody-like-this").text


def test_admin_may_look(site, asha, omar):
    page = site.as_(omar).open("care.show_members")

    assert names(page) == ["Asha Rahman"]
    assert not page.click("Asha Rahman").has('a[href$="/adjustments"]')


def test_somebody_still_joining_is_found_and_gets_no_points(site, casey):
    join(site)

    agent = site.as_(casey)
    page = agent.open("care.show_members", find="mara")
    member = page.click("Mara Lindt")

    assert (names(page), page.texts("tbody td:nth-child(4)")) == (["Mara Lindt"], ["Address not confirmed"])
    assert "Address not confirmed" in member.text
    assert member.has('a[href$="/factor-reset"]')
    assert not member.has('a[href$="/adjustments"]')
    assert agent.open(f"{member.path}/adjustments", status=404).status == 404
