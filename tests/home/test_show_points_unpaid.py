"""The history: what came in and brought no points says which condition failed, and by how much."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.activities.models import Event
from portal.activities.rules import EventKind, Ineligible, Outcome, Step, StepKind
from portal.activities.why import FAILED
from portal.db import db
from tests.activities.messages import message, record
from tests.activities.takings import sent_back, spent
from tests.cast import Person
from tests.factories import an_event, an_expectation
from tests.home.histories import at, earn, years
from tests.home.reading import headings, titles, why
from tests.site import Site

BELOW = (
    Step(StepKind.EXCLUDED, Decimal(450), 0, amount_minor=1200, label="delivery"),
    Step(StepKind.AMOUNT, Decimal(1), 7, amount_minor=750, unit_minor=100),
    Step(StepKind.MINIMUM, Decimal(1000), 0, amount_minor=750),
)
FULL = (
    Step(StepKind.AMOUNT, Decimal(1), 45, amount_minor=4500, unit_minor=100),
    Step(StepKind.MEMBER_CAP, Decimal(100), 0, granted=100, period="month"),
)
PENCE = (Step(StepKind.AMOUNT, Decimal(1), 0, amount_minor=85, unit_minor=100),)


def unpaid(
    member: Person,
    happened: datetime,
    code: str,
    *steps: Step,
    kind: EventKind = EventKind.EARN,
    activity: str = "order",
) -> Event:
    event = an_event(member, activity=activity, subject="7041 8822", happened=happened, outcome=Outcome.INELIGIBLE)
    event.outcome_code, event.rule_version, event.kind = code, "order-2" if steps else "", kind
    event.computation = [step.record() for step in steps]
    db.session.commit()
    return event


def test_it_stands_among_the_lines_on_its_day(site: Site, asha: Person):
    earn(asha, 30, at(10))
    earn(asha, 45, at(20))
    event = unpaid(asha, at(14), Ineligible.BELOW_MINIMUM, *BELOW)

    page = site.as_(asha).open("home.show_points")

    assert [title.removesuffix(" ·") for title in titles(page)] == [
        "20 Order of 19 Nov",
        "14 Order of 14 Nov Brought no points",
        "10 Order of 9 Nov",
    ]
    assert why(page, "Order of 14 Nov") == (
        "Points begin at £10.00. What counts is £7.50: £2.50 short. Does not count: delivery −£4.50 "
        "£7.50, 1 point for each £1.00 7 Nothing below £10.00 0 Points 0 "
        "One point for each full pound of an order. From 6 to 9 November 2026 points count double. "
        "It happened Sat 14 Nov, 12:00. Reference 7041 8822. "
        f"It came in today, 12:00 as message {event.external_id}. Is this number wrong?"
    )


@pytest.mark.parametrize(
    ("code", "steps", "words"),
    [
        (Ineligible.CAP_REACHED, FULL, "100 in a month at the most, of which you had 100."),
        (
            Ineligible.NO_POINTS,
            PENCE,
            "Points come for each full £1.00. What counts is £0.85: £0.15 short.",
        ),
        (Ineligible.BEFORE_JOINING, (), "It happened before you joined."),
        ("something_new", (), "It does not fit the rules for points."),
    ],
)
def test_each_condition_has_its_words(site: Site, asha: Person, code: str, steps: tuple[Step, ...], words: str):
    unpaid(asha, at(14), code, *steps)

    assert why(site.as_(asha).open("home.show_points"), "Order of 14 Nov").startswith(words)


def test_every_reason_has_words_of_its_own(site: Site, asha: Person):
    for number, code in enumerate(FAILED):
        unpaid(asha, at(1 + number), code)

    page = site.as_(asha).open("home.show_points")

    said = {why(page, f"Order of {1 + number} Nov").split(" It happened")[0] for number in range(len(FAILED))}
    assert said == {str(words) for words in FAILED.values()}


def test_what_happened_in_an_activity_nobody_knows_is_shown_all_the_same(site: Site, asha: Person):
    unpaid(asha, at(14), Ineligible.UNKNOWN_ACTIVITY, activity="skydiving")

    assert why(site.as_(asha).open("home.show_points"), "skydiving").startswith("The club gives no points for this.")


def test_another_members_message_is_not_shown(site: Site, asha: Person, bruno: Person):
    earn(asha, 45, at(20))
    unpaid(bruno, at(14), Ineligible.NO_RULE)

    assert "Brought no points" not in site.as_(asha).open("home.show_points").text


@pytest.mark.parametrize(
    ("kind", "code", "title", "words"),
    [
        (
            EventKind.RETURN,
            Ineligible.MORE_THAN_BOUGHT,
            "Order, sent back Took no points back",
            "More was sent back than was bought, as far as we know.",
        ),
        (
            EventKind.CANCELLATION,
            Ineligible.NOTHING_LEFT,
            "Order, cancelled Took no points back",
            "Nothing of it was left: it had been sent back or cancelled before.",
        ),
        (
            EventKind.REDEMPTION,
            Ineligible.NOT_ENOUGH,
            "Reward from the club’s shop Spent no points",
            "There were fewer points than it asked for.",
        ),
        (EventKind.RETURN, Ineligible.UNKNOWN_ACTIVITY, "Order, sent back", "The club gives no points for this."),
    ],
)
def test_what_took_nothing_back_or_spent_nothing_says_so(
    site: Site, asha: Person, kind: EventKind, code: str, title: str, words: str
):
    unpaid(asha, at(14), code, kind=kind)

    page = site.as_(asha).open("home.show_points")

    assert title in titles(page)[0]
    assert why(page, title.split(" Took", maxsplit=1)[0].split(" Spent", maxsplit=1)[0]).startswith(words)
    assert "It happened Sat 14 Nov" in page.text


def test_returns_the_shop_was_refused_are_found_by_what_they_are_about(site: Site, asha: Person):
    order = message(asha.number, occurred_at=at(14), subject="7041 8822")
    for told in (order, sent_back(order, 9900), spent(asha, 60)):
        record(told)

    pages = [site.as_(asha).open("home.show_points", words=words) for words in ("70418822", "reward")]

    assert ["Took no points back" in page.text for page in pages] == [True, False]
    assert ["Spent no points" in page.text for page in pages] == [False, True]


def test_it_is_found_and_left_out_like_a_line(site: Site, asha: Person):
    unpaid(asha, at(14), Ineligible.NO_RULE)

    pages = [
        site.as_(asha).open("home.show_points", **query)
        for query in ({"activity": "order"}, {"words": "70418822"}, {"activity": "quiz"}, {"kind": "gifts"})
    ]

    assert ["Brought no points" in page.text for page in pages] == [True, True, False, False]


def test_chip_picks_what_brought_nothing_and_nothing_else(site: Site, asha: Person):
    earn(asha, 45, at(20))
    unpaid(asha, at(14), Ineligible.NO_RULE)
    unpaid(asha, at(2, month=9), Ineligible.NO_RULE)
    an_expectation(asha, activity="order")

    page = site.as_(asha).open("home.show_points").click("Brought nothing")

    assert page.texts(".chips [aria-current]") == ["Brought nothing"]
    assert [title.split(" Brought")[0] for title in titles(page)] == ["14 Order of 14 Nov", "2 Order of 2 Sept"]
    assert [title.split(" Brought")[0] for title in titles(page.submit("Show", until="2026-10-31"))] == [
        "2 Order of 2 Sept"
    ]


def test_old_one_is_found_among_many(site: Site, asha: Person):
    unpaid(asha, at(2, month=9), Ineligible.NO_RULE)
    for _ in range(51):
        unpaid(asha, at(14), Ineligible.NO_RULE)
    browser = site.as_(asha)
    cut = "More than these came in and brought no points."

    assert cut in browser.open("home.show_points", kind="nothing").text
    for query in ({"words": "2 Sept"}, {"since": "2026-09-01", "until": "2026-09-30", "kind": "nothing"}):
        found = browser.open("home.show_points", **query)
        assert [title.split(" Brought")[0] for title in titles(found)] == ["2 Order of 2 Sept"]
        assert cut not in found.text


def test_each_stands_on_one_page_only(site: Site, asha: Person):
    years(asha, 45)
    for happened in (at(20), at(1, month=10), at(28, month=8)):
        unpaid(asha, happened, Ineligible.NO_RULE)

    page = site.as_(asha).open("home.show_points")
    shown = ["Brought no points" in page.text]
    while page.all("a#more, #more a"):
        page = page.click("Show earlier lines")
        shown.append("Brought no points" in page.text)

    assert headings(page)
    assert shown == [True, True, True]


def test_many_on_one_page_do_not_crowd_out_those_of_another(site: Site, asha: Person):
    years(asha, 25)
    for _ in range(51):
        unpaid(asha, at(20), Ineligible.NO_RULE)
    unpaid(asha, at(5, month=10), Ineligible.NO_RULE)

    older = site.as_(asha).open("home.show_points").click("Show earlier lines")

    assert "Order of 5 Oct" in older.text


def test_moment_of_the_clubs_zone_decides_the_day(site: Site, asha: Person):
    unpaid(asha, datetime(2026, 6, 30, 23, 30, tzinfo=UTC), Ineligible.NO_RULE)

    assert titles(site.as_(asha).open("home.show_points"))[0].startswith("1 Order of 1 Jul")
