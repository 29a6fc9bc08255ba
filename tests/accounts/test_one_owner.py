"""One address is one person's: what a member has proved signs nobody else in, whichever way they come."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState, read_address
from portal.accounts.secrets import link_secret
from portal.accounts.service import addresses, emails, links
from portal.accounts.service.links import Purpose
from portal.audit.service import Where
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.linking import prove_address, subjects
from tests.accounts.stepping import a_browser
from tests.cast import Person
from tests.joining.joining import NEW, join, link_in
from tests.site import Site
from tests.together import together

WORK = "mara@club.example"
KEY = "k" * 32


def owners() -> int:
    """Count who signs in with the address and who has it as a further one."""
    db.session.rollback()
    signs_in = select(func.count()).where(
        User.email_canonical == WORK, Member.user_id == User.id, Member.state != MemberState.PENDING_EMAIL.value
    )
    further = select(func.count()).where(MemberAddress.email_canonical == WORK, MemberAddress.proved_at.is_not(None))
    return (db.session.scalar(signs_in) or 0) + (db.session.scalar(further) or 0)


def test_who_joins_with_a_members_further_address_gets_the_same_page_and_no_account(site: Site, asha: Person) -> None:
    factories.an_address(asha, WORK)

    page = join(site, email=WORK)

    assert page.path == "/join/sent"
    assert WORK in page.text
    assert subjects(site) == [(asha.email, "You have an account already")]
    assert db.session.query(User).count() == 1


def test_account_that_waits_gives_way_when_a_member_proves_the_address(site: Site, asha: Person) -> None:
    join(site, email=WORK)
    link = link_in(site)
    page = site.open(link)
    prove_address(a_browser(site).as_(asha), WORK)

    page.submit("Confirm and go in", status=410)
    a_browser(site).open(link, status=410)

    assert owners() == 1


def test_reset_of_an_account_that_waits_takes_no_address_from_a_member(site: Site, asha: Person) -> None:
    join(site, email=WORK)
    site.open("accounts.forgot_password").submit(email=WORK)
    reset = site.letters[-1].text.partition("https://club.example")[2].split()[0]
    page = site.open(reset)
    factories.an_address(asha, WORK)

    page.submit(password=NEW, status=410)

    assert owners() == 1


def test_confirmation_takes_no_address_from_a_member(site: Site, asha: Person) -> None:
    join(site, email=WORK)
    page = site.open(link_in(site))
    factories.an_address(asha, WORK)

    page.submit("Confirm and go in", status=410)

    assert owners() == 1


def test_colleague_is_not_invited_at_a_members_further_address(site: Site, asha: Person, omar: Person) -> None:
    factories.an_address(asha, WORK)

    page = site.as_(omar).open("care.invite_person").submit(email=WORK, name="Ines Roth", role="agent", status=422)

    assert list(page.errors) == ["email"]
    assert site.letters == []


@pytest.mark.parametrize("first", [True, False])
def test_proving_and_changing_at_once_gives_an_address_to_one(free_app: Flask, *, first: bool) -> None:
    asha, bruno = factories.a_member("Asha Rahman"), factories.a_member("Bruno Keller")
    wanted, refused = read_address(WORK), []
    with unit_of_work():
        to_prove = addresses.add(asha.member, wanted, key=KEY, where=Where(), at=now())
        to_change = emails.ask_change(bruno.user_id, wanted, key=KEY, where=Where(), at=now())
        db.session.flush()
        proof = links.follow(Purpose.PROVE_ADDRESS, link_secret(to_prove.id, KEY), at=now()) or ""
        change = links.follow(Purpose.CHANGE_EMAIL, link_secret(to_change.id, KEY), at=now()) or ""

    def attempt(work: partial[object]) -> None:
        try:
            with unit_of_work():
                work()
        except Refused as error:
            refused.append(error.code)

    work = [
        partial(attempt, partial(addresses.prove, proof, where=Where(), at=now())),
        partial(attempt, partial(emails.confirm_change, change, key=KEY, where=Where(), at=now())),
    ]

    assert together(free_app, work if first else work[::-1]) == []
    assert refused == ["taken"]
    assert owners() == 1
