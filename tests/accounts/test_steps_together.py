"""The same code at the same moment from many browsers: one gets in, and guesses made side by side all count."""

import contextvars
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from flask import Flask

from portal.accounts.models import RecoveryCode, SignInAttempt, UserSession
from portal.accounts.rules import Factor
from portal.accounts.rules.codes import CODE_TRIES, code_at
from portal.accounts.sealing import seals_of
from portal.accounts.secrets import letter_code
from portal.accounts.service import attempts, codes, factors
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.stepping import an_app
from tests.cast import APP_SECRET, PASSWORD, Person
from tests.servers import BASE_URL
from tests.together import together

AT = datetime(2026, 11, 22, 14, 0, 15, tzinfo=UTC)
AT_ONCE = 6
KEY = "the key of this test"


@pytest.fixture
def casey(free_app: Flask) -> Person:
    return factories.an_agent("Casey Walsh")


def shown(free_app: Flask, person: Person, code: str) -> list[Factor]:
    """Show the same code many times at once; give what came of the good ones."""
    found: list[Factor] = []
    seals = seals_of(free_app.extensions["settings"])

    def show() -> None:
        with unit_of_work():
            factor = factors.show(person.user_id, code, seals=seals, at=AT)
        if factor:
            found.append(factor)

    assert together(free_app, [show] * AT_ONCE) == []
    return found


def test_code_of_the_app_lets_one_in(free_app: Flask, casey: Person) -> None:
    an_app(casey)

    assert shown(free_app, casey, code_at(APP_SECRET, at=AT)) == [Factor.TOTP]


def test_recovery_code_lets_one_in(free_app: Flask, casey: Person) -> None:
    with unit_of_work():
        made = codes.make(casey.user_id, seals=seals_of(free_app.extensions["settings"]), at=AT)

    assert shown(free_app, casey, made[0]) == [Factor.RECOVERY]
    assert db.session.query(RecoveryCode).filter_by(used_at=None).count() == 9


@pytest.fixture
def attempt(free_app: Flask) -> attempts.Opened:
    asha = factories.a_member("Asha Rahman")
    with unit_of_work():
        return attempts.open_attempt(asha.user_id, password_hash="", keep=False, onward="/", at=now(), key=KEY)


def tries(free_app: Flask, work: Callable[[], object], count: int) -> int:
    """Do the same many times at once; give how often it was not refused."""
    errors = together(free_app, [work] * count)
    assert all(isinstance(error, Refused) for error in errors), errors
    return count - len(errors)


def test_guesses_side_by_side_have_five_tries_between_them(free_app: Flask, attempt: attempts.Opened) -> None:
    def guess() -> None:
        with unit_of_work():
            attempts.take_try(attempt.id, at=now())

    assert tries(free_app, guess, 9) == CODE_TRIES
    assert attempts.waiting(attempt.token, at=now()) is None


def test_attempt_is_finished_once(free_app: Flask, attempt: attempts.Opened) -> None:
    def finish() -> None:
        with unit_of_work():
            attempts.finish(attempt.id, at=now())

    assert attempts.is_letter_code(attempt.id, letter_code(attempt.id, KEY), key=KEY)
    assert tries(free_app, finish, AT_ONCE) == 1


def test_new_code_asked_for_twice_at_once_is_one_letter(free_app: Flask, attempt: attempts.Opened) -> None:
    def renew() -> None:
        with unit_of_work():
            attempts.renew(attempt.id, key=KEY, at=now())

    assert tries(free_app, renew, AT_ONCE) == 1
    assert db.session.query(SignInAttempt).filter_by(used_at=None).count() == 1


def test_one_code_sent_from_two_browsers_opens_one_session(free_app: Flask, casey: Person) -> None:
    """Whole requests, with the password given twice and the same code of the app sent twice at once."""
    an_app(casey)
    browsers = [free_app.test_client() for _ in range(2)]

    def send(client, path: str, **fields: str) -> str:
        page = client.get(path, base_url=BASE_URL).get_data(as_text=True)
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = client.post(
            path, base_url=BASE_URL, data={"csrf_token": token, **fields}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        return str(answer.headers.get("Location", ""))

    for client in browsers:
        # A context of its own: the request must not see the app context of the test.
        sent = contextvars.Context().run(send, client, "/sign-in", email=casey.email, password=PASSWORD)
        assert sent == "/sign-in/step"
    code = code_at(APP_SECRET, at=now())
    work = [partial(contextvars.Context().run, send, client, "/sign-in/step", code=code) for client in browsers]

    assert together(free_app, work) == []
    assert db.session.query(UserSession).count() == 1
