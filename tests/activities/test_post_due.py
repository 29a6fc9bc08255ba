"""Points whose day has come are posted once, by whichever worker is first, and the letter goes with them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities import service, sweeps
from portal.activities.rules import Outcome
from portal.clock import now
from portal.db import db
from portal.doctor import examine
from portal.mail.models import LetterRow
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work
from tests.activities import poster
from tests.activities.messages import event, expected, message, record
from tests.cast import Person
from tests.factories import a_member, an_entry, an_event, an_expectation, balance_of
from tests.points.postings import figures, post, posting
from tests.servers import Database
from tests.together import together

DUE = timedelta(hours=49)
MEMBERS, EACH = 5, 6


@pytest.fixture
def own(free_app: Flask, database: Database) -> Database:
    """The database of `free_app`, which processes can open too."""
    return Database(database.kind, free_app.extensions["settings"].database_url)


def entries(member: Person) -> list[Entry]:
    wanted = select(Entry).where(Entry.member_id == member.member).order_by(Entry.sequence)
    return list(db.session.scalars(wanted))


def letters() -> list[LetterRow]:
    return list(db.session.scalars(select(LetterRow)))


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
    broken, sound = (record(message(member.number, occurred_at=now() - DUE)) for member in (asha, bruno))
    # Somebody used the key of this event for something else: the ledger refuses it for ever.
    post(bruno, posting(1, idempotency_key=f"event:{broken.event_id}"))

    assert sweeps.post_due(now()) == 1

    assert (balance_of(asha), balance_of(bruno)) == (0, 46)
    assert event(sound).outcome == Outcome.CREDITED
    assert "1 due for over an hour" in " ".join(finding.words for finding in examine(at=now()))


def test_many_are_posted_in_one_sweep_the_longest_due_first(asha: Person):
    told = [message(asha.number, occurred_at=now() - DUE - timedelta(hours=hours)) for hours in (1, 5, 3, 5, 2)]
    for one in told:
        record(one)

    assert sweeps.post_due(now(), batch=2) == 5

    assert [entry.happened_at for entry in entries(asha)] == sorted(one.occurred_at for one in told)


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


def test_credit_of_something_unknown_posts_nothing(asha: Person):
    with unit_of_work():
        assert service.credit(asha.member, at=now()) is None
