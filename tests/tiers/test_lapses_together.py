"""Workers that let the same points lapse at once: each is gone once, and each member gets one letter."""

from datetime import timedelta

from flask import Flask

from portal.clock import now
from portal.db import db
from portal.tiers import sweeps
from tests.factories import a_member
from tests.points.postings import figures
from tests.tiers.windows import earn, kept_by, letters
from tests.together import together

MEMBERS = 5


def test_threads_that_race_end_points_once_and_write_one_letter(free_app: Flask):
    at = now()
    first, later = at - timedelta(days=400), at - timedelta(days=355)
    with kept_by(expiry_months=12, expiry_from=first.date()):
        people = [a_member(joined=first) for _ in range(MEMBERS)]
        for person in people:
            for points, moment in ((100, first), (20, first), (7, later)):
                earn(person, points, moment)
        gone, told = list[int](), list[int]()

        def sweep() -> None:
            gone.append(sweeps.lapse_points(at, batch=2))
            told.append(sweeps.tell_of_lapses(at, batch=2))

        wrong = together(free_app, [sweep] * 4)
        # A member somebody else was busy with is passed over; the next sweep takes what is left.
        sweep()

    db.session.rollback()
    assert (wrong, sum(gone), sum(told)) == ([], MEMBERS * 120, MEMBERS)
    assert [figures(person) for person in people] == [(7, 127, 5)] * MEMBERS
    assert sorted(letter.facts["points"] for letter in letters("points_lapse")) == [7] * MEMBERS
