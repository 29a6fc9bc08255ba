"""A statement of a period: on a page, as a table and to print, with hashes that show what was changed."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.home.rules import chained
from tests.cast import Person
from tests.home.histories import at, earn, in_one_go, years
from tests.page import Page
from tests.site import Site

PERIOD = {"since": "2026-10-01", "until": "2026-11-08"}


def sums(page: Page) -> list[str]:
    return [f"{name} {value}" for name, value in zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True)]


def table(site: Site, endpoint: str = "home.download_statement", **days: Any) -> list[list[str]]:
    answer = site.open(endpoint, **days).response
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def printed(site: Site, **days: Any) -> PdfReader:
    return PdfReader(io.BytesIO(site.open("home.print_statement", **days).response.get_data()))


def test_page_shows_what_a_period_began_with_and_what_changed_it(site: Site, asha_earned: Person):
    page = (
        site.as_(asha_earned)
        .open("home.show_points")
        .click("Statement")
        .submit("Show", since="2026-10-20", until="2026-11-08")
    )

    assert page.texts("h2") == ["From 20 Oct to 8 Nov"]
    assert (page.value("since"), page.value("until")) == ("2026-10-20", "2026-11-08")
    assert sums(page) == [
        "Balance at the beginning 140",
        "Friends, 1 line +200",
        "Corrections, 1 line +90",
        "Quizzes, 1 line +60",
        "Balance at the end 490",
    ]
    assert [line.split(" Hash ")[0] for line in page.texts(".lines .line")] == [
        "A friend joined 28 Oct · F4K9 WQ37",
        "Quiz of 3 Nov 4 Nov · Autumn quiz",
        "Order of 1 Nov 8 Nov · Correction · 7155 0001",
    ]


def test_table_has_every_line_with_its_id_and_a_chain_of_hashes(site: Site, asha_earned: Person):
    browser = site.as_(asha_earned)
    headings, *rows = table(browser, **PERIOD)

    assert headings[0] == "Line id"
    assert headings[-1] == "Hash"
    assert [row[1:11] for row in rows[:1]] == [
        ["1", "2026-10-19 12:00:00", "2026-10-18 12:00:00", "earn", "order", "7041 8822", "Order of 18 Oct",
         "140", "yes", "140"],
    ]  # fmt: skip
    above = ""
    for *cells, kept in rows:
        above = chained(above, cells)
        assert kept == above
    page = browser.open("home.show_statement", **PERIOD)
    shown = [line.split(" Hash ")[1].split()[0] for line in page.texts(".lines .line")]
    assert shown == [row[-1][:8] for row in rows]
    assert f"stands for the whole statement, is {rows[-1][-1]}." in page.text


def test_table_is_a_file_that_runs_and_fetches_nothing(site: Site, asha: Person):
    earn(asha, 5, at(3), text='=HYPERLINK("https://evil.example")', subject="@sum")
    browser = site.as_(asha)

    answer = browser.open("home.download_statement", **PERIOD).response

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    [row] = table(browser, **PERIOD)[1:]
    assert row[6:8] == ["'@sum", '\'=HYPERLINK("https://evil.example")']


def test_print_has_every_line_its_id_its_hash_and_page_numbers(site: Site, asha: Person):
    earn(asha, 120, at(2), text="Bestellung für Łukasz – “gross”")
    for number in range(60):
        earn(asha, 1, at(3), text=f"Line {number}")
    browser = site.as_(asha)

    paper = printed(browser, **PERIOD)
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())

    assert "Bestellung für Łukasz – “gross”" in text
    assert f"Asha Rahman, {asha.number}" in text
    assert "Lines counted from 1 Oct 2026 to 8 Nov 2026 Made 22 Nov 2026" in text
    assert all(f"{row[0]} {row[-1]}" in text for row in table(browser, **PERIOD)[1:])
    assert len(paper.pages) > 1
    assert f"Page 1 of {len(paper.pages)}" in paper.pages[0].extract_text()
    assert "Balance at the end" in text
    assert "180" in text


def test_days_that_were_not_chosen_stand_in_their_fields(site: Site, asha_earned: Person):
    browser = site.as_(asha_earned)

    page = browser.open("home.show_statement")
    from_june = browser.open("home.show_statement", since="2026-06-01", until="")

    assert [page.value("since"), page.value("until")] == ["2026-01-01", "2026-11-22"]
    assert [from_june.value("since"), from_june.value("until")] == ["2026-06-01", "2026-11-22"]


def test_period_without_lines_says_so_everywhere(site: Site, asha: Person):
    earn(asha, 5, at(3))
    days = {"since": "2026-11-10", "until": "2026-11-12"}
    browser = site.as_(asha)

    page = browser.open("home.show_statement", **days)

    assert "There are no lines in these days." in page.text
    assert sums(page) == ["Balance at the beginning 5", "Balance at the end 5"]
    assert len(table(browser, **days)) == 1
    assert "There are no lines in these days." in printed(browser, **days).pages[0].extract_text()


@pytest.mark.parametrize("endpoint", ["home.show_statement", "home.download_statement", "home.print_statement"])
def test_days_that_make_no_period_are_refused(site: Site, asha: Person, endpoint: str):
    page = site.as_(asha).open(endpoint, status=422, since="2026-11-08", until="2026-11-07")

    assert page.errors == {"until": "Choose a day that is not before the first one"}
    assert page.value("until") == "2026-11-07"


@pytest.mark.parametrize("day", ["yesterday", "0001-01-01", "9999-12-31", "31 Feb"])
def test_day_that_is_none_is_refused(site: Site, asha: Person, day: str):
    assert set(site.as_(asha).open("home.show_statement", status=422, since=day).errors) == {"since"}


def test_print_too_long_to_set_asks_for_fewer_days(site: Site, asha: Person):
    in_one_go(asha, 3001)

    page = site.as_(asha).open("home.print_statement", status=422)

    assert page.errors == {"until": "A PDF holds up to 3,000 lines. Choose fewer days, or take the table"}


def test_nobody_gets_the_lines_of_others(site: Site, asha_earned: Person, bruno: Person):
    earn(bruno, 5, at(3))

    assert [row[7] for row in table(site.as_(bruno), **PERIOD)[1:]] == ["Order of 2 Nov"]


def test_long_statement_takes_as_many_statements_as_a_short_one(site: Site, asha: Person, bruno: Person):
    in_one_go(asha, 600)
    years(bruno, 3)
    days = {"since": "2025-01-01"}

    def counted(member: Person, endpoint: str) -> int:
        answer = site.as_(member).open(endpoint, **days)
        answer.response.get_data()
        return len(answer.statements)

    for endpoint, count in {
        "home.show_statement": 4,
        "home.download_statement": 2,
        "home.print_statement": 5,
    }.items():
        assert counted(asha, endpoint) == counted(bruno, endpoint) == count
    long = site.as_(asha)
    assert len(table(long, **days)) == 601
    assert (
        "These are the first 100 of 600 lines. The files have all of them."
        in long.open("home.show_statement", **days).text
    )


class TestVerify:
    """`flask statement verify` tells a file that is as the ledger has it from one that is not."""

    @pytest.fixture
    def verify(self, app: Flask, tmp_path: Any) -> Any:
        def run(text: str) -> tuple[int, str]:
            file = tmp_path / "statement.csv"
            file.write_text(text, encoding="utf-8", newline="")
            result = app.test_cli_runner().invoke(args=["statement", "verify", str(file)])
            return result.exit_code, result.output

        return run

    @pytest.fixture
    def text(self, site: Site, asha_earned: Person) -> str:
        return site.as_(asha_earned).open("home.download_statement", **PERIOD).response.get_data().decode()

    def test_untouched_file_is_as_the_ledger_has_it(self, verify: Any, text: str):
        code, said = verify(text)

        assert (code, said.split(";")[0]) == (0, "4 lines, as the ledger has them")
        assert text.strip()[-64:] in said

    def test_changed_line_is_named(self, verify: Any, text: str):
        code, said = verify(text.replace(",200,", ",900,"))

        assert code == 1
        assert "row 2 does not have the hash of what it says" in said
        assert "row 2 is not as the ledger has it" in said

    def test_forged_chain_is_told_from_the_ledgers(self, verify: Any, text: str):
        head, *rows = list(csv.reader(io.StringIO(text, newline="")))
        out, above = io.StringIO(newline=""), ""
        forged = csv.writer(out)
        forged.writerow(head)
        del rows[1]
        for *cells, _hash in rows:
            above = chained(above, cells)
            forged.writerow([*cells, above])

        code, said = verify(out.getvalue())

        assert code == 1
        assert said.startswith("FAULT  row 2 does not follow the row above it")
        assert said.count("FAULT") == 1

    def test_print_is_said_to_be_no_table(self, verify: Any):
        code, said = verify("%PDF-1.3\n1 0 obj\na,b\n")

        assert (code, "only tables are read" in said) == (1, True)

    @pytest.mark.parametrize("broken", ["a,b\n1,2\n", "\x00", "a\n" + ",".join(["x"] * 12) + "\n"])
    def test_file_that_is_no_statement_is_said_to_be_none(self, verify: Any, broken: str):
        code, said = verify(broken)

        assert code == 1
        assert "FAULT" in said
