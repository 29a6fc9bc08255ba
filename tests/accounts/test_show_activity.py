"""A member reads their own part of the log, in plain words and without anybody else's address."""

from datetime import timedelta

import pytest

from portal.accounts.words import DEEDS
from portal.audit import service as audit
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.unit_of_work import unit_of_work

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
# They are about nobody in particular.
UNTOLD = {
    Verb.ACCESS_REFUSED,
    Verb.CLIENT_ADDED,
    Verb.CLIENT_DISABLED,
    Verb.KEY_MADE,
    Verb.MESSAGE_REFUSED,
    Verb.SEARCHED_MEMBERS,
}


def note(about, verb=Verb.SIGNED_IN, *, by=None, agent=IPHONE, ago=timedelta(), words=None):
    actor = Actor(by.user_id, by.role) if by else Actor()
    with unit_of_work():
        return audit.record(
            verb,
            at=now() - ago,
            actor=actor,
            where=Where("192.0.2.7", agent, "A1B2C3"),
            about=about.user_id,
            words=words,
        )


def test_every_word_of_the_log_can_be_told():
    assert {verb.value for verb in Verb} - DEEDS.keys() == {verb.value for verb in UNTOLD}


def test_sign_in_stands_there_with_device_and_time(site, asha):
    note(asha, Verb.SIGNED_IN, by=asha, ago=timedelta(days=1))

    (line,) = site.as_(asha).open("accounts.show_activity").texts("ul.lines li")
    assert line.startswith("You signed in Yesterday, ")
    assert line.endswith(", Mobile Safari on iOS")


def test_look_of_ours_is_told_without_who_and_from_where(site, asha, casey):
    note(asha, Verb.LOOKED_AT_MEMBER, by=casey, agent=DESK, words={"find": "an internal word"})

    page = site.as_(asha).open("accounts.show_activity")

    (line,) = page.texts("ul.lines li")
    assert line.startswith("Customer care looked at your membership Today, ")
    told = page.html
    assert [word for word in ("Casey", "Firefox", "Linux", "192.0.2.7", "internal word") if word in told] == []


def test_real_look_at_the_desk_reaches_the_member(site, asha, casey):
    site.as_(casey).open("care.show_member", member_id=asha.member)

    (line,) = site.as_(asha).open("accounts.show_activity").texts("ul.lines li")
    assert line.startswith("Customer care looked at your membership")


def test_refusal_of_somebody_unknown_is_told_with_their_browser(site, asha):
    note(asha, Verb.SIGN_IN_REFUSED, agent=DESK)

    (line,) = site.as_(asha).open("accounts.show_activity").texts("ul.lines li")
    assert line.startswith("A sign-in was refused Today, ")
    assert line.endswith(", Firefox on Linux")


def test_nobody_reads_the_lines_of_another(site, asha, bruno):
    foreign = note(bruno, by=bruno)
    browser = site.as_(asha)

    assert browser.open("accounts.show_activity").texts("ul.lines li") == ["Nothing yet."]
    assert browser.open("accounts.show_activity", before=foreign).texts("ul.lines li") == ["Nothing yet."]
    assert "You signed in" in site.as_(bruno).open("accounts.show_activity").text


def test_older_lines_come_page_by_page_each_once(site, asha):
    at = now()
    for number in range(60):
        note(asha, Verb.PROFILE_CHANGED if number % 2 else Verb.SIGNED_IN, by=asha, ago=timedelta(minutes=number // 3))
    assert now() - at < timedelta(minutes=1)

    first = site.as_(asha).open("accounts.show_activity")
    second = first.click("Earlier", as_fragment=True)
    third = second.click("Earlier")

    counts = [len(page.texts("ul.lines li")) for page in (first, second, third)]
    assert counts == [25, 25, 10]
    assert (len(first.statements), len(third.statements)) == (2, 3)
    assert not third.has("#more")


@pytest.mark.parametrize("before", ["x", "", "0", "6f1c1d3e-0000-4000-8000-00000000002a", "%00"])
def test_forged_place_in_the_list_is_no_error(site, asha, before):
    site.as_(asha).open(f"/you/activity?before={before}")


def test_markup_in_a_browsers_name_is_text(site, asha):
    note(asha, by=asha, agent='<script>alert(1)</script>" hx-get="/you')

    page = site.as_(asha).open("accounts.show_activity")

    assert not page.has("ul script")
    assert not page.has("ul [hx-get]")


def test_staff_without_a_membership_and_strangers_have_no_such_page(site, casey):
    site.as_(casey).open("accounts.show_activity", status=404)
    assert site.open("accounts.show_activity").path.startswith("/sign-in")
