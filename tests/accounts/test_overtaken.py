"""A request that is overtaken between its look and its deed: refused calmly, never a fault of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from portal.db import db
from tests.accounts.stepping import an_app, app_code, give_password, letter_code
from tests.cast import Person
from tests.site import Site


@contextmanager
def overtaken(before: str, *, by: str) -> Iterator[None]:
    """Let somebody else's statement come between, right before the first one that begins with `before`."""
    waiting = [by]

    def come_between(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(before) and waiting:
            cursor.execute(waiting.pop())

    event.listen(db.engine, "before_cursor_execute", come_between)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", come_between)
    assert not waiting, f"nothing began with {before}"


def test_session_that_ends_while_a_code_confirms_it_is_asked_to_sign_in(site: Site, casey: Person) -> None:
    an_app(casey)
    page = site.as_(casey).open("accounts.confirm_self")

    with overtaken("UPDATE user_session", by="UPDATE user_session SET ended_at = CURRENT_TIMESTAMP"):
        answer = page.submit(code=app_code())

    assert answer.status == 200


def test_second_tap_for_a_new_code_is_no_fault_and_sends_no_letter(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    letter_code(site)

    with overtaken("UPDATE sign_in_attempt", by="UPDATE sign_in_attempt SET used_at = CURRENT_TIMESTAMP"):
        step.submit(form="form[action$='/letter']")

    assert len(site.letters) == 1
