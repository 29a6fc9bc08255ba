"""Alarms at the desk: a mark on the door and a page, for leads and admins."""

import pytest

from portal.alarms import service
from portal.clock import now
from portal.unit_of_work import unit_of_work


def raise_one():
    with unit_of_work():
        service.raise_alarm("tiers", facts={"found": "1 are wrong: member 7: gold with 0 status points"}, at=now())


def test_lead_sees_the_mark_and_what_was_found(site, lena):
    raise_one()

    page = site.as_(lena).open("care.show_queue").click("Alarms (one is open)")

    assert page.h1 == "Alarms"
    assert "Tiers do not follow from the points" in page.text
    assert "member 7: gold with 0 status points" in page.text


def test_what_is_over_is_told_apart_and_leaves_no_mark(site, omar):
    raise_one()
    with unit_of_work():
        service.clear("tiers", at=now())

    page = site.as_(omar).open("care.show_alarms")

    assert page.texts("h2") == ["Open", "Over"]
    assert "Everything agrees." in page.text
    assert "is open)" not in page.text


@pytest.mark.parametrize("person", ["casey", "asha"])
def test_others_have_no_such_page(site, request, person):
    site.as_(request.getfixturevalue(person)).open("care.show_alarms", status=404)
