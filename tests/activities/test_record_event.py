"""A message of the shop is kept once, priced by the rule of its day, and promised for the day its points are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from portal.accounts.rules import MemberState
from portal.activities import service
from portal.activities.models import Event
from portal.activities.rules import Outcome
from portal.activities.service import ChangedEvent, Ineligible
from portal.clock import now
from portal.db import db
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests.activities.messages import event, expected, message, record
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry, an_expectation
from tests.points.postings import posting

pytestmark = pytest.mark.usefixtures("session")

CHANGES = {
    "activity": "quiz",
    "occurred_at": datetime(2026, 11, 1, 12, tzinfo=UTC),
    "member_hint": "M-99999999",
    "subject": "1111 2222",
    "amount_minor": 4600,
    "currency": "EUR",
}


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def test_known_members_order_is_promised_with_its_computation(asha: Person):
    told = message(asha.number, occurred_at=datetime(2026, 11, 3, 18, 22, tzinfo=UTC), amount_minor=9050)

    recorded = record(told)

    assert (recorded.outcome, recorded.code, recorded.member_id, recorded.is_new) == ("pending", "", asha.member, True)
    [promise] = expected(asha)
    assert (promise.points, promise.activity, promise.subject) == (90, "order", told.subject)
    assert promise.happened_at == told.occurred_at
    assert promise.due_at == told.occurred_at + timedelta(hours=48)
    assert promise.event_id == recorded.event_id
    assert promise.rule_version == "order-2"
    assert promise.computation == [
        {"kind": "amount", "value": "1", "points": 90, "amount_minor": 9050, "unit_minor": 100}
    ]


@pytest.mark.parametrize(
    ("occurred_at", "points", "version"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), 45, "order-1"),
        (datetime(2026, 11, 1, 0, 0, tzinfo=UTC), 45, "order-2"),
        (datetime(2026, 11, 5, 23, 59, tzinfo=UTC), 45, "order-2"),
        (datetime(2026, 11, 6, 0, 0, tzinfo=UTC), 90, "order-2"),
        (datetime(2026, 11, 9, 23, 59, tzinfo=UTC), 90, "order-2"),
        (datetime(2026, 11, 10, 0, 0, tzinfo=UTC), 45, "order-2"),
        # In summer the club's day begins an hour before that of UTC.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 45, "order-1"),
    ],
)
def test_rule_of_the_local_day_prices_it(asha: Person, occurred_at: datetime, points: int, version: str):
    record(message(asha.number, occurred_at=occurred_at))

    assert [(promise.points, promise.rule_version) for promise in expected(asha)] == [(points, version)]


@pytest.mark.parametrize("spelling", ["{email}", " {email} ", "{upper}", "{number}", " {number} ", "{lower}"])
def test_member_is_found_by_number_or_address_however_it_is_written(asha: Person, spelling: str):
    hint = spelling.format(email=asha.email, upper=asha.email.upper(), number=asha.number, lower=asha.number.lower())

    assert record(message(hint)).member_id == asha.member


@pytest.mark.parametrize("hint", ["", "  ", "M-00000000", "nobody@club.example", "not an @ address", "%", "@"])
def test_message_about_somebody_unknown_is_kept_for_claims(asha: Person, hint: str):
    recorded = record(message(hint))

    kept = event(recorded)
    assert (recorded.outcome, kept.outcome, kept.member_id) == (Outcome.UNMATCHED, Outcome.UNMATCHED, None)
    assert kept.member_hint == hint
    assert expected(asha) == []


@pytest.mark.parametrize("state", [MemberState.PENDING_PROFILE, MemberState.PENDING_AGE])
def test_who_has_not_finished_joining_is_promised_points_all_the_same(asha: Person, state: MemberState):
    newcomer = a_member("Ivo Lane", state=state)

    assert record(message(newcomer.number)).outcome is Outcome.PENDING
    assert [row.points for row in expected(newcomer)] == [45]


@pytest.mark.parametrize("state", [MemberState.PENDING_EMAIL, MemberState.SUSPENDED, MemberState.CLOSED])
def test_message_about_a_member_who_is_not_active_is_kept_unmatched(asha: Person, state: MemberState):
    idle = a_member("Ivo Lane", state=state)

    assert record(message(idle.number)).outcome is Outcome.UNMATCHED
    assert expected(idle) == []


def test_same_message_again_changes_nothing(asha: Person):
    told = message(asha.number)
    first = record(told)

    again = record(told, at=now() + timedelta(days=3))

    assert again == replace(first, is_new=False)
    assert (events(), len(expected(asha))) == (1, 1)


def test_message_that_was_unmatched_keeps_its_answer_when_the_member_joins():
    told = message("nia@club.example")
    first = record(told)
    a_member("Nia Quinn", email="nia@club.example")

    assert record(told) == replace(first, is_new=False)


@pytest.mark.parametrize("field", CHANGES)
def test_same_id_with_another_body_is_refused(asha: Person, field: str):
    told = message(asha.number)
    first = record(told)

    with pytest.raises(ChangedEvent, match=told.external_id):
        record(replace(told, **{field: CHANGES[field]}))  # type: ignore[arg-type]

    assert event(first).payload_hash == told.digest
    assert (events(), len(expected(asha))) == (1, 1)


def test_same_moment_in_another_zone_is_the_same_body(asha: Person):
    told = message(asha.number)
    record(told)
    elsewhere = told.occurred_at.astimezone(ZoneInfo("Asia/Tokyo"))

    assert not record(replace(told, occurred_at=elsewhere)).is_new


def test_same_id_from_another_source_is_another_message(asha: Person):
    told = message(asha.number)
    record(told)

    assert record(replace(told, source="app", subject="5555 6666")).is_new


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"activity": "skydiving"}, Ineligible.UNKNOWN_ACTIVITY),
        ({"currency": "EUR"}, Ineligible.OTHER_CURRENCY),
        ({"currency": ""}, Ineligible.OTHER_CURRENCY),
        ({"occurred_at": datetime(2999, 1, 1, tzinfo=UTC)}, Ineligible.IN_FUTURE),
        ({"occurred_at": datetime(2023, 1, 1, tzinfo=UTC)}, Ineligible.BEFORE_JOINING),
        ({"amount_minor": None}, Ineligible.NO_AMOUNT),
        ({"amount_minor": 99}, Ineligible.NO_POINTS),
        ({"amount_minor": 0}, Ineligible.NO_POINTS),
        ({"amount_minor": -4500}, Ineligible.NO_POINTS),
        ({"amount_minor": 10**15}, Ineligible.TOO_MANY_POINTS),
    ],
)
def test_what_earns_nothing_is_kept_with_its_reason(asha: Person, changes: dict[str, object], code: Ineligible):
    recorded = record(message(asha.number, **changes))

    kept = event(recorded)
    assert (recorded.outcome, recorded.code) == (Outcome.INELIGIBLE, code)
    assert (kept.outcome, kept.outcome_code, kept.member_id) == (Outcome.INELIGIBLE, code, asha.member)
    assert expected(asha) == []


def test_before_any_rule_was_in_force_nothing_is_earned():
    early = a_member("Olga Marsh", joined=datetime(2021, 1, 1, tzinfo=UTC))

    recorded = record(message(early.number, occurred_at=datetime(2021, 12, 31, 23, 59, tzinfo=UTC)))

    assert (recorded.outcome, recorded.code) == (Outcome.INELIGIBLE, Ineligible.NO_RULE)


def test_order_on_the_day_of_joining_counts():
    """People order and join in one visit, in this order."""
    joined = datetime(2026, 11, 20, 15, tzinfo=UTC)
    newcomer = a_member("Nia Quinn", joined=joined)

    assert record(message(newcomer.number, occurred_at=joined - timedelta(hours=2))).outcome is Outcome.PENDING


@pytest.mark.parametrize("spelling", ["70418822", "7041 8822", "7041-8822"])
def test_second_message_about_the_same_order_is_a_duplicate(asha: Person, spelling: str):
    record(message(asha.number, subject="7041 8822"))

    recorded = record(message(asha.number, subject=spelling))

    assert (recorded.outcome, recorded.code) == (Outcome.DUPLICATE, "same_subject")
    assert len(expected(asha)) == 1


def test_same_quiz_counts_for_every_member(asha: Person, bruno: Person):
    for member in (asha, bruno):
        told = message(member.number, activity="quiz", subject="Autumn quiz", amount_minor=None, currency="")
        assert record(told).outcome is Outcome.PENDING


def test_same_reference_of_another_activity_is_another_thing(asha: Person):
    record(message(asha.number, subject="7041 8822"))

    told = message(asha.number, activity="referral", subject="7041 8822", amount_minor=None, currency="")

    assert record(told).outcome is Outcome.PENDING


def test_messages_without_a_reference_are_never_duplicates(asha: Person):
    assert [record(message(asha.number, subject="")).outcome for _ in range(2)] == [Outcome.PENDING] * 2


def test_message_that_earned_nothing_does_not_block_the_next(asha: Person):
    record(message(asha.number, subject="7041 8822", amount_minor=0))

    assert record(message(asha.number, subject="7041 8822")).outcome is Outcome.PENDING


def test_order_that_a_claim_has_credited_is_not_credited_again(asha: Person):
    an_entry(asha, 45, activity="order", subject="7041 8822", claim=a_claim(asha))

    assert record(message(asha.number, subject="70418822")).outcome is Outcome.DUPLICATE


def test_order_whose_claim_was_taken_back_is_credited(asha: Person):
    entry = an_entry(asha, 45, activity="order", subject="7041 8822", claim=a_claim(asha))
    with unit_of_work():
        tiers.reverse(asha.member, entry.id, text="Taken back", key="back", by=None, at=now())

    assert record(message(asha.number, subject="70418822")).outcome is Outcome.PENDING


def test_order_somebody_else_claimed_is_still_its_owners(asha: Person, bruno: Person):
    an_entry(bruno, 45, activity="order", subject="7041 8822", claim=a_claim(bruno))

    assert record(message(asha.number, subject="7041 8822")).outcome is Outcome.PENDING


def test_message_is_tied_to_the_promise_that_waited_for_it(asha: Person):
    promise = an_expectation(asha, 30, activity="order", subject="7041 8822")

    recorded = record(message(asha.number, subject="70418822"))

    [kept] = expected(asha)
    assert (kept.id, kept.points, kept.event_id) == (promise.id, 45, recorded.event_id)


def test_what_fails_later_in_the_unit_leaves_no_message(asha: Person):
    def fail() -> None:
        with unit_of_work():
            tiers.post(asha.member, posting(5), at=now())
            service.record_event(message(asha.number), at=now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert (events(), expected(asha)) == (0, [])
