"""Lines, claims and gaps in months; benefits on their rungs."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.claims.rules import ClaimKind, ClaimState
from portal.home.rules import Asked, Change, Month, Surroundings, asked_points, changes, last_day, months, on_rungs
from portal.points.rules import MonthSum
from portal.programme import Benefit, Tier

TODAY = date(2026, 11, 22)
LONG_AGO = date(2000, 1, 1)
LONDON = ZoneInfo("Europe/London")


def claim(day: date, points: int = 150, *, is_waiting_anyway: bool = False) -> Asked:
    return Asked(
        reference="C-ACDEFGHJ",
        kind=ClaimKind.MISSING,
        activity="order",
        subject="7041 8822",
        activity_day=day,
        day=day,
        points=points,
        state=ClaimState.SUBMITTED,
        answer_by=None,
        parked_until=None,
        agent="",
        is_waiting_anyway=is_waiting_anyway,
    )


def drawn(found: tuple[Month, ...]) -> list[tuple[str, list[str]]]:
    """Write months as a page shows them: lines by their place, claims and gaps by their days."""
    shown = []
    for month in found:
        items = []
        for item in month.items:
            if item.line is not None:
                items.append(str(item.line))
            elif item.asked:
                items.append(f"asked {item.asked.day:%d %b}")
            elif item.gap:
                items.append(f"{item.gap.since:%d %b} to {item.gap.until:%d %b}?")
        shown.append((f"{month.first:%b}" + (", continued" if month.is_continued else ""), items))
    return shown


def page(days: list[date], asked: list[Asked] | None = None, **around: date | None) -> list[tuple[str, list[str]]]:
    return drawn(months(days, asked or [], {}, Surroundings(**({"today": TODAY} | around))))  # type: ignore[arg-type]


def test_lines_are_grouped_by_month():
    days = [date(2026, 11, 20), date(2026, 11, 1), date(2026, 10, 31), date(2025, 10, 31)]

    assert page(days) == [("Nov", ["0", "1"]), ("Oct", ["2"]), ("Oct", ["3"])]


def test_month_has_its_sums():
    november, october = date(2026, 11, 1), date(2026, 10, 1)
    sums = {november: MonthSum(november, earned=90), october: MonthSum(october, earned=10)}

    found = months([date(2026, 11, 20), date(2026, 10, 2)], [], sums, Surroundings(TODAY))

    assert [month.sums for month in found] == [sums[november], sums[october]]


def test_month_that_began_on_the_page_before_is_continued_and_has_no_sum():
    october = date(2026, 10, 1)
    around = Surroundings(TODAY, newer=date(2026, 10, 9))

    [month] = months([date(2026, 10, 2)], [], {october: MonthSum(october, earned=10)}, around)

    assert (month.is_continued, month.sums) == (True, None)


def test_month_after_the_end_of_a_page_is_not_continued():
    assert page([date(2026, 9, 30)], newer=date(2026, 10, 1)) == [("Sep", ["0"])]


def test_gap_of_more_than_a_week_stands_between_its_lines():
    days = [date(2026, 11, 20), date(2026, 11, 13), date(2026, 11, 5), date(2026, 10, 20)]

    assert page(days, claimable_since=LONG_AGO) == [
        ("Nov", ["0", "1", "05 Nov to 13 Nov?", "2", "20 Oct to 05 Nov?"]),
        ("Oct", ["3"]),
    ]


def test_gap_up_to_today_stands_on_top():
    assert page([date(2026, 11, 3)], claimable_since=LONG_AGO) == [("Nov", ["03 Nov to 22 Nov?", "0"])]


def test_gap_below_the_last_line_of_a_page_reaches_to_the_next_page():
    days = [date(2026, 11, 20)]

    assert page(days, claimable_since=LONG_AGO, older=date(2026, 11, 2)) == [("Nov", ["0", "02 Nov to 20 Nov?"])]
    assert page(days, claimable_since=LONG_AGO) == [("Nov", ["0"])]


def test_later_page_has_no_gap_on_top():
    assert page([date(2026, 9, 3)], claimable_since=LONG_AGO, newer=date(2026, 10, 9)) == [("Sep", ["0"])]


def test_nobody_is_asked_about_what_is_too_long_ago():
    days = [date(2026, 11, 20), date(2026, 9, 1)]

    assert page(days, claimable_since=date(2026, 11, 5)) == [("Nov", ["0", "05 Nov to 20 Nov?"]), ("Sep", ["1"])]
    assert page(days, claimable_since=date(2026, 11, 15)) == [("Nov", ["0"]), ("Sep", ["1"])]


def test_narrowed_history_asks_nobody_what_is_missing():
    assert page([date(2026, 11, 20), date(2026, 9, 1)]) == [("Nov", ["0"]), ("Sep", ["1"])]


def test_claim_lies_in_the_gap_instead_of_the_question():
    days = [date(2026, 11, 20), date(2026, 11, 2)]

    assert page(days, [claim(date(2026, 11, 6))], claimable_since=LONG_AGO) == [("Nov", ["0", "asked 06 Nov", "1"])]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 21), ["asked 21 Nov", "0", "1"]),
        (date(2026, 11, 20), ["0", "asked 20 Nov", "1"]),
        (date(2026, 11, 3), ["0", "asked 03 Nov", "1"]),
        (date(2026, 11, 2), ["0", "1", "asked 02 Nov"]),
        (date(2026, 11, 1), ["0", "1", "asked 01 Nov"]),
    ],
)
def test_claim_stands_above_the_first_line_that_is_older(day: date, expected: list[str]):
    assert page([date(2026, 11, 20), date(2026, 11, 2)], [claim(day)]) == [("Nov", expected)]


def test_claim_opens_a_month_of_its_own():
    assert page([date(2026, 11, 20), date(2026, 9, 2)], [claim(date(2026, 10, 6))]) == [
        ("Nov", ["0"]),
        ("Oct", ["asked 06 Oct"]),
        ("Sep", ["1"]),
    ]


@pytest.mark.parametrize(
    "day", [date(2026, 12, 1), date(2026, 11, 20), date(2026, 11, 10), date(2026, 11, 2), LONG_AGO]
)
def test_claim_stands_on_exactly_one_page(day: date):
    newest, last, first, oldest = date(2026, 11, 21), date(2026, 11, 12), date(2026, 11, 8), date(2026, 11, 2)
    asked = [claim(day)]

    pages = [
        page([newest, last], asked, older=first),
        page([first, oldest], asked, newer=last),
    ]

    assert str(pages).count("asked") == 1


def test_history_of_claims_alone_shows_them():
    assert page([], [claim(date(2026, 10, 6)), claim(date(2026, 11, 6))]) == [
        ("Nov", ["asked 06 Nov"]),
        ("Oct", ["asked 06 Oct"]),
    ]


def test_claims_for_points_that_are_coming_anyway_are_not_added():
    asked = [claim(TODAY, 150), claim(TODAY, 45, is_waiting_anyway=True), claim(TODAY, 5)]

    assert asked_points(asked) == 155


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 0, 1, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 6, 22, 23, 0, tzinfo=UTC), date(2026, 6, 22)),
        (datetime(2026, 6, 22, 23, 1, tzinfo=UTC), date(2026, 6, 23)),
    ],
)
def test_midnight_belongs_to_the_day_it_ends(moment: datetime, day: date):
    assert last_day(moment, LONDON) == day


def tier(key: str, threshold: int, **benefits: str) -> Tier:
    texts = tuple(Benefit(key=name, label=name.title(), text=text) for name, text in benefits.items())
    return Tier(key=key, name=key.title(), threshold=threshold, benefits=texts)


LADDER = (
    tier("low", 0, price="5%", points="yes", coffee="tea"),
    tier("middle", 100, price="7%", points="yes"),
    tier("high", 200, price="10%", boat="one"),
    tier("top", 300),
)


def rungs(held: str) -> dict[str, list[str]]:
    return {key: [benefit.text for benefit in benefits] for key, benefits in on_rungs(LADDER, held).items()}


def test_rung_names_what_it_adds_or_changes():
    assert rungs("low") == {"low": ["5%", "yes", "tea"], "middle": ["7%"], "high": ["10%", "one"], "top": []}


def test_reached_rungs_keep_what_no_higher_one_has_changed():
    assert rungs("middle") == {"low": ["yes", "tea"], "middle": ["7%"], "high": ["10%", "one"], "top": []}
    assert rungs("top") == {"low": ["yes", "tea"], "middle": [], "high": ["10%", "one"], "top": []}


def test_next_tier_changes_what_it_gives_differently():
    assert changes(LADDER, "low") == (Change("Price", "5%", "7%"),)
    assert changes(LADDER, "middle") == (Change("Price", "7%", "10%"), Change("Boat", "", "one"))


def test_tier_without_benefits_of_its_own_changes_nothing():
    assert changes(LADDER, "high") == ()


def test_top_has_nothing_above_it():
    assert changes(LADDER, "top") == ()
