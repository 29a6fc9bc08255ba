"""Who is behind a token: one living session of somebody who may still come in, read in one statement."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.accounts.models import Member, User, UserSession
from portal.accounts.rules import Factor, MemberState, Role
from portal.accounts.secrets import digest
from portal.accounts.service import sessions
from portal.clock import now
from portal.db import db
from portal.home.queries import Found, visitor_of
from portal.unit_of_work import unit_of_work
from portal.web.access import Visitor
from tests.cast import Person
from tests.factories import an_entry
from tests.home.histories import earn, spend
from tests.watch import watching


def sign_in(person: Person) -> str:
    """Begin a session; give what the database keeps of its token."""
    with unit_of_work():
        return digest(
            sessions.begin(
                person.user_id,
                Role(person.role),
                keep=False,
                address="",
                device="",
                at=now(),
                factor=Factor.PASSKEY,
            ).token
        )


def found(token_hash: str, *, later: timedelta = timedelta()) -> Found | None:
    return visitor_of(token_hash, at=now() + later)


def row(token_hash: str) -> UserSession:
    return db.session.query(UserSession).filter_by(token_hash=token_hash).one()


def test_member_is_known_with_all_their_figures(asha: Person):
    earn(asha, 1600, now() - timedelta(days=3))
    spend(asha, 100, now() - timedelta(days=2))
    token = sign_in(asha)

    with watching() as watch:
        seen = found(token)

    assert len(watch.statements) == 1
    assert seen is not None
    assert seen.seen_at == row(token).last_seen_at
    assert seen.visitor == Visitor(
        user_id=asha.user_id,
        session_id=row(token).id,
        role="member",
        name="Asha Rahman",
        email=asha.email,
        locale="en_GB",
        member_id=asha.member,
        balance=1500,
        status_points=1600,
        opens_the_desk=True,
        confirmed_at=row(token).created_at,
    )


def test_staff_have_no_membership_and_no_figures(casey: Person):
    seen = found(sign_in(casey))

    assert seen is not None
    who = seen.visitor
    assert (who.role, who.member_id, who.balance, who.status_points) == ("agent", None, 0, 0)


def test_unknown_token_is_nobody(asha: Person):
    sign_in(asha)

    assert found(digest("guessed")) is None
    assert found("") is None


def test_session_that_was_ended_is_over(asha: Person):
    token = sign_in(asha)
    with unit_of_work():
        sessions.end(row(token).id, at=now())

    assert found(token) is None


@pytest.mark.parametrize(("later", "is_living"), [(7199, True), (7200, False)])
def test_idle_session_is_over_after_two_hours(asha: Person, later: int, is_living: bool):  # noqa: FBT001
    assert (found(sign_in(asha), later=timedelta(seconds=later)) is not None) == is_living


def test_session_ends_in_any_case_after_twelve_hours(asha: Person):
    token = sign_in(asha)
    row(token).idle_until = now() + timedelta(days=9)
    db.session.commit()

    assert found(token, later=timedelta(hours=12, seconds=-1)) is not None
    assert found(token, later=timedelta(hours=12)) is None


def test_disabled_login_is_out_with_the_next_request(casey: Person):
    token = sign_in(casey)
    db.session.get_one(User, casey.user_id).disabled_at = now()
    db.session.commit()

    assert found(token) is None


def test_changed_role_acts_with_the_next_request(casey: Person):
    token = sign_in(casey)
    db.session.get_one(User, casey.user_id).role = Role.LEAD
    db.session.commit()

    seen = found(token)
    assert seen is not None
    assert seen.visitor.role == "lead"


@pytest.mark.parametrize("state", list(MemberState))
def test_member_comes_in_unless_the_membership_is_closed(asha: Person, state: MemberState):
    token = sign_in(asha)
    db.session.get_one(Member, asha.member).state = state
    db.session.commit()

    assert (found(token) is None) == (state is MemberState.CLOSED)


def test_staff_with_a_closed_membership_keep_the_desk_and_lose_the_points(asha: Person):
    an_entry(asha, 100)
    token = sign_in(asha)
    db.session.get_one(User, asha.user_id).role = Role.AGENT
    db.session.get_one(Member, asha.member).state = MemberState.CLOSED
    db.session.commit()

    seen = found(token)
    assert seen is not None
    assert (seen.visitor.member_id, seen.visitor.balance) == (None, 0)


def test_other_browser_is_another_session_of_the_same_person(asha: Person):
    phone, laptop = found(sign_in(asha)), found(sign_in(asha))

    assert phone is not None
    assert laptop is not None
    assert phone.visitor.session_id != laptop.visitor.session_id
    assert replace(phone.visitor, session_id=laptop.visitor.session_id) == laptop.visitor
