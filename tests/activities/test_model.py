"""Whatever the shop says, in whatever order and however often, the figures are those of a simple model."""

import secrets
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from portal import programme
from portal.accounts.models import Member
from portal.activities import pricing, service, sweeps
from portal.activities.models import Event
from portal.activities.rules import EventKind, Outcome
from portal.activities.service import ShopMessage
from portal.claims.rules import Verdict
from portal.claims.service.traces import traces_of
from portal.claims.service.verdicts import Decision, about_of, decide
from portal.claims.service.worth import worth_of
from portal.clock import now
from portal.db import db
from portal.doctor import examine
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests import servers
from tests.activities.messages import message, record
from tests.activities.world import Spent, Thing, World
from tests.factories import a_claim, a_member, an_agent, balance_of
from tests.points.postings import figures, lines, posting

EXAMPLES, STEPS = 12, 25


class Killed(BaseException):
    """What ends a process in the middle."""


class Shop(RuleBasedStateMachine):
    """Things happen at once; their messages come when the machine says so."""

    database: servers.Database
    running: ExitStack

    @initialize()
    def join(self) -> None:
        self.world, self.member = World(), a_member()
        self.agent = an_agent(f"Casey{secrets.token_hex(4)} Berg")
        self.guest = f"guest-{secrets.token_hex(4)}@club.example"

    @rule(pounds=st.integers(1, 60), pence=st.integers(0, 99), is_guest=st.booleans(), is_told=st.booleans())
    def buy(self, pounds: int, pence: int, *, is_guest: bool, is_told: bool) -> None:
        order = message(
            self.guest if is_guest else self.member.number,
            occurred_at=now() - timedelta(hours=60),
            amount_minor=pounds * 100 + pence,
        )
        priced = pricing.priced("order", order.occurred_at, amount_minor=order.amount_minor)
        assert priced is not None
        self.world.things.append(Thing(order, priced.points))
        self._say(order, at_once=is_told)

    @precondition(lambda self: self.world.things)
    @rule(data=st.data(), parts=st.integers(1, 3), names_nobody=st.booleans(), is_told=st.booleans())
    def send_back(self, data: st.DataObject, parts: int, *, names_nobody: bool, is_told: bool) -> None:
        thing = data.draw(st.sampled_from(self.world.things))
        left = (thing.order.amount_minor or 0) - thing.back
        if left < parts or thing.is_undone:
            return
        amount = data.draw(st.integers(1, left // parts) | st.just(left // parts))
        thing.back += parts * amount
        for _part in range(parts):
            self._about(thing.order, EventKind.RETURN, amount, names_nobody=names_nobody, at_once=is_told)

    @precondition(lambda self: self.world.things)
    @rule(data=st.data())
    def send_back_too_much(self, data: st.DataObject) -> None:
        thing = data.draw(st.sampled_from(self.world.things))
        self._about(thing.order, EventKind.RETURN, (thing.order.amount_minor or 0) + 1)

    @precondition(lambda self: self.world.things)
    @rule(data=st.data(), names_nobody=st.booleans())
    def cancel(self, data: st.DataObject, *, names_nobody: bool) -> None:
        thing = data.draw(st.sampled_from(self.world.things))
        if not thing.is_undone:
            thing.is_undone = True
            self._about(thing.order, EventKind.CANCELLATION, None, names_nobody=names_nobody)

    @precondition(lambda self: self.world.things)
    @rule(data=st.data())
    def say_it_under_another_id(self, data: st.DataObject) -> None:
        thing = data.draw(st.sampled_from(self.world.things))
        self.world.waiting.append(replace(thing.order, external_id=secrets.token_hex(6)))

    @rule(points=st.integers(1, 80))
    def spend(self, points: int) -> None:
        told = message(
            self.member.number, kind=EventKind.REDEMPTION, activity="", amount_minor=None, currency="", points=points
        )
        self.world.spent[told.external_id] = Spent(told)
        self.world.waiting.append(told)

    @precondition(lambda self: self.world.spent)
    @rule(data=st.data())
    def cancel_spending(self, data: st.DataObject) -> None:
        spent = self.world.spent[data.draw(st.sampled_from(list(self.world.spent)))]
        if not spent.is_undone:
            spent.is_undone = True
            self._about(spent.told, EventKind.CANCELLATION, None)

    @precondition(lambda self: self.world.waiting)
    @rule(data=st.data(), is_posted=st.booleans())
    def deliver(self, data: st.DataObject, *, is_posted: bool) -> None:
        place = data.draw(st.integers(0, len(self.world.waiting) - 1))
        self._deliver(self.world.waiting.pop(place))
        if is_posted:
            sweeps.post_due(now())

    @precondition(lambda self: self.world.said)
    @rule(data=st.data())
    def say_it_again(self, data: st.DataObject) -> None:
        assert not record(data.draw(st.sampled_from(self.world.said))).is_new

    @rule()
    def post_what_is_due(self) -> None:
        sweeps.post_due(now())

    @rule()
    def prove_the_address(self) -> None:
        """From now on it is the member's own; what comes in under it waits for the next look."""
        with unit_of_work():
            self._hold()
            service.match_address(self.member.member, self.guest, at=now())

    @precondition(lambda self: self.world.things)
    @rule(data=st.data())
    def grant_by_hand(self, data: st.DataObject) -> None:
        """A claim takes what nobody was named in."""
        thing = data.draw(st.sampled_from(self.world.things))
        with unit_of_work():
            self._hold()
            free = select(Event.id).where(
                Event.external_id == thing.order.external_id, Event.outcome == Outcome.UNMATCHED.value
            )
            event_id = db.session.scalar(free)
            if event_id is None:
                return
            facts = {"kind": EntryKind.CORRECTION, "activity": "order", "subject": thing.order.subject}
            follow = tiers.post(self.member.member, posting(thing.granted, event_id=event_id, **facts), at=now())
            service.settle(
                self.member.member, follow.posted.entry_id, activity="order", subject="", event_id=event_id, at=now()
            )

    @precondition(lambda self: any(not thing.is_undone for thing in self.world.things))
    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        """The desk gives what the rule says is owed, and nothing where it says nothing."""
        self._claim(data.draw(st.sampled_from([thing for thing in self.world.things if not thing.is_undone])))

    @rule(pounds=st.integers(1, 60), quarters=st.integers(0, 4))
    def claim_for_a_guest(self, pounds: int, quarters: int) -> None:
        """What was bought as a guest, and perhaps sent back in part, is asked about."""
        self.buy(pounds=pounds, pence=0, is_guest=True, is_told=True)
        thing = self.world.things[-1]
        if quarters:
            thing.back = pounds * 25 * quarters
            self._about(thing.order, EventKind.RETURN, thing.back, at_once=True)
        self._claim(thing)

    def _claim(self, thing: Thing) -> None:
        told = a_claim(self.member, activity="order", subject=thing.order.subject, taken_by=self.agent)
        worth = worth_of(about_of(told), told.kind, traces_of(about_of(told)))
        points = worth.points or 0
        event_id = worth.event.id if worth.event and worth.event.can_be_credited else None
        verdict = Verdict.APPROVE if points else Verdict.DECLINE
        reason = "" if points else programme.current().reasons_for(verdict.value)[0].key
        decision = Decision(verdict, told.version, points, reason, event_id=event_id, owed=worth.points)
        with unit_of_work():
            decide(told.id, decision, by=self.agent.user_id, at=now())

    @rule()
    def restart(self) -> None:
        """The portal is stopped and started anew over what it has written."""
        self.running.close()
        self.running.enter_context(servers.running_on(self.database))

    @precondition(lambda self: self.world.waiting)
    @rule(data=st.data())
    def cut_off(self, data: st.DataObject) -> None:
        """A process is killed before it has committed; whoever starts next finds nothing half done."""
        told = data.draw(st.sampled_from(self.world.waiting))
        before = figures(self.member)
        with suppress(Killed), unit_of_work():
            service.record_event(told, at=now())
            raise Killed
        assert figures(self.member) == before

    @precondition(lambda self: self.world.things)
    @rule(data=st.data())
    def undo_by_hand(self, data: st.DataObject) -> None:
        """Staff takes back what is left of a line."""
        thing = data.draw(st.sampled_from(self.world.things))
        granted = db.session.scalar(
            select(Entry.id).where(
                Entry.member_id == self.member.member, Entry.subject == thing.order.subject, Entry.points > 0
            )
        )
        db.session.rollback()
        if granted is None or thing.is_undone or thing.back or self._is_undone(granted):
            return
        thing.is_undone = True
        with unit_of_work():
            tiers.reverse(self.member.member, granted, text="Taken back", key=f"staff:{granted}", by=None, at=now())

    def teardown(self) -> None:
        """Let everything be said, and compare."""
        is_late = len(self.world.waiting) % 2
        for told in reversed(self.world.waiting) if is_late else self.world.waiting:
            self._deliver(told)
            sweeps.post_due(now())
        self.prove_the_address()
        sweeps.post_due(now())
        earned = sum(thing.net for thing in self.world.things)
        gone = sum(
            spent.told.points or 0 for spent in self.world.spent.values() if spent.is_met and not spent.is_undone
        )
        balance, status, count = figures(self.member)
        posted = lines(self.member)
        assert (balance, status, count) == (earned - gone, earned, len(posted))
        assert [line[0] for line in posted] == list(range(1, count + 1))
        assert [finding for finding in examine(at=now()) if not finding.is_fine] == []

    def _deliver(self, told: ShopMessage) -> None:
        had = balance_of(self.member)
        done = record(told)
        self.world.said.append(told)
        if told.external_id in self.world.spent:
            spent = self.world.spent[told.external_id]
            spent.is_met = done.outcome is not Outcome.INELIGIBLE
            assert spent.is_met == ((told.points or 0) <= had)

    def _say(self, told: ShopMessage, *, at_once: bool) -> None:
        if at_once:
            self._deliver(told)
        else:
            self.world.waiting.append(told)

    def _about(
        self,
        told: ShopMessage,
        kind: EventKind,
        amount: int | None,
        *,
        names_nobody: bool = False,
        at_once: bool = False,
    ) -> None:
        self._say(
            replace(
                told,
                external_id=secrets.token_hex(6),
                kind=kind,
                amount_minor=amount,
                currency="GBP" if amount else "",
                points=None,
                occurred_at=told.occurred_at + timedelta(hours=1),
                member_hint="" if names_nobody else told.member_hint,
            ),
            at_once=at_once,
        )

    def _hold(self) -> None:
        db.session.execute(select(Member.id).where(Member.id == self.member.member).with_for_update())

    def _is_undone(self, entry_id: object) -> bool:
        undone = db.session.scalar(select(Entry.id).where(Entry.reverses_id == entry_id))
        db.session.rollback()
        return undone is not None


@pytest.mark.parametrize("kind", servers.KINDS)
def test_figures_are_those_of_the_model(kind: str) -> None:
    with servers.fresh_database(kind) as own, ExitStack() as running:
        running.enter_context(servers.running_on(own))
        run_state_machine_as_test(
            type("ShopOfThisDatabase", (Shop,), {"database": own, "running": running}),
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
