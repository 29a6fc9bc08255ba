"""Letters that were given up, and the command that lets them go again."""

import pytest
from flask import Flask

from portal.clock import now
from portal.mail import outbox
from portal.mail.postbox import Memory, Never
from tests.mail.postboxes import Refusing
from tests.mail.posting import post, rows, sent_to, to

pytestmark = pytest.mark.usefixtures("session")


def given_up(*names: str) -> None:
    """Write letters that the server will never take."""
    post(*(to(name) for name in names))
    outbox.send_due(Refusing(Never("550 no such box")), at=now())


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["letters", *args])
    return result.exit_code, result.output


def test_dead_letters_are_listed_with_what_the_server_said(app: Flask):
    given_up("asha", "bruno")

    status, said = run(app, "dead")

    assert (status, [line.split()[0] for line in said.splitlines()]) == (0, [str(row.id) for row in rows()])
    assert said.count("550 no such box") == 2
    assert "club.example" not in said, "nobody's address stands in a terminal's history"


def test_all_of_them_go_again_and_only_once(app: Flask):
    given_up("asha", "bruno")
    postbox = Memory()

    assert run(app, "resend", "--all") == (0, "2 of 2 letters go again\n")
    assert run(app, "resend", "--all") == (0, "0 of 0 letters go again\n")

    outbox.send_due(postbox, at=now())
    assert sorted(sent_to(postbox)) == ["asha", "bruno"]
    assert [(row.state, row.attempts) for row in rows()] == [("sent", 1), ("sent", 1)]


def test_one_letter_goes_and_the_others_stay(app: Flask):
    given_up("asha", "bruno")
    chosen = next(row for row in rows() if "bruno" in row.recipient)

    assert run(app, "resend", str(chosen.id))[1] == "1 of 1 letters go again\n"

    assert {row.recipient.split("@")[0]: row.state for row in rows()} == {"asha": "dead", "bruno": "waiting"}


def test_letter_that_waits_or_went_is_left_alone(app: Flask):
    post(to("asha"))
    outbox.send_due(Memory(), at=now())
    post(to("bruno"))

    done = run(app, "resend", *(str(row.id) for row in rows()))

    assert done == (0, "0 of 2 letters go again\n")
    assert sorted(row.state for row in rows()) == ["sent", "waiting"]


@pytest.mark.parametrize("args", [(), ("nonsense",)])
def test_nothing_goes_by_a_slip(app: Flask, args: tuple[str, ...]):
    given_up("asha")

    status, _ = run(app, "resend", *args)

    assert (status, [row.state for row in rows()]) == (2, ["dead"])
