"""Fetching everything we hold, and leaving, on a phone; with and without script."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from zipfile import ZipFile

import pytest

from tests.cast import PASSWORD
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal

ASHA = "asha@club.example"
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.timeout(120)
def test_a_member_fetches_everything_we_hold(portal: Portal, visit: Visit, *, javascript: bool) -> None:
    asha = visit(portal, device=PHONE, javascript=javascript)
    asha.sign_in(ASHA)
    asha.open("/you")
    asha.follow("A copy of your data")
    _checked(asha, javascript=javascript)
    asha.press("Make my copy")
    portal.letter(ASHA, saying="Your copy of your data is ready")
    if not javascript:
        asha.open("/you/export")
    # With script the page finds out by itself.
    asha.sees("Your copy is ready")
    _checked(asha, javascript=javascript)

    with asha.page.expect_download() as coming:
        asha.follow(re.compile("^Download"))
    with ZipFile(coming.value.path()) as package:
        found = json.loads(package.read("everything.json"))
    assert found["profile"][0]["email"] == ASHA
    assert sum(line["points"] for line in found["points"]) == found["profile"][0]["balance"] == 1240


@pytest.mark.timeout(120)
def test_a_member_asks_to_leave_thinks_again_and_stays(portal: Portal, visit: Visit) -> None:
    asha = visit(portal, device=PHONE)
    asha.sign_in(ASHA)
    asha.open("/you")
    asha.follow("Close your account")
    asha.sees("Your 1,240 points lapse")
    _checked(asha, javascript=True)
    asha.press("Close my account")
    asha.sees("Keep my account")
    _checked(asha, javascript=True)
    leaving = asha.heading
    portal.letter(ASHA, saying=leaving)
    asha.sign_out()

    asha.sign_in(ASHA)
    assert (asha.path, asha.heading) == ("/you/closing", leaving)
    asha.press("Keep my account")
    asha.sees("Close my account")
    portal.letter(ASHA, saying="Your account stays")
    asha.open("/")
    assert asha.heading == "1,240 points, 260 to Gold"


@pytest.mark.timeout(120)
def test_a_member_leaves_for_good_and_the_books_agree(portal: Portal, visit: Visit) -> None:
    asha = visit(portal, device=PHONE)
    asha.sign_in(ASHA)
    asha.open("/you/closing")
    asha.press("Close my account")
    asha.sees("Keep my account")
    _let_the_days_pass(portal)
    swept = portal.command("worker", "--once")
    assert re.search(r"^ +1  accounts to close$", swept, re.MULTILINE), swept

    last = portal.letter(ASHA, saying="Your account is closed")
    assert "This is our last letter" in last.text
    asha.open("/")
    assert asha.path == "/sign-in"
    asha.field("Email").fill(ASHA)
    asha.field("Password").fill(PASSWORD)
    asha.press(re.compile("^Sign in$"))
    asha.sees("The address and the password do not belong together")
    _checked(asha, javascript=True)

    assert "FAULT" not in portal.command("doctor") + portal.command("audit", "verify")
    assert portal.letters(ASHA)[-1] == last
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3", timeout=10)) as database:
        left = [line for line in database.iterdump() if ASHA in line or "Asha Rao" in line]
    # The last letter alone is kept until it is sure to have gone.
    assert [line for line in left if "'account_closed'" not in line and last.subject not in line] == []


def _let_the_days_pass(portal: Portal) -> None:
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3", timeout=10)) as database, database:
        database.execute("UPDATE user_account SET closes_at = closing_asked_at WHERE closes_at IS NOT NULL")


def _checked(visitor: Visitor, *, javascript: bool) -> None:
    if javascript:
        visitor.assert_accessible()
        visitor.assert_fits()
