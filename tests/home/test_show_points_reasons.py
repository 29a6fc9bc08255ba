"""The history: why a line has the number it has."""

from decimal import Decimal

from portal.activities.rules import Step, StepKind
from portal.points.rules import EntryKind
from tests.cast import Person
from tests.factories import a_claim
from tests.home.histories import at, earn, spend, with_steps
from tests.home.reading import summaries, why
from tests.site import Site


def test_line_says_how_it_was_computed(site: Site, asha: Person):
    steps = (
        Step(StepKind.AMOUNT, Decimal(1), 90, amount_minor=9000, unit_minor=100),
        Step(StepKind.MULTIPLIER, Decimal(2), 180, label="Double points, 6 to 9 Nov"),
    )
    facts = {"activity": "order", "subject": "7041 8822", "rule_version": "order-2", "happened_at": at(9, hour=18)}
    with_steps(asha, 180, *steps, text="Order of 9 Nov", **facts)

    page = site.as_(asha).open("home.show_points")

    assert why(page, "Order of 9 Nov") == (
        "£90.00, 1 point for each £1.00 90 Double points, 6 to 9 Nov × 2 Points 180 "
        "One point for each full pound of an order. From 6 to 9 November 2026 points count double. "
        "It happened Mon 9 Nov, 18:00 and was counted Tue 10 Nov, 06:00. Reference 7041 8822. Is this number wrong?"
    )


def test_line_with_one_step_says_it_in_a_sentence(site: Site, asha: Person):
    step = Step(StepKind.AMOUNT, Decimal("2.5"), 112, amount_minor=4500, unit_minor=100)
    with_steps(asha, 112, step, activity="order", rule_version="order-1")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("£45.00, 2.5 points for each £1.00. One point for each full pound of an order.")


def test_fixed_points_are_explained_by_the_rule_alone(site: Site, asha: Person):
    with_steps(asha, 60, Step(StepKind.FIXED, Decimal(60), 60), activity="quiz", rule_version="quiz-1")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("60 points for a finished quiz, once for each quiz.")


def test_cap_and_minimum_are_steps_too(site: Site, asha: Person):
    steps = (
        Step(StepKind.FIXED, Decimal(400), 400),
        Step(StepKind.MINIMUM, Decimal(1000), 400),
        Step(StepKind.CAP, Decimal(300), 300),
    )
    with_steps(asha, 300, *steps)

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("Points for this 400 Nothing below £10.00 400 At the most 300 Points 300")


def test_each_thing_that_a_rule_can_do_reads_as_a_step(site: Site, asha: Person):
    steps = (
        Step(StepKind.EXCLUDED, Decimal(500), 0, amount_minor=5000, label="delivery"),
        Step(StepKind.AMOUNT, Decimal(1), 45, amount_minor=4500, unit_minor=100),
        Step(StepKind.BONUS, Decimal(20), 65, label="A welcome on top"),
        Step(StepKind.MISSED, Decimal(6000), 65, amount_minor=4500, label="Winter double"),
        Step(StepKind.MEMBER_CAP, Decimal(100), 30, granted=70, period="month"),
    )
    with_steps(asha, 30, *steps)

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith(
        "Does not count: delivery −£5.00 £45.00, 1 point for each £1.00 45 A welcome on top +20 "
        "Winter double: from £60.00 on, £15.00 short 65 100 in a month at the most, of which you had 70 30 Points 30"
    )


def test_line_of_a_rule_the_programme_has_forgotten_still_opens(site: Site, asha: Person):
    with_steps(asha, 60, Step(StepKind.FIXED, Decimal(60), 60), activity="long gone", rule_version="v0")

    assert "It happened" in why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")


def test_line_without_a_computation_says_its_reason(site: Site, asha: Person):
    with_steps(asha, 25, kind=EntryKind.GOODWILL, counts_for_tier=False, reason="goodwill_delay")

    words = why(site.as_(asha).open("home.show_points"), "Order of 20 Nov")

    assert words.startswith("A gift from us, because our answer took longer than we promised.")


def test_line_that_takes_points_says_so_when_no_rule_does(site: Site, asha: Person):
    earn(asha, 45, at(19))
    spend(asha, 25, at(20))

    words = why(site.as_(asha).open("home.show_points"), "Reward from the shop")

    assert words.startswith("You spent these points. Spending never lowers your tier.")


def test_what_happened_and_was_counted_at_once_has_one_moment(site: Site, asha: Person):
    with_steps(asha, 25, text="A gift", happened_at=at(10, hour=6))

    words = why(site.as_(asha).open("home.show_points"), "A gift")

    assert "It happened Tue 10 Nov, 06:00." in words
    assert "was counted" not in words


def test_note_among_staff_is_never_shown(site: Site, asha: Person):
    with_steps(asha, 25, internal_note="keeps calling, be careful")

    assert "careful" not in site.as_(asha).open("home.show_points").html


def test_wrong_number_leads_to_a_claim_about_that_line(site: Site, asha: Person):
    entry = earn(asha, 45, at(20), activity="order", subject="7041 8822")

    page = site.as_(asha).open("home.show_points").click("Is this number wrong?")

    assert page.path == f"/claims/new?line={entry.sequence}"


def test_line_that_came_of_a_claim_leads_to_it(site: Site, asha: Person):
    claim = a_claim(asha)
    earn(asha, 45, at(20), claim=claim, kind=EntryKind.CORRECTION)

    page = site.as_(asha).open("home.show_points")

    assert f"Correction · Claim {claim.reference} · Why 45?" in summaries(page)[0]
    assert page.click(f"Claim {claim.reference}").path == f"/claims/{claim.reference}"
