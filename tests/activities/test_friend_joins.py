"""From the link to the points: what a friend sees and says, and what the member who invited sees of it."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from portal.activities import sweeps
from portal.activities.models import Event, Friend
from portal.activities.rules import Outcome
from portal.activities.rules.friends import Rung
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from tests.activities.friends import agree, arrive, become_active, invitations, invite, person_of, settle
from tests.activities.messages import expected
from tests.cast import Person
from tests.factories import balance_of
from tests.joining.joining import MARA, NEW, another, confirm, join, link_in
from tests.site import Site


def rungs(member: Person) -> list[Rung]:
    return [row.rung for row in invitations(member)]


def promises() -> list[Friend]:
    db.session.rollback()
    return list(db.session.scalars(select(Friend)))


def test_invitation_tells_no_more_than_a_first_letter(site: Site, asha: Person) -> None:
    page = site.open(f"/friend/{invite(asha, label='my cousin Mara').code}")

    assert page.h1 == "You are invited"
    assert "Somebody you know, A…, is a member" in page.text
    for secret in ("Asha", "Rahman", asha.email, asha.number, "cousin"):
        assert secret not in page.html


def test_friend_says_that_it_is_for_them_before_joining(site: Site, asha: Person) -> None:
    page = site.open(f"/friend/{invite(asha).code}")
    assert "I am 18 or older, and I already smoke or use nicotine products." in page.text

    refused = page.submit("Go on and join", status=422)
    assert refused.errors == {"agreed": "Tick this to go on: the invitation is for nobody else"}

    onward = refused.submit("Go on and join", agreed=True)
    assert onward.path == "/join"
    assert "You come with an invitation" in onward.text


def test_code_may_be_typed_in_small_letters_and_groups(site: Site, asha: Person) -> None:
    code = invite(asha).code

    assert site.open(f"/friend/{code[:4].lower()}-{code[4:].lower()}").h1 == "You are invited"


def test_friend_is_invited_joined_verified_and_credited(site: Site, asha: Person) -> None:
    referral = invite(asha)
    agree(site, referral.code)
    assert rungs(asha) == [Rung.INVITED]
    join(site)
    assert rungs(asha) == [Rung.INVITED]
    confirm(site)
    assert [(row.rung, row.friend) for row in invitations(asha)] == [(Rung.JOINED, "M… L.")]
    assert settle() == 0

    arrived = person_of("mara@club.example")
    become_active(arrived)
    assert rungs(asha) == [Rung.VERIFIED]
    assert settle() == 1

    event = db.session.scalars(select(Event)).one()
    assert (event.source, event.subject, event.outcome, event.member_id) == (
        "portal",
        referral.code,
        Outcome.PENDING,
        asha.member,
    )
    assert [(row.points, row.rule_version) for row in expected(asha)] == [(200, "referral-1")]
    letter = site.letters[-1]
    assert (letter.to, letter.subject) == (asha.email, "Your friend has joined: 200 points are on their way")
    assert "M… L." in letter.text
    assert arrived.name not in letter.text

    with time_machine.travel(now() + timedelta(hours=49)):
        assert sweeps.post_due(now()) == 1
        assert [(row.rung, row.points) for row in invitations(asha)] == [(Rung.CREDITED, 200)]
        assert balance_of(asha) == 200
        assert referral.code in site.as_(asha).open("home.show_points").text.replace(" ", "")


def test_joining_may_be_finished_in_another_browser(site: Site, asha: Person) -> None:
    agree(site, invite(asha).code)
    join(site)

    another(site).open(link_in(site)).submit(password=NEW)

    assert rungs(asha) == [Rung.JOINED]


def test_who_is_a_member_already_leaves_no_trace(site: Site, asha: Person, bruno: Person) -> None:
    """Neither the list nor the code may tell that an address is a member's."""
    referral = invite(asha)
    agree(site, referral.code)
    known = join(site, email=bruno.email)

    fresh = another(site)
    agree(fresh, referral.code)
    new = join(fresh, email="nobody@club.example")

    assert known.h1 == new.h1
    assert rungs(asha) == [Rung.INVITED]
    assert site.open(f"/friend/{referral.code}").h1 == "You are invited"
    assert [friend.user_id == bruno.user_id for friend in promises()] == [False]


