"""docs/access.md is what the code says, and what it says of a kind of visitor is what becomes of them."""

import pytest

from tests.servers import Database, worker_database
from tools.access import COLUMNS, DOCUMENT, cells, document


@pytest.fixture
def database() -> Database:
    """Rules do not depend on the kind of database."""
    return worker_database("sqlite")


def test_document_is_current(app):
    assert DOCUMENT.read_text(encoding="utf-8") == document(app), "write it anew: python -m tools.access"


def test_document_names_every_route(app):
    words = DOCUMENT.read_text(encoding="utf-8")

    assert [rule.rule for rule in app.url_map.iter_rules() if f" `{rule.rule}` |" not in words] == []


@pytest.mark.parametrize(
    ("endpoint", "becomes"),
    [
        ("accounts.sign_in", ["yes"] * 7),
        ("shop.receive_events", ["signed"] * 7),
        ("home.show_points", ["sign in", "finish", "yes", "set up", "–", "–", "–"]),
        ("accounts.show_activity", ["sign in", "yes", "yes", "set up", "–", "–", "–"]),
        ("care.show_claim", ["sign in", "–", "–", "set up", "yes", "yes", "yes"]),
        ("care.decide_claim", ["sign in", "–", "–", "set up", "yes", "yes", "–"]),
        ("care.show_people", ["sign in", "–", "–", "set up", "–", "–", "yes"]),
        ("accounts.sign_out", ["sign in", "yes", "yes", "yes", "yes", "yes", "yes"]),
    ],
)
def test_cells_say_what_becomes_of_everybody(app, endpoint, becomes):
    assert dict(zip(COLUMNS, cells(app, endpoint), strict=True)) == dict(zip(COLUMNS, becomes, strict=True))
