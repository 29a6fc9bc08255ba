"""Posting with its consequence: the tier follows the status points in the same transaction."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.clock import now
from portal.db import db
from portal.tiers import service
from portal.tiers.models import TierSpan
from portal.tiers.queries import tier_on
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_member, an_entry
from tests.points.postings import figures, gift, post, posting, reverse, spending


def spans(member: Person) -> list[tuple[str, str, bool]]:
    """Give tier, cause and whether it is held now, the oldest first."""
    wanted = select(TierSpan).where(TierSpan.member_id == member.member)
    held = sorted(db.session.scalars(wanted), key=lambda span: (span.since, span.until is None))
    return [(span.tier, span.cause, span.until is None) for span in held]


def test_new_member_stands_on_the_first_rung(asha: Person):
    assert spans(asha) == [("silver", "joined", True)]


@pytest.mark.parametrize(
    ("points", "tier"),
    [(1, "silver"), (1499, "silver"), (1500, "gold"), (2999, "gold"), (3000, "platinum"), (10**9, "platinum")],
)
def test_tier_is_the_highest_threshold_reached(asha: Person, points: int, tier: str):
    follow = post(asha, posting(points))

    assert (follow.tier_before, follow.tier_after) == ("silver", tier)
    assert follow.has_moved == (tier != "silver")
    assert [key for key, _, is_held in spans(asha) if is_held] == [tier]


def test_each_threshold_is_crossed_once(asha: Person):
    moves = [post(asha, posting(points)) for points in (1499, 1, 1499, 1)]

    assert [(move.tier_before, move.tier_after) for move in moves] == [
        ("silver", "silver"),
        ("silver", "gold"),
        ("gold", "gold"),
        ("gold", "platinum"),
    ]
    assert spans(asha) == [("silver", "joined", False), ("gold", "earn", False), ("platinum", "earn", True)]


def test_span_ends_where_the_next_begins_and_names_its_entry(asha: Person):
    follow = post(asha, posting(1500))

    silver, gold = db.session.scalars(
        select(TierSpan).where(TierSpan.member_id == asha.member).order_by(TierSpan.since)
    )
    assert (silver.until, gold.until) == (gold.since, None)
    assert gold.entry_id == follow.posted.entry_id


def test_reversal_takes_the_tier_back(asha: Person):
    post(asha, posting(1490))
    order = post(asha, posting(10))

    follow = reverse(asha, order)

    assert (follow.tier_before, follow.tier_after) == ("gold", "silver")
    assert spans(asha) == [("silver", "joined", False), ("gold", "earn", False), ("silver", "reversal", True)]


def test_reversal_of_everything_leaves_the_first_tier(asha: Person):
    order = post(asha, posting(3000))

    assert reverse(asha, order).tier_after == "silver"


@pytest.mark.parametrize("spent", [1, 1500])
def test_spending_never_lowers_the_status(asha: Person, spent: int):
    post(asha, posting(1500))

    follow = post(asha, spending(spent))

    assert not follow.has_moved
    assert figures(asha) == (1500 - spent, 1500, 2)
    assert [key for key, _, is_held in spans(asha) if is_held] == ["gold"]


def test_gift_does_not_raise_the_tier(asha: Person):
    post(asha, posting(1490))

    follow = post(asha, gift(500))

    assert not follow.has_moved
    assert figures(asha) == (1990, 1490, 2)


def test_gift_whose_reason_counts_raises_the_tier(asha: Person):
    post(asha, posting(1490))

    assert post(asha, gift(10, counts_for_tier=True)).tier_after == "gold"


def test_same_key_again_moves_nothing(asha: Person):
    wanted = posting(1500)
    post(asha, wanted)

    again = post(asha, wanted)

    assert (again.tier_before, again.tier_after, again.posted.is_new) == ("gold", "gold", False)
    assert spans(asha) == [("silver", "joined", False), ("gold", "earn", True)]


def test_failed_unit_leaves_the_tier_where_it_was(asha: Person):
    def fail() -> None:
        with unit_of_work():
            service.post(asha.member, posting(1500), at=now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert spans(asha) == [("silver", "joined", True)]


def test_nobody_holds_two_tiers_at_once(asha: Person):
    second = TierSpan(member_id=asha.member, tier="gold", since=now(), cause="earn")

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(second)


def test_membership_opens_with_an_empty_account_and_the_first_tier(asha: Person):
    joined = now() - timedelta(days=3)

    newcomer = a_member("Nia Quinn", joined=joined)

    assert figures(newcomer) == (0, 0, 0)
    span = db.session.scalars(select(TierSpan).where(TierSpan.member_id == newcomer.member)).one()
    assert (span.tier, span.since, span.until) == ("silver", joined, None)


def test_tier_at_any_past_moment_is_known(session):
    joined = now() - timedelta(days=300)
    nia = a_member("Nia Quinn", joined=joined)
    moments = [joined + timedelta(days=days) for days in (30, 60)]
    for moment in moments:
        an_entry(nia, 1500, recorded=moment)
    a_moment = timedelta(microseconds=1)

    asked = [joined - a_moment, joined, moments[0] - a_moment, moments[0], moments[1] - a_moment, moments[1], now()]
    assert [tier_on(nia.member, at) for at in asked] == [
        "",
        "silver",
        "silver",
        "gold",
        "gold",
        "platinum",
        "platinum",
    ]
