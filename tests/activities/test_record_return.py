"""A return takes back exactly what was granted, in proportion for a part, whenever it comes."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from portal.activities import service, sweeps
from portal.activities.rules import Ineligible, Outcome
from portal.clock import now
from portal.db import db
from portal.doctor import examine
from portal.errors import Conflict
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work
from tests.activities.messages import entries, event, expected, message, record
from tests.activities.takings import bought, post, sent_back, stands
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry

pytestmark = pytest.mark.usefixtures("session")


def is_sound() -> bool:
    return all(finding.is_fine for finding in examine(at=now()))


def test_order_sent_back_after_its_points_were_posted_is_undone(asha: Person):
    order = bought(asha)
    first, back = post(order, sent_back(order))

    granted, taken = entries(asha)
    assert (taken.points, taken.kind, taken.counts_for_tier, taken.balance_after) == (-45, EntryKind.REVERSAL, True, 0)
    assert (taken.reverses_id, taken.takes_from_id, taken.event_id) == (granted.id, granted.id, back.event_id)
    assert (taken.text, taken.activity, taken.subject) == (granted.text, "order", "7041 8822")
    assert (taken.rule_version, taken.computation) == (
        granted.rule_version,
        [{"kind": "sent_back", "value": "45", "points": 45}],
    )
    assert (back.outcome, event(first).outcome, event(first).outcome_code) == ("credited", "cancelled", "returned")
    assert is_sound()


def test_part_sent_back_takes_its_share_and_says_how(asha: Person):
    order = bought(asha)

    post(order, sent_back(order, 1500), sent_back(order, 1000))

    granted, first, second = entries(asha)
    assert [first.points, second.points] == [-15, -10]
    assert {line.takes_from_id for line in (first, second)} == {granted.id}
    assert {line.reverses_id for line in (first, second)} == {None}
    assert second.computation == [
        {
            "kind": "sent_back",
            "value": "25",
            "points": 25,
            "amount_minor": 2500,
            "unit_minor": 4500,
            "granted": 45,
            "period": "",
        },
        {"kind": "taken_before", "value": "15", "points": 10},
    ]
    assert stands(asha)[:2] == (20, 20)


def test_three_thirds_take_everything_and_nothing_twice(asha: Person):
    order = bought(asha, amount_minor=1000)

    post(order, *(sent_back(order, amount) for amount in (333, 333, 334)))

    assert stands(asha) == (0, 0, [10, -3, -3, -4], [])


def test_return_before_the_points_are_posted_makes_fewer_of_them(asha: Person):
    order = bought(asha, occurred_at=now() - timedelta(hours=5))

    record(order)
    record(sent_back(order, 1500))

    [promise] = expected(asha)
    assert promise.points == 30
    assert promise.computation[-1] == {
        "kind": "returned",
        "value": "15",
        "points": 30,
        "amount_minor": 1500,
        "unit_minor": 4500,
    }


def test_order_sent_back_before_its_points_are_posted_brings_none(asha: Person):
    order = bought(asha)
    first, back = record(order), record(sent_back(order))

    assert post() == []
    assert stands(asha) == (0, 0, [], [])
    assert (event(first).outcome, event(first).outcome_code, back.outcome) == ("cancelled", "returned", "credited")


def test_part_before_and_part_after_posting_take_everything_together(asha: Person):
    order = bought(asha, amount_minor=1000)
    record(order)

    record(sent_back(order, 333))
    sweeps.post_due(now())
    post(sent_back(order, 333), sent_back(order, 334))

    assert stands(asha) == (0, 0, [7, -3, -4], [])


def test_in_any_order_the_end_is_the_same(asha: Person):
    order = bought(asha, amount_minor=700)
    told = (order, sent_back(order, 100), sent_back(order, 250))

    ends = set()
    for number, sequence in enumerate(permutations(told)):
        member = a_member()
        for one in sequence:
            post(sent(one, member, number))
        balance, status, _lines, promised = stands(member)
        ends.add((balance, status, tuple(promised)))

    assert ends == {(4, 4, ())}


def sent(one: service.ShopMessage, member: Person, number: int) -> service.ShopMessage:
    """Say the same of another member."""
    return replace(one, member_hint=member.number, external_id=f"{one.external_id}-{number}", subject=f"{number:08d}")


def test_return_that_comes_first_waits_for_its_order(asha: Person):
    order = bought(asha)

    back = record(sent_back(order))
    assert (back.outcome, back.code, back.member_id) == (Outcome.PENDING, "waits", asha.member)

    first = record(order)
    assert (first.outcome, first.code) == (Outcome.CANCELLED, "returned")
    assert (event(back).outcome, stands(asha)) == ("credited", (0, 0, [], []))


def test_return_nobody_is_named_in_finds_its_order_either_way_round(asha: Person, bruno: Person):
    first, second = bought(asha), bought(bruno, subject="1111 2222")

    assert record(sent_back(second, member_hint="")).outcome is Outcome.UNMATCHED
    record(second)
    record(first)
    assert record(sent_back(first, member_hint="unknown@club.example")).member_id == asha.member

    assert stands(asha) == stands(bruno) == (0, 0, [], [])


def test_return_by_another_source_takes_nothing_of_somebody_it_does_not_name(asha: Person):
    order = bought(asha)
    record(order)

    assert record(sent_back(order, member_hint="", source="app")).outcome is Outcome.UNMATCHED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_minor": 4501}, Ineligible.MORE_THAN_BOUGHT),
        ({"amount_minor": 0}, Ineligible.NO_AMOUNT),
        ({"amount_minor": -1}, Ineligible.NO_AMOUNT),
        ({"amount_minor": 100, "currency": "EUR"}, Ineligible.OTHER_CURRENCY),
        ({"subject": " "}, Ineligible.NO_REFERENCE),
        ({"activity": "skydiving"}, Ineligible.UNKNOWN_ACTIVITY),
        ({"occurred_at": now() + timedelta(days=1)}, Ineligible.IN_FUTURE),
    ],
)
def test_return_that_cannot_be_is_refused_with_its_reason(asha: Person, changes: dict[str, object], code: str):
    order = bought(asha)

    _first, back = post(order, sent_back(order, **changes))  # type: ignore[arg-type]

    assert (back.outcome, back.code, stands(asha)[0]) == (Outcome.INELIGIBLE, code, 45)


def test_more_cannot_go_back_than_is_left(asha: Person):
    order = bought(asha)

    _first, _part, more, rest, again = post(
        order, sent_back(order, 4000), sent_back(order, 501), sent_back(order), sent_back(order)
    )

    assert [(one.outcome, one.code) for one in (more, rest, again)] == [
        (Outcome.INELIGIBLE, Ineligible.MORE_THAN_BOUGHT),
        (Outcome.CREDITED, ""),
        (Outcome.INELIGIBLE, Ineligible.NOTHING_LEFT),
    ]
    assert stands(asha) == (0, 0, [45, -40, -5], [])


def test_return_of_what_earned_nothing_takes_nothing(asha: Person):
    order = bought(asha, amount_minor=50)

    waits = record(sent_back(order))
    record(order)
    late = record(sent_back(order))

    assert [(event(one).outcome, event(one).outcome_code) for one in (waits, late)] == [
        ("ineligible", Ineligible.NOTHING_LEFT)
    ] * 2


def test_same_return_again_changes_nothing(asha: Person):
    order = bought(asha)
    back = sent_back(order, 1500)

    *_rest, again = post(order, back, back)

    assert (again.is_new, stands(asha)[0]) == (False, 30)


def test_second_message_about_an_order_that_went_back_earns_nothing(asha: Person):
    order = bought(asha)
    post(order, sent_back(order))

    assert record(bought(asha)).outcome is Outcome.DUPLICATE


def test_staff_can_undo_only_what_a_return_has_left(asha: Person):
    order = bought(asha)
    post(order, sent_back(order, 1500))
    granted = entries(asha)[0]

    with unit_of_work():
        tiers.reverse(asha.member, granted.id, text="Taken back", key="staff", by=None, at=now())
    assert stands(asha)[:2] == (0, 0)

    post(sent_back(order))
    assert stands(asha)[:2] == (0, 0)


def test_staff_cannot_undo_what_returns_have_taken(asha: Person):
    order = bought(asha)
    post(order, sent_back(order, 1500), sent_back(order))

    with pytest.raises(Conflict), unit_of_work():
        tiers.reverse(asha.member, entries(asha)[0].id, text="Taken back", key="staff", by=None, at=now())


def test_points_a_claim_granted_go_back_too(asha: Person):
    granted = an_entry(asha, 45, activity="order", subject="70418822", claim=a_claim(asha))
    order = bought(asha)

    post(order, sent_back(order, 1500), sent_back(order))

    assert stands(asha)[2] == [45, -15, -30]
    taking = select(Entry.takes_from_id).where(Entry.points < 0)
    assert set(db.session.scalars(taking)) == {granted.id}
    assert record(message(asha.number, subject="7041 8822")).outcome is Outcome.DUPLICATE


def test_tier_follows_what_goes_back(asha: Person):
    an_entry(asha, 1480)
    order = bought(asha)

    post(order)
    held = select(TierSpan.tier).where(TierSpan.member_id == asha.member, TierSpan.until.is_(None))
    assert db.session.scalar(held) == "gold"
    post(sent_back(order, 3000))

    assert (stands(asha)[1], db.session.scalar(held)) == (1495, "silver")
    assert is_sound()
