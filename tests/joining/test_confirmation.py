"""The link of the letter: it counts once, for whoever joined, and a scanner does not use it up."""

from datetime import timedelta

import pytest
import time_machine

from portal import programme
from portal.accounts.models import Allowance, UserSession
from portal.accounts.rules import Factor, MemberState
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.clock import now
from portal.db import db
from portal.tiers.models import TierSpan
from tests import factories
from tests.accounts.test_forgot_password import ask
from tests.accounts.test_forgot_password import link_in as reset_link_in
from tests.cast import Person
from tests.joining.joining import MARA, NEW, another, confirm, join, link_in, member_called
from tests.site import Site

OTHER = "walnut comet drifting south"


@pytest.fixture
def without_age_check(app):
    """A club that takes its members' word for their age."""
    whole = programme.current()
    programme.use(whole.model_copy(update={"joining": whole.joining.model_copy(update={"age_check": "none"})}))
    yield
    programme.use(whole)


@pytest.mark.usefixtures("without_age_check")
def test_whoever_follows_the_link_is_in_and_silver_at_once(site: Site) -> None:
    join(site)

    assert confirm(site).path == "/"
    user, member = member_called()
    assert (member.state, member.email_verified_at is not None) == (MemberState.ACTIVE, True)
    assert [(span.tier, span.cause) for span in db.session.query(TierSpan)] == [("silver", "joined")]
    assert [row.factor for row in db.session.query(UserSession).filter_by(user_id=user.id)] == [Factor.LETTER]


def test_where_age_is_checked_that_comes_next(site: Site) -> None:
    join(site)

    page = confirm(site)

    assert (page.path, page.h1) == ("/you/requirements", "One step before your points count")
    assert member_called()[1].state == MemberState.PENDING_AGE


def test_scanner_that_opens_the_link_does_not_use_it_up(site: Site) -> None:
    join(site)
    link = link_in(site)
    for _ in range(3):
        another(site).open(link)

    assert member_called()[1].email_verified_at is None
    assert confirm(site).path == "/you/requirements"


def test_link_leaves_the_address_bar(site: Site) -> None:
    join(site)

    assert site.open(link_in(site)).path == "/join/confirmation"


def test_link_works_once(site: Site) -> None:
    join(site)
    link = link_in(site)
    waiting = another(site).open(link)
    confirm(site)

    assert waiting.submit("Confirm and go in", password=NEW, status=410).h1 == "This link no longer works"
    assert another(site).open(link, status=410).h1 == "This link no longer works"


def test_link_works_for_a_day(site: Site) -> None:
    join(site)
    link = link_in(site)

    with time_machine.travel(now() + timedelta(hours=24, seconds=1)):
        assert site.open(link, status=410).h1 == "This link no longer works"


def test_link_of_another_purpose_opens_nothing(site: Site, asha: Person) -> None:
    ask(site, asha.email)
    secret = reset_link_in(site).rsplit("/", 1)[1]

    site.open(f"/join/link/{secret}", status=410)


def test_page_without_a_link_opens_nothing(site: Site) -> None:
    assert site.open("accounts.confirm_address", status=410).h1 == "This link no longer works"


def test_another_browser_needs_the_password(site: Site) -> None:
    join(site)
    page = another(site).open(link_in(site))

    assert page.submit(password="", status=422).errors == {"password": "Enter the password you chose when you joined"}
    assert page.submit(password=OTHER, status=422).errors.keys() == {"password"}
    assert member_called()[1].email_verified_at is None
    assert page.submit(password=NEW).path == "/you/requirements"


def test_guesses_of_the_password_are_counted(site: Site) -> None:
    join(site)
    page = another(site).open(link_in(site))
    for _ in range(10):
        page.submit(password=OTHER, status=422)

    found = page.submit(password=NEW, status=422)

    assert found.errors == {"password": "Too many tries in a row. Wait a few minutes, then try again"}
    assert db.session.query(Allowance).filter(Allowance.key.startswith("join-confirm:")).count() == 1


def test_somebody_else_who_joined_first_gets_nothing(site: Site) -> None:
    """The owner of the address follows the link that somebody else's joining sent them."""
    thief = another(site)
    join(thief, password=OTHER, name="Not Mara")
    owner = another(site).open(link_in(site))

    assert owner.submit(password=NEW, status=422).errors.keys() == {"password"}
    assert member_called()[1].state == MemberState.PENDING_EMAIL


def test_who_joins_later_with_an_unconfirmed_address_takes_its_place(site: Site) -> None:
    thief = another(site)
    join(thief, password=OTHER, name="Not Mara", birth_date="1980-01-01")
    stale = link_in(site)
    join(site)

    another(site).open(stale, status=410)
    assert confirm(site).path == "/you/requirements"
    user, member = member_called()
    assert (user.name, member.birth_date.isoformat()) == ("Mara Lindt", "1991-02-28")
    assert another(site).open("accounts.sign_in").submit(email=MARA["email"], password=OTHER, status=422).errors


def test_thief_who_joins_later_does_not_ride_on_the_owners_browser(site: Site) -> None:
    """The owner's own button must not confirm what somebody else has put in their place."""
    sent = join(site)
    join(another(site), password=OTHER, name="Not Mara")
    sent.submit("Send it again")

    page = site.open(link_in(site))

    assert page.submit(password=NEW, status=422).errors.keys() == {"password"}
    assert member_called()[1].email_verified_at is None


def test_reset_of_an_unconfirmed_account_leaves_nothing_of_what_was_set(site: Site) -> None:
    thief = another(site)
    join(thief, password=OTHER, name="Not Mara")
    ask(site, MARA["email"])
    site.open(reset_link_in(site)).submit(password=NEW)

    user, member = member_called()
    assert (user.name, member.state, member.consented_at) == ("", MemberState.PENDING_PROFILE, None)
    assert another(site).open("accounts.sign_in").submit(email=MARA["email"], password=OTHER, status=422).errors
    another(site).open(link_in(site, 0), status=410)


def test_session_before_the_link_is_not_the_one_after_it(site: Site) -> None:
    join(site)
    with site.client.session_transaction(base_url="https://club.example") as cookie:
        cookie["_user_id"] = "chosen by somebody else"
    confirm(site)

    with site.client.session_transaction(base_url="https://club.example") as cookie:
        assert cookie["_user_id"] != "chosen by somebody else"
        assert not {"join_proof", "join_browser", "join_asked"} & cookie.keys()


def test_orders_under_the_address_become_theirs(site: Site, asha: Person) -> None:
    join(site)
    factories.an_event(subject="7041 8822", happened=now(), hint="MARA@club.example")
    factories.an_event(subject="7041 8823", happened=now(), hint=asha.email)
    factories.an_event(subject="7041 8824", happened=now() - timedelta(days=9), hint="mara@club.example")
    confirm(site)

    _, member = member_called()
    found = {row.subject: (row.outcome, row.member_id) for row in db.session.query(Event)}
    assert found == {
        "7041 8822": (Outcome.PENDING, member.id),
        "7041 8823": (Outcome.UNMATCHED, None),
        "7041 8824": (Outcome.UNMATCHED, None),
    }
    assert [(row.member_id, row.points) for row in db.session.query(Expectation)] == [(member.id, 45)]
