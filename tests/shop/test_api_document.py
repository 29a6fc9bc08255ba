"""docs/api.md: its example is taken as it stands, and what it names is there."""

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from portal.activities.rules import EventKind, Outcome
from portal.shop.messages import MOST_EVENTS
from portal.shop.service.messages import MESSAGES_KEPT_DAYS
from tests.servers import BASE_URL, Database, worker_database
from tests.shop.signing import a_shop

TEXT = Path("docs/api.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


@pytest.fixture
def database() -> Database:
    """A document does not depend on the kind of database."""
    return worker_database("sqlite")


def test_example_is_taken_as_it_stands(app, session, monkeypatch):
    shop = a_shop(app)
    said: dict[str, Any] = {}
    exec(block("python"), said)  # noqa: S102 - the example of our own document
    monkeypatch.setattr(
        urllib.request,
        "urlopen",
        lambda sent: app.test_client().post(
            sent.full_url, base_url=BASE_URL, data=sent.data, headers=dict(sent.header_items())
        ),
    )

    answer = said["send"](BASE_URL, "shop", shop.secret, json.loads(block("json")))

    assert (answer.status_code, answer.json["recorded"]) == (200, 1)


def test_every_word_of_the_answer_is_explained():
    words = set(re.findall(r"`(\w+)`", TEXT))

    assert {*EventKind, *Outcome, "recorded", "repeated", "refused", "failed"} <= words
    assert f"up to {MOST_EVENTS}" in TEXT
    assert f"for {MESSAGES_KEPT_DAYS} days" in TEXT
