"""The history: older lines, with and without htmx."""

from typing import Any

import pytest

from tests.cast import Person
from tests.home.histories import at, earn, years
from tests.home.reading import headings, summaries, titles
from tests.proofreading import text_of
from tests.site import Site


def test_older_lines_are_a_link_away(site: Site, asha: Person):
    years(asha, 45)
    browser = site.as_(asha)
    first = browser.open("home.show_points")

    second = first.click("Show earlier lines")
    third = second.click("Show earlier lines")

    shown = [titles(page) for page in (first, second, third)]
    assert [len(page) for page in shown] == [20, 20, 5]
    names = [title.split(" ", 1)[1] for page in shown for title in page]
    assert names == [f"Line {number}" for number in range(45, 0, -1)]
    assert "Show earlier lines" not in third.text
    assert third.click("Newest lines").path == "/points"


@pytest.mark.parametrize("how", [{}, {"as_fragment": True}])
def test_page_of_older_lines_begins_where_the_last_one_ended(site: Site, asha: Person, how: dict[str, Any]):
    years(asha, 45)

    page = site.as_(asha).open("home.show_points", before=26, **how)

    assert [title.split(" ", 1)[1] for title in titles(page)] == [f"Line {number}" for number in range(25, 5, -1)]
    months = [heading for heading in headings(page) if heading != "Points each month"]
    assert months == ["October, continued", "September +180"]
    assert page.has('a[href="/points?before=6"][hx-get="/points?before=6"]')


def test_fragment_is_only_lines_and_the_way_on(site: Site, asha: Person):
    years(asha, 45)

    page = site.as_(asha).open("home.show_points", before=26, as_fragment=True)

    assert "<html" not in page.html
    assert not page.has(".bars")
    assert not page.has(".chips")
    # The first heading takes the focus that the button had.
    assert [text_of(heading) for heading in page.all("h2[autofocus]")] == ["October, continued"]


def test_fragment_and_page_are_kept_apart_by_caches(site: Site, asha: Person):
    page = site.as_(asha).open("home.show_points")

    assert "HX-Request-Type" in page.response.headers["Vary"]


def test_filter_stays_while_paging(site: Site, asha: Person):
    years(asha, 45)
    earn(asha, 7, at(21, hour=13), text="A quiz", activity="quiz")

    page = site.as_(asha).open("home.show_points", activity="order", words="line").click("Show earlier lines")

    assert page.path == "/points?before=26&activity=order&words=line"
    assert len(summaries(page)) == 20


def test_lines_that_arrive_meanwhile_do_not_move_the_page(site: Site, asha: Person):
    years(asha, 45)
    browser = site.as_(asha)
    first = browser.open("home.show_points")
    earn(asha, 500, at(21, hour=15), text="New")

    second = first.click("Show earlier lines")

    assert titles(second)[0].endswith("Line 25")


def test_before_the_first_line_there_is_nothing(site: Site, asha: Person):
    years(asha, 3)

    page = site.as_(asha).open("home.show_points", before=1)

    assert "There are no earlier lines." in page.text
