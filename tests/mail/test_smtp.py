"""Handing letters to a real mail server that accepts, refuses, stalls, goes away and comes back."""

import ssl
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from portal.config import Mode, Settings
from portal.mail import postbox as postboxes
from portal.mail.postbox import Away, Memory, Never, NotNow, Nowhere, Smtp
from tests.mail.guarded_server import PASSWORD, USER, GuardedServer, guarded_server, trusting
from tests.mail_server import HOST

IMPATIENCE_SECONDS = 0.3


@pytest.fixture
def server() -> Iterator[GuardedServer]:
    with guarded_server() as running:
        yield running


@pytest.fixture
def smtp(server: GuardedServer) -> Iterator[Smtp]:
    postbox = Smtp(HOST, server.port, security="none", timeout_seconds=IMPATIENCE_SECONDS)
    yield postbox
    postbox.close()


def message(to: str = "asha@club.example", subject: str = "You reached Gold") -> EmailMessage:
    written = EmailMessage()
    written["From"] = "IQOS CLUB <no-reply@club.example>"
    written["To"] = to
    written["Subject"] = subject
    written.set_content("Grüße, 1,240 points\n.\nand a line that starts with a dot\n", cte="quoted-printable")
    return written


def test_letter_arrives_as_it_was_written(server: GuardedServer, smtp: Smtp):
    smtp.deliver(message(subject="Zoë reached Gold"))

    [letter] = server.messages
    assert (letter.sender, letter.to, letter.subject) == (
        "no-reply@club.example",
        "asha@club.example",
        "Zoë reached Gold",
    )
    assert letter.text.splitlines() == ["Grüße, 1,240 points", ".", "and a line that starts with a dot"]


def test_letters_of_a_batch_share_a_connection(server: GuardedServer, smtp: Smtp):
    for to in ("asha", "bruno", "cara"):
        smtp.deliver(message(f"{to}@club.example"))
    smtp.close()
    smtp.deliver(message())

    assert (len(server.messages), server.connections) == (4, 2)


def test_closing_twice_or_before_the_first_letter_is_harmless(smtp: Smtp):
    smtp.close()
    smtp.close()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("450 mailbox busy", NotNow),
        ("421 too many letters", NotNow),
        ("550 no such user", Never),
        ("553 what a name", Never),
    ],
)
def test_refused_recipient(server: GuardedServer, smtp: Smtp, answer: str, fault: type[Exception]):
    server.answers["asha@club.example"] = answer

    with pytest.raises(fault, match=answer):
        smtp.deliver(message())
    smtp.deliver(message("bruno@club.example"))

    assert [letter.to for letter in server.messages] == ["bruno@club.example"]


@pytest.mark.parametrize(("answer", "fault"), [("451 later", NotNow), ("554 looks like spam", Never)])
def test_refused_content(server: GuardedServer, smtp: Smtp, answer: str, fault: type[Exception]):
    server.refuse(answer)
    with pytest.raises(fault, match=answer):
        smtp.deliver(message())

    server.accept()
    smtp.deliver(message())

    assert len(server.messages) == 1


def test_server_that_stalls_is_left_after_the_time_out(server: GuardedServer, smtp: Smtp):
    server.stall()
    begun = time.monotonic()

    with pytest.raises(NotNow, match="timed out"):
        smtp.deliver(message())

    assert time.monotonic() - begun < 10 * IMPATIENCE_SECONDS
    server.accept()
    smtp.deliver(message())
    assert len(server.messages) == 1


def test_answer_that_comes_too_late_is_not_taken_for_the_next_one(server: GuardedServer, smtp: Smtp):
    server.late_seconds = 1.5 * IMPATIENCE_SECONDS
    with pytest.raises(NotNow, match="timed out"):
        smtp.deliver(message("asha@club.example"))

    server.late_seconds = 0
    time.sleep(IMPATIENCE_SECONDS)
    server.answers["bruno@club.example"] = "550 no such user"
    with pytest.raises(Never, match="550 no such user"):
        smtp.deliver(message("bruno@club.example"))


