"""What is spent goes at once, is never more than there is, and comes back when it is cancelled."""

from datetime import timedelta

import pytest

from portal.accounts.rules import MemberState
from portal.activities.rules import Ineligible, Outcome
from portal.clock import now
from portal.points.rules import EntryKind
from tests.activities.messages import entries, event, record
from tests.activities.takings import bought, cancelled, post, sent_back, spent, stands
from tests.cast import Person
from tests.factories import a_member, an_entry

pytestmark = pytest.mark.usefixtures("session")


def test_redemption_spends_at_once_and_never_lowers_the_status_points(asha: Person):
    an_entry(asha, 1500)

    told = spent(asha, 40)
    done = record(told)

    line = entries(asha)[-1]
    assert (line.points, line.kind, line.counts_for_tier, line.balance_after) == (
        -40,
        EntryKind.REDEMPTION,
        False,
        1460,
    )
    assert (line.text, line.subject, line.event_id) == ("Reward from the club’s shop", "V-1", done.event_id)
    assert (done.outcome, stands(asha)[:2]) == (Outcome.CREDITED, (1460, 1500))


@pytest.mark.parametrize(
    ("points", "code"),
    [(101, Ineligible.NOT_ENOUGH), (None, Ineligible.NO_POINTS), (10**7, Ineligible.TOO_MANY_POINTS)],
)
def test_what_cannot_be_spent_is_refused_with_its_reason(asha: Person, points: int | None, code: Ineligible):
    an_entry(asha, 100)

    done = record(spent(asha, points))

    assert (done.outcome, done.code, stands(asha)[0]) == (Outcome.INELIGIBLE, code, 100)


def test_everything_can_be_spent(asha: Person):
    an_entry(asha, 100)

    assert record(spent(asha, 100)).outcome is Outcome.CREDITED
    assert stands(asha)[:2] == (0, 100)


def test_points_on_their_way_cannot_be_spent(asha: Person):
    record(bought(asha))

    assert record(spent(asha, 45)).code == Ineligible.NOT_ENOUGH


def test_who_has_not_finished_joining_has_nothing_to_spend():
    newcomer = a_member("Ivo Lane", state=MemberState.PENDING_PROFILE)

    assert record(spent(newcomer, 1)).code == Ineligible.NOT_ENOUGH


def test_same_redemption_under_another_id_spends_once(asha: Person):
    an_entry(asha, 100)

    first, second = record(spent(asha, 40)), record(spent(asha, 40, subject="v1"))

    assert [one.outcome for one in (first, second)] == [Outcome.CREDITED, Outcome.DUPLICATE]
    assert stands(asha)[0] == 60


@pytest.mark.parametrize("is_early", [True, False])
def test_cancelled_redemption_gives_back_whichever_comes_first(asha: Person, *, is_early: bool):
    an_entry(asha, 100)
    told = spent(asha, 40)
    undone = cancelled(told)

    done = [record(one) for one in ((undone, told) if is_early else (told, undone))]

    _granted, gone, back = entries(asha)
    assert (back.points, back.kind, back.counts_for_tier) == (40, EntryKind.REVERSAL, False)
    assert (back.reverses_id, back.takes_from_id) == (gone.id, gone.id)
    assert back.computation == [{"kind": "cancelled", "value": "40", "points": 40}]
    assert {event(one).outcome for one in done} == {"credited", "cancelled"}
    assert stands(asha)[:2] == (100, 100)


def test_redemption_is_given_back_once(asha: Person):
    an_entry(asha, 100)
    told = spent(asha, 40)
    record(told)
    record(cancelled(told))

    again = record(cancelled(told))

    assert (again.outcome, again.code, stands(asha)[0]) == (Outcome.INELIGIBLE, Ineligible.NOTHING_LEFT, 100)


def test_reward_can_be_taken_again_after_it_was_cancelled(asha: Person):
    an_entry(asha, 100)
    told = spent(asha, 40)
    record(told)
    record(cancelled(told))

    assert record(spent(asha, 40, occurred_at=told.occurred_at + timedelta(hours=2))).outcome is Outcome.CREDITED
    assert record(spent(asha, 40, occurred_at=told.occurred_at)).outcome is not Outcome.CREDITED
    assert stands(asha)[0] == 60


def test_order_that_was_paid_with_points_is_undone_both_ways(asha: Person):
    an_entry(asha, 100)
    order = bought(asha)
    paid = spent(asha, 30, activity="order", subject=order.subject, occurred_at=order.occurred_at)

    post(order, paid, cancelled(order))

    assert stands(asha) == (100, 100, [100, 45, -30, -45, 30], [])


def test_points_already_spent_can_still_go_back(asha: Person):
    """What was not earned is owed: the balance may sink below nothing."""
    order = bought(asha)
    post(order, spent(asha, 45))

    post(sent_back(order))

    assert stands(asha)[:2] == (-45, 0)
    assert record(spent(asha, 1, subject="V-2", occurred_at=now())).code == Ineligible.NOT_ENOUGH
