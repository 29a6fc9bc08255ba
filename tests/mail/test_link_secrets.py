"""The secret of a link stands in the letter alone; a letter to nobody costs what a real one costs."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from portal.clock import now
from portal.db import db
from portal.mail import letter as letters
from portal.mail import outbox, rules
from portal.mail.letter import Letter
from portal.mail.models import DemoLetter
from portal.mail.postbox import Memory, NotNow
from tests.mail.postboxes import Refusing, Vanishing
from tests.mail.posting import post, rows, sent_to, text_of, to
from tests.mail.samples import sample
from tests.servers import Database, app_on

pytestmark = pytest.mark.usefixtures("session")


def reset_link(token_id: UUID, **facts: Any) -> Letter:
    written = sample("reset_link", **facts)
    return Letter(written.kind, written.to, written.facts, written.locale, token_id=token_id)


def everything_in(table: str) -> str:
    return json.dumps([[str(value) for value in row] for row in db.session.execute(text(f"SELECT * FROM {table}"))])  # noqa: S608


def test_secret_of_a_link_stands_in_the_letter_and_in_no_table():
    token_id, postbox = uuid4(), Memory()
    secret = outbox.secret_of(token_id)
    at = post(reset_link(token_id))

    while_waiting = everything_in("letter")
    outbox.send_due(Refusing(NotNow("451 later")), at=at)
    outbox.send_due(postbox, at=at + timedelta(minutes=1))

    assert len(secret) >= 32
    assert f"https://club.example/reset/{secret}\n" in text_of(postbox.messages[0])
    assert secret not in while_waiting + everything_in("letter")
    assert "{secret}" in while_waiting


def test_portal_of_another_key_in_the_same_process_leaves_our_links_alone(database: Database):
    token_id = uuid4()
    ours = outbox.secret_of(token_id)

    with app_on(database, secret_key="another key that signs other links") as other:
        assert outbox.secret_of(token_id) == ours
        with other.app_context():
            assert outbox.secret_of(token_id) != ours


def test_letter_that_goes_twice_carries_the_same_link():
    at, postbox, later = post(reset_link(uuid4())), Vanishing(), Memory()

    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(postbox, at=at)
    outbox.send_due(later, at=at + timedelta(seconds=rules.LEASE_SECONDS))

    [first], [again] = postbox.kept.messages, later.messages
    assert text_of(first) == text_of(again)
    assert first["Message-ID"] == again["Message-ID"]


def test_place_for_a_secret_in_what_somebody_typed_stays_as_typed():
    postbox = Memory()
    post(reset_link(uuid4(), name="{secret}"))

    outbox.send_due(postbox, at=now())

    assert "Hello {secret}," in text_of(postbox.messages[0])


def test_decoy_is_claimed_and_settled_like_a_letter_and_goes_nowhere():
    postbox = Memory()
    post(letters.decoy("nobody@club.example", sample("reset_link").facts, "en_GB"), to("asha"))

    sent = outbox.send_due(postbox, at=now())

    assert (sent, sent_to(postbox)) == (2, ["asha"])
    assert [(row.kind, row.state, row.attempts) for row in rows()] == [
        ("tier_reached", "sent", 1),
        ("decoy", "sent", 1),
    ]
    assert db.session.scalars(select(DemoLetter.recipient)).all() == ["asha@club.example"]
