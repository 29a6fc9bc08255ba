"""Agents at the same claim in the same moment, with real threads and real commits on both databases."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from uuid import uuid4

from flask import Flask

from portal.activities.models import Event
from portal.activities.rules import Outcome
from portal.care.models import AdjustmentRequest
from portal.care.service import Adjustment, adjust
from portal.claims import letters
from portal.claims.lines import By
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import desk, thread
from portal.claims.service.desk import Taken
from portal.claims.service.moves import Actor, StaleClaim
from portal.claims.service.verdicts import Decision, decide
from portal.clock import now
from portal.db import db
from portal.errors import Conflict, Refused
from portal.mail import outbox
from portal.mail.models import LetterRow
from portal.points.models import Account, Entry
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim
from tests.cast import Person

Answer = TypeVar("Answer")
AGENTS = 8


def at_once(app: Flask, acts: Iterable[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Let every act begin in the same moment, each in a thread and a connection of its own."""
    acts = list(acts)
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer | Exception:
        with app.app_context():
            start.wait()
            try:
                return act()
            except (Taken, StaleClaim, Refused) as told:
                return told
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def agents(count: int = AGENTS) -> list[Person]:
    return [factories.an_agent(f"Agent{number} Smith") for number in range(count)]


def test_of_eight_who_take_one_claim_one_wins_and_seven_see_who(free_app):
    people = agents()
    claim, _ = a_matched_claim(factories.a_member())
    claim_id = claim.id

    def take(person: Person) -> str:
        with unit_of_work():
            desk.take(claim_id, by=person.user_id, at=now())
        return person.name

    answers = at_once(free_app, [partial(take, person) for person in people])

    winners = [answer for answer in answers if isinstance(answer, str)]
    told = [answer for answer in answers if isinstance(answer, Taken)]
    assert (len(winners), len(told)) == (1, AGENTS - 1)
    assert {error.who for error in told} == set(winners)
    lines = db.session.query(ClaimEvent).filter_by(claim_id=claim_id, what="taken").all()
    assert [line.actor_name for line in lines] == winners


def test_of_eight_verdicts_one_stands_and_posts_one_entry(free_app):
    """One agent's page in eight windows: the lease is theirs in all of them, the version in one."""
    asha, casey = factories.a_member("Asha Rahman"), factories.an_agent("Casey Walsh")
    claim, event = a_matched_claim(asha, taken_by=casey)
    claim_id, version, event_id = claim.id, claim.version, event.id

    def verdict(number: int) -> str:
        given = Decision(Verdict.APPROVE, version, 45, event_id=event_id)
        if number % 2:
            given = Decision(Verdict.DECLINE, version, reason="not_found")
        with unit_of_work():
            decided = decide(claim_id, given, by=casey.user_id, at=now())
            outbox.add(letters.claim_decided(claim_id))
            return str(decided.claim.state)

    answers = at_once(free_app, [partial(verdict, number) for number in range(AGENTS)])

    stood = [answer for answer in answers if isinstance(answer, str)]
    told = [answer for answer in answers if isinstance(answer, StaleClaim)]
    assert (len(stood), len(told)) == (1, AGENTS - 1)
    assert {error.who for error in told} == {"Casey Walsh"}
    granted = 1 if stood == ["approved"] else 0
    assert db.session.query(Entry).count() == granted
    assert db.session.get_one(Account, asha.member).balance == 45 * granted
    assert db.session.query(LetterRow).count() == 1
    assert db.session.get_one(Event, event_id).outcome == (Outcome.CREDITED if granted else Outcome.UNMATCHED)


def test_two_members_claims_on_one_event_pay_once(free_app):
    asha, bruno = factories.a_member("Asha Rahman"), factories.a_member("Bruno Keller")
    casey, noor = factories.an_agent("Casey Walsh"), factories.an_agent("Noor Haddad")
    mine, event = a_matched_claim(asha, taken_by=casey)
    theirs = factories.a_claim(bruno, subject=mine.subject, day=mine.activity_day, taken_by=noor)
    given = [(mine.id, mine.version, casey.user_id), (theirs.id, theirs.version, noor.user_id)]
    event_id = event.id

    def approve(claim_id, version, by) -> str:
        with unit_of_work():
            decide(claim_id, Decision(Verdict.APPROVE, version, 45, event_id=event_id), by=by, at=now())
        return "approved"

    answers = at_once(free_app, [partial(_conflict_is_told, approve, *one) for one in given])

    assert sorted(map(str, answers)) in (["approved", "event"], ["approved", "settled"])
    assert db.session.query(Entry).count() == 1


