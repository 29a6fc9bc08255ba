"""Claims that end by themselves, and one that begins by itself, on a phone."""

import json
import re
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from portal.clock import now
from portal.demo.shop import SECRET, SOURCE
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import DATABASE, Portal
from tests.shop.signing import a_purchase, the_example

ASHA = "asha@club.example"
EARLY, NEVER_CAME = "7600 4545", "7600 4546"
Visit = Callable[..., Visitor]


@pytest.mark.timeout(240)
def test_parked_claim_closes_when_its_points_come_and_a_late_promise_opens_one(portal: Portal, visit: Visit) -> None:
    for order in (EARLY, NEVER_CAME):
        _tells(portal, a_purchase(ASHA, subject=order) | {"id": f"order-{order[-1]}"})
    asha = visit(portal, device=PHONE)
    asha.sign_in(ASHA)
    _parks(asha, _promise(portal, EARLY))

    _change(portal, "UPDATE expectation SET due_at = ? WHERE subject = ?", _moment(minutes=1), EARLY)
    arrived = portal.letter(ASHA, saying="Your points arrived")
    asha.open(_link(arrived.text))
    assert asha.heading == "Your points arrived"
    _checked(asha)

    _change(portal, "UPDATE expectation SET due_at = ?, event_id = NULL WHERE subject = ?", _moment(days=2), NEVER_CAME)
    portal.command("worker", "--once")
    asha.open(_link(portal.letter(ASHA, saying="45 points are late").text))
    assert asha.heading == "These points are late"
    _checked(asha)
    asha.press("Send this claim")
    asha.page.wait_for_url(re.compile(r"/claims/C-\w{8}$"))
    asha.sees("You sent it")


def _parks(asha: Visitor, promise: uuid.UUID) -> None:
    asha.open("/claims/new")
    asha.page.locator(f"input[value='expectation-{promise}']").check()
    asha.press("Continue")
    asha.page.wait_for_url("**/check")
    assert asha.heading == "It is a little early"
    asha.page.locator("#step button").first.click()
    asha.page.wait_for_url(re.compile(r"/claims/C-\w{8}$"))
    assert asha.heading.startswith("Parked until ")


def _tells(portal: Portal, event: dict[str, Any]) -> None:
    send, _ = the_example()
    with send(portal.url, SOURCE, SECRET, event) as answer:
        assert json.load(answer)["results"][0]["status"] == "recorded"


def _promise(portal: Portal, order: str) -> uuid.UUID:
    with closing(sqlite3.connect(portal.folder / DATABASE, timeout=10)) as database:
        return uuid.UUID(database.execute("SELECT id FROM expectation WHERE subject = ?", (order,)).fetchone()[0])


def _change(portal: Portal, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(portal.folder / DATABASE, timeout=10)) as database, database:
        assert database.execute(statement, values).rowcount == 1


def _moment(**ago: int) -> str:
    return (now() - timedelta(**ago)).replace(tzinfo=None).isoformat(" ")


def _link(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/claims/\S+)", text)
    assert found, text
    return found[1]


def _checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()
