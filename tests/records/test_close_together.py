"""Closing in the very moment in which something else happens, with real threads and real commits."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from portal.accounts.models import User
from portal.accounts.service import leaving
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.activities.service import Recorded, ShopMessage, record_event
from portal.care.service import Adjustment, adjust
from portal.clock import now
from portal.db import db
from portal.errors import PortalError
from portal.mail.models import LetterRow
from portal.records import letters, queries, sweeps
from portal.records.service import closing
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.records.closing import A_GIFT, faults_of_the_books, leave


def at_once(app, *acts: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            start.wait()
            try:
                return act()
            except PortalError as told:
                return told
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_many_workers_at_once_one_closes_it_and_one_letter_goes(free_app):
    person = factories.a_member(points=120)
    leave(person)

    done = at_once(free_app, *[lambda: sweeps.close_accounts(now())] * 6)

    assert Counter(done) == {0: 5, 1: 1}
    assert db.session.query(LetterRow).count() == 1
    assert factories.balance_of(person) == 0
    assert faults_of_the_books() == []


def test_taking_back_in_the_moment_of_closing_does_one_of_the_two_whole(free_app):
    people = [factories.a_member(points=10) for _ in range(6)]
    for person in people:
        leave(person)

    def keep(person: Person) -> bool:
        with unit_of_work():
            return leaving.take_back(person.user_id)

    done = at_once(
        free_app,
        *[lambda: sweeps.close_accounts(now())] * 2,
        *[lambda person=person: keep(person) for person in people],
    )

    kept = dict(zip((person.user_id for person in people), done[2:], strict=True))
    for person in people:
        user = db.session.get_one(User, person.user_id)
        assert (user.anonymised_at is None, user.name != leaving.NOBODY) == (kept[person.user_id],) * 2
        assert factories.balance_of(person) == (10 if kept[person.user_id] else 0)
    assert faults_of_the_books() == []


def test_an_agent_who_adjusts_in_the_moment_of_closing_leaves_sound_books(free_app):
    agent = factories.an_agent()
    person = factories.a_member(points=10)
    leave(person)
    key = person.user_id

    def give() -> object:
        with unit_of_work():
            return adjust(person.member, Adjustment(key, 5, A_GIFT), by=agent.user_id, at=now())

    at_once(free_app, give, lambda: sweeps.close_accounts(now()))

    assert factories.balance_of(person) == 0
    assert faults_of_the_books() == []


def test_the_shop_that_writes_in_the_moment_of_closing_leaves_nothing_to_post(free_app):
    person = factories.a_member()
    leave(person)
    goodbye = letters.account_closed(queries.owner_of(person.user_id))

    def tell() -> Recorded:
        with free_app.app_context():
            try:
                with unit_of_work():
                    return record_event(an_order(person.email), at=now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        with unit_of_work():
            closing.close(person.user_id, goodbye, text="Account closed", at=now())
            told = pool.submit(tell)
            wait_for_one_who_waits(told)
        assert told.result().outcome is Outcome.UNMATCHED

    assert db.session.query(Expectation).count() == 0
    assert db.session.query(Event).one().member_id is None


def wait_for_one_who_waits(told: Future[Recorded]) -> None:
    """Hold on until the other thread waits for our lock; where the whole database is locked, it waits by itself."""
    if db.engine.dialect.name != "postgresql":
        return
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not told.done():
        if db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            return
    message = "the other thread did not wait"
    raise AssertionError(message)


def an_order(hint: str) -> ShopMessage:
    return ShopMessage(
        source="shop",
        external_id=secrets.token_hex(6),
        activity="order",
        subject=factories.a_subject("order"),
        amount_minor=4500,
        currency="GBP",
        occurred_at=now() - timedelta(days=1),
        member_hint=hint,
    )
