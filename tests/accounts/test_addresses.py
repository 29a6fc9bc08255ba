"""Further addresses: proved by whoever reads there and owns the account, and given to nobody else."""

import uuid

import pytest
from sqlalchemy import select

from portal.accounts.models import MemberAddress
from portal.accounts.rules import MemberState
from portal.activities.models import Event
from portal.audit.models import AuditEvent
from portal.db import db
from tests import factories
from tests.accounts.linking import add_address, link_to, prove_address, subjects
from tests.activities.messages import expected, message, record
from tests.cast import PASSWORD, Person
from tests.proofreading import attribute
from tests.site import Site

WORK = "a.rao@work.example"


def proved() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(MemberAddress.email).where(MemberAddress.proved_at.is_not(None))))


def test_address_is_a_members_once_its_link_was_followed(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    waiting = add_address(browser, WORK)
    assert f"A letter is on its way to {WORK}." in waiting.text
    assert proved() == []

    page = browser.open(link_to(site, WORK)).submit("Yes, it is mine")

    assert page.path == "/you/addresses"
    assert proved() == [WORK]
    assert subjects(site) == [
        (WORK, "Confirm that this address is yours"),
        (asha.email, "An address was added to your account"),
    ]
    assert WORK in browser.open("accounts.show_you").text
    assert list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.at))) == [
        "address_added",
        "address_proved",
    ]


def test_reader_without_the_account_proves_nothing(site: Site, asha: Person, bruno: Person) -> None:
    add_address(site.as_(asha), bruno.email.replace("bruno", "b.keller"))
    victim = site.as_(bruno)

    page = victim.open(link_to(site, "b.keller@club.example"))
    page.submit(password="", status=422)
    page.submit(password="not the password", status=422)

    assert proved() == []


def test_in_another_browser_the_password_of_the_account_proves_it(site: Site, asha: Person) -> None:
    add_address(site.as_(asha), WORK)

    page = site.open(link_to(site, WORK)).submit(password=PASSWORD)

    assert page.h1 == "The address is yours"
    assert proved() == [WORK]


@pytest.mark.parametrize("whose", ["signs in", "further"])
def test_somebody_elses_address_gets_the_same_answer(site: Site, asha: Person, bruno: Person, whose: str) -> None:
    wanted = bruno.email if whose == "signs in" else factories.an_address(bruno, "b.keller@work.example").email
    browser = site.as_(asha)
    free = add_address(browser, WORK).text

    page = add_address(browser, wanted)

    assert page.texts("[role=status] p") == [f"A letter is on its way to {wanted}. Follow its link."]
    assert set(free.split()) - {WORK} <= set(page.text.split()) | {f"{WORK}."}
    assert subjects(site)[-1] == (wanted, "You have an account with this address")
    assert "https://club.example/address/" not in site.letters[-1].text


def test_orders_that_came_in_under_it_become_the_members(site: Site, asha: Person, bruno: Person) -> None:
    mine = record(message("A.Rao@WORK.example", amount_minor=45_00))
    other = record(message("b.keller@work.example"))
    assert (mine.outcome, other.outcome) == ("unmatched", "unmatched")

    prove_address(site.as_(asha), WORK)

    assert [(promise.points, promise.event_id) for promise in expected(asha)] == [(45, mine.event_id)]
    assert expected(bruno) == []
    assert db.session.get_one(Event, other.event_id, populate_existing=True).member_id is None


def test_orders_that_come_in_later_are_the_members_too(site: Site, asha: Person) -> None:
    assert record(message(WORK)).member_id is None
    add_address(site.as_(asha), WORK)
    assert record(message(WORK)).member_id is None

    prove_address(site.as_(asha), "asha@old.example")

    assert record(message("asha@old.example")).member_id == asha.member
    assert record(message(WORK)).member_id is None


def test_account_that_was_never_confirmed_keeps_no_address_from_its_owner(
    site: Site, asha: Person, bruno: Person
) -> None:
    factories.a_member("Sam Squatter", email=WORK, state=MemberState.PENDING_EMAIL)

    prove_address(site.as_(asha), WORK)

    assert proved() == [WORK]


def test_two_addresses_can_wait_side_by_side(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    for email in (WORK, "asha@old.example"):
        add_address(browser, email)

    for email in (WORK, "asha@old.example"):
        browser.open(link_to(site, email)).submit("Yes, it is mine")

    assert proved() == [WORK, "asha@old.example"]


def test_address_that_was_proved_by_another_meanwhile_stays_theirs(site: Site, asha: Person, bruno: Person) -> None:
    browser = site.as_(asha)
    add_address(browser, WORK)
    page = browser.open(link_to(site, WORK))
    prove_address(site.as_(bruno), WORK)

    page.submit("Yes, it is mine", status=410)

    assert proved() == [WORK]


@pytest.mark.parametrize("typed", ["asha@club.example", "ASHA@CLUB.example", "a.rao@work.example"])
def test_own_address_need_not_be_added(site: Site, asha: Person, typed: str) -> None:
    factories.an_address(asha, WORK)

    page = add_address(site.as_(asha), typed, status=422)

    assert page.errors == {"email": "This address is yours already"}
    assert site.letters == []


def test_ten_are_the_most(site: Site, asha: Person) -> None:
    for number in range(10):
        factories.an_address(asha, f"asha{number}@work.example")

    page = add_address(site.as_(asha), WORK, status=422)

    assert page.errors == {"email": "Ten further addresses are the most. Remove one you no longer use"}


def test_member_removes_an_address_and_another_may_have_it(site: Site, asha: Person, bruno: Person) -> None:
    browser = site.as_(asha)
    prove_address(browser, WORK)

    page = browser.open("accounts.show_addresses").submit(form="form[action$='/removal']")
    assert "The address is removed." in page.text
    assert proved() == []

    prove_address(site.as_(bruno), WORK)
    assert proved() == [WORK]


def test_link_of_a_removed_address_proves_nothing(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    add_address(browser, WORK)
    link = link_to(site, WORK)
    browser.open("accounts.show_addresses").submit(form="form[action$='/removal']")

    browser.open(link, status=410)


def test_nobody_removes_somebody_elses_address(site: Site, asha: Person, bruno: Person) -> None:
    factories.an_address(asha, WORK)
    action = attribute(site.as_(asha).open("accounts.show_addresses").find("form[action$='/removal']"), "action")
    stranger = site.as_(bruno)
    token = stranger.open("accounts.show_addresses").token

    stranger.send("POST", action, data={"csrf_token": token}, status=404)
    unknown = stranger.url("accounts.remove_address", address_id=uuid.uuid4())
    stranger.send("POST", unknown, data={"csrf_token": token}, status=404)

    assert proved() == [WORK]


def test_form_answers_as_a_fragment_too(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("accounts.show_addresses").submit(email="asha", status=422, as_fragment=True)

    assert page.has("div#panel")
    assert page.value("email") == "asha"
