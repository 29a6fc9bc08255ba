"""The club's rules, for everybody who wants to know before they agree to them."""

import re

from portal import programme
from portal.clock import now
from tests.cast import Person
from tests.site import Site


def test_rules_can_be_read_before_joining(site: Site):
    page = site.open("accounts.join").click("Read the club’s rules (in a new tab)")

    assert page.h1 == "The club’s rules"
    assert "One point for each full pound of an order." in page.text
    assert "Its points are normally there within 2 days." in page.text
    assert "A tier you have reached stays yours." in page.text
    assert "Points do not lapse while you are a member." in page.text
    assert "Points can be claimed for the last 180 days. You get an answer within 3 working days." in page.text


def test_rules_of_the_past_can_still_be_read(site: Site):
    order = [rule for rule in programme.current().rules if rule.activity == "order" and rule.valid_until]

    shown = site.open("home.show_rules").texts("details li p")

    assert shown == [rule.text for rule in reversed(order)]


def test_member_finds_them_at_the_foot_of_every_page(site: Site, asha: Person):
    page = site.as_(asha).open("home.show_home").click("The club’s rules")

    assert page.has("nav.doors")
    assert re.search(r"Gold.*from 1,500 points", page.text)


def test_another_club_has_rules_of_its_own(harbour: Site):
    shown = harbour.open("home.show_rules").text

    assert "yours for a year and 30 days more. If your points no longer reach it then, it sinks by one tier" in shown
    assert "Points you do not spend lapse 18 months after they came" in shown

    club = programme.current()
    in_force = [club.rule_on(activity.key, now().date()) for activity in club.activities]
    today = [rule.text for rule in in_force if rule]
    assert today
    assert [words for words in (*today, *(tier.name for tier in club.tiers)) if words not in shown] == []
