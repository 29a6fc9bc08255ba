"""Workers that race, or are killed in between, and a shop that repeats itself: each thing happens once."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Member
from portal.activities import sweeps
from portal.activities.rules import Outcome
from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from portal.tiers import service as tiers
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work
from tests.activities import poster
from tests.activities.messages import entries, expected, letters, message, record
from tests.cast import Person
from tests.factories import a_member, balance_of
from tests.points.postings import figures, posting
from tests.servers import Database
from tests.together import together

DUE = timedelta(hours=49)
MEMBERS, EACH = 5, 6


@pytest.fixture
def own(free_app: Flask, database: Database) -> Database:
    """The database of `free_app`, which processes can open too."""
    return Database(database.kind, free_app.extensions["settings"].database_url)


def post_inside(member: Person) -> None:
    """Post a point in the present unit of work, under the member's lock as every writer takes it."""
    db.session.execute(select(Member.id).where(Member.id == member.member).with_for_update())
    tiers.post(member.member, posting(1), at=now())


def crowd() -> list[Person]:
    """Promise each of some members several points, all due."""
    people = [a_member() for _ in range(MEMBERS)]
    for person in people:
        for _ in range(EACH):
            record(message(person.number, occurred_at=now() - DUE))
    return people


def is_all_posted(people: list[Person]) -> bool:
    """Tell whether everything promised stands in the ledger once."""
    db.session.rollback()
    return all(
        figures(person) == (EACH * 45, EACH * 45, EACH)
        and {promise.satisfied_by_id for promise in expected(person)} == {entry.id for entry in entries(person)}
        for person in people
    )


def test_threads_that_race_post_each_once(free_app: Flask):
    people, totals = crowd(), list[int]()

    wrong = together(free_app, [lambda: totals.append(sweeps.post_due(now()))] * 4)
    # A member somebody else was busy with is passed over; the next sweep takes what is left.
    totals.append(sweeps.post_due(now()))

    assert (wrong, sum(totals)) == ([], MEMBERS * EACH)
    assert is_all_posted(people)


def test_processes_that_race_post_each_once(own: Database):
    people = crowd()

    said = poster.go(*(poster.start(own) for _ in range(2)))
    left = sweeps.post_due(now())

    assert sum(int(words) for words in said) + left == MEMBERS * EACH
    assert is_all_posted(people)


@pytest.mark.parametrize(("dies", "posted"), [("before", 1), ("after", 2)])
def test_after_a_kill_the_rest_is_posted_once(own: Database, dies: str, posted: int):
    people = crowd()
    worker = poster.start(own, dies=dies)
    poster.go(worker)
    assert worker.returncode == -9
    db.session.rollback()
    assert len(db.session.scalars(select(Entry.id)).all()) == posted

    assert sweeps.post_due(now()) == MEMBERS * EACH - posted

    assert is_all_posted(people)


def test_threads_that_race_write_one_letter(free_app: Flask):
    mira = a_member("Mira Novak", points=1400)
    for _ in range(4):
        record(message(mira.number, occurred_at=now() - DUE))

    together(free_app, [lambda: sweeps.post_due(now())] * 4)
    sweeps.post_due(now())

    assert figures(mira)[1] == 1580
    assert [letter.facts["tier"] for letter in letters()] == ["Gold"]
    held = select(TierSpan.tier).where(TierSpan.member_id == mira.member, TierSpan.until.is_(None))
    assert db.session.scalars(held).all() == ["gold"]


def test_shop_that_repeats_itself_at_once_is_heard_once(free_app: Flask):
    mira = a_member("Mira Novak")
    told, answers = message(mira.number), list[bool]()

    wrong = together(free_app, [lambda: answers.append(record(told).is_new)] * 6)

    assert wrong == []
    assert sorted(answers) == [False] * 5 + [True]
    assert len(expected(mira)) == 1


def test_of_two_messages_about_one_order_at_once_one_is_a_duplicate(free_app: Flask):
    mira = a_member("Mira Novak")
    outcomes = list[Outcome]()

    def tell() -> None:
        outcomes.append(record(message(mira.number, subject="7041 8822")).outcome)

    assert together(free_app, [tell] * 4) == []

    assert sorted(outcomes) == [Outcome.DUPLICATE] * 3 + [Outcome.PENDING]
    assert len(expected(mira)) == 1


def test_shop_that_repeats_itself_while_points_are_posted_pays_once(free_app: Flask):
    mira = a_member("Mira Novak")
    told = message(mira.number, occurred_at=now() - DUE)
    record(told)

    assert together(free_app, [lambda: record(told), lambda: sweeps.post_due(now())] * 3) == []
    sweeps.post_due(now())

    assert figures(mira) == (45, 45, 1)


def test_member_somebody_is_busy_with_holds_up_nobody_else(free_app: Flask, database: Database):
    """SQLite has one writer at a time by its nature; there the sweep simply comes after the other."""
    busy, free = a_member("Mira Novak"), a_member("Nia Quinn")
    for member in (busy, free):
        record(message(member.number, occurred_at=now() - DUE))
    swept, held = threading.Event(), threading.Event()

    def hold() -> None:
        with unit_of_work():
            post_inside(busy)
            held.set()
            if database.kind == "postgresql":
                assert swept.wait(timeout=10), "the sweep waited for the member that is busy"

    def sweep() -> None:
        held.wait(timeout=10)
        assert sweeps.post_due(now()) >= 1
        swept.set()

    assert together(free_app, [hold, sweep]) == []
    sweeps.post_due(now())
    assert (balance_of(busy), balance_of(free)) == (46, 45)
