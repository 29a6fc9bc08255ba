"""What may happen to points between an amount and their number: items left out, promotions, bonuses, limits."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.activities.rules import Ineligible, Item, Priced, Step, StepKind, period_of, price, shortfall, steps_from
from portal.programme import EarnRule, Promotion
from tests.activities.capping import RULE
from tests.programme.samples import harbour

DAY = date(2036, 6, 1)
DELIVERY = Item("delivery", 500)
AMOUNTS = st.integers(0, 10**9)
ITEMS = st.lists(st.builds(Item, st.sampled_from(["delivery", "book", "gift_card"]), AMOUNTS), max_size=3)


@st.composite
def promotions(draw: Callable[..., object]) -> Promotion:
    return Promotion(
        key="more",
        label="More",
        first=DAY,
        last=DAY + timedelta(days=draw(st.integers(0, 3))),
        multiplier=draw(st.decimals(1, 5, places=2)),
        bonus=draw(st.integers(0, 500)),
        minimum_minor=draw(st.none() | st.integers(1, 10**6)),
    )


RULES = st.builds(
    EarnRule,
    activity=st.just("order"),
    version=st.just("1"),
    valid_from=st.just(date(2026, 1, 1)),
    points_per_unit=st.decimals("0.01", 100, places=2),
    unit_minor=st.integers(1, 10_000),
    multiplier=st.decimals("0.1", 20, places=2),
    multiplier_label=st.just("More"),
    minimum_minor=st.none() | st.integers(1, 100_000),
    cap=st.none() | st.integers(1, 100_000),
    promotions=st.lists(promotions(), max_size=3).map(tuple),
    excludes=st.sampled_from([(), ("delivery",), ("delivery", "gift_card")]),
    rounding=st.sampled_from(["down", "half_up", "up"]),
    member_cap=st.none() | st.integers(1, 100_000),
    text=st.just("A rule."),
)


def ticket(amount_minor: int, day: date = DAY, *, items: tuple[Item, ...] = (), granted: int = 0) -> Priced:
    rule = harbour().rule_on("ticket", day)
    assert rule is not None
    return price(rule, amount_minor=amount_minor, day=day, items=items, granted=granted)


def told(priced: Priced) -> list[tuple[str, Decimal, int]]:
    return [(step.kind.value, step.value, step.points) for step in priced.steps]


def test_what_is_left_out_is_no_part_of_the_amount_that_counts():
    found = ticket(2500, items=(DELIVERY, Item("Gift_Card ", 400), Item("book", 1600)))

    assert found.steps == (
        Step(StepKind.EXCLUDED, Decimal(900), 0, amount_minor=2500, label="delivery, gift card"),
        Step(StepKind.AMOUNT, Decimal("0.5"), 8, amount_minor=1600, unit_minor=100),
    )


def test_minimum_is_asked_of_what_counts():
    found = ticket(1400, items=(DELIVERY,))

    assert found.steps[-1] == Step(StepKind.MINIMUM, Decimal(1000), 0, amount_minor=900)
    assert shortfall(found) is Ineligible.BELOW_MINIMUM


def test_more_left_out_than_paid_is_nothing_and_not_less():
    found = ticket(300, items=(DELIVERY,))

    assert (found.points, shortfall(found)) == (0, Ineligible.ALL_EXCLUDED)
    assert found.steps[0].value == 300


@pytest.mark.parametrize(("rounding", "points"), [("down", [5, 5]), ("half_up", [6, 5]), ("up", [6, 6])])
def test_steps_are_rounded_as_the_rule_says(rounding, points):
    rule = EarnRule(
        activity="order", version="1", valid_from=DAY, points_per_unit="0.5", rounding=rounding, text="Half a point."
    )
    quarter = rule.model_copy(update={"points_per_unit": Decimal("0.475")})

    assert [price(one, amount_minor=1100, day=DAY).points for one in (rule, quarter)] == points


def test_promotions_of_one_day_all_count_and_a_bonus_is_never_multiplied():
    assert told(ticket(5000, date(2036, 4, 12))) == [
        ("amount", Decimal("0.5"), 25),
        ("multiplier", Decimal("1.5"), 38),
        ("multiplier", Decimal(2), 76),
        ("bonus", Decimal(20), 96),
    ]


def test_promotion_that_asks_for_more_says_so_and_gives_nothing():
    found = ticket(3950, date(2036, 4, 30))

    assert found.steps[-1] == Step(StepKind.MISSED, Decimal(4000), 20, amount_minor=3950, label="Spring tide")
    assert found.points == 20


@pytest.mark.parametrize(
    ("day", "points"),
    [(date(2036, 2, 29), 20), (date(2036, 3, 1), 50), (date(2036, 4, 30), 50), (date(2036, 5, 1), 20)],
)
def test_promotion_counts_from_its_first_day_to_its_last(day, points):
    assert ticket(4000, day).points == points


def test_bonus_comes_only_on_top_of_points():
    bonus = Promotion(key="gift", label="A gift", first=DAY, last=DAY, bonus=50)
    rule = EarnRule(
        activity="order", version="1", valid_from=DAY, points_per_unit=1, promotions=(bonus,), text="A point a pound."
    )

    assert [price(rule, amount_minor=amount, day=DAY).points for amount in (99, 100)] == [0, 51]


@pytest.mark.parametrize(
    ("granted", "points", "kinds"),
    [
        (0, 300, ["amount", "cap"]),
        (200, 300, ["amount", "cap"]),
        (201, 299, ["amount", "cap", "member_cap"]),
        (500, 0, ["amount", "cap", "member_cap"]),
        (900, 0, ["amount", "cap", "member_cap"]),
    ],
)
def test_member_gets_no_more_than_the_room_that_is_left(granted, points, kinds):
    found = ticket(90_000, granted=granted)

    assert (found.points, [step.kind.value for step in found.steps]) == (points, kinds)


def test_full_cap_says_what_it_is_and_what_was_there():
    found = ticket(5000, granted=500)

    assert shortfall(found) is Ineligible.CAP_REACHED
    assert found.computation[-1] == {
        "kind": "member_cap",
        "value": "500",
        "points": 0,
        "granted": 500,
        "period": "year",
    }


def test_cap_that_bites_at_once_is_kept_as_it_is():
    found = price(RULE, amount_minor=15_000, day=DAY)

    assert found.steps[-1] == Step(StepKind.MEMBER_CAP, Decimal(100), 100, granted=0, period="month")
    assert steps_from(found.computation) == found.steps


@pytest.mark.parametrize(
    ("period", "day", "first", "behind"),
    [
        ("day", date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ("month", date(2028, 12, 31), date(2028, 12, 1), date(2029, 1, 1)),
        ("year", date(2028, 12, 31), date(2028, 1, 1), date(2029, 1, 1)),
    ],
)
def test_period_of_a_cap_has_its_first_day_and_the_day_behind(period, day, first, behind):
    assert period_of(period, day) == (first, behind)


@given(rule=RULES, amount=AMOUNTS, items=ITEMS, granted=st.integers(0, 10**6))
def test_each_step_follows_from_the_one_before(rule, amount, items, granted):
    found = price(rule, amount_minor=amount, day=DAY, items=items, granted=granted)
    running = 0
    for step in found.steps:
        assert step.points >= 0
        match step.kind:
            case StepKind.BONUS:
                assert step.points == running + step.value
            case StepKind.MULTIPLIER:
                assert abs(step.points - running * step.value) < 1
            case StepKind.MISSED:
                assert step.points == running
            case StepKind.CAP:
                assert step.points == step.value < running
            case StepKind.MEMBER_CAP:
                assert step.points == max(step.value - granted, 0) < running
        running = step.points
    assert found.points == running
    assert rule.cap is None or found.points <= rule.cap
    assert rule.member_cap is None or found.points <= max(rule.member_cap - granted, 0)
    assert steps_from(json.loads(json.dumps(found.computation))) == found.steps
    assert (shortfall(found) is None) == (0 < found.points <= 1_000_000)


@given(rule=RULES, amount=AMOUNTS, more=AMOUNTS, items=ITEMS, granted=st.integers(0, 10**6))
def test_who_pays_more_or_had_less_never_gets_less(rule, amount, more, items, granted):
    def points(paid: int, had: int) -> int:
        return price(rule, amount_minor=paid, day=DAY, items=items, granted=had).points

    assert points(amount, granted) <= points(amount + more, granted) <= points(amount + more, granted // 2)


@given(rule=RULES, amount=AMOUNTS, left_out=AMOUNTS)
def test_what_is_left_out_changes_nothing_but_the_amount(rule, amount, left_out):
    items = (Item("delivery", left_out), Item("book", amount))
    counted = max(amount - left_out, 0) if "delivery" in rule.excludes else amount

    assert price(rule, amount_minor=amount, day=DAY, items=items).points == (
        price(rule, amount_minor=counted, day=DAY).points
    )
