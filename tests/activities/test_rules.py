"""Pricing an activity by the rule of its day, and the moment its points are due."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.activities.rules import Priced, Step, StepKind, due_at, due_for_day, normal_subject, price, steps_from
from portal.programme import EarnRule, Programme
from tests.programme.samples import club, harbour

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(LONDON))  # noqa: DTZ001 - zone given
AMOUNTS = st.integers(min_value=0, max_value=10**12)
RULES = st.builds(
    EarnRule,
    activity=st.just("order"),
    version=st.just("1"),
    valid_from=st.just(date(2026, 1, 1)),
    points_per_unit=st.decimals("0.01", 1000, places=2),
    unit_minor=st.integers(1, 10_000),
    multiplier=st.decimals("0.1", 20, places=2),
    multiplier_label=st.just("More"),
    minimum_minor=st.none() | st.integers(1, 100_000),
    cap=st.none() | st.integers(1, 1_000_000),
    text=st.just("A rule."),
)


def rule_of(programme: Programme, activity: str, day: date) -> EarnRule:
    rule = programme.rule_on(activity, day)
    assert rule is not None
    return rule


def priced(programme: Programme, activity: str, day: date, amount_minor: int | None = None) -> Priced:
    return price(rule_of(programme, activity, day), amount_minor=amount_minor, day=day)


@pytest.mark.parametrize(
    ("day", "amount_minor", "points", "version"),
    [
        (date(2026, 10, 31), 9000, 90, "order-1"),
        (date(2026, 11, 1), 9000, 90, "order-2"),
        (date(2026, 11, 5), 9000, 90, "order-2"),
        (date(2026, 11, 6), 7500, 150, "order-2"),
        (date(2026, 11, 9), 9000, 180, "order-2"),
        (date(2026, 11, 10), 9000, 90, "order-2"),
        (date(2026, 11, 9), 9999, 198, "order-2"),
        (date(2026, 11, 9), 99, 0, "order-2"),
        (date(2026, 11, 9), 0, 0, "order-2"),
    ],
    ids=[
        "old rule",
        "new rule",
        "before the double days",
        "first double day",
        "last double day",
        "after them",
        "full pounds only",
        "less than a pound",
        "nothing paid",
    ],
)
def test_an_order_brings_a_point_a_pound_and_double_on_the_days_named(day, amount_minor, points, version):
    found = priced(club(), "order", day, amount_minor)
    assert (found.points, found.rule_version) == (points, version)


@pytest.mark.parametrize(("activity", "points"), [("device", 80), ("quiz", 60), ("referral", 200)])
def test_what_has_no_amount_brings_fixed_points(activity, points):
    found = priced(club(), activity, date(2026, 11, 22))
    assert found == Priced(points, (Step(StepKind.FIXED, Decimal(points), points),), f"{activity}-1")


def test_the_steps_tell_how_a_number_came_about():
    assert priced(club(), "order", date(2026, 11, 9), 9000).steps == (
        Step(StepKind.AMOUNT, Decimal(1), 90, amount_minor=9000, unit_minor=100),
        Step(StepKind.MULTIPLIER, Decimal(2), 180, label="Double points, 6 to 9 Nov"),
    )


@pytest.mark.parametrize(
    ("day", "amount_minor", "points", "kinds"),
    [
        (date(2025, 6, 1), 1499, 5, ["amount"]),
        (date(2025, 6, 1), 1500, 7, ["amount"]),
        (date(2026, 6, 1), 999, 0, ["amount", "minimum"]),
        (date(2026, 6, 1), 1000, 6, ["amount"]),
        (date(2026, 7, 31), 1500, 13, ["amount", "multiplier"]),
        (date(2026, 6, 1), 50_000, 300, ["amount"]),
        (date(2026, 6, 1), 50_500, 300, ["amount", "cap"]),
        (date(2026, 7, 1), 50_000, 300, ["amount", "multiplier", "cap"]),
    ],
    ids=[
        "two full units of 5 euro at 2.5",
        "three units, rounded down",
        "below the minimum",
        "at the minimum",
        "half as many again, rounded down",
        "exactly at the cap",
        "above the cap",
        "above the cap by the multiplier",
    ],
)
def test_another_clubs_units_minimum_multiplier_and_cap_are_followed(day, amount_minor, points, kinds):
    found = priced(harbour(), "ticket", day, amount_minor)
    assert (found.points, [step.kind.value for step in found.steps]) == (points, kinds)


def test_points_below_the_minimum_say_by_what_they_failed():
    assert priced(harbour(), "ticket", date(2026, 6, 1), 999).steps[-1] == Step(
        StepKind.MINIMUM, Decimal(1000), 0, amount_minor=999
    )


def test_a_multiplier_without_days_counts_always():
    assert priced(harbour(), "cleanup", date(2031, 1, 1)).points == 80


def test_a_rule_is_not_asked_about_a_day_it_was_not_in_force():
    rule = rule_of(club(), "order", date(2026, 11, 1))
    with pytest.raises(ValueError, match="order-2 of order was not in force on 2026-10-31"):
        price(rule, amount_minor=100, day=date(2026, 10, 31))


def test_a_rule_that_counts_by_the_amount_needs_one():
    with pytest.raises(ValueError, match="counts by the amount"):
        priced(club(), "order", date(2026, 11, 22))


@given(rule=RULES, amount=AMOUNTS)
def test_points_are_whole_never_below_zero_and_within_the_cap(rule, amount):
    found = price(rule, amount_minor=amount, day=date(2026, 6, 1))
    assert isinstance(found.points, int)
    assert found.points >= 0
    assert rule.cap is None or found.points <= rule.cap
    assert found.steps[-1].points == found.points


@given(rule=RULES, amount=AMOUNTS, more=AMOUNTS)
def test_who_pays_more_never_gets_less(rule, amount, more):
    day = date(2026, 6, 1)
    assert price(rule, amount_minor=amount, day=day).points <= price(rule, amount_minor=amount + more, day=day).points


@given(rule=RULES, amount=AMOUNTS)
def test_a_computation_survives_being_kept_as_json(rule, amount):
    found = price(rule, amount_minor=amount, day=date(2026, 6, 1))
    assert steps_from(json.loads(json.dumps(found.computation))) == found.steps


@pytest.mark.parametrize(
    ("occurred_at", "due"),
    [
        (datetime(2026, 11, 20, 18, 22, tzinfo=UTC), datetime(2026, 11, 22, 18, 22, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=LONDON), datetime(2026, 10, 26, 11, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, tzinfo=LONDON), datetime(2026, 3, 30, 12, tzinfo=UTC)),
    ],
    ids=["plain", "the clocks go back in between", "the clocks go forward in between"],
)
def test_points_are_due_after_the_delay_in_real_hours(occurred_at, due):
    assert due_at(occurred_at, 48) == due


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 20), datetime(2026, 11, 23, tzinfo=UTC)),
        (date(2026, 6, 20), datetime(2026, 6, 22, 23, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 28, tzinfo=UTC)),
    ],
    ids=["winter time", "summer time", "the day of 25 hours"],
)
def test_when_only_the_day_is_known_points_are_due_as_if_it_happened_at_its_end(day, due):
    assert due_for_day(day, 48, LONDON) == due


@given(hours=st.integers(0, 2000), at=MOMENTS)
def test_due_moments_are_in_utc_and_never_before_the_activity(hours, at):
    due = due_at(at, hours)
    assert (due.tzinfo, due - at.astimezone(UTC)) == (UTC, timedelta(hours=hours))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("7041 8822", "70418822"),
        (" 7041-8822\u00a0", "70418822"),
        ("№ 7041/8822", "NO70418822"),
        ("\uff17\uff10\uff14\uff11", "7041"),
        ("k7q2-m4xd", "K7Q2M4XD"),
        ("Zoe\u0308", "ZOË"),
        ("straße", "STRASSE"),
        ("…", ""),
        ("", ""),
    ],
)
def test_references_are_compared_by_letters_and_digits_alone(text, normal):
    assert normal_subject(text) == normal


@given(st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text):
    assert normal_subject(normal_subject(text)) == normal_subject(text)
