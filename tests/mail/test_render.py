"""Letters as messages: golden texts, heads that cannot be broken, and nobody's markup but ours."""

from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from jinja2 import UndefinedError

from portal.mail import render
from portal.mail.letter import Letter
from tests.mail.posting import text_of
from tests.mail.samples import SAMPLES, sample
from tests.servers import Database, worker_database

GOLDEN = Path(__file__).parent / "golden"
LETTERS = Path(render.__file__).parent.parent / "templates" / "mail"
WRITTEN = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
ID = UUID("6f1c1d3e-0000-4000-8000-00000000002a")


def composed(letter: Letter) -> EmailMessage:
    return render.compose(letter, letter_id=ID, written_at=WRITTEN)


@pytest.fixture
def database() -> Database:
    """Letters are written without a look at the database, so one kind of it is enough."""
    return worker_database("sqlite")


@pytest.fixture(autouse=True)
def without_a_request(app: Flask):
    """Letters are written by the worker, where there is no request."""
    with app.app_context():
        yield


@pytest.mark.parametrize("name", SAMPLES)
def test_each_letter_reads_as_its_golden_text(name: str):
    message = composed(sample(name))

    got = f"{message['Subject']}\n\n{text_of(message)}\n{text_of(message, 'html')}"

    assert got == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_each_letter_has_a_golden_text_and_none_is_left_over():
    kinds = {folder.name for folder in LETTERS.iterdir() if folder.is_dir()}

    assert {name.partition("-")[0] for name in SAMPLES} == kinds
    assert {file.stem for file in GOLDEN.iterdir()} == set(SAMPLES)


def test_head_of_a_letter():
    message = composed(sample("tier_reached"))

    assert dict(message.items()) | {"Content-Type": ""} == {
        "From": "IQOS CLUB <no-reply@club.example>",
        "To": "asha@club.example",
        "Subject": "You reached Gold",
        "Date": "Sun, 22 Nov 2026 14:02:00 +0000",
        "Message-ID": "<6f1c1d3e-0000-4000-8000-00000000002a@club.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }
    assert message.get_content_type() == "multipart/alternative"


def test_letter_travels_in_seven_bits():
    message = composed(sample("claim_message", words="Два заказа пришли в тот день.\n" * 20))

    assert [part["Content-Transfer-Encoding"] for part in message.iter_parts()] == ["quoted-printable"] * 2
    message.as_bytes().decode("ascii")


def test_numbers_follow_the_reader_and_not_the_sender():
    letter = sample("tier_reached", locale="de_DE")

    message = composed(letter)

    assert "1.510" in text_of(message)
    assert '<html lang="de-DE" dir="ltr">' in text_of(message, "html")


def test_letter_in_a_language_written_from_the_right():
    assert '<html lang="ar" dir="rtl">' in text_of(composed(sample("tier_reached", locale="ar")), "html")


def test_markup_in_a_name_is_text():
    message = composed(sample("reset_link", name="<b>Asha</b> & co"))

    assert "<p>Hello &lt;b&gt;Asha&lt;/b&gt; &amp; co,</p>" in text_of(message, "html")
    assert "Hello <b>Asha</b> & co," in text_of(message)


@pytest.mark.parametrize("markup", ["<script>alert(1)</script>", '"><img src=x>', "{{ club }}", "%(reference)s"])
def test_markup_in_an_agents_words_is_text(markup: str):
    message = composed(sample("claim_message", words=markup))

    assert markup in text_of(message)
    assert "<script" not in text_of(message, "html")
    assert "<img" not in text_of(message, "html")


@pytest.mark.parametrize(
    "agent",
    ["Casey\r\nBcc: all@club.example", "Casey\nBcc: all@club.example", "Casey\x00\x0b\x85Bcc: all@club.example"],
)
def test_line_ends_in_a_name_do_not_reach_the_head(agent: str):
    message = composed(sample("claim_message", agent=agent))

    assert message["Bcc"] is None
    assert message["Subject"] == "Casey Bcc: all@club.example wrote about your claim C-7XKQ4MNP"


def test_endless_subject_is_cut():
    assert len(composed(sample("tier_reached", tier="Gold" * 1000))["Subject"]) == render.LONGEST_SUBJECT


@pytest.mark.parametrize("to", ["a@club.example\r\nBcc: b@club.example", "a@club.example, b@club.example"])
def test_address_that_is_not_one_address_is_refused(to: str):
    with pytest.raises((ValueError, MessageError)):
        composed(sample("tier_reached", to=to))


def test_missing_fact_is_an_error_and_not_a_gap():
    facts: dict[str, Any] = {key: value for key, value in SAMPLES["tier_reached"].items() if key != "tier"}

    with pytest.raises(UndefinedError, match="tier"):
        composed(Letter("tier_reached", "asha@club.example", facts, "en_GB"))
