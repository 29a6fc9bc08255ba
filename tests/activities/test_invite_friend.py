"""The pages of inviting: make a code, send it on, see how far it has come, take it back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import programme
from portal.activities.models import Referral
from portal.activities.rules.friends import Rung, code_from, masked
from portal.clock import now
from portal.db import db
from tests import servers
from tests.activities.friends import befriend, invitations, invite, settle
from tests.cast import Person
from tests.factories import a_member
from tests.programme.samples import HARBOUR, club
from tests.servers import Database
from tests.site import Site
from tests.watch import watch_sessions


@pytest.fixture
def without_referrals(app):
    """A club whose members invite nobody."""
    whole = programme.current()
    programme.use(whole.model_copy(update={"referral": None}))
    yield
    programme.use(whole)


@pytest.fixture
def harbour(database: Database) -> Iterator[Site]:
    """A browser at another club's portal."""
    with (
        servers.fresh_database(database.kind) as own,
        servers.app_on(own, programme_path=HARBOUR) as portal,
        portal.app_context(),
    ):
        yield Site(portal, watch_sessions(portal))
    programme.use(club())


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Bruno Keller", "B… K."), ("Ana María de la Cruz", "A… C."), ("Zoë", "Z…"), ("李 小龍", "李… 小."), ("", "…")],
)
def test_name_of_a_friend_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_code_has_eight_signs_that_cannot_be_misread() -> None:
    assert code_from(b"\x00" * 12) == "33333333"
    assert len(code_from(b"\xff" * 12)) == 8


def test_member_gets_a_link_to_send_on(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.invite_friend")
    assert "200 points when an adult friend who already smokes" in page.text
    assert "30 days" in page.text

    made = page.submit("Make an invitation", label="from the choir")

    row = db.session.scalars(select(Referral)).one()
    assert (made.path, made.h1) == (f"/earn/friend/{row.id}", "from the choir")
    assert f"https://club.example/friend/{row.code}" in made.html
    assert "only for adults (18+) who already smoke" in made.html
    mail = made.find("main a[href^=mailto]").attrs["href"]
    assert mail.endswith(f"%0A%0Ahttps%3A//club.example/friend/{row.code}")
    assert site.letters == []


def test_list_shows_each_invitation_with_how_far_it_has_come(site: Site, asha: Person, bruno: Person) -> None:
    befriend(asha, bruno)
    invite(asha, label="from the choir")
    settle()

    page = site.as_(asha).open("activities.invite_friend")

    (newer, older) = page.texts(".lines li")
    assert newer.startswith("from the choir Open until")
    assert older.startswith("B… K. A member; points due")
    assert older.endswith("+200")
    assert "Bruno" not in page.html
    assert "Keller" not in page.html
    ladder = page.click(older)
    assert ladder.texts(".path li div") == ["Invited", "Joined", "Verified", "Credited"]
    assert [step.attrs["data-state"] for step in ladder.all(".path li")] == ["solid", "solid", "solid", "hatched"]
    assert not ladder.has("#message")


def test_label_that_is_too_long_is_told_beside_the_field(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.invite_friend").submit(label="x" * 81, status=422)

    assert page.errors == {"label": "Use 80 characters or fewer"}
    assert page.value("label") == "x" * 81


def test_no_more_are_open_than_the_programme_allows(site: Site, asha: Person) -> None:
    for _ in range(5):
        invite(asha)

    page = site.as_(asha).open("activities.invite_friend").submit(label="one more", status=422)

    assert "5 invitations are open, and that is the most" in page.text
    assert page.value("label") == "one more"
    with time_machine.travel(now() + timedelta(days=31)):
        assert site.as_(asha).open("activities.invite_friend").submit(label="later").h1 == "later"


def test_withdrawn_invitation_opens_nothing_and_makes_room(site: Site, asha: Person) -> None:
    referral = invite(asha)
    browser = site.as_(asha)

    page = browser.open("activities.show_invitation", referral_id=referral.id).submit("Withdraw it")

    assert "The invitation is withdrawn" in page.text
    assert [row.rung for row in invitations(asha)] == [Rung.WITHDRAWN]
    site.open(f"/friend/{referral.code}", status=410)


def test_invitation_by_which_a_friend_joined_cannot_be_withdrawn(site: Site, asha: Person, bruno: Person) -> None:
    browser, referral = site.as_(asha), invite(asha)
    stale = browser.open("activities.show_invitation", referral_id=referral.id)
    other = befriend(asha, bruno)
    action = f"/earn/friend/{other.id}/withdrawal"

    page = browser.send("POST", action, data={"csrf_token": stale.token})

    assert "cannot be withdrawn any more" in page.text
    assert [row.rung for row in invitations(asha)] == [Rung.VERIFIED, Rung.INVITED]


def test_invitations_are_their_owners_and_nobody_elses(site: Site, asha: Person) -> None:
    referral, other = invite(asha), site.as_(a_member("Nia Quay"))
    other_page = other.open("activities.invite_friend")
    assert "None yet." in other_page.text

    other.open("activities.show_invitation", referral_id=referral.id, status=404)
    other.send("POST", f"/earn/friend/{referral.id}/withdrawal", data={"csrf_token": other_page.token}, status=404)
    assert [row.rung for row in invitations(asha)] == [Rung.INVITED]


def test_another_club_has_its_own_terms_and_words(harbour: Site) -> None:
    page = harbour.as_(a_member("Nia Quinn")).open("activities.invite_friend")
    assert "30 points for a shipmate who came aboard." in page.text
    assert "An invitation holds 10 days. 2 can be open at a time, and 3 friends in a year bring points." in page.text

    made = page.submit("Make an invitation")
    code = made.html.partition("/friend/")[2][:8]
    assert "those who have sailed before" in made.html
    assert "I am 21 or older, and I have sailed before." in harbour.open(f"/friend/{code}").text


@pytest.mark.usefixtures("without_referrals")
def test_club_without_referrals_has_no_such_pages(site: Site, asha: Person) -> None:
    site.as_(asha).open("activities.invite_friend", status=404)
    site.open("/friend/7KQ3XWHN", status=404)
    assert settle() == 0
