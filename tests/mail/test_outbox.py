"""The outbox: letters of the transaction, tried until they are taken or given up."""

from datetime import timedelta

import pytest

from portal.clock import now
from portal.db import db
from portal.mail import outbox, rules
from portal.mail.letter import Letter
from portal.mail.postbox import Away, Memory, Never, NotNow
from portal.unit_of_work import unit_of_work
from tests.mail.postboxes import Refusing, Watching
from tests.mail.posting import post, rows, sent_to, to
from tests.mail.samples import sample
from tests.watch import watching

pytestmark = pytest.mark.usefixtures("session")


def test_letter_of_a_committed_transaction_goes_out_once():
    postbox = Memory()
    post(to("asha"))

    sent = [outbox.send_due(postbox, at=now()), outbox.send_due(postbox, at=now() + timedelta(days=9))]

    assert (sent, sent_to(postbox)) == ([1, 0], ["asha"])
    assert [(row.state, row.attempts, row.leased_until) for row in rows()] == [("sent", 1, None)]


def test_letter_of_a_transaction_that_failed_is_never_written():
    def fail() -> None:
        with unit_of_work():
            outbox.add(to("asha"))
            message = "the service refused"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        fail()

    assert rows() == []
    assert outbox.send_due(Memory(), at=now()) == 0


def test_sweep_takes_no_more_than_it_was_asked_for_and_the_oldest_first():
    postbox = Memory()
    for name in ("cara", "bruno", "asha"):
        post(to(name))

    outbox.send_due(postbox, at=now(), limit=2)

    assert sent_to(postbox) == ["cara", "bruno"]


def test_letter_is_handed_over_outside_of_any_transaction():
    in_transaction: list[bool] = []
    postbox = Watching(lambda: in_transaction.append(db.session().in_transaction()))
    post(to("asha"), to("bruno"))

    outbox.send_due(postbox, at=now())

    assert in_transaction == [False, False]


def test_idle_sweep_takes_no_write_lock():
    with watching() as watch:
        outbox.send_due(Memory(), at=now())

    assert [statement.split()[0] for statement in watch.statements] == ["SELECT"]
    assert not db.session().in_transaction()


@pytest.mark.parametrize(
    "to",
    ["a@club.example\r\nBcc: b@club.example", "a@club.example, b@club.example", "A <a@club.example>", ""],
)
def test_address_that_could_break_the_head_is_refused_before_it_is_a_row(to: str):
    with pytest.raises(ValueError, match="one e-mail address"):
        post(sample("tier_reached", to=to))

    assert rows() == []


def test_letter_that_was_not_taken_waits_and_goes_again():
    at, postbox = post(to("asha")), Memory()

    outbox.send_due(Refusing(NotNow("451 greylisted")), at=at)
    [row] = rows()
    assert (row.state, row.attempts, row.last_error) == ("waiting", 1, "451 greylisted")
    assert 24 <= (row.next_try_at - at).total_seconds() <= 36

    early = outbox.send_due(postbox, at=at + timedelta(seconds=23))
    late = outbox.send_due(postbox, at=at + timedelta(seconds=37))
    assert (early, late) == (0, 1)
    assert [(row.state, row.last_error) for row in rows()] == [("sent", "")]


def test_refused_recipient_is_a_dead_letter_at_once():
    post(to("asha"), to("bruno"))
    postbox = Refusing(Never("550 no such user"), to="asha@club.example")

    sent = outbox.send_due(postbox, at=now())

    assert (sent, sent_to(postbox.kept)) == (1, ["bruno"])
    assert [(row.state, row.last_error) for row in rows()] == [("dead", "550 no such user"), ("sent", "")]
    assert outbox.send_due(postbox, at=now() + timedelta(days=30)) == 0


def test_letter_is_given_up_after_its_last_try():
    at = post(to("asha"))
    postbox = Refusing(NotNow("451 try again later"))

    for _ in range(rules.MOST_TRIES + 3):
        outbox.send_due(postbox, at=at)
        at += timedelta(hours=8)

    assert postbox.tried == rules.MOST_TRIES
    assert [(row.state, row.attempts) for row in rows()] == [("dead", rules.MOST_TRIES)]


def test_server_that_is_away_costs_no_letter_a_try():
    at = post(to("asha"), to("bruno"), to("cara"))
    away = Refusing(Away("connection refused"))

    for _ in range(rules.MOST_TRIES + 3):
        outbox.send_due(away, at=at)
        at += timedelta(seconds=rules.AWAY_SECONDS)

    assert away.tried == rules.MOST_TRIES + 3
    assert [(row.state, row.attempts) for row in rows()] == [("waiting", 0)] * 3
    back = Memory()
    assert outbox.send_due(back, at=at) == 3


def test_server_that_is_away_is_left_alone_for_a_while():
    at = post(to("asha"))
    outbox.send_due(Refusing(Away("connection refused")), at=at)

    assert outbox.send_due(Memory(), at=at + timedelta(seconds=rules.AWAY_SECONDS - 1)) == 0


def test_letter_we_cannot_write_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture):
    postbox = Memory()
    post(Letter("tier_reached", "asha@club.example", {"name": "the fact with the secret"}, "en_GB"), to("bruno"))

    outbox.send_due(postbox, at=now())

    assert sent_to(postbox) == ["bruno"]
    assert [(row.state, row.attempts, row.last_error) for row in rows()] == [
        ("waiting", 1, "UndefinedError"),
        ("sent", 1, ""),
    ]
    assert "the fact with the secret" not in caplog.text


def test_answer_of_the_server_is_kept_short_and_on_one_line():
    post(to("asha"))

    outbox.send_due(Refusing(NotNow("451 " + "no\x00\r\n" * 1000)), at=now())

    [row] = rows()
    assert (len(row.last_error), row.last_error.isprintable()) == (500, True)
