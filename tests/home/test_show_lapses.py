"""A club whose points lapse: what the history, the statement and the balance explained say of it."""

from collections.abc import Iterator
from datetime import date

import pytest

from portal.tiers import sweeps
from tests.cast import Person
from tests.factories import a_member
from tests.home.histories import at, earn, spend
from tests.home.reading import key, why
from tests.site import Site
from tests.tiers.windows import kept_by


@pytest.fixture(autouse=True)
def _lapsing(session) -> Iterator[None]:
    with kept_by(expiry_months=12, expiry_from=date(2026, 1, 1)):
        yield


@pytest.fixture
def vera(session) -> Person:
    """Had 200 points lapse this month; 50 of December and 70 of this year are left."""
    person = a_member("Vera Novak", joined=at(1, 3, 2025))
    earn(person, 300, at(10, 11, 2025), text="Order of 9 Nov")
    earn(person, 50, at(4, 12, 2025))
    earn(person, 70, at(5, 6))
    spend(person, 100, at(6, 6))
    sweeps.lapse_points(at(12))
    return person


def test_history_says_what_is_gone_next_and_why_a_line_lapsed(site: Site, vera: Person):
    page = site.as_(vera).open("home.show_points")

    assert "50 points are gone on 4 Dec, unless you spend them before." in page.text
    assert "300 spent or lapsed" in key(page)
    told = why(page, "Order of 9 Nov Lapsed")
    assert "Points last 12 months, and these came 10 Nov 2025." in told


def test_statement_and_balance_explained_know_what_lapsed(site: Site, vera: Person):
    browser = site.as_(vera)

    explained = browser.open("/points/balance?figure=320&day=2026-11-01").text
    statement = browser.open("/points/statement?since=2026-11-01&until=2026-11-20").text

    assert "Lapsed, 1 line −200" in explained
    assert "Your balance now 120" in explained
    assert "Lapsed, 1 line −200" in statement


def test_where_points_never_lapse_nothing_is_said(site: Site, asha_earned: Person):
    with kept_by():
        text = site.as_(asha_earned).open("home.show_points").text

    assert "are gone on" not in text
    assert "lapsed" not in text
