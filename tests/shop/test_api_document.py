"""docs/api.md: its example is taken as it stands, and what it names is there."""

import re
import urllib.request

import pytest

from portal.activities.rules import EventKind, Outcome
from portal.shop.messages import MOST_EVENTS
from portal.shop.service.messages import MESSAGES_KEPT_DAYS
from tests.servers import BASE_URL, Database, worker_database
from tests.shop.signing import API_DOCUMENT, a_shop, the_example


@pytest.fixture
def database() -> Database:
    """A document does not depend on the kind of database."""
    return worker_database("sqlite")


def test_example_is_taken_as_it_stands(app, session, monkeypatch):
    shop = a_shop(app)
    send, event = the_example()
    monkeypatch.setattr(
        urllib.request,
        "urlopen",
        lambda sent: app.test_client().post(
            sent.full_url, base_url=BASE_URL, data=sent.data, headers=dict(sent.header_items())
        ),
    )

    answer = send(BASE_URL, "shop", shop.secret, event)

    assert (answer.status_code, answer.json["recorded"]) == (200, 1)


def test_every_word_of_the_answer_is_explained():
    words = set(re.findall(r"`(\w+)`", API_DOCUMENT))

    assert {*EventKind, *Outcome, "recorded", "repeated", "refused", "failed"} <= words
    assert f"up to {MOST_EVENTS}" in API_DOCUMENT
    assert f"for {MESSAGES_KEPT_DAYS} days" in API_DOCUMENT
