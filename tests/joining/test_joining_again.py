"""Joining with an address that was never confirmed: it belongs to whoever asks last, and nothing of the first stays."""

import pytest

from portal.accounts.models import KnownDevice, User
from portal.accounts.rules import MemberState
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.test_forgot_password import ask
from tests.cast import Person
from tests.joining.joining import MARA, another, confirm, join, member_called
from tests.site import Site

OTHER = "walnut comet drifting south"


@pytest.fixture
def thief(site: Site) -> Site:
    """Give the browser of somebody who has joined with Mara’s address, and is known and signed in there."""
    join(another(site), password=OTHER, name="Somebody Else", email="MARA@club.example")
    user, member = member_called()
    browser = site.as_(Person(user.id, user.name, user.email, user.role, member.id, member.number))
    assert browser.open("accounts.show_requirements").path == "/you/requirements"
    return browser


def test_nothing_that_was_set_before_opens_anything(site: Site, thief: Site) -> None:
    assert db.session.query(KnownDevice).count() == 1
    join(site)

    assert thief.open("accounts.show_requirements").path == "/sign-in?next=/you/requirements"
    assert db.session.query(KnownDevice).count() == 0


@pytest.mark.usefixtures("thief")
def test_letter_names_and_goes_to_whoever_asked_last(site: Site) -> None:
    join(site)

    letter = site.letters[-1]
    assert (letter.to, letter.text.splitlines()[0]) == ("mara@club.example", "Hello Mara,")


def test_log_holds_nobody_for_the_one_who_joined_first(site: Site, asha: Person) -> None:
    join(another(site), password=OTHER)
    join(another(site))
    join(site, email=asha.email)

    user = member_called()[0]
    written = db.session.query(AuditEvent).filter(AuditEvent.thing == "user").order_by(AuditEvent.at, AuditEvent.id)
    assert [(line.verb, line.facts["outcome"], line.actor_id, line.about_id) for line in written] == [
        (Verb.JOINED, "new", user.id, user.id),
        (Verb.JOINED, "again", None, user.id),
        (Verb.JOIN_REPEATED, "known", None, asha.user_id),
    ]


def test_another_link_asked_for_meanwhile_leaves_the_mark_of_the_browser(site: Site) -> None:
    sent = join(site)
    ask(another(site), MARA["email"])
    sent.submit("Send it again")

    assert confirm(site).path == "/you/requirements"


def test_closed_and_disabled_accounts_get_no_letter(site: Site) -> None:
    closed = factories.a_member(state=MemberState.CLOSED)
    waiting = factories.a_member(state=MemberState.PENDING_EMAIL)
    with unit_of_work():
        db.session.get_one(User, waiting.user_id).disabled_at = now()
    for person in (closed, waiting):
        assert join(another(site), email=person.email).submit("Send it again").h1 == "Check your email"

    assert site.letters == []
