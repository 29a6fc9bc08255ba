"""Which accounts count as one: declared, of one mailbox, of one browser."""

from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import sweeps
from portal.accounts.models import AccountLink, KnownDevice, User
from portal.accounts.rules import mailbox_of
from portal.accounts.service.linked import are_linked, linked_users
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.site import Site
from tests.together import together


def share_a_browser(*people: Person) -> None:
    with unit_of_work():
        for person in people:
            db.session.add(
                KnownDevice(
                    user_id=person.user_id, token_hash="d" * 64, device="Safari", created_at=now(), last_seen_at=now()
                )
            )


def links_of(user_id: UUID) -> frozenset[UUID]:
    db.session.rollback()
    return frozenset(db.session.scalars(linked_users(user_id)))


def kinds() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(AccountLink.kind)))


@pytest.mark.parametrize(
    ("canonical", "mailbox"),
    [
        ("asha@club.example", "asha@club.example"),
        ("asha+shop@club.example", "asha@club.example"),
        ("asha+a+b@club.example", "asha@club.example"),
        ("a.s.h.a@club.example", "a.s.h.a@club.example"),
        ("+asha@club.example", "+asha@club.example"),
    ],
)
def test_mailbox_is_what_lies_beneath_the_tags(canonical: str, mailbox: str) -> None:
    assert mailbox_of(canonical) == mailbox


def test_strangers_are_not_linked(site: Site, asha: Person, casey: Person) -> None:
    assert not are_linked(asha.user_id, casey.user_id)
    assert links_of(casey.user_id) == frozenset()
    assert are_linked(casey.user_id, casey.user_id)


def test_declared_accounts_are_linked_both_ways(site: Site, asha: Person, casey: Person) -> None:
    page = site.as_(asha).open("accounts.show_linked").submit(email=casey.email.upper())

    assert "Noted." in page.text
    assert are_linked(asha.user_id, casey.user_id)
    assert links_of(casey.user_id) == {asha.user_id}
    assert links_of(asha.user_id) == {casey.user_id}
    line = db.session.scalars(select(AuditEvent)).one()
    assert (line.verb, line.thing_id, line.facts) == (Verb.LINK_DECLARED, str(casey.user_id), {})


def test_declaring_an_unknown_address_gets_the_same_answer(site: Site, asha: Person, casey: Person) -> None:
    browser = site.as_(casey)
    known = browser.open("accounts.show_linked").submit(email=asha.email)
    unknown = browser.open("accounts.show_linked").submit(email="nobody@club.example")

    assert known.text == unknown.text
    assert kinds() == ["declared"]


def test_declaring_again_and_oneself_adds_nothing(site: Site, asha: Person, casey: Person) -> None:
    browser = site.as_(casey)
    for email in (asha.email, asha.email, casey.email):
        browser.open("accounts.show_linked").submit(email=email)

    assert kinds() == ["declared"]


def test_declaring_without_end_is_slowed(site: Site, casey: Person) -> None:
    browser = site.as_(casey)
    for number in range(5):
        browser.open("accounts.show_linked").submit(email=f"nobody{number}@club.example")

    page = browser.open("accounts.show_linked").submit(email="nobody9@club.example", status=429)

    assert page.errors == {"email": "Five a day are the most. Tell us the rest tomorrow"}


@pytest.mark.parametrize("email", ["casey+claims@club.example", "casey+a+b@club.example"])
def test_tags_of_one_mailbox_are_one_person(site: Site, casey: Person, email: str) -> None:
    second = factories.a_member("Cas Walsh", email=email)

    assert are_linked(casey.user_id, second.user_id)
    assert sweeps.find_links(now()) == 1

    assert links_of(casey.user_id) == {second.user_id}
    assert kinds() == ["same_address"]
    line = db.session.scalars(select(AuditEvent)).one()
    assert (line.verb, line.about_id, line.facts) == (Verb.LINK_FOUND, casey.user_id, {"kind": "same_address"})


def test_further_address_tells_whose_account_it_is(site: Site, asha: Person, casey: Person) -> None:
    factories.an_address(asha, "casey+home@club.example")

    assert are_linked(casey.user_id, asha.user_id)
    assert sweeps.find_links(now()) == 1


def test_one_browser_is_one_household(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    share_a_browser(asha, casey)

    assert are_linked(casey.user_id, asha.user_id)
    assert links_of(casey.user_id) == {asha.user_id}
    assert not are_linked(casey.user_id, bruno.user_id)

    assert sweeps.find_links(now()) == 1
    with unit_of_work():
        db.session.query(KnownDevice).delete()
    assert links_of(casey.user_id) == {asha.user_id}


def test_demo_people_may_share_a_browser(site: Site, asha: Person, casey: Person) -> None:
    share_a_browser(asha, casey)
    with unit_of_work():
        db.session.get_one(User, casey.user_id).is_demo = True

    assert links_of(casey.user_id) == frozenset()
    assert sweeps.find_links(now()) == 0


def test_members_who_share_a_browser_are_not_noted(site: Site, asha: Person, bruno: Person) -> None:
    share_a_browser(asha, bruno)

    assert sweeps.find_links(now()) == 0


def test_links_are_noted_once_however_many_look(free_app: Flask) -> None:
    casey = factories.an_agent("Casey Walsh")
    factories.a_member("Cas Walsh", email="casey+claims@club.example")
    found: list[int] = []

    def look() -> None:
        found.append(sweeps.find_links(now()))

    assert together(free_app, [partial(look) for _ in range(4)]) == []

    assert sum(found) == 1
    assert kinds() == ["same_address"]
    assert sweeps.find_links(now()) == 0
    assert len(links_of(casey.user_id)) == 1
