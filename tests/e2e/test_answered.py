"""A claim that is never filed: its number is looked up while it is typed, and the day is the answer."""

import json
import re
from collections.abc import Callable

import pytest

from portal.demo.shop import SECRET, SOURCE
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal
from tests.shop.signing import a_purchase, the_example

ASHA = "asha@club.example"
ORDER, NOT_THERE = "7600 4545", "7600 4546"
Visit = Callable[..., Visitor]


@pytest.mark.timeout(120)
def test_order_on_its_way_is_answered_with_its_day_before_anything_is_filed(portal: Portal, visit: Visit) -> None:
    send, _ = the_example()
    with send(portal.url, SOURCE, SECRET, a_purchase(ASHA, subject=ORDER)) as answer:
        assert json.load(answer)["results"][0]["status"] == "recorded"
    asha = visit(portal, device=PHONE)
    asha.sign_in(ASHA)
    asha.open("/claims")
    filed = asha.page.locator("li > a.line").count()
    asha.open("/claims/new")
    asha.choose("Something else")
    number, day = asha.field("A number or name"), asha.field("When did it happen?")
    assert day.is_hidden()

    number.press_sequentially(NOT_THERE)
    asha.sees("We do not see this one among your activities yet")
    day.wait_for(state="visible")
    _checked(asha)

    number.press("Backspace")
    number.press_sequentially(ORDER[-1])
    asha.sees(re.compile(r"45 points are due by \w{3} \d+ \w+\. Nothing to do\."))
    day.wait_for(state="hidden")
    assert number.input_value() == ORDER, "the answer takes nothing of what is typed"
    _checked(asha)

    asha.open("/claims")
    assert asha.page.locator("li > a.line").count() == filed


def _checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()
