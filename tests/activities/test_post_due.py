"""Points whose day has come are posted once, and the letter goes with them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities import service, sweeps
from portal.activities.rules import Outcome
from portal.clock import now
from portal.db import db
from portal.doctor import examine
from portal.points.rules import EntryKind
from portal.programme import current
from portal.unit_of_work import unit_of_work
from tests.activities.messages import entries, event, expected, letters, message, record
from tests.cast import Person
from tests.factories import an_entry, an_event, an_expectation, balance_of
from tests.points.postings import figures, post, posting

DUE = timedelta(hours=49)
MEMBERS, EACH = 5, 6


def test_due_points_become_an_entry_that_says_why(asha: Person):
    told = message(asha.number, occurred_at=now() - DUE, subject="7041 8822")
    recorded = record(told)

    at = now()
    assert sweeps.post_due(at) == 1

    [entry], [promise] = entries(asha), expected(asha)
    assert (entry.points, entry.kind, entry.counts_for_tier, entry.balance_after) == (45, EntryKind.EARN, True, 45)
    assert (entry.happened_at, entry.recorded_at) == (told.occurred_at, at)
    assert (entry.activity, entry.subject, entry.event_id) == ("order", "7041 8822", recorded.event_id)
    assert (entry.rule_version, entry.computation) == (promise.rule_version, promise.computation)
    assert entry.text.startswith("Order of ")
    assert promise.satisfied_by_id == entry.id
    assert event(recorded).outcome == Outcome.CREDITED


def test_points_are_not_posted_before_their_time(asha: Person):
    told = message(asha.number)
    record(told)
    due_at = told.occurred_at + timedelta(hours=48)

    assert sweeps.post_due(due_at - timedelta(microseconds=1)) == 0
    assert sweeps.post_due(due_at) == 1


def test_sweep_that_runs_again_posts_nothing(asha: Person):
    record(message(asha.number, occurred_at=now() - DUE))

    assert [sweeps.post_due(now()) for _ in range(3)] == [1, 0, 0]
    assert balance_of(asha) == 45


def test_promise_without_its_event_waits(asha: Person):
    an_expectation(asha, 45, due=now() - timedelta(days=1))

    assert sweeps.post_due(now()) == 0


def test_cancelled_promise_is_not_posted(asha: Person):
    promise = an_expectation(asha, 45, due=now() - timedelta(days=1), event=an_event(asha))
    promise.cancelled_at = now()
    db.session.commit()

    assert sweeps.post_due(now()) == 0


@pytest.mark.parametrize("state", [MemberState.SUSPENDED, MemberState.CLOSED])
def test_points_of_a_member_who_is_not_active_are_held(asha: Person, state: MemberState):
    record(message(asha.number, occurred_at=now() - DUE))
    db.session.execute(update(Member).where(Member.id == asha.member).values(state=state))
    db.session.commit()
    assert sweeps.post_due(now()) == 0

    db.session.execute(update(Member).where(Member.id == asha.member).values(state=MemberState.ACTIVE))
    db.session.commit()
    assert sweeps.post_due(now()) == 1


def test_reaching_a_tier_is_told_by_letter(asha: Person):
    an_entry(asha, 1480)
    record(message(asha.number, occurred_at=now() - DUE))

    sweeps.post_due(now())

    [letter] = letters()
    assert (letter.kind, letter.recipient, letter.locale) == ("tier_reached", asha.email, "en_GB")
    assert letter.facts == {
        "name": "Asha",
        "tier": "Gold",
        "status_points": 1525,
        "benefits": [
            "HEETS or TEREA purchases on IQOS.com: 7% off",
            "Delivery when spending over £30: Free, next day",
            "Points: On every purchase",
        ],
        "following": "Platinum",
        "missing": 1475,
        "link": "https://club.example/",
    }


def test_letter_at_the_top_names_no_further_tier(asha: Person):
    an_entry(asha, 2990)
    record(message(asha.number, occurred_at=now() - DUE))

    sweeps.post_due(now())

    assert [(letter.facts["tier"], letter.facts["following"]) for letter in letters()] == [("Platinum", "")]


def test_points_within_a_tier_write_no_letter(asha: Person):
    record(message(asha.number, occurred_at=now() - DUE))

    sweeps.post_due(now())

    assert letters() == []


def test_event_that_a_claim_has_credited_meanwhile_is_settled_without_a_second_entry(asha: Person):
    recorded = record(message(asha.number, occurred_at=now() - DUE))
    follow = post(asha, posting(45, event_id=recorded.event_id))

    assert sweeps.post_due(now()) == 0

    assert [promise.satisfied_by_id for promise in expected(asha)] == [follow.posted.entry_id]
    assert event(recorded).outcome == Outcome.CREDITED
    assert figures(asha) == (45, 45, 1)


def test_one_that_cannot_be_posted_stops_none_of_the_others(asha: Person, bruno: Person):
    late = now() - DUE - timedelta(hours=current().standing.late_hours)
    broken, sound = (record(message(member.number, occurred_at=late)) for member in (asha, bruno))
    # Somebody used the key of this event for something else: the ledger refuses it for ever.
    post(bruno, posting(1, idempotency_key=f"event:{broken.event_id}"))

    assert sweeps.post_due(now()) == 1

    assert (balance_of(asha), balance_of(bruno)) == (0, 46)
    assert event(sound).outcome == Outcome.CREDITED
    assert "1 late and not posted" in " ".join(finding.words for finding in examine(at=now()))


def test_many_are_posted_in_one_sweep_the_longest_due_first(asha: Person):
    told = [message(asha.number, occurred_at=now() - DUE - timedelta(hours=hours)) for hours in (1, 5, 3, 5, 2)]
    for one in told:
        record(one)

    assert sweeps.post_due(now(), batch=2) == 5

    assert [entry.happened_at for entry in entries(asha)] == sorted(one.occurred_at for one in told)


def test_credit_of_something_unknown_posts_nothing(asha: Person):
    with unit_of_work():
        assert service.credit(asha.member, at=now()) is None


def test_credit_before_the_day_posts_nothing(asha: Person):
    told = message(asha.number)
    record(told)
    [promise] = expected(asha)

    with unit_of_work():
        assert service.credit(promise.id, at=promise.due_at - timedelta(microseconds=1)) is None
    with unit_of_work():
        assert service.credit(promise.id, at=promise.due_at) is not None
