"""A purchase as its member sees it: on its way, posted, explained, and taken back when it is returned."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from portal.clock import now
from portal.demo.shop import SECRET, SOURCE
from tests.e2e.pages import Visitor
from tests.e2e.portals import DATABASE, LETTER_SECONDS, Portal
from tests.shop.signing import a_purchase, the_example

ASHA = "asha@club.example"
ORDER = "7600 4545"
Visit = Callable[..., Visitor]


@pytest.mark.timeout(120)
def test_purchase_is_on_its_way_then_posted_explained_and_taken_back(portal: Portal, visit: Visit) -> None:
    asha = visit(portal)
    asha.sign_in(ASHA)
    assert asha.heading == "1,240 points, 260 to Gold"

    _tells(portal, a_purchase(ASHA, subject=ORDER))
    _is_on_its_way(asha)

    _its_day_comes(portal)
    _is_posted(asha)
    _is_explained(asha)

    _tells(
        portal, {"id": "return-1", "kind": "return", "activity": "order", "occurred_at": _moment(), "subject": ORDER}
    )
    _is_taken_back(asha)


def _tells(portal: Portal, event: dict[str, Any]) -> None:
    send, _ = the_example()
    with send(portal.url, SOURCE, SECRET, event) as answer:
        assert json.load(answer)["results"][0]["status"] == "recorded"


def _is_on_its_way(asha: Visitor) -> None:
    asha.open("/")
    assert asha.heading == "1,240 points, 260 to Gold"
    asha.sees("245 on their way")
    asha.open("/points?words=76004545")
    asha.sees(re.compile(r"Due by \w{3} \d+ \w+"))
    assert "£45.00, 1 point for each £1.00" in _why(asha, "Why 45?")


def _its_day_comes(portal: Portal) -> None:
    """Let the day of the promise be today; the running worker does the rest."""
    with closing(sqlite3.connect(portal.folder / DATABASE, timeout=10)) as database, database:
        changed = database.execute(
            "UPDATE expectation SET due_at = ? WHERE subject = ?",
            ((now() - timedelta(minutes=1)).replace(tzinfo=None).isoformat(" "), ORDER),
        )
        assert changed.rowcount == 1


def _is_posted(asha: Visitor) -> None:
    for _ in range(LETTER_SECONDS):
        asha.open("/")
        if asha.heading == "1,285 points, 215 to Gold":
            break
        asha.page.wait_for_timeout(1000)
    assert asha.heading == "1,285 points, 215 to Gold"
    asha.sees("200 on their way")


def _is_explained(asha: Visitor) -> None:
    asha.open("/points")
    said = _why(asha, "Why 45?")
    assert "£45.00, 1 point for each £1.00" in said
    assert "One point for each full pound of an order." in said
    assert re.search(rf"Reference {ORDER}\. It came in .* as message order-\d+\. Its points were promised by", said)
    asha.assert_sound()


def _is_taken_back(asha: Visitor) -> None:
    asha.open("/")
    assert asha.heading == "1,240 points, 260 to Gold"
    asha.open("/points")
    assert "All of it was sent back" in _why(asha, "Why −45?")
    asha.follow("Taken from the line of")
    assert "45 of it taken back" in _why(asha, "Why 45?")


def _why(asha: Visitor, words: str) -> str:
    """Open the newest line that asks this, and give its answer."""
    asha.page.get_by_text(words).first.click()
    return asha.page.locator("details[open]:has(> summary.line) .why").first.inner_text()


def _moment() -> str:
    return now().isoformat(timespec="seconds")
