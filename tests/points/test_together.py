"""Many writers at once, on real databases: nothing is lost, nothing is counted twice, nobody stands in two tiers."""

import threading
from functools import partial
from itertools import accumulate

import pytest
from flask import Flask

from portal.clock import now
from portal.doctor import examine
from portal.errors import Conflict, Refused
from portal.tiers import service
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_member, an_event
from tests.points import poster
from tests.points.postings import figures, lines, post, posting, reverse, spending
from tests.servers import Database
from tests.together import together

THREADS, POSTINGS = 8, 20
PROCESSES, EACH = 4, 25


@pytest.fixture
def mira(free_app: Flask) -> Person:
    return a_member("Mira Novak")


@pytest.fixture
def own(free_app: Flask, database: Database) -> Database:
    """The database of `free_app`, which processes can open too."""
    return Database(database.kind, free_app.extensions["settings"].database_url)


def is_sound(member: Person) -> bool:
    """Tell whether the lines follow each other without a gap and every balance is the sum of the lines so far."""
    written = lines(member)
    return [line[0] for line in written] == list(range(1, len(written) + 1)) and [line[2] for line in written] == list(
        accumulate(line[1] for line in written)
    )


def test_threads_that_post_at_once_lose_nothing(free_app: Flask, mira: Person):
    work = [partial(poster.post_many, mira.member, name=f"thread {name}", count=POSTINGS) for name in range(THREADS)]

    wrong = together(free_app, work)

    assert wrong == []
    assert figures(mira) == (THREADS * POSTINGS,) * 3
    assert is_sound(mira)
    assert [finding for finding in examine(at=now()) if not finding.is_fine] == []


def test_processes_that_post_at_once_lose_nothing(own: Database, mira: Person):
    posters = [poster.start(own, mira.member, name=f"process {name}", count=EACH) for name in range(PROCESSES)]

    poster.go(posters)

    assert [process.returncode for process in posters] == [0] * PROCESSES
    assert figures(mira) == (PROCESSES * EACH,) * 3
    assert is_sound(mira)


def test_of_writers_that_share_a_key_one_posts(free_app: Flask, mira: Person):
    wanted, answers = posting(1500, idempotency_key="one order"), list[bool]()

    wrong = together(free_app, [lambda: answers.append(post(mira, wanted).posted.is_new)] * THREADS)

    assert wrong == []
    assert sorted(answers) == [False] * (THREADS - 1) + [True]
    assert figures(mira) == (1500, 1500, 1)


def test_of_two_members_that_race_for_an_event_one_gets_it(free_app: Flask, mira: Person):
    nia, event = a_member("Nia Quinn"), an_event()

    wrong = together(free_app, [partial(post, member, posting(45, event_id=event.id)) for member in (mira, nia)])

    assert [type(error) for error in wrong] == [Conflict]
    assert sorted([figures(mira)[0], figures(nia)[0]]) == [0, 45]


def test_an_entry_is_reversed_by_one_of_many(free_app: Flask, mira: Person):
    follow = post(mira, posting(1500))

    wrong = together(free_app, [lambda: reverse(mira, follow)] * THREADS)

    assert {type(error) for error in wrong} == {Conflict}
    assert len(wrong) == THREADS - 1
    assert figures(mira) == (0, 0, 2)


def test_a_balance_is_spent_once(free_app: Flask, mira: Person):
    post(mira, posting(100))

    wrong = together(free_app, [lambda: post(mira, spending(60))] * THREADS)

    assert {type(error) for error in wrong} == {Refused}
    assert figures(mira) == (40, 100, 2)


def test_threshold_that_many_cross_at_once_is_crossed_once(free_app: Flask, mira: Person):
    moves = list[bool]()

    wrong = together(free_app, [lambda: moves.append(post(mira, posting(300)).has_moved)] * THREADS)

    assert wrong == []
    assert (figures(mira)[1], sum(moves)) == (2400, 1)
    assert [finding for finding in examine(at=now()) if not finding.is_fine] == []


def test_posting_for_one_member_does_not_wait_for_another(free_app: Flask, database: Database):
    """SQLite has one writer at a time by its nature; there it is enough that both get through."""
    first, second, held = a_member("Mira Novak"), a_member("Nia Quinn"), threading.Event()

    def hold() -> None:
        with unit_of_work():
            service.post(first.member, posting(10), at=now())
            if database.kind == "postgresql":
                assert held.wait(timeout=10), "the other member had to wait"

    def pass_by() -> None:
        post(second, posting(20))
        held.set()

    assert together(free_app, [hold, pass_by]) == []
    assert (figures(first)[0], figures(second)[0]) == (10, 20)
