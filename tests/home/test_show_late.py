"""Points that did not come when they were promised: the member is told, and the desk counts them."""

from datetime import timedelta

import pytest

from portal.accounts.rules import MemberState
from portal.activities import sweeps
from portal.activities.queries import Late, late_promises
from portal.clock import now
from tests.cast import Person
from tests.factories import a_member, an_expectation
from tests.site import Site

NOTE = "Were due yesterday, we are looking into it"


def test_member_is_told_that_late_points_are_looked_into(site: Site, asha: Person):
    an_expectation(asha, 45, due=now() - timedelta(days=1), happened=now() - timedelta(days=3))
    an_expectation(asha, 30, due=now() + timedelta(days=1), happened=now() - timedelta(days=1))

    browser = site.as_(asha)
    pages = [browser.open(endpoint).text for endpoint in ("home.show_home", "home.show_points")]

    assert [(NOTE in text, "Due by Mon 23 Nov" in text) for text in pages] == [(True, True)] * 2


def test_desk_counts_what_is_late_and_whom_it_concerns(site: Site, asha: Person, bruno: Person, casey: Person):
    for member, hours in ((asha, 25), (asha, 30), (bruno, 24), (bruno, 23)):
        an_expectation(member, 45, due=now() - timedelta(hours=hours), subject=str(hours))

    page = site.as_(casey).open("care.show_queue")

    assert page.texts("#late") == ["Points late: 3 promises, 2 members wait"]
    assert sweeps.find_late(now()) == 3


def test_desk_says_nothing_when_nothing_is_late(site: Site, asha: Person, casey: Person):
    an_expectation(asha, 45, due=now() - timedelta(hours=23))

    assert site.as_(casey).open("care.show_queue").texts("#late") == []


@pytest.mark.usefixtures("session")
def test_what_is_held_for_a_member_who_is_not_active_is_not_late():
    idle = a_member("Ivo Lane", state=MemberState.SUSPENDED)
    an_expectation(idle, 45, due=now() - timedelta(days=3))

    assert late_promises(at=now()) == Late(0, 0)
