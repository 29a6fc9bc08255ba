"""Leases: a letter is in one sender's hands at a time, and in nobody's for long."""

import time
from contextlib import suppress
from datetime import timedelta

import pytest

from portal.clock import now
from portal.mail import outbox, rules
from portal.mail.postbox import Memory, Never, NotNow
from tests.mail.postboxes import Refusing, Vanishing, Watching
from tests.mail.posting import post, rows, to

pytestmark = pytest.mark.usefixtures("session")


def test_letter_in_somebodys_hands_is_not_taken_by_another():
    at, other = post(to("asha")), Memory()

    outbox.send_due(Watching(lambda: outbox.send_due(other, at=at)), at=at)

    assert other.messages == []


def test_letter_of_a_sender_that_vanished_goes_again_under_the_same_name():
    at, postbox = post(to("asha")), Memory()

    with pytest.raises(KeyboardInterrupt):
        outbox.send_due(Refusing(KeyboardInterrupt()), at=at)
    early = outbox.send_due(postbox, at=at + timedelta(seconds=rules.LEASE_SECONDS - 1))
    late = outbox.send_due(postbox, at=at + timedelta(seconds=rules.LEASE_SECONDS))

    assert (early, late) == (0, 1)
    assert postbox.messages[0]["Message-ID"] == f"<{rows()[0].id}@club.example>"


def test_sender_that_was_too_slow_changes_nothing_for_the_one_who_took_over():
    at, other = post(to("asha")), Refusing(Never("550 no such user"))
    slow = Watching(lambda: outbox.send_due(other, at=at + timedelta(seconds=rules.LEASE_SECONDS)))

    sent = outbox.send_due(slow, at=at)

    assert sent == 0
    assert [(row.state, row.attempts) for row in rows()] == [("dead", 2)]


def test_sender_that_was_too_slow_does_not_free_the_letter_in_another_s_hands():
    at, late = post(to("asha")), NotNow("451 later")

    def lose_it_to_another() -> None:
        with suppress(KeyboardInterrupt):
            outbox.send_due(Vanishing(), at=at + timedelta(seconds=rules.LEASE_SECONDS))
        raise late

    outbox.send_due(Watching(lose_it_to_another), at=at)

    assert [(row.state, row.attempts, row.leased_until) for row in rows()] == [
        ("waiting", 2, at + timedelta(seconds=2 * rules.LEASE_SECONDS))
    ]


def test_letter_that_kills_its_senders_is_given_up():
    at = post(to("asha"))
    for _ in range(rules.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            outbox.send_due(Refusing(KeyboardInterrupt()), at=at)
        at += timedelta(seconds=rules.LEASE_SECONDS)

    postbox = Memory()

    assert (outbox.send_due(postbox, at=at), postbox.messages) == (0, [])
    assert [row.state for row in rows()] == ["dead"]


def test_worker_that_must_stop_puts_the_rest_back_untried():
    postbox = Memory()
    post(to("asha"), to("bruno"))

    outbox.send_due(postbox, at=now(), must_stop=lambda: bool(postbox.messages))

    assert len(postbox.messages) == 1
    assert sorted((row.state, row.attempts, row.leased_until) for row in rows()) == [
        ("sent", 1, None),
        ("waiting", 0, None),
    ]
    assert outbox.send_due(postbox, at=now()) == 1


def test_slow_server_does_not_use_up_the_lease(monkeypatch: pytest.MonkeyPatch):
    real, passed = time.monotonic, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed[0])

    def stall() -> None:
        passed[0] += rules.HAND_OVER_SECONDS * 0.6

    post(to("asha"), to("bruno"), to("cara"))

    assert outbox.send_due(Watching(stall), at=now()) == 2
    assert sorted((row.state, row.attempts) for row in rows()) == [("sent", 1), ("sent", 1), ("waiting", 0)]
