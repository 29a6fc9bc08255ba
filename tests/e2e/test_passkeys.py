"""Passkeys in a real browser with an authenticator of its own: made, used without typing, and never offered in vain."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import CDPSession

from tests.cast import PASSWORD
from tests.e2e.pages import Visitor
from tests.e2e.portals import Portal
from tests.mail_server import HOST

Visit = Callable[..., Visitor]
WITH_PASSKEY = "Sign in with a passkey"


@pytest.fixture
def named_portal(portal: Portal) -> Portal:
    """The portal under a name: for an address of numbers browsers make no passkeys."""
    return replace(portal, url=portal.url.replace(HOST, "localhost"))


class Phone:
    """The authenticator of one browser, as its owner holds it."""

    def __init__(self, visitor: Visitor) -> None:
        self.browser: CDPSession = visitor.page.context.new_cdp_session(visitor.page)
        self.browser.send("WebAuthn.enable", {"enableUI": False})
        made = self.browser.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": False,
                }
            },
        )
        self.id = made["authenticatorId"]

    @contextmanager
    def recognising(self, *, owner: bool = True) -> Iterator[None]:
        """Touch the phone while it asks; somebody else's finger is not recognised."""
        self._say("setUserVerified", isUserVerified=owner)
        self._say("setAutomaticPresenceSimulation", enabled=True)
        yield
        self._say("setAutomaticPresenceSimulation", enabled=False)

    def _say(self, what: str, **how: bool) -> None:
        self.browser.send(f"WebAuthn.{what}", {"authenticatorId": self.id} | how)


def add_passkey(visitor: Visitor, phone: Phone, name: str) -> None:
    visitor.open("/you/passkeys/new")
    visitor.field("Name").fill(name)
    with phone.recognising():
        visitor.press("Add a passkey")
        visitor.sees("The passkey is there")


def press_alone(visitor: Visitor) -> None:
    """Be a browser that offers nothing by itself, so that only the button signs in; from the next page on."""
    visitor.page.add_init_script(
        "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;"
    )


def give_password(visitor: Visitor, email: str) -> None:
    """Take the first step alone."""
    visitor.open("/sign-in")
    visitor.field("Email").fill(email)
    visitor.field("Password").fill(PASSWORD)
    visitor.press(re.compile("^Sign in$"))
    visitor.page.wait_for_url("**/sign-in/step")


def test_member_adds_a_passkey_signs_in_without_typing_and_removes_it(named_portal: Portal, visit: Visit) -> None:
    asha = visit(named_portal)
    phone = Phone(asha)
    press_alone(asha)
    asha.sign_in("asha@club.example")
    asha.open("/you/passkeys/new")
    asha.assert_accessible()
    asha.assert_fits()
    add_passkey(asha, phone, "My phone")
    asha.assert_accessible()
    asha.assert_fits()
    assert named_portal.letter("asha@club.example").subject == "A passkey was added to your account"

    asha.sign_out()
    asha.page.get_by_role("button", name=WITH_PASSKEY).wait_for()
    asha.assert_accessible()
    with phone.recognising():
        asha.press(WITH_PASSKEY)
        asha.page.wait_for_url(named_portal.url + "/")

    asha.open("/you/safety")
    asha.sees("used today")
    asha.follow("Change My phone")
    asha.page.wait_for_url("**/you/passkeys/*")
    asha.assert_accessible()
    asha.assert_fits()
    asha.press("Remove this passkey")
    asha.sees("The passkey is gone")


def test_browser_offers_the_passkey_where_an_address_is_typed(named_portal: Portal, visit: Visit) -> None:
    grace = visit(named_portal)
    phone = Phone(grace)
    grace.sign_in("grace@club.example")
    add_passkey(grace, phone, "My phone")
    grace.sign_out()

    with phone.recognising():
        grace.open("/sign-in")
        grace.page.wait_for_url(named_portal.url + "/")


def test_phone_that_does_not_know_its_owner_signs_nobody_in(named_portal: Portal, visit: Visit) -> None:
    pia = visit(named_portal)
    phone = Phone(pia)
    press_alone(pia)
    pia.sign_in("pia@club.example")
    add_passkey(pia, phone, "My phone")
    pia.sign_out()
    with phone.recognising(owner=False):
        pia.press(WITH_PASSKEY)
        pia.sees("Nothing was done")

    assert pia.path == "/sign-in"
    with phone.recognising():
        pia.press(WITH_PASSKEY)
        pia.page.wait_for_url(named_portal.url + "/")


def test_agent_takes_the_second_step_with_a_passkey_and_shows_again_who_is_there(
    named_portal: Portal, visit: Visit
) -> None:
    casey = visit(named_portal)
    phone = Phone(casey)
    casey.sign_in("casey@club.example")
    add_passkey(casey, phone, "My phone")
    casey.assert_accessible()
    casey.assert_fits()
    casey.sign_out()

    give_password(casey, "casey@club.example")
    casey.page.get_by_role("button", name="Use a passkey").wait_for()
    casey.assert_accessible()
    casey.assert_fits()
    with phone.recognising():
        casey.press("Use a passkey")
        casey.page.wait_for_url("**/care/")
    casey.open("/confirm?next=/you/safety")
    casey.page.get_by_role("button", name="Use a passkey").wait_for()
    casey.assert_accessible()
    with phone.recognising():
        casey.press("Use a passkey")
        casey.sees("used today")

    assert casey.path == "/you/safety"


def test_second_passkey_of_one_phone_is_not_made(named_portal: Portal, visit: Visit) -> None:
    bruno = visit(named_portal)
    phone = Phone(bruno)
    bruno.sign_in("bruno@club.example")
    add_passkey(bruno, phone, "My phone")
    bruno.open("/you/passkeys/new")
    with phone.recognising():
        bruno.press("Add a passkey")
        bruno.sees("This device has a passkey for your account already.")

    bruno.assert_accessible()


def test_demo_under_a_number_says_where_passkeys_are_made(portal: Portal, visit: Visit) -> None:
    asha = visit(portal)
    asha.open("/sign-in")
    assert not asha.page.get_by_text(WITH_PASSKEY).is_visible()
    asha.sign_in("asha@club.example")
    asha.open("/you/safety")

    link = asha.page.get_by_role("link", name="Open this page under a name")
    assert link.get_attribute("href") == portal.url.replace(HOST, "localhost") + "/you/safety"


def test_without_scripts_no_passkey_is_offered(named_portal: Portal, visit: Visit) -> None:
    asha = visit(named_portal, javascript=False)
    asha.open("/sign-in")
    assert not asha.page.get_by_text(WITH_PASSKEY).is_visible()
    asha.sign_in("asha@club.example")
    asha.open("/you/passkeys/new")

    asha.sees("This browser cannot make passkeys here")
