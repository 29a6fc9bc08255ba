"""Several senders at once, in threads and in processes; and one that is killed at the worst moment."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from portal.clock import now
from portal.mail import outbox, rules
from portal.mail.postbox import Memory, Smtp
from tests.mail import sender
from tests.mail.posting import post, rows, sent_to, to
from tests.mail_server import HOST, MailServer, mail_server
from tests.servers import Database

LETTERS = 30
NAMES = [f"member{number}" for number in range(LETTERS)]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def own(free_app: Flask, database: Database) -> Database:
    """The database of `free_app`, which processes can open too."""
    return Database(database.kind, free_app.extensions["settings"].database_url)


def test_threads_that_race_send_each_letter_once(free_app: Flask):
    postbox, together, totals = Memory(), threading.Barrier(4), list[int]()
    post(*map(to, NAMES))

    def send() -> None:
        together.wait()
        with free_app.app_context():
            while sent := outbox.send_due(postbox, at=now(), limit=2):
                totals.append(sent)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(sent_to(postbox)) == Counter(NAMES)
    assert sum(totals) == LETTERS
    assert {(row.state, row.attempts) for row in rows()} == {("sent", 1)}


def test_processes_that_race_send_each_letter_once(own: Database, server: MailServer):
    post(*map(to, NAMES))
    senders = [sender.start(own, port=server.port) for _ in range(2)]

    totals = []
    for process in senders:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in senders:
        said, _ = process.communicate(timeout=60)
        totals.append(int(said))

    assert Counter(letter.to.partition("@")[0] for letter in server.messages) == Counter(NAMES)
    assert sum(totals) == LETTERS
    assert {(row.state, row.attempts) for row in rows()} == {("sent", 1)}


def test_letter_of_a_sender_killed_between_hand_over_and_mark_goes_again(own: Database, server: MailServer):
    post(to("asha"))
    process = sender.start(own, port=server.port, dies=True)
    process.communicate("go\n", timeout=60)
    assert process.returncode == -9
    assert [row.state for row in rows()] == ["waiting"]

    with_us = Smtp(HOST, server.port, security="none", timeout_seconds=5)
    too_early = outbox.send_due(with_us, at=now() + timedelta(seconds=rules.LEASE_SECONDS / 2))
    in_time = outbox.send_due(with_us, at=now() + timedelta(seconds=rules.LEASE_SECONDS))

    assert (too_early, in_time) == (0, 1)
    first, again = server.messages
    assert first.message["Message-ID"] == again.message["Message-ID"] == f"<{rows()[0].id}@club.example>"
    assert (first.to, first.subject, first.text, first.html) == (again.to, again.subject, again.text, again.html)
    assert [(row.state, row.attempts) for row in rows()] == [("sent", 2)]
