"""The list of ways in names every factor there is, and only routes and times that are true."""

import re
from pathlib import Path

from portal.accounts.rules import Factor
from portal.accounts.rules.sessions import KEPT_LENGTH, MEMBER_LENGTH, STAFF_LENGTH

TEXT = Path("docs/sign-in.md").read_text(encoding="utf-8")


def test_every_factor_has_its_way_in():
    assert {factor.value for factor in Factor} - set(re.findall(r"\| `([a-z]+)` \|", TEXT)) == set()


def test_every_route_that_is_named_is_there(app):
    named = set(re.findall(r"`(accounts\.\w+)`", TEXT))

    assert named
    assert named - set(app.view_functions) == set()


def test_every_module_that_begins_a_session_stands_behind_a_named_route(app):
    named = {app.view_functions[name].__module__ for name in re.findall(r"`(accounts\.\w+)`", TEXT)}
    # Who is in already and sets up or shows a factor gets a new token by it; that is no way in.
    stay = {"portal.accounts.views.enrolling", "portal.accounts.views.passkeys"}
    views = [*Path("portal").glob("*/views/*.py")]
    begin = {
        ".".join(file.with_suffix("").parts)
        for file in views
        if re.search(r"import .*\bbegin\b", file.read_text(encoding="utf-8"))
    }

    assert begin - stay - named == set()


def test_times_are_those_of_the_rules():
    def words(length):
        hours = [int(part.total_seconds() // 60) for part in (length.idle, length.absolute)]
        return [f"{n} minutes" if n < 60 else f"{n // 60} hours" if n < 1440 else f"{n // 1440} days" for n in hours]

    rows = re.findall(r"^\| (?:members|staff)[^|]* \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)

    assert [list(row) for row in rows] == [words(each) for each in (MEMBER_LENGTH, KEPT_LENGTH, STAFF_LENGTH)]
