"""Joining on a phone, and asking for help at the door; with script and without."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from portal.clock import now
from tests import pictures
from tests.e2e.pages import DESKTOP, PHONE, Visitor
from tests.e2e.portals import Portal

PASSWORD = "violet harbour ladder nine"
CASEY = "casey@club.example"
Visit = Callable[..., Visitor]
WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "picture.jpg"
    file.write_bytes(pictures.encoded(pictures.corners(), "JPEG"))
    return file


@WAYS
@pytest.mark.timeout(120)
def test_somebody_joins_shows_a_document_and_gets_what_was_held(
    portal: Portal, visit: Visit, picture: Path, *, javascript: bool
) -> None:
    email = f"ines.{javascript}@mail.example".lower()
    ines = visit(portal, device=PHONE, javascript=javascript)
    _joins(ines, email, javascript=javascript)
    points = _buys(portal, email)
    _confirms(ines, email, javascript=javascript)

    ines.sees(f"{points} points are held for you")
    ines.attach(re.compile("^Picture|document"), picture)
    ines.press("Send the picture")
    ines.sees("Your age is being checked")
    _checked(ines, javascript=javascript)

    casey = visit(portal, device=DESKTOP, javascript=javascript)
    _looks_at_the_document(casey, javascript=javascript)

    portal.letter(email, saying="your age is confirmed")
    _waits_for(ines, f"{points} points, ")
    ines.sees("Silver")
    _checked(ines, javascript=javascript)


@WAYS
def test_somebody_who_cannot_get_in_sends_a_picture_and_is_answered(
    portal: Portal, visit: Visit, picture: Path, *, javascript: bool
) -> None:
    email = f"petra.{javascript}@mail.example".lower()
    petra = visit(portal, device=PHONE, javascript=javascript)
    petra.open("/help/cannot-get-in")
    _checked(petra, javascript=javascript)
    petra.field("Email").fill(email)
    petra.page.locator("textarea").fill("The code never comes. I have tried since Friday.")
    petra.attach(re.compile("picture", re.IGNORECASE), picture)
    if javascript:
        petra.page.locator("[data-upload-list] img[src^='/help/']").first.wait_for()
        _checked(petra, javascript=javascript)
    petra.page.get_by_role("button", name="Send", exact=True).last.click()
    petra.sees("We have your words")
    _checked(petra, javascript=javascript)
    portal.letter(email, saying="We have your words")

    casey = visit(portal, device=DESKTOP, javascript=javascript)
    casey.sign_in(CASEY)
    casey.open(f"/care/?find={email}")
    casey.page.locator("tbody a").first.click()
    casey.sees("The code never comes.")
    casey.assert_drawn(casey.page.locator("#evidence img").first)
    casey.press(re.compile("^Take this claim"))
    casey.page.wait_for_selector("#decision")
    _checked(casey, javascript=javascript)
    casey.choose("Resolved")
    casey.page.locator("#decision textarea[name=reply]").fill("We have sent a new code.")
    casey.page.locator(".act button").click()
    casey.sees(f"{email} has a letter.")
    assert "We have sent a new code." in portal.letter(email, saying="Our answer about getting in").text


def _joins(ines: Visitor, email: str, *, javascript: bool) -> None:
    ines.open("/sign-in")
    ines.follow("Join")
    _checked(ines, javascript=javascript)
    ines.field("Email").fill(email)
    ines.field("Password").fill(PASSWORD)
    ines.field("Name").fill("Ines Prado")
    ines.field("Date of birth").fill("1990-02-28")
    ines.press("Join")
    ines.sees("Tick this to join")
    _checked(ines, javascript=javascript)
    ines.field("Password").fill(PASSWORD)
    ines.choose(re.compile("^I agree"))
    ines.press("Join")
    ines.sees("The letter is on its way")
    _checked(ines, javascript=javascript)


def _buys(portal: Portal, email: str) -> int:
    """Let three days pass in which the shop told of an order under the address; give what it earns."""
    then = f"{now() - timedelta(days=3):%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(portal.folder / "portal.sqlite3", timeout=10)) as database, database:
        database.execute("UPDATE member SET joined_at = ? WHERE state = 'pending_email'", (then,))
        database.execute(
            "UPDATE event SET member_hint = ?, hint_key = ?, occurred_at = ?, amount_minor = 7000 WHERE id = "
            "(SELECT id FROM event WHERE outcome = 'unmatched' AND activity = 'order' ORDER BY id LIMIT 1)",
            (email, email, then),
        )
    return 70


def _confirms(ines: Visitor, email: str, *, javascript: bool) -> None:
    link = re.search(r"http://\S+(/join/link/\S+)", ines.portal.letter(email, saying="You asked to join").text)
    assert link
    ines.open(link[1])
    assert (ines.path, ines.heading) == ("/join/confirmation", "Confirm your address")
    _checked(ines, javascript=javascript)
    ines.press("Confirm and go in")
    ines.page.wait_for_url("**/you/requirements")
    assert ines.heading == "One step before your points count"
    _checked(ines, javascript=javascript)


def _looks_at_the_document(casey: Visitor, *, javascript: bool) -> None:
    casey.sign_in(CASEY)
    casey.follow("Ages")
    _checked(casey, javascript=javascript)
    casey.page.locator("main .lines a").last.click()
    casey.sees("Ines Prado")
    casey.assert_drawn(casey.page.locator("figure img"))
    _checked(casey, javascript=javascript)
    casey.choose(re.compile("^Yes, name"))
    casey.press("Decide")
    casey.sees("Decided, with a letter. The picture is deleted.")


def _waits_for(ines: Visitor, heading: str) -> None:
    """Look again and again, as one does: what was held is posted with the next sweep."""
    deadline = now() + timedelta(seconds=20)
    ines.open("/")
    while not ines.heading.startswith(heading):
        assert now() < deadline, ines.heading
        ines.page.wait_for_timeout(250)
        ines.page.reload()


def _checked(visitor: Visitor, *, javascript: bool) -> None:
    """Let axe look where script runs at all; the page may never be wider than the window."""
    if javascript:
        visitor.assert_accessible()
        visitor.assert_fits()
