"""Workers that look at the same tiers at once, or are killed in between: each tier sinks once, with one letter."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.clock import now
from portal.db import db
from portal.tiers import queries, sweeps
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_member
from tests.tiers.windows import earn, held, kept_by, letters
from tests.together import together

MEMBERS = 6


@pytest.fixture
def crowd(free_app: Flask) -> list[Person]:
    """Members who reached Platinum long ago and have earned nothing since."""
    with kept_by(window="rolling_year"):
        long_ago = now() - timedelta(days=400)
        people = [a_member(joined=long_ago) for _ in range(MEMBERS)]
        for person in people:
            earn(person, 3000, long_ago)
    return people


def has_sunk_once(people: list[Person]) -> bool:
    db.session.rollback()
    wanted = [("silver", "joined"), ("platinum", "earn"), ("gold", "review")]
    return all(held(person) == wanted for person in people) and len(letters("tier_lowered")) == MEMBERS


def test_threads_that_race_lower_each_once(free_app: Flask, crowd: list[Person]):
    with kept_by(window="rolling_year"):
        at, done = now(), list[int]()
        wrong = together(free_app, [lambda: done.append(sweeps.look_again(at, batch=2))] * 4)
        # A member somebody else was busy with is passed over; the next sweep takes what is left.
        done.append(sweeps.look_again(at))

        assert (wrong, sum(done)) == ([], MEMBERS)
        assert has_sunk_once(crowd)


def test_look_that_is_killed_before_its_end_has_done_nothing(free_app: Flask, crowd: list[Person]):
    def dies_in_the_third() -> None:
        for number, span_id in enumerate(queries.due_looks(at=now(), most=MEMBERS)):
            with unit_of_work():
                sweeps.look(span_id, now())
                if number == 2:
                    raise KeyboardInterrupt

    with kept_by(window="rolling_year"):
        with pytest.raises(KeyboardInterrupt):
            dies_in_the_third()
        assert len(letters("tier_lowered")) == 2

        assert sweeps.look_again(now()) == MEMBERS - 2
        assert has_sunk_once(crowd)
        open_ones = select(TierSpan.id).where(TierSpan.until.is_(None))
        assert len(db.session.scalars(open_ones).all()) == MEMBERS