def test_server_that_hangs_up_on_a_letter_gets_the_next_one_all_the_same(server: GuardedServer, smtp: Smtp):
    server.hangs_up_on = "asha@club.example"
    smtp.deliver(message("cara@club.example"))

    with pytest.raises(NotNow):
        smtp.deliver(message("asha@club.example"))
    smtp.deliver(message("bruno@club.example"))

    assert [letter.to for letter in server.messages] == ["cara@club.example", "bruno@club.example"]


def test_server_that_goes_away_between_two_letters_and_comes_back(server: GuardedServer, smtp: Smtp):
    smtp.deliver(message("asha@club.example"))
    server.stop()

    with pytest.raises(Away):
        smtp.deliver(message("bruno@club.example"))
    server.start()
    smtp.deliver(message("bruno@club.example"))

    assert [letter.to for letter in server.messages] == ["asha@club.example", "bruno@club.example"]


def test_server_that_restarted_between_two_letters_is_not_even_noticed(server: GuardedServer, smtp: Smtp):
    smtp.deliver(message("asha@club.example"))
    server.stop()
    server.start()

    smtp.deliver(message("bruno@club.example"))

    assert [letter.to for letter in server.messages] == ["asha@club.example", "bruno@club.example"]


def test_server_that_was_never_there():
    with guarded_server() as server:
        port = server.port

    with pytest.raises(Away, match="ConnectionRefusedError"):
        Smtp(HOST, port, security="none", timeout_seconds=IMPATIENCE_SECONDS).deliver(message())


# --- TLS and passwords ----------------------------------------------------------------------------


def secured(server: GuardedServer, *, security: str = "starttls", trust: ssl.SSLContext | None = None) -> Smtp:
    return Smtp(
        HOST,
        server.port,
        security=security,
        timeout_seconds=5,
        user=USER,
        password=PASSWORD,
        tls=trust,
    )


def test_letter_over_starttls_with_a_password():
    with guarded_server(tls=True, wants_password=True) as server:
        smtp = secured(server, trust=trusting())
        smtp.deliver(message())
        smtp.close()

    assert len(server.messages) == 1


def test_server_with_a_certificate_nobody_vouches_for_gets_no_letter():
    with guarded_server(tls=True) as server, pytest.raises(Away, match="CERTIFICATE_VERIFY_FAILED"):
        secured(server).deliver(message())

    assert server.messages == []


def test_server_without_tls_gets_no_letter_in_the_clear():
    with guarded_server() as server, pytest.raises(Away, match="STARTTLS"):
        secured(server).deliver(message())

    assert server.messages == []


def test_wrong_password_is_the_house_s_fault_and_no_letter_s():
    with guarded_server(tls=True, wants_password=True) as server:
        smtp = Smtp(
            HOST, server.port, security="starttls", timeout_seconds=5, user=USER, password="wrong", tls=trusting()
        )
        with pytest.raises(Away, match="Authentication"):
            smtp.deliver(message())


# --- Which postbox --------------------------------------------------------------------------------


def test_demo_without_a_mail_server_hands_letters_to_nobody():
    chosen = postboxes.from_settings(Settings(mode=Mode.DEMO))

    chosen.deliver(message())
    chosen.close()

    assert isinstance(chosen, Nowhere)


def test_named_mail_server_is_used_as_the_settings_say():
    with guarded_server() as server:
        chosen = postboxes.from_settings(
            Settings(mode=Mode.DEMO, smtp_host=HOST, smtp_port=server.port, smtp_security="none")
        )
        chosen.deliver(message())
        chosen.close()

    assert len(server.messages) == 1


def test_memory_keeps_letters_in_order():
    memory = Memory()
    memory.deliver(message("asha@club.example"))
    memory.deliver(message("bruno@club.example"))
    memory.close()

    assert [written["To"] for written in memory.messages] == ["asha@club.example", "bruno@club.example"]
