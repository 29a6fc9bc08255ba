"""Two browsers of one member: one ends the other, which loses nothing of what is being typed there."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.cast import PASSWORD
from tests.e2e.claiming import ORDER
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal

ASHA = "asha@club.example"
OTHER = re.compile(r"^Sign out (?!everywhere)\S")
Visit = Callable[..., Visitor]


def test_device_that_was_ended_elsewhere_asks_to_sign_in_and_keeps_the_words(portal: Portal, visit: Visit) -> None:
    lost, phone = visit(portal, device=PHONE), visit(portal, device=PHONE)
    lost.sign_in(ASHA)
    phone.sign_in(ASHA, is_known=False)
    _writes(lost)

    phone.open("/you")
    _checked(phone)
    phone.press(OTHER)
    phone.sees("One device")
    assert phone.page.get_by_role("button", name=OTHER).count() == 0

    lost.press("Continue")
    lost.page.wait_for_url(lambda url: urlsplit(url).path == "/sign-in")
    lost.sees("What you typed is kept")
    _checked(lost)
    lost.field("Email").fill(ASHA)
    lost.field("Password").fill(PASSWORD)
    lost.press(re.compile("^Sign in$"))
    # What is typed for a while is a draft of its own already.
    lost.page.wait_for_url(lambda url: urlsplit(url).path.endswith(("/claims/new", "/subject")))
    assert lost.field("Order number").or_(lost.field("A number or name")).first.input_value() == ORDER
    _checked(lost)
    lost.press("Continue")
    lost.page.wait_for_url(lambda url: url.endswith("/check"))


def _writes(lost: Visitor) -> None:
    lost.open("/claims/new")
    lost.choose("Points for something I did")
    lost.choose("Something else")
    lost.field("A number or name").fill(ORDER)
    lost.page.get_by_role("group", name="What was it?").get_by_label("Order").check()
    lost.field("When did it happen?").fill("2026-11-10")
    lost.field("How many points").fill("300")


def _checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()
