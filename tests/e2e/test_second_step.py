"""The second step as a person meets it: a new device, an agent's first sign-in, a lost phone, and a look at it all."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pyotp

from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal

BRUNO = "bruno@club.example"
NOOR = "noor@club.example"
Visit = Callable[..., Visitor]


def begin(visitor: Visitor, email: str) -> int:
    """Give the password; give how many code letters there were before."""
    before = len(visitor.portal.letters(email, "Your code to sign in"))
    visitor.open("/sign-in")
    visitor.field("Email").fill(email)
    visitor.field("Password").fill("demo-only-password")
    visitor.press(re.compile("^Sign in$"))
    visitor.page.wait_for_url("**/sign-in/step")
    return before


def checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()


def test_new_device_needs_the_code_of_a_letter_once(portal: Portal, visit: Visit) -> None:
    bruno = visit(portal, device=PHONE)
    before = begin(bruno, BRUNO)
    checked(bruno)
    bruno.field("Code").fill("00000000")
    bruno.press("Continue")
    bruno.sees("This code is not right")
    checked(bruno)
    bruno.take_step(BRUNO, after=before)
    assert bruno.path == "/"
    portal.letter(BRUNO, saying="New sign-in on")

    bruno.page.get_by_role("button", name="Sign out").first.click()
    bruno.page.wait_for_url("**/sign-in*")
    bruno.sign_in(BRUNO)
    assert bruno.path == "/"
    assert len(portal.letters(BRUNO, "Your code to sign in")) == before + 1


def test_member_sets_an_app_up_and_gets_in_with_a_recovery_code(portal: Portal, visit: Visit) -> None:
    bruno = visit(portal, device=PHONE)
    bruno.sign_in(BRUNO)
    bruno.open("/you/safety")
    checked(bruno)
    bruno.follow("Set up an app")
    bruno.page.wait_for_url("**/you/second-step")
    checked(bruno)
    key = bruno.page.locator("main code").inner_text().replace(" ", "")
    bruno.field("Code").fill(pyotp.TOTP(key).now())
    bruno.press("Set it up")
    bruno.sees("Your recovery codes")
    checked(bruno)
    codes = bruno.page.locator(".codes code").all_inner_texts()

    elsewhere = visit(portal, device=PHONE)
    begin(elsewhere, BRUNO)
    elsewhere.follow("Use a recovery code")
    checked(elsewhere)
    elsewhere.field("Code").fill(codes[0].lower())
    elsewhere.press("Continue")
    elsewhere.page.wait_for_url(lambda url: not url.endswith(("/step", "sheet=1")))
    assert elsewhere.path == "/"
    elsewhere.open("/you/safety")
    elsewhere.sees("9 codes are left")
    checked(elsewhere)


def test_agent_sets_an_app_up_at_the_first_sign_in(portal: Portal, visit: Visit) -> None:
    """Noor's app is taken away as a colleague would; the password alone then leads to the set-up and nowhere else."""
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3", timeout=10)) as database, database:
        database.execute("DELETE FROM totp WHERE user_id = (SELECT id FROM user_account WHERE email = ?)", [NOOR])
    noor = visit(portal, device=PHONE)
    noor.sign_in(NOOR)
    assert noor.path == "/you/second-step"
    noor.open("/care/")
    assert noor.path == "/you/second-step"
    checked(noor)
    key = noor.page.locator("main code").inner_text().replace(" ", "")
    noor.field("Code").fill(pyotp.TOTP(key).now())
    noor.press("Set it up")
    noor.follow("I have kept them")
    assert noor.path == "/care/"
    noor.open("/you/safety")
    checked(noor)


def test_owner_is_asked_again_before_something_that_matters(portal: Portal, visit: Visit) -> None:
    bruno = visit(portal, device=PHONE)
    bruno.sign_in(BRUNO)
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3", timeout=10)) as database, database:
        database.execute("UPDATE user_session SET confirmed_at = '2026-01-01 00:00:00.000000'")
    bruno.open("/you/second-step")
    assert bruno.path == "/confirm"
    checked(bruno)
    bruno.field("Password").fill("not the password")
    bruno.press("Continue")
    bruno.sees("This is not your password")
    bruno.field("Password").fill("demo-only-password")
    bruno.press("Continue")
    bruno.page.wait_for_url("**/you/second-step")
