"""Many messages at once leave the books as they are when each is recorded alone, and cost few statements."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, example, given, settings
from sqlalchemy import event as listening
from sqlalchemy import select

from portal import programme
from portal.activities import service, sweeps
from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Item
from portal.activities.service import ChangedEvent, Recorded, ShopMessage
from portal.clock import now
from portal.db import db
from portal.errors import PortalError
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from tests.activities.capping import use_rule
from tests.activities.messages import entries, expected, message
from tests.cast import Person
from tests.factories import a_claim, a_member, an_address, an_entry, an_expectation

EXAMPLES = 12
Told = list[Recorded | PortalError]
SAYINGS = st.lists(
    st.tuples(
        st.sampled_from(["buy", "buy", "buy", "device", "return", "cancel", "spend", "again", "changed", "strange"]),
        st.integers(0, 40),
        st.integers(0, 5),
        st.integers(500, 6000),
    ),
    min_size=5,
    max_size=30,
)

# What a claim was paid for, what a member told of, one order twice, its return before and after, and its cancellation.
KNOWN = [
    ("buy", 1, 0, 4500),
    ("buy", 2, 0, 4500),
    ("return", 2, 1, 2000),
    ("buy", 7, 0, 4500),
    ("buy", 7, 0, 4500),
    ("return", 3, 1, 2000),
    ("cancel", 3, 0, 4500),
    ("buy", 7, 0, 4500),
    ("device", 9, 0, 4500),
    ("device", 9, 1, 4500),
    ("spend", 10, 0, 4000),
]
# Told again in the message after the one that cancels it.
CANCELLED_BETWEEN = [("buy", 13, 0, 4500), ("cancel", 0, 0, 4500), ("again", 0, 0, 4500)]


@dataclass
class World:
    """Members who are alike in every world, and a shop of their own."""

    name: str
    take: Callable[[list[ShopMessage]], Told]

    def __post_init__(self) -> None:
        young = now() - timedelta(hours=12)
        self.token = secrets.token_hex(4) + self.name
        self.people = [a_member(), a_member(), a_member(joined=young)]
        self.further = f"further-{self.token}@club.example"
        an_address(self.people[1], self.further)
        an_entry(self.people[0], 45, activity="order", subject=self.subject(1), claim=a_claim(self.people[0]))
        an_expectation(self.people[0], 45, activity="order", subject=self.subject(2))

    def subject(self, number: int) -> str:
        return f"{self.token} {number:04}"

    def hints(self) -> list[str]:
        first, second, young = self.people
        return [first.number, second.number, f" {young.number.lower()} ", self.further.upper(), "M-0", "who@x.example"]

    def messages(self, sayings: list[tuple[str, int, int, int]]) -> list[ShopMessage]:
        said: list[ShopMessage] = []
        for place, saying in enumerate(sayings):
            said.append(self._message(place, saying, said))
        return said

    def _message(self, place: int, saying: tuple[str, int, int, int], said: list[ShopMessage]) -> ShopMessage:
        what, pick, who, amount = saying
        plain = message(
            self.hints()[who],
            source=self.name,
            external_id=f"{self.token}-{place}",
            subject=self.subject(pick) if pick else "",
            occurred_at=BEGIN - timedelta(hours=60 if pick % 2 else 6, seconds=place),
            amount_minor=amount,
            items=(Item("delivery", 400),) if pick % 3 else (),
        )
        earlier = said[pick % len(said)] if said else plain
        about = replace(plain, subject=earlier.subject, items=(), member_hint=self.hints()[who] if who % 2 else "")
        nothing: dict[str, Any] = {"amount_minor": None, "currency": "", "items": ()}
        if what == "again":
            return earlier
        others = {
            "device": replace(plain, activity="device", **nothing),
            "return": replace(about, kind=EventKind.RETURN, amount_minor=amount // 4),
            "cancel": replace(about, kind=EventKind.CANCELLATION, **nothing),
            "spend": replace(plain, kind=EventKind.REDEMPTION, activity="", points=amount // 200, **nothing),
            "changed": replace(plain, external_id=earlier.external_id),
            "strange": replace(plain, currency="EUR"),
        }
        return others.get(what, plain)

    def books(self) -> list[object]:
        """Give everything that is kept, by names that are the same in every world."""
        db.session.expire_all()
        events = list(db.session.scalars(select(Event).where(Event.source == self.name).order_by(Event.external_id)))
        names = {event.id: event.external_id.removeprefix(self.token) for event in events}
        mine = [event for event in events if event.external_id.startswith(self.token)]
        kept: list[object] = [self._event(event) for event in mine]
        for who, person in enumerate(self.people):
            kept += sorted(str((who, *self._promise(one, names))) for one in expected(person))
            kept += [(who, *self._entry(one, names)) for one in entries(person)]
        return kept

    def _event(self, event: Event) -> tuple[object, ...]:
        whose = next((who for who, person in enumerate(self.people) if person.member == event.member_id), None)
        hint = event.hint_key.removesuffix(self.further).replace(*self._number(event.hint_key))
        return (event.external_id.removeprefix(self.token), event.kind, event.activity, event.subject[13:], whose, hint,
                len(event.subject_key), event.outcome, event.outcome_code, event.points, event.items, event.currency,
                event.amount_minor, event.occurred_at, event.rule_version, event.computation)  # fmt: skip

    def _number(self, hint: str) -> tuple[str, str]:
        return next(
            ((person.number, str(who)) for who, person in enumerate(self.people) if person.number == hint), ("", "")
        )

    @staticmethod
    def _promise(one: Expectation, names: dict[object, str]) -> tuple[object, ...]:
        is_told = one.event_id is not None
        return (names.get(one.event_id), one.subject[13:], one.activity, one.points, one.rule_version, one.computation,
                is_told and (one.happened_at, one.due_at), one.satisfied_by_id is None,
                one.cancelled_at is None)  # fmt: skip

    @staticmethod
    def _entry(one: Entry, names: dict[object, str]) -> tuple[object, ...]:
        return (one.sequence, one.points, one.balance_after, one.kind, names.get(one.event_id), one.subject[13:],
                one.activity, one.rule_version, one.computation)  # fmt: skip


BEGIN = now()


def at_once(messages: list[ShopMessage]) -> Told:
    with unit_of_work():
        return [*service.record_events(messages, at=now())]


def one_by_one(messages: list[ShopMessage]) -> Told:
    told: Told = []
    for each in messages:
        try:
            with unit_of_work():
                told.append(service.record_event(each, at=now()))
        except PortalError as error:
            told.append(error)
    return told


def shown(told: Told) -> list[object]:
    return [(one.outcome, one.code, one.is_new) if isinstance(one, Recorded) else type(one) for one in told]


def test_books_are_the_same_whether_messages_come_alone_or_many_at_once(app, session):
    club = programme.current()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @example(sayings=[("buy", number, 1, 6000) for number in range(3, 9)], cut=2, is_capped=True)
    @example(sayings=KNOWN, cut=4, is_capped=False)
    @example(sayings=CANCELLED_BETWEEN, cut=1, is_capped=False)
    @given(sayings=SAYINGS, cut=st.integers(1, 29), is_capped=st.booleans())
    def check(sayings: list[tuple[str, int, int, int]], cut: int, *, is_capped: bool) -> None:
        programme.use(club)
        if is_capped:
            use_rule()
        worlds = [World("many", at_once), World("each", one_by_one)]
        for part in (slice(0, cut), slice(cut, None)):
            first, second = (shown(world.take(world.messages(sayings)[part])) for world in worlds)
            assert first == second
            sweeps.post_due(now())
        assert worlds[0].books() == worlds[1].books()

    try:
        check()
    finally:
        programme.use(club)


def test_plain_messages_cost_the_same_few_statements_however_many_there_are(app, session, asha: Person):
    seen: list[str] = []

    @listening.listens_for(db.engine, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    try:
        counts = []
        for many in (2, 60):
            seen.clear()
            told = at_once([message(asha.number) for _ in range(many)])
            counts.append(len(seen))
            assert all(isinstance(one, Recorded) and one.is_new for one in told)
    finally:
        listening.remove(db.engine, "before_cursor_execute", count)

    assert counts[0] == counts[1] <= 15
    assert len(expected(asha)) == 62


def test_same_messages_again_change_nothing_and_a_changed_one_is_refused(app, session, asha: Person):
    said = [message(asha.number) for _ in range(3)]
    at_once(said)

    again = at_once([*said[:2], replace(said[2], amount_minor=1)])

    assert [isinstance(one, Recorded) and one.is_new for one in again] == [False, False, False]
    assert isinstance(again[2], ChangedEvent)
    assert len(expected(asha)) == 3
