"""A worker that is killed in the middle of its work: what it began is done by the next, and nothing twice."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from portal import programme
from portal.db import db
from portal.tiers import sweeps
from tests.factories import a_member
from tests.points.postings import figures
from tests.programme.samples import club, harbour
from tests.servers import Database
from tests.tiers import sweeper
from tests.tiers.windows import day, earn, held, letters

LATER = datetime(2028, 6, 1, 12, tzinfo=UTC)
MEMBERS = 4


@pytest.fixture
def own(free_app: Flask, database: Database) -> Iterator[Database]:
    """The database of `free_app`, at the harbour, which processes can open too."""
    programme.use(harbour())
    yield Database(database.kind, free_app.extensions["settings"].database_url)
    programme.use(club())


def test_after_a_kill_the_rest_is_done_once(own: Database):
    people = [a_member(joined=day(2026, 1, 1)) for _ in range(MEMBERS)]
    for person in people:
        earn(person, 1000, day(2026, 11, 10))

    assert sweeper.run(own, LATER) == -signal.SIGKILL
    db.session.rollback()
    # The first commit gave tiers without a day theirs; the fourth was the third look.
    assert len(letters("tier_lowered")) == 2

    looked = [sweeps.look_again(LATER) for _ in range(2)]
    lapsed = [sweeps.lapse_points(LATER) for _ in range(2)]

    assert (looked, lapsed) == ([MEMBERS - 2, 0], [1000 * MEMBERS, 0])
    assert {tuple(held(person)) for person in people} == {(("shore", "joined"), ("bay", "earn"), ("pier", "review"))}
    assert {figures(person) for person in people} == {(0, 1000, 2)}
    assert len(letters("tier_lowered")) == MEMBERS
