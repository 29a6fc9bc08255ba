"""The page of leaving: what goes, when, and the way back."""

from datetime import timedelta

import pytest
import time_machine

from portal.accounts.models import User, UserSession
from portal.accounts.rules import MemberState
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.records import sweeps
from portal.web import ui
from tests import factories
from tests.accounts.stepping import letter_code
from tests.cast import PASSWORD, Person


def user_of(person: Person) -> User:
    db.session.expire_all()
    return db.session.get_one(User, person.user_id)


def closing_lines(person: Person) -> list[str]:
    found = db.session.query(AuditEvent).filter_by(about_id=person.user_id).order_by(AuditEvent.at)
    return [line.verb for line in found if "clos" in line.verb]


def test_the_page_says_what_happens_to_points_claims_and_data(site, asha):
    factories.an_entry(asha, 1240)
    factories.an_expectation(asha, 45)
    factories.a_claim(asha)
    factories.a_claim(asha)

    page = site.as_(asha).open("records.show_closing")

    assert page.h1 == "Close your account"
    assert "It closes 14 days after you ask." in page.text
    assert "Your 1,240 points lapse" in page.text
    assert "45 more are on their way" in page.text
    assert "Your 2 open claims are withdrawn" in page.text
    assert page.click("Fetch a copy of your data first").h1 == "A copy of your data"


def test_a_member_with_nothing_is_told_so(site, asha):
    page = site.as_(asha).open("records.show_closing")

    assert "You have no points that could lapse" in page.text
    assert "Nothing is on its way." in page.text
    assert "You have no open claims" in page.text


def test_asking_names_the_day_writes_a_letter_and_leaves_everything_as_it_is(site, asha):
    factories.an_entry(asha, 1240)
    at = now()

    with time_machine.travel(at, tick=False):
        page = site.as_(asha).open("records.show_closing").submit("Close my account")
        day = ui.weekday_day(at + timedelta(days=14))

    assert page.h1 == f"Your account closes on {day}"
    assert not page.has('[action$="/you/closing"]')
    (letter,) = site.letters
    assert (letter.to, letter.subject) == (asha.email, f"Your account closes on {day}")
    assert "https://club.example/you/closing" in letter.text
    assert user_of(asha).closes_at == at + timedelta(days=14)
    assert factories.balance_of(asha) == 1240
    assert "1,240 points" in site.as_(asha).open("home.show_home").text
    assert closing_lines(asha) == ["closing_asked"]


def test_asking_signs_out_everywhere_else(site, asha):
    here, elsewhere = site.as_(asha), site.as_(asha)

    here.open("records.show_closing").submit("Close my account")

    assert here.open("records.show_closing").h1.startswith("Your account closes on")
    assert elsewhere.open("home.show_home").h1 == "Sign in"


def test_asking_twice_writes_one_letter_and_keeps_the_first_day(site, asha):
    page = site.as_(asha).open("records.show_closing")
    page.submit("Close my account")
    first = user_of(asha).closes_at

    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        page.submit("Close my account")

    assert user_of(asha).closes_at == first
    assert len(site.letters) == 1


def test_the_account_is_kept_with_one_button(site, asha):
    page = site.as_(asha).open("records.show_closing").submit("Close my account")

    page = page.submit("Keep my account")

    assert page.h1 == "Close your account"
    assert [letter.subject for letter in site.letters][1:] == ["Your account stays"]
    assert (user_of(asha).closes_at, user_of(asha).closing_asked_at) == (None, None)
    assert closing_lines(asha) == ["closing_asked", "closing_taken_back"]
    assert sweeps.close_accounts(now() + timedelta(days=15)) == 0


def test_taking_back_what_was_not_asked_does_nothing(site, asha):
    asked = site.as_(asha).open("records.show_closing").submit("Close my account")
    asked.submit("Keep my account")
    asked.submit("Keep my account")

    assert len(site.letters) == 2


def test_another_club_has_other_days(harbour):
    nia = factories.a_member("Nia Quinn")

    page = harbour.as_(nia).open("records.show_closing")

    assert "It closes 30 days after you ask." in page.text
    assert "IQOS" not in page.html


@pytest.mark.parametrize("state", [MemberState.PENDING_EMAIL, MemberState.PENDING_AGE, MemberState.SUSPENDED])
def test_a_member_who_cannot_use_the_club_can_leave_it(site, state):
    mira = factories.a_member(state=state)

    page = site.as_(mira).open("records.show_closing").submit("Close my account")

    assert page.h1.startswith("Your account closes on")


def test_nobody_closes_the_account_of_another(site, asha, bruno):
    site.as_(bruno).open("records.show_closing").submit("Close my account", forged={"user_id": asha.user_id})

    assert user_of(asha).closes_at is None
    assert user_of(bruno).closes_at is not None


def test_staff_without_a_membership_have_no_such_page(site, casey):
    site.as_(casey).open("records.show_closing", status=404)


def test_signed_in_devices_of_a_closed_account_are_signed_out(site, asha):
    here = site.as_(asha)
    here.open("records.show_closing").submit("Close my account")

    sweeps.close_accounts(now() + timedelta(days=14))

    assert here.open("home.show_home").h1 == "Sign in"
    assert db.session.query(UserSession).filter_by(user_id=asha.user_id).count() == 0


def test_signing_in_while_it_waits_offers_to_keep_it(site, asha):
    site.as_(asha).open("records.show_closing").submit("Close my account")

    step = site.open("accounts.sign_in", next="/points").submit(email=asha.email, password=PASSWORD)
    page = step.submit("Continue", code=letter_code(site))

    assert page.h1.startswith("Your account closes on")
    assert page.submit("Keep my account").h1 == "Close your account"


def test_signing_in_after_keeping_it_leads_where_one_wanted(site, asha):
    page = site.as_(asha).open("records.show_closing").submit("Close my account")
    page.submit("Keep my account")

    step = site.open("accounts.sign_in", next="/points").submit(email=asha.email, password=PASSWORD)

    assert step.submit("Continue", code=letter_code(site)).path == "/points"


def test_the_account_page_names_the_day(site, asha):
    page = site.as_(asha).open("records.show_closing").submit("Close my account")

    assert page.h1 in site.as_(asha).open("accounts.show_you").texts("a")


def test_closing_asks_again_who_is_there_and_does_nothing_before(site, asha):
    page = site.as_(asha).open("records.show_closing")

    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        asked = page.submit("Close my account")
        assert (asked.h1, user_of(asha).closes_at) == ("Is it still you?", None)
        assert asked.submit("Continue", password=PASSWORD).h1 == "Close your account"
        page = page.site.open("records.show_closing").submit("Close my account")

    assert page.h1.startswith("Your account closes on")
