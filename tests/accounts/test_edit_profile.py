"""Your details: changed by yourself, noted in the log, and never more than the form offers."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import Member, User
from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.db import db
from tests.cast import Person
from tests.site import Site


def row_of(person: Person) -> User:
    db.session.rollback()
    return db.session.get_one(User, person.user_id, populate_existing=True)


def test_member_changes_their_details(site: Site, asha: Person) -> None:
    browser = site.as_(asha)

    page = browser.open("accounts.edit_profile").submit(
        name="Asha  Rahman-Smith", country="IE", time_zone="Europe/Dublin", wants_news=True
    )

    assert page.path == "/you"
    assert "Your details are saved." in page.text
    assert {"Asha Rahman-Smith", "Ireland"} <= set(page.texts("dd"))
    user = row_of(asha)
    assert (user.name, user.time_zone, user.wants_news) == ("Asha Rahman-Smith", "Europe/Dublin", True)
    assert "Your details are saved." not in browser.open("accounts.show_you").text


def test_change_stands_in_the_log_with_its_values_apart(site: Site, asha: Person) -> None:
    site.as_(asha).open("accounts.edit_profile").submit(name="Asha Smith")

    line, personal = db.session.execute(
        select(AuditEvent, AuditPersonal).join(AuditPersonal, AuditPersonal.event_id == AuditEvent.id)
    ).one()
    assert (line.verb, line.actor_id, line.about_id) == (Verb.PROFILE_CHANGED, asha.user_id, asha.user_id)
    assert line.facts == {"changed": "name"}
    assert personal.words == {"name": "Asha Rahman → Asha Smith"}


def test_saving_the_same_again_changes_and_notes_nothing(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("accounts.edit_profile").submit("Save")

    assert page.path == "/you"
    assert "Your details are saved." not in page.text
    assert db.session.query(AuditEvent).count() == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("   ", "Enter your name"),
        ("\u202e\u200e", "Enter your name"),
        ("12345", "Enter your name without signs such as @, / or <"),
        ("Win at www.evil.example", "Enter your name without signs such as @, / or <"),
        ("<b>Asha</b>", "Enter your name without signs such as @, / or <"),
        ("a" * 121, "Use 120 characters or fewer"),
    ],
)
def test_what_is_no_name_is_said_beside_the_field(site: Site, asha: Person, name: str, words: str) -> None:
    page = site.as_(asha).open("accounts.edit_profile").submit(name=name, country="IE", status=422)

    assert page.errors == {"name": words}
    assert page.value("country") == "IE"
    assert row_of(asha).name == asha.name


@pytest.mark.parametrize(("field", "value"), [("country", "XX"), ("time_zone", "../../etc/passwd"), ("country", "")])
def test_what_was_not_offered_is_refused(site: Site, asha: Person, field: str, value: str) -> None:
    page = site.as_(asha).open("accounts.edit_profile").submit(forged={field: value}, status=422)

    assert page.errors == {field: "Not a valid choice."}
    assert row_of(asha).time_zone == ""


def test_fields_the_form_does_not_have_change_nothing(site: Site, asha: Person, bruno: Person) -> None:
    before = db.session.get_one(Member, asha.member)
    known = (before.number, before.birth_date, before.state)
    forged = {
        "role": "admin",
        "email": "evil@club.example",
        "state": "closed",
        "number": "M-1",
        "birth_date": "2001-01-01",
        "user_id": str(bruno.user_id),
        "member_id": str(bruno.member),
        "points": "9999",
        "locale": "de_DE",
    }

    site.as_(asha).open("accounts.edit_profile").submit(name="Asha Smith", forged=forged)

    user = row_of(asha)
    after = db.session.get_one(Member, asha.member, populate_existing=True)
    assert (user.name, user.role, user.email, user.locale) == ("Asha Smith", "member", asha.email, "en_GB")
    assert (after.number, after.birth_date, after.state) == known
    assert row_of(bruno).name == bruno.name


def test_times_of_day_follow_the_zone_one_has_chosen(site: Site, asha: Person) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), tick=False):
        browser = site.as_(asha)
        browser.open("accounts.show_addresses").submit(email="a.rao@work.example")
        assert "today, 18:30" in browser.open("accounts.show_addresses").text

        browser.open("accounts.edit_profile").submit(time_zone="Asia/Tokyo")
        assert "today, 03:30" in browser.open("accounts.show_addresses").text
        browser.open("accounts.edit_profile").submit(time_zone="")

        assert "today, 18:30" in browser.open("accounts.show_addresses").text


def test_form_answers_as_a_fragment_too(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("accounts.edit_profile").submit(name="", status=422, as_fragment=True)

    assert page.has("form#details")
    assert page.errors == {"name": "Enter your name"}
