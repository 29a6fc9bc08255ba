"""What blocks somebody: every requirement with what to do now, and what is held meanwhile."""

from datetime import timedelta

import pytest

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.activities.service import ShopMessage, record_event
from portal.activities.sweeps import post_due
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.site import Site


def unfinished(name: str = "Mara Lindt", state: MemberState = MemberState.PENDING_AGE) -> Person:
    """Make a member whose joining waits for its last step."""
    person = factories.a_member(name, state=state)
    with unit_of_work():
        member = db.session.get_one(Member, person.member)
        member.age_verified_at = None
        if state is not MemberState.PENDING_AGE:
            member.profile_completed_at = None
        if state is MemberState.PENDING_EMAIL:
            member.email_verified_at = None
    return person


@pytest.fixture
def mara(session) -> Person:
    return unfinished()


@pytest.mark.parametrize("path", ["/", "/points", "/claims", "/claims/new", "/benefits"])
def test_unfinished_member_is_led_to_what_blocks_them(site: Site, mara: Person, path: str) -> None:
    assert site.as_(mara).open(path).path == "/you/requirements"


def test_unfinished_member_cannot_act_either(site: Site, mara: Person) -> None:
    browser = site.as_(mara)
    token = browser.open("accounts.show_requirements").token

    page = browser.send("POST", "/claims/new", data={"csrf_token": token})

    assert page.path == "/you/requirements"


def test_page_names_what_is_met_and_what_is_open(site: Site, mara: Person) -> None:
    page = site.as_(mara).open("accounts.show_requirements")

    assert page.h1 == "One step before your points count"
    assert "Email confirmed" in page.text
    assert "Profile complete" in page.text
    assert "Your age is not confirmed" in page.text


def test_every_open_step_is_counted(site: Site) -> None:
    page = site.as_(unfinished(state=MemberState.PENDING_EMAIL)).open("accounts.show_requirements")

    assert page.h1 == "3 steps before your points count"
    assert "Your address is not confirmed" in page.text


def test_letter_can_be_sent_again_from_here(site: Site) -> None:
    person = unfinished(state=MemberState.PENDING_EMAIL)
    site.as_(person).open("accounts.show_requirements").submit("Send the letter again")

    assert [(letter.to, letter.subject) for letter in site.letters] == [(person.email, "Confirm your address")]


def test_finished_member_has_nothing_here(site: Site, asha: Person) -> None:
    assert site.as_(asha).open("accounts.show_requirements").path == "/"


def test_staff_and_strangers_find_nothing_here(site: Site, casey: Person) -> None:
    site.as_(casey).open("accounts.show_requirements", status=404)
    assert site.open("accounts.show_requirements").path == "/sign-in?next=/you/requirements"


def test_missing_profile_is_filled_in_here(site: Site) -> None:
    person = unfinished(state=MemberState.PENDING_PROFILE)
    page = site.as_(person).open("accounts.show_requirements")

    wrong = page.submit("Save", name="", birth_date="2015-02-28", consent=False, status=422)
    assert wrong.errors == {
        "name": "Enter your name",
        "birth_date": "You can join once you are 18",
        "consent": "Tick this to join: without it we may keep nothing about you",
    }
    assert wrong.submit("Save", name="Mara Lind", birth_date="1991-02-28", consent=True).path == "/you/requirements"

    member = db.session.get_one(Member, person.member, populate_existing=True)
    assert (member.state, member.birth_date.isoformat()) == (MemberState.PENDING_AGE, "1991-02-28")
    assert db.session.get_one(User, person.user_id, populate_existing=True).name == "Mara Lind"


def test_slip_in_the_details_is_mended_here(site: Site, mara: Person) -> None:
    site.as_(mara).open("accounts.show_requirements").submit("Save", birth_date="1991-03-28")

    member = db.session.get_one(Member, mara.member, populate_existing=True)
    assert (member.state, member.birth_date.isoformat()) == (MemberState.PENDING_AGE, "1991-03-28")


def test_nobody_says_themselves_that_their_age_is_checked(site: Site, mara: Person) -> None:
    site.as_(mara).open("accounts.show_requirements").submit(
        "Save", name="Mara Lind", forged={"age_verified_at": "2026-01-01", "state": "active", "role": "admin"}
    )

    member = db.session.get_one(Member, mara.member, populate_existing=True)
    assert (member.state, member.age_verified_at) == (MemberState.PENDING_AGE, None)
    assert db.session.get_one(User, mara.user_id, populate_existing=True).role == "member"


def told(member: Person, at=None) -> None:
    """Let the shop tell of an order of 45 pounds, now or at a moment."""
    with unit_of_work():
        record_event(
            ShopMessage(
                source="shop",
                external_id="1",
                activity="order",
                occurred_at=at or now() - timedelta(hours=1),
                member_hint=member.number,
                subject="7041 8822",
                amount_minor=4500,
                currency="GBP",
            ),
            at=now(),
        )


def test_points_earned_meanwhile_are_held_and_shown_with_their_day(site: Site, mara: Person) -> None:
    told(mara)
    page = site.as_(mara).open("accounts.show_requirements")

    until = now() - timedelta(hours=1) + timedelta(days=32)
    assert "45 points are held for you" in page.text
    assert f"until {ui.day(until)}" in page.text
    assert f"45 for Order of {ui.day(now() - timedelta(hours=1))}" in page.text


def test_held_points_are_posted_once_the_membership_is_active(site: Site, mara: Person) -> None:
    told(mara, now() - timedelta(days=3))
    assert (post_due(now()), factories.balance_of(mara)) == (0, 0)

    with unit_of_work():
        db.session.get_one(Member, mara.member).state = MemberState.ACTIVE

    assert (post_due(now()), factories.balance_of(mara)) == (1, 45)


def test_unconfirmed_address_earns_nothing(site: Site) -> None:
    person = unfinished(state=MemberState.PENDING_EMAIL)
    told(person)

    assert "points are held" not in site.as_(person).open("accounts.show_requirements").text


def test_unfinished_member_reads_here_that_their_details_are_saved(site: Site, mara: Person) -> None:
    browser = site.as_(mara)

    saved = browser.open("accounts.show_requirements").click("Language, times of day and letters").submit(name="Mara")

    assert (saved.path, "Your details are saved." in saved.text) == ("/you/requirements", True)
    assert "Your details are saved." not in browser.open("accounts.show_requirements").text


def test_unfinished_member_signs_another_device_out(site: Site, mara: Person) -> None:
    here, other = site.as_(mara), site.as_(mara)

    one_left = here.open("accounts.show_safety").submit(form="form[action*='/you/places/']")

    assert (one_left.path, "Where you are signed in" in one_left.texts("h2")) == ("/you/safety", True)
    assert other.open("accounts.show_requirements").path.startswith("/sign-in")
