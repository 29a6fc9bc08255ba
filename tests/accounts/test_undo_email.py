"""Taking a changed address back: for a week, from the old address, whatever was done in between."""

from datetime import timedelta

import time_machine

from portal.accounts.models import KnownDevice, MemberAddress, Totp, User
from portal.accounts.rules import MemberState
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.linking import add_address, change_email, link_to, prove_address, subjects
from tests.accounts.stepping import an_app
from tests.cast import Person
from tests.page import Page
from tests.site import Site

THIEF, SECOND = "thief@mail.example", "thief2@mail.example"


def email_of(person: Person) -> str:
    db.session.rollback()
    return db.session.get_one(User, person.user_id, populate_existing=True).email


def further() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(MemberAddress.email)))


def undo(site: Site, email: str, status: int = 200) -> Page:
    return site.open(link_to(site, email)).submit("Take it back", status=status)


def test_old_address_takes_the_change_back_and_signs_everybody_out(site: Site, asha: Person) -> None:
    thief = site.as_(asha)
    change_email(thief, THIEF)
    with unit_of_work():
        device = KnownDevice(
            user_id=asha.user_id, token_hash="0" * 64, device="Firefox", created_at=now(), last_seen_at=now()
        )
        db.session.add(device)

    page = undo(site, asha.email)

    assert page.h1 == "Your address is back"
    assert email_of(asha) == asha.email
    assert thief.open("accounts.show_you").path.startswith("/sign-in")
    assert db.session.query(KnownDevice).count() == 0
    assert subjects(site)[-1] == (asha.email, "Your address is back")
    assert further() == []


def test_a_look_at_the_link_takes_nothing_back(site: Site, asha: Person) -> None:
    change_email(site.as_(asha), THIEF)

    site.open(link_to(site, asha.email))

    assert email_of(asha) == THIEF


def test_undo_works_on_the_seventh_day_and_no_longer_after_it(site: Site, asha: Person) -> None:
    change_email(site.as_(asha), THIEF)
    link = link_to(site, asha.email)

    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        site.open(link, status=410)
    with time_machine.travel(now() + timedelta(days=7, seconds=-60)):
        site.open(link).submit("Take it back")

    assert email_of(asha) == asha.email


def test_second_change_does_not_close_the_way_back_to_the_first_address(site: Site, asha: Person) -> None:
    thief = site.as_(asha)
    change_email(thief, THIEF)
    change_email(thief, SECOND)
    link_of_thief = link_to(site, THIEF)

    undo(site, asha.email)

    assert email_of(asha) == asha.email
    site.open(link_of_thief, status=410)
    assert further() == []


def test_undo_works_once(site: Site, asha: Person) -> None:
    change_email(site.as_(asha), THIEF)
    link = link_to(site, asha.email)
    site.open(link).submit("Take it back")

    site.open(link, status=410)


def test_reset_link_that_went_to_the_new_address_dies_with_it(site: Site, asha: Person) -> None:
    change_email(site.as_(asha), THIEF)
    site.open("accounts.forgot_password").submit(email=THIEF)
    letter = next(letter for letter in reversed(site.letters) if letter.to == THIEF)
    reset = next(word for word in letter.text.split() if "/reset/" in word)

    undo(site, asha.email)

    site.open(reset.removeprefix("https://club.example"), status=410)


def test_reset_link_that_waits_at_the_old_address_dies_with_the_change(site: Site, asha: Person) -> None:
    site.open("accounts.forgot_password").submit(email=asha.email)
    reset = next(word for word in site.letters[-1].text.split() if "/reset/" in word)

    change_email(site.as_(asha), THIEF)

    site.open(reset.removeprefix("https://club.example"), status=410)


def test_old_address_cannot_be_removed_or_taken_while_it_can_undo(site: Site, asha: Person, bruno: Person) -> None:
    thief = site.as_(asha)
    change_email(thief, THIEF)
    link = link_to(site, asha.email)

    page = thief.open("accounts.show_addresses").submit(form="form[action$='/removal']")
    assert "can still take back the change" in page.text
    add_address(site.as_(bruno), asha.email)
    assert subjects(site)[-1] == (asha.email, "You have an account with this address")

    site.open(link).submit("Take it back")
    assert email_of(asha) == asha.email


def test_nobody_bars_the_way_back_by_joining_with_the_old_address(site: Site, asha: Person) -> None:
    change_email(site.as_(asha), THIEF)
    squatter = factories.a_member("Sam Squatter", email=asha.email, state=MemberState.PENDING_EMAIL)
    browser = site.as_(squatter)

    undo(site, asha.email)

    assert email_of(asha) == asha.email
    assert email_of(squatter).endswith("@unconfirmed.invalid")
    assert browser.open("accounts.edit_profile").path.startswith("/sign-in")


def test_only_what_was_added_long_before_the_change_stays(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    with time_machine.travel(now() - timedelta(days=8)):
        prove_address(site.as_(asha), "a.rao@work.example")
    with time_machine.travel(now() - timedelta(days=6)):
        prove_address(site.as_(asha), "thief4@mail.example")
    change_email(browser, THIEF)
    prove_address(browser, "thief3@mail.example")

    undo(site, asha.email)

    assert further() == ["a.rao@work.example"]


def test_way_in_that_was_made_ready_before_the_change_goes_with_it(site: Site, asha: Person, bruno: Person) -> None:
    for person, days in ((asha, 6), (bruno, 8)):
        with time_machine.travel(now() - timedelta(days=days)):
            an_app(person)
        change_email(site.as_(person), f"{person.first_name.lower()}.{THIEF}")

        page = site.open(link_to(site, person.email))
        assert "added in the seven days before the change" in page.text
        page.submit("Take it back")

    assert [row.user_id for row in db.session.query(Totp)] == [bruno.user_id]


def test_taking_back_a_later_change_leaves_the_first_address_its_way_back(site: Site, asha: Person) -> None:
    thief = site.as_(asha)
    change_email(thief, THIEF)
    way_back = link_to(site, asha.email)
    with time_machine.travel(now() + timedelta(minutes=1)):
        change_email(thief, SECOND)
        undo(site, THIEF)
        assert (email_of(asha), further()) == (THIEF, [asha.email])

        site.open(way_back).submit("Take it back")

    assert (email_of(asha), further()) == (asha.email, [])