def _conflict_is_told(act: Callable[..., str], *given: object) -> str:
    try:
        return act(*given)
    except Conflict:
        return "settled"


def test_sixteen_who_take_next_get_forty_claims_each_once(free_app):
    people = agents(16)
    member = factories.a_member()
    for number in range(40):
        # Many of one member: whoever writes for that member must not leave an agent empty-handed.
        factories.a_claim(member if number % 2 else factories.a_member(), subject=f"9000 {number:04d}")

    def work(person: Person) -> list[str]:
        taken: list[str] = []
        while desk.is_any_left(by=person.user_id, at=now()):
            with unit_of_work():
                claim = desk.take_next(by=person.user_id, at=now())
                taken += [claim.reference] if claim else []
        return taken

    answers = at_once(free_app, [partial(work, person) for person in people])

    given = Counter(reference for answer in answers for reference in answer)
    assert set(given) == {claim.reference for claim in db.session.query(Claim)}
    assert set(given.values()) == {1}
    holders = {claim.assignee_id for claim in db.session.query(Claim)}
    assert holders <= {person.user_id for person in people}


def test_taking_and_the_members_own_words_never_wait_for_each_other_for_ever(free_app):
    """The member's lock and the claim's row are taken in one order: no deadlock, nothing lost."""
    casey, asha = factories.an_agent("Casey Walsh"), factories.a_member("Asha Rahman")
    sender = Actor(By.MEMBER, asha.user_id, asha.name)
    claims = [factories.a_claim(asha, subject=f"9100 {number:04d}") for number in range(6)]
    ids = [claim.id for claim in claims]

    def write(claim_id) -> str:
        with unit_of_work():
            thread.write(claim_id, "One more thing.", actor=sender, at=now())
        return "written"

    def take() -> str:
        while True:
            with unit_of_work():
                if desk.take_next(by=casey.user_id, at=now()):
                    return "taken"

    acts = [act for claim_id in ids for act in (partial(write, claim_id), take)]
    answers = at_once(free_app, acts)

    assert Counter(map(str, answers)) == {"written": 6, "taken": 6}
    assert {claim.state for claim in db.session.query(Claim)} == {ClaimState.IN_REVIEW}


def test_one_adjustment_sent_eight_times_posts_once(free_app):
    asha, casey = factories.a_member("Asha Rahman"), factories.an_agent("Casey Walsh")
    wanted = Adjustment(uuid4(), 60, "never_credited")

    def send() -> bool:
        with unit_of_work():
            return adjust(asha.member, wanted, by=casey.user_id, at=now()).is_new

    answers = at_once(free_app, [send] * AGENTS)

    assert Counter(answers) == {True: 1, False: AGENTS - 1}
    assert db.session.get_one(Account, asha.member).balance == 60
    assert (db.session.query(Entry).count(), db.session.query(AdjustmentRequest).count()) == (1, 1)


def test_adjustments_and_a_verdict_for_one_member_all_count(free_app):
    asha = factories.a_member("Asha Rahman")
    people = agents(6)
    claim, event = a_matched_claim(asha, taken_by=people[0])
    given = Decision(Verdict.APPROVE, claim.version, 45, event_id=event.id)
    claim_id = claim.id

    def approve() -> int:
        with unit_of_work():
            decide(claim_id, given, by=people[0].user_id, at=now())
        return 45

    def give(person: Person) -> int:
        with unit_of_work():
            adjust(asha.member, Adjustment(uuid4(), 10, "never_credited"), by=person.user_id, at=now())
        return 10

    answers = at_once(free_app, [approve, *(partial(give, person) for person in people)])

    assert sum(answers) == 105
    assert db.session.get_one(Account, asha.member).balance == 105
    entries = db.session.query(Entry).order_by(Entry.sequence).all()
    assert [entry.sequence for entry in entries] == list(range(1, 8))
    assert entries[-1].balance_after == 105
