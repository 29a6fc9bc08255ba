"""What a friend brings: once, for another household, not in circles, and not without end."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from portal import programme
from portal.accounts.models import KnownDevice, Member
from portal.accounts.rules import MemberState
from portal.activities.models import Friend, Referral
from portal.activities.rules.friends import NotCounted, Rung
from portal.clock import now
from portal.db import db
from portal.records import sweeps as records
from portal.unit_of_work import unit_of_work
from tests.activities.friends import befriend, invitations, invite, refused, settle
from tests.activities.messages import expected, letters
from tests.cast import Person
from tests.factories import a_claim, a_member, an_entry
from tests.records.closing import faults_of_the_books, leave
from tests.site import Site


def share_a_browser(*people: Person) -> None:
    with unit_of_work():
        for person in people:
            db.session.add(
                KnownDevice(
                    user_id=person.user_id, token_hash="f" * 64, device="Safari", created_at=now(), last_seen_at=now()
                )
            )


def suspend(member: Person, state: MemberState) -> None:
    with unit_of_work():
        db.session.execute(update(Member).where(Member.id == member.member).values(state=state))


@pytest.fixture
def one_a_year(app):
    whole = programme.current()
    assert whole.referral is not None
    terms = whole.referral.model_copy(update={"most_per_year": 1})
    programme.use(whole.model_copy(update={"referral": terms}))
    yield
    programme.use(whole)


def test_friend_counts_once(asha: Person, bruno: Person) -> None:
    befriend(asha, bruno)

    assert (settle(), settle()) == (1, 0)
    assert [row.points for row in expected(asha)] == [200]
    assert [letter.kind for letter in letters()] == ["friend_joined"]


def test_ones_own_second_address_does_not_count(asha: Person) -> None:
    again = a_member("Asha Twice", email="asha+friend@club.example")
    befriend(asha, again)

    assert (settle(), refused(again), expected(asha), letters()) == (0, NotCounted.LINKED, [], [])


def test_friend_on_the_same_device_does_not_count(asha: Person, bruno: Person) -> None:
    share_a_browser(asha, bruno)
    befriend(asha, bruno)

    assert (settle(), refused(bruno)) == (0, NotCounted.LINKED)


def test_two_friends_on_one_device_count_once(asha: Person, bruno: Person) -> None:
    other = a_member("Otto Late")
    befriend(asha, bruno)
    assert settle() == 1
    share_a_browser(bruno, other)
    befriend(asha, other)

    assert (settle(), refused(other)) == (0, NotCounted.CROWD)


def test_chain_that_comes_back_does_not_count(asha: Person, bruno: Person) -> None:
    """Asha invites Bruno, who invites Nia, who invites Asha again under another address."""
    nia, again = a_member("Nia Quay"), a_member("Asha Twice", email="asha+2@club.example")
    befriend(asha, bruno)
    befriend(bruno, nia)
    assert settle() == 2
    befriend(nia, again)

    assert (settle(), refused(again)) == (0, NotCounted.LOOP)


def test_circle_that_should_not_be_ends_the_search(asha: Person, bruno: Person) -> None:
    befriend(asha, bruno)
    befriend(bruno, asha)

    assert settle() == 0
    assert {refused(asha), refused(bruno)} == {NotCounted.LOOP}


@pytest.mark.usefixtures("one_a_year")
def test_no_more_friends_count_in_a_year_than_the_programme_says(site: Site, asha: Person, bruno: Person) -> None:
    nia = a_member("Nia Quay")
    befriend(asha, bruno)
    befriend(asha, nia)

    assert settle() == 1
    assert {refused(bruno), refused(nia)} == {"", NotCounted.YEAR_FULL}
    page = site.as_(asha).open("activities.invite_friend")
    assert "Invite the next one in January" in page.submit(status=422).text
    with time_machine.travel(now() + timedelta(days=366)):
        assert invite(asha).code


def test_page_does_not_say_which_rule_a_friend_met(site: Site, asha: Person, bruno: Person) -> None:
    share_a_browser(asha, bruno)
    referral = befriend(asha, bruno)
    settle()

    page = site.as_(asha).open("activities.show_invitation", referral_id=referral.id)

    assert "It brings no points. An invitation counts for a friend of another household" in page.text
    assert [row.rung for row in invitations(asha)] == [Rung.REFUSED]
    deeds = site.as_(asha).open("accounts.show_activity")
    assert "A friend you invited was not counted" in deeds.text
    assert "linked" not in deeds.text


def test_friend_of_a_suspended_member_waits(asha: Person, bruno: Person) -> None:
    befriend(asha, bruno)
    suspend(asha, MemberState.SUSPENDED)
    assert settle() == 0

    suspend(asha, MemberState.ACTIVE)
    assert settle() == 1


def test_points_a_claim_has_brought_do_not_come_twice(asha: Person, bruno: Person) -> None:
    referral = befriend(asha, bruno)
    claim = a_claim(asha, activity="referral", subject=referral.code)
    an_entry(asha, 200, activity="referral", subject=referral.code, claim=claim)

    assert (settle(), refused(bruno), expected(asha)) == (0, "same_subject", [])


def test_points_stay_when_the_friend_leaves(asha: Person, bruno: Person) -> None:
    befriend(asha, bruno)
    with unit_of_work():
        db.session.execute(update(Referral).values(label="my cousin Bruno"))
    settle()
    leave(bruno)
    records.close_accounts(now())

    assert [(row.rung, row.friend, row.label, row.points) for row in invitations(asha)] == [
        (Rung.VERIFIED, "", "", 200)
    ]
    assert faults_of_the_books() == []


def test_invitations_of_somebody_who_leaves_end(site: Site, asha: Person, bruno: Person) -> None:
    used, still_open = befriend(asha, bruno), invite(asha, label="from the choir")
    leave(asha)
    records.close_accounts(now())
    db.session.expire_all()

    assert {row.label for row in db.session.scalars(select(Referral))} == {""}
    site.open(f"/friend/{still_open.code}", status=410)
    assert settle() == 0
    assert db.session.get_one(Friend, bruno.user_id).referral_id == used.id
