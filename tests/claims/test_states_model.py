"""Whatever members, agents, the shop and the clock do in whatever order, claims go the ways of the table alone."""

import secrets
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from portal import programme
from portal.activities import sweeps as activities
from portal.claims import sweeps
from portal.claims.lines import By
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimKind, Verdict
from portal.claims.service import desk, drafts, thread, verdicts
from portal.claims.service.moves import Actor
from portal.claims.service.traces import traces_of
from portal.claims.service.worth import worth_of
from portal.clock import now
from portal.db import db
from portal.errors import PortalError
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from portal.working_days import calendar_of
from tests import servers
from tests.activities.messages import message, record
from tests.claims.states_world import AFTER, GRANTED, OPEN, OWED, SELDOM, WAYS, Told
from tests.factories import a_member, an_agent

EXAMPLES, STEPS = 6, 50
MOST = 4
# A member may send so many claims in a day.
MOST_A_DAY = 5


class Claims(RuleBasedStateMachine):
    """One member, two agents, a shop, and a clock of their own."""

    @initialize()
    def meet(self) -> None:
        token = secrets.token_hex(4)
        self.at = now() - timedelta(days=100)
        self.member = a_member(joined=self.at - timedelta(days=30))
        self.agents = [an_agent(f"Casey{token}"), an_agent(f"Noor{token}")]
        self.actor = Actor(By.MEMBER, self.member.user_id, self.member.name)
        self.claims: list[Told] = []
        self.begun: list[datetime] = []

    def _one(self, data: st.DataObject, *states: str) -> Told:
        fitting = [one for one in self.claims if one.state in states] if states else []
        # Mostly what can be done; now and then the same to a claim in any other state.
        pick = data.draw(st.booleans() | st.just(value=True))
        return data.draw(st.sampled_from(fitting if fitting and pick else self.claims))

    @rule(is_early=st.booleans(), again=st.booleans(), is_sent=st.booleans() | st.just(value=True))
    def begin(self, *, is_early: bool, again: bool, is_sent: bool) -> None:
        if sum(one.state == "draft" or one.state in OPEN for one in self.claims) >= MOST:
            return
        if sum(at > self.at - timedelta(days=2) for at in self.begun) >= MOST_A_DAY:
            return
        self.begun.append(self.at)
        calendar = calendar_of(programme.current())
        subject = self.claims[-1].subject if again and self.claims else f"{secrets.randbelow(10**8):08d}"
        day = calendar.local_day(self.at - timedelta(days=0 if is_early else 5))
        about = drafts.About(ClaimKind.MISSING, "order", day, subject, subject, OWED)
        with unit_of_work():
            reference = drafts.begin(self.member.member, secrets.token_hex(8), about, at=self.at)
        claim_id = db.session.scalar(select(Claim.id).where(Claim.reference == reference))
        self.claims.append(Told(claim_id, subject, day))
        if is_sent:
            self._send(self.claims[-1])

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        self._send(self._one(data, "draft"))

    def _send(self, told: Told) -> None:
        is_free = not any(one.state in OPEN and one.subject == told.subject for one in self.claims if one is not told)
        fits = told.state == "draft" and is_free
        told.drafted = self._row(told).version if told.state == "draft" else told.drafted
        self._does(told, fits, lambda: drafts.send(told.id, actor=self.actor, at=self.at))
        if fits:
            due = self._row(told).parked_until
            told.state, told.until = ("parked", due) if due else ("submitted", None)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), is_meant=st.integers(0, 3))
    def withdraw(self, data: st.DataObject, is_meant: int) -> None:
        if is_meant:
            return
        told = self._one(data, *OPEN)
        fits = told.state in OPEN
        self._does(told, fits, lambda: thread.withdraw(told.id, actor=self.actor, at=self.at))
        told.state = "withdrawn" if fits else told.state

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), who=st.integers(0, 1))
    def take(self, data: st.DataObject, who: int) -> None:
        self._take(self._one(data, "submitted"), who)

    def _take(self, told: Told, who: int) -> None:
        mine = told.state == "in_review" and (told.holder == who or self._is_over(told))
        fits = told.state == "submitted" or mine
        self._does(told, fits, lambda: desk.take(told.id, by=self.agents[who].user_id, at=self.at))
        if fits:
            told.state, told.holder = "in_review", who
            told.until = self.at + timedelta(minutes=programme.current().desk.lease_minutes)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), who=st.integers(0, 1))
    def release(self, data: st.DataObject, who: int) -> None:
        told = self._one(data, "in_review")
        fits = told.state == "in_review" and told.holder == who
        self._does(told, fits, lambda: desk.release(told.id, by=self.agents[who].user_id, at=self.at))
        told.state, told.holder = ("submitted", None) if fits else (told.state, told.holder)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), who=st.integers(0, 1), is_stale=SELDOM)
    def ask(self, data: st.DataObject, who: int, *, is_stale: bool) -> None:
        told = self._found(data, who)
        fits = told.state == "in_review" and told.holder == who and not is_stale
        key, version = programme.current().asks[0].key, self._row(told).version - is_stale
        self._does(told, fits, lambda: desk.ask(told.id, key, version=version, by=self.agents[who].user_id, at=self.at))
        if fits:
            told.state = "needs_info"

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def write(self, data: st.DataObject) -> None:
        """The member's words answer what was asked; whoever asked has the claim again unless they are long gone."""
        told = self._one(data, "needs_info", *OPEN)
        words = secrets.token_hex(4)
        self._does(told, told.state in OPEN, lambda: thread.write(told.id, words, actor=self.actor, at=self.at))
        if told.state == "needs_info":
            told.state, told.until = "submitted", None

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), who=st.integers(0, 1), verdict=st.sampled_from(Verdict), is_stale=SELDOM)
    def decide(self, data: st.DataObject, who: int, verdict: Verdict, *, is_stale: bool) -> None:
        told = self._found(data, who)
        fits = told.state == "in_review" and told.holder == who and not is_stale
        row = self._row(told)
        about = verdicts.about_of(row)
        worth = worth_of(about, row.kind, traces_of(about))
        decision = verdicts.Decision(
            verdict,
            row.version - is_stale,
            points=GRANTED.get(AFTER[verdict], 0),
            reason=programme.current().reasons_for(verdict.value)[0].key,
            event_id=worth.event.id if worth.event and worth.event.can_be_credited else None,
            owed=worth.points,
        )
        db.session.rollback()
        self._does(told, fits, lambda: verdicts.decide(told.id, decision, by=self.agents[who].user_id, at=self.at))
        told.state = AFTER[verdict] if fits else told.state

    def _found(self, data: st.DataObject, who: int) -> Told:
        """Find a claim to work on; one that waits is mostly taken on the way."""
        told = self._one(data, "submitted", "in_review")
        if told.state == "submitted" and not data.draw(SELDOM):
            self._take(told, who)
        return told

    @precondition(lambda self: any(one.state in OPEN for one in self.claims))
    @rule(data=st.data())
    def tell(self, data: st.DataObject) -> None:
        """The shop tells of the order; the member's points come by themselves when they are due."""
        told = data.draw(st.sampled_from([one for one in self.claims if one.state in OPEN]))
        if any(one.is_known for one in self.claims if one.subject == told.subject):
            return
        record(
            message(self.member.number, subject=told.subject, occurred_at=self.at - timedelta(minutes=1)), at=self.at
        )
        told.is_known = True

    @rule(hours=st.sampled_from([0.1, 0.1, 1, 24, 72, 24 * 15]))
    def wait(self, hours: float) -> None:
        """Time passes, and the clock does what is due."""
        self.at += timedelta(hours=hours)
        activities.post_due(self.at)
        for sweep in (sweeps.close_arrived, sweeps.open_parked, sweeps.end_leases, sweeps.expire_unanswered):
            sweep(self.at)
        for told in self.claims:
            self._pass_time(told, hours)

    def _pass_time(self, told: Told, hours: float) -> None:
        row = self._row(told)
        if told.state in OPEN and self._has_arrived(row):
            told.state = "resolved"
        elif told.state == "parked" and told.until and told.until <= self.at:
            told.state, told.until = "submitted", None
        elif told.state == "in_review" and self._is_over(told):
            told.state, told.holder = "submitted", None
        elif told.state == "needs_info" and hours >= 24 * 15:
            told.state = "expired"

    @invariant()
    def books_agree(self) -> None:
        db.session.rollback()
        for told in getattr(self, "claims", ()):
            row = self._row(told)
            lines = list(
                db.session.execute(
                    select(ClaimEvent.sequence, ClaimEvent.state_after)
                    .where(ClaimEvent.claim_id == told.id)
                    .order_by(ClaimEvent.sequence)
                )
            )
            states = ["draft", *(line.state_after.value for line in lines)]
            assert row.state.value == told.state == states[-1]
            assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
            assert told.state == "draft" or row.version == told.drafted + len(lines)
            assert all(after == before or after in WAYS[before] for before, after in pairwise(states))
            granted = db.session.execute(
                select(func.count(), func.sum(Entry.points)).where(Entry.claim_id == told.id)
            ).one()
            assert tuple(granted) == ((1, GRANTED[told.state]) if told.state in GRANTED else (0, None))
        db.session.rollback()

    def _does(self, told: Told, fits: bool, act: object) -> None:  # noqa: FBT001
        """Do it; what does not fit is refused or does nothing, and leaves the claim as it was."""
        before = self._row(told).version
        db.session.rollback()
        try:
            with unit_of_work():
                act()  # type: ignore[operator]
        except PortalError:
            assert not fits
        if not fits:
            assert self._row(told).version == before

    def _row(self, told: Told) -> Claim:
        return db.session.get_one(Claim, told.id, populate_existing=True)

    def _is_over(self, told: Told) -> bool:
        return told.until is not None and told.until <= self.at

    def _has_arrived(self, row: Claim) -> bool:
        arrived = select(Entry.id).where(
            Entry.member_id == self.member.member,
            Entry.subject == row.subject,
            Entry.claim_id.is_(None),
            Entry.recorded_at >= row.submitted_at if row.submitted_at else Entry.recorded_at >= row.created_at,
        )
        return db.session.scalar(arrived) is not None


@pytest.mark.parametrize("kind", servers.KINDS)
def test_claims_go_the_ways_of_the_table_alone(kind: str) -> None:
    with servers.fresh_database(kind) as own, ExitStack() as running:
        running.enter_context(servers.running_on(own))
        run_state_machine_as_test(
            Claims,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
                # A shorter way to the same fault would be looked for for minutes.
                phases=[Phase.generate],
            ),
        )
