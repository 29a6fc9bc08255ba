"""The ledger: one line after another, each counted once, none ever changed."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.clock import now
from portal.db import db
from portal.errors import Conflict, NotFound, Refused
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_claim, an_entry, an_event, balance_of
from tests.points.postings import figures, gift, lines, post, posting, reverse, spending

CHANGES = {
    "UPDATE": "UPDATE entry SET points = points + 1 WHERE id = :id",
    "UPDATE of a note": "UPDATE entry SET internal_note = 'x' WHERE id = :id",
    "DELETE": "DELETE FROM entry WHERE id = :id",
}
# The ways past a trigger on UPDATE and DELETE that each database knows.
DETOURS = {
    "sqlite": [
        "REPLACE INTO entry SELECT * FROM entry WHERE id = :id",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE id = :id",
        "UPDATE OR REPLACE entry SET sequence = sequence WHERE id = :id",
    ],
    "postgresql": [
        "INSERT INTO entry SELECT * FROM entry WHERE id = :id ON CONFLICT (id) DO UPDATE SET points = 1",
        "TRUNCATE entry CASCADE",
        "MERGE INTO entry USING (SELECT 1) AS one ON entry.id = :id WHEN MATCHED THEN DELETE",
    ],
}


@pytest.mark.parametrize("how", CHANGES)
def test_entry_cannot_be_changed_or_deleted(asha: Person, how: str):
    entry = an_entry(asha, 45)

    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text(CHANGES[how]), {"id": _as_stored(entry)})

    db.session.expire_all()
    assert lines(asha) == [(1, 45, 45)]


@pytest.mark.parametrize("detour", range(3))
def test_entry_cannot_be_changed_by_a_detour_either(asha: Person, detour: int):
    entry = an_entry(asha, 45)
    statement = DETOURS[db.engine.dialect.name][detour]

    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text(statement), {"id": _as_stored(entry)} if ":id" in statement else {})

    db.session.expire_all()
    assert lines(asha) == [(1, 45, 45)]


def test_entries_follow_each_other_with_a_running_balance(asha: Person):
    for points in (45, 120, 80):
        post(asha, posting(points))
    post(asha, spending(100))

    assert lines(asha) == [(1, 45, 45), (2, 120, 165), (3, 80, 245), (4, -100, 145)]
    assert figures(asha) == (145, 245, 4)


def test_posting_tells_what_it_did(asha: Person):
    post(asha, posting(1480))

    follow = post(asha, posting(45))

    assert (follow.posted.balance_before, follow.posted.balance_after) == (1480, 1525)
    assert (follow.posted.status_before, follow.posted.status_after) == (1480, 1525)
    assert follow.posted.is_new


def test_same_key_again_posts_nothing(asha: Person):
    wanted = posting(45)
    first = post(asha, wanted)

    again = post(asha, wanted)

    assert (again.posted.entry_id, again.posted.is_new) == (first.posted.entry_id, False)
    assert figures(asha) == (45, 45, 1)


def test_same_spending_again_is_harmless_though_the_balance_is_used_up(asha: Person):
    post(asha, posting(100))
    wanted = spending(100)
    first = post(asha, wanted)

    again = post(asha, wanted)

    assert (again.posted.entry_id, again.posted.is_new) == (first.posted.entry_id, False)
    assert figures(asha) == (0, 100, 2)


@pytest.mark.parametrize("change", [{"points": 46}, {"kind": EntryKind.BONUS}])
def test_key_of_one_entry_is_refused_for_another(asha: Person, change: dict[str, object]):
    wanted = posting(45)
    post(asha, wanted)

    with pytest.raises(Refused, match="key_reused"):
        post(asha, replace(wanted, **change))  # type: ignore[arg-type]

    assert figures(asha) == (45, 45, 1)


def test_key_of_one_member_is_refused_for_another(asha: Person, bruno: Person):
    wanted = posting(45)
    post(asha, wanted)

    with pytest.raises(Refused, match="key_reused"):
        post(bruno, wanted)

    assert (balance_of(asha), balance_of(bruno)) == (45, 0)


def test_event_is_credited_once_whatever_the_key(asha: Person):
    event = an_event(asha)
    post(asha, posting(45, event_id=event.id))

    with pytest.raises(Conflict):
        post(asha, posting(45, event_id=event.id))

    assert figures(asha) == (45, 45, 1)


def test_verdict_posts_one_entry(asha: Person):
    claim = a_claim(asha)
    post(asha, posting(45, claim_id=claim.id))

    with pytest.raises(Conflict):
        post(asha, posting(45, claim_id=claim.id))

    assert figures(asha) == (45, 45, 1)


def test_entry_is_reversed_once_by_exactly_its_points(asha: Person):
    follow = post(asha, posting(90, activity="order", subject="7041 8822"))

    undone = reverse(asha, follow)

    entry = db.session.get_one(Entry, undone.posted.entry_id)
    assert (entry.points, entry.kind, entry.reverses_id) == (-90, EntryKind.REVERSAL, follow.posted.entry_id)
    assert (entry.activity, entry.subject) == ("order", "7041 8822")
    with pytest.raises(Conflict):
        reverse(asha, follow)
    assert figures(asha) == (0, 0, 2)


def test_reversal_may_leave_a_balance_below_zero(asha: Person):
    follow = post(asha, posting(90))
    post(asha, spending(50))

    reverse(asha, follow)

    assert figures(asha) == (-50, 0, 3)


def test_unknown_entry_cannot_be_reversed(asha: Person):
    with pytest.raises(NotFound), unit_of_work():
        service.reverse(asha.member, uuid4(), text="", key="k", by=None, at=now())


def test_reversal_of_a_gift_leaves_the_status_alone(asha: Person):
    post(asha, posting(100))
    given = post(asha, gift(30))

    reverse(asha, given)

    assert figures(asha) == (100, 100, 3)


@pytest.mark.parametrize("points", [101, 10**12])
def test_spending_more_than_the_balance_is_refused(asha: Person, points: int):
    post(asha, posting(100))

    with pytest.raises(Refused, match="not_enough"):
        post(asha, spending(points))

    assert figures(asha) == (100, 100, 1)


def test_the_whole_balance_can_be_spent(asha: Person):
    post(asha, posting(100))
    post(asha, spending(100))

    assert figures(asha) == (0, 100, 2)


def test_no_points_are_no_entry(asha: Person):
    with pytest.raises(Refused, match="zero"):
        post(asha, posting(0))

    assert lines(asha) == []


def test_unknown_member_is_not_found(asha: Person):
    with pytest.raises(NotFound), unit_of_work():
        service.post(uuid4(), posting(45), at=now())

    assert figures(asha) == (0, 0, 0)


def test_failed_unit_leaves_nothing_behind(asha: Person):
    def fail() -> None:
        with unit_of_work():
            service.post(asha.member, posting(2000), at=now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert figures(asha) == (0, 0, 0)
    assert lines(asha) == []


def _as_stored(entry: Entry) -> object:
    return entry.id.hex if db.engine.dialect.name == "sqlite" else entry.id