def test_joining_by_an_invitation_asks_the_same_of_the_database_whoever_asks(
    site: Site, asha: Person, bruno: Person
) -> None:
    code = invite(asha).code
    asked = []
    for email in (bruno.email, "nobody@club.example"):
        browser = another(site)
        onward = agree(browser, code)
        fields = {**MARA, "email": email, "csrf_token": onward.token, "consent": "y"}
        asked.append(browser.send("POST", "/join", data=fields, follow=False, status=303).statements)

    assert asked[0] == asked[1]
    assert any("INTO friend" in statement for statement in asked[0])


def test_member_who_is_signed_in_is_told_so(site: Site, asha: Person, bruno: Person) -> None:
    code = invite(asha).code

    own = site.as_(asha).open(f"/friend/{code}")
    assert "This is your own invitation" in own.text
    others = site.as_(bruno).open(f"/friend/{code}")
    assert "Invitations are for those who are not members yet" in others.text

    sent = site.open(f"/friend/{code}")
    browser = site.as_(bruno)
    token = browser.open("activities.invite_friend").token
    page = browser.send("POST", sent.path, data={"csrf_token": token, "agreed": "y"})
    assert (page.path, page.has("form")) == (sent.path, False)


def test_code_that_ran_out_or_is_none_gets_the_same_page(site: Site, asha: Person) -> None:
    code = invite(asha).code
    gone = site.open("/friend/33333333", status=410)

    with time_machine.travel(now() + timedelta(days=30, seconds=1)):
        late = site.open(f"/friend/{code}", status=410)

    assert gone.h1 == late.h1 == "This invitation is not open"
    assert [link.attrs["href"] for link in late.all("main a")] == ["/join", "/sign-in"]


def test_codes_cannot_be_tried_one_after_another(site: Site, asha: Person) -> None:
    code = invite(asha).code
    for number in range(21):
        site.open(f"/friend/3333{number:04d}", status=410)

    site.open(f"/friend/{code}", status=410)
    assert db.session.query(AuditEvent).filter_by(verb="limit_hit").count() == 1
    with time_machine.travel(now() + timedelta(hours=1)):
        assert site.open(f"/friend/{code}").h1 == "You are invited"


def test_one_invitation_is_for_one_friend(site: Site, asha: Person) -> None:
    referral = invite(asha)
    second = another(site)
    agree(second, referral.code)
    join(second, email="otto@club.example", name="Otto Late")
    waiting = link_in(second)
    arrive(site, referral.code)

    assert second.open(waiting).submit("Confirm and go in").path == "/you/requirements"

    assert [(row.rung, row.friend) for row in invitations(asha)] == [(Rung.JOINED, "M… L.")]
    assert len(promises()) == 1
    another(site).open(f"/friend/{referral.code}", status=410)


def test_who_joins_anew_without_an_invitation_has_none(site: Site, asha: Person) -> None:
    """Somebody else may have joined with the address, and with a code of theirs."""
    agree(site, invite(asha).code)
    join(site)
    assert len(promises()) == 1

    join(another(site))

    assert promises() == []


def test_invitation_withdrawn_before_the_address_is_confirmed_counts_no_more(site: Site, asha: Person) -> None:
    referral = invite(asha)
    agree(site, referral.code)
    join(site)
    site.as_(asha).open("activities.show_invitation", referral_id=referral.id).submit("Withdraw it")

    confirm(site)

    assert rungs(asha) == [Rung.WITHDRAWN]
    assert promises() == []
