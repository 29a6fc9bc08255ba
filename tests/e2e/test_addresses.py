"""Addresses on a phone: one is added, the one to sign in with is changed, and the old one takes it back."""

import re
from collections.abc import Callable

from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal

BRUNO = "bruno@club.example"
NEW = "bruno.new@mail.example"
WORK = "b.keller@work.example"
LINK = re.compile(r"https?://\S+/(?:email|email-undo|address)/[0-9a-f]+")
Visit = Callable[..., Visitor]


def test_address_is_added_changed_and_taken_back(portal: Portal, visit: Visit) -> None:
    bruno = visit(portal, device=PHONE)
    bruno.sign_in(BRUNO)
    _adds_an_address(bruno)
    _changes_the_address(bruno)
    owner = visit(portal, device=PHONE)
    _takes_it_back(owner)

    bruno.open("/you")
    assert bruno.path == "/sign-in"
    bruno.sign_in(BRUNO, is_known=False)
    bruno.open("/you")
    bruno.sees(BRUNO)


def _adds_an_address(bruno: Visitor) -> None:
    bruno.open("/you")
    bruno.follow("Addresses")
    _looks_right(bruno)
    bruno.field("New email").fill("b.keller")
    bruno.press("Add this address")
    bruno.sees("One thing needs another look")
    _looks_right(bruno)
    bruno.field("New email").fill(WORK)
    bruno.press("Add this address")
    bruno.sees(f"A letter is on its way to {WORK}")
    bruno.page.goto(_link(bruno.portal, WORK))
    assert bruno.heading == "Is this address yours?"
    _looks_right(bruno)
    bruno.press("Yes, it is mine")
    bruno.sees("Yours since")


def _changes_the_address(bruno: Visitor) -> None:
    bruno.open("/you/email")
    _looks_right(bruno)
    bruno.field("New email").fill(NEW)
    bruno.press("Send the link")
    bruno.sees("One step is left")
    _looks_right(bruno)
    bruno.page.goto(_link(bruno.portal, NEW))
    assert bruno.heading == "Is this your new address?"
    _looks_right(bruno)
    bruno.press("Yes, use this address")
    bruno.sees(f"From now on you sign in with {NEW}.")
    _looks_right(bruno)


def _takes_it_back(owner: Visitor) -> None:
    owner.page.goto(_link(owner.portal, BRUNO, saying="Take your address back now"))
    assert owner.heading == "Take your old address back?"
    _looks_right(owner)
    owner.press("Take it back")
    owner.sees("Your address is back")
    _looks_right(owner)


def _link(portal: Portal, email: str, saying: str = "") -> str:
    found = LINK.search(portal.letter(email, saying=saying or "follow this link").text)
    assert found is not None
    return found[0]


def _looks_right(visitor: Visitor) -> None:
    visitor.assert_fits()
    visitor.assert_accessible()
