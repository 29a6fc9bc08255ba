"""Friends who come at the same moment: one code has one friend, one friend one code, and each brings points once."""

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.activities.models import Event, Friend, Referral
from portal.activities.service import friends
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests.activities.friends import befriend, invitations, invite, settle
from tests.activities.messages import expected, letters
from tests.cast import Person
from tests.factories import a_member
from tests.together import together

AT_ONCE = 4


def newcomer(name: str) -> Person:
    return a_member(name, state=MemberState.PENDING_EMAIL)


def come(friend: Person, code: str) -> None:
    with unit_of_work():
        friends.come_with(friend.user_id, code, agreed_at=now(), at=now())


def confirm(friend: Person) -> None:
    with unit_of_work():
        db.session.execute(select(Member.id).where(Member.id == friend.member).with_for_update())
        friends.note_joined(friend.user_id, at=now())


def joined() -> list[Friend]:
    db.session.rollback()
    return list(db.session.scalars(select(Friend).where(Friend.joined_at.is_not(None))))


def test_of_friends_with_one_code_one_has_it(free_app: Flask) -> None:
    referral = invite(a_member("Asha Rahman"))
    people = [newcomer(f"Friend{number} Late") for number in range(AT_ONCE)]
    for person in people:
        come(person, referral.code)

    wrong = together(free_app, [lambda person=person: confirm(person) for person in people])  # type: ignore[misc]

    assert wrong == []
    assert [friend.referral_id for friend in joined()] == [referral.id]
    assert len(list(db.session.scalars(select(Friend)))) == 1


def test_friend_with_two_codes_joins_by_one(free_app: Flask) -> None:
    codes = [invite(a_member(name)).code for name in ("Asha Rahman", "Bruno Keller")]
    friend = newcomer("Mara Lindt")

    wrong = together(free_app, [lambda code=code: come(friend, code) for code in codes])  # type: ignore[misc]
    wrong += together(free_app, [lambda: confirm(friend)] * 2 + [lambda: come(friend, codes[0])] * 2)

    assert wrong == []
    assert [row.user_id for row in joined()] == [friend.user_id]


def test_workers_that_race_credit_a_friend_once(free_app: Flask) -> None:
    asha, count = a_member("Asha Rahman"), list[int]()
    for number in range(2):
        befriend(asha, a_member(f"Friend{number} Late"))

    wrong = together(free_app, [lambda: count.append(settle())] * AT_ONCE)

    assert (wrong, sum(count)) == ([], 2)
    assert [row.points for row in expected(asha)] == [200, 200]
    assert len(list(db.session.scalars(select(Event)))) == len(letters()) == 2


def test_no_more_are_open_though_all_are_asked_for_at_once(free_app: Flask) -> None:
    asha = a_member("Asha Rahman")

    wrong = together(free_app, [lambda: invite(asha)] * 7)

    assert [error.code for error in wrong if isinstance(error, Refused)] == ["most_open"] * 2
    assert len(list(db.session.scalars(select(Referral)))) == 5


def test_withdrawing_and_joining_at_once_leave_one_of_the_two(free_app: Flask) -> None:
    asha = a_member("Asha Rahman")
    for number in range(3):
        referral, friend = invite(asha), newcomer(f"Friend{number} Late")
        come(friend, referral.code)

        def withdraw(referral: Referral = referral) -> None:
            with unit_of_work():
                friends.withdraw(referral.id, member_id=asha.member, at=now())

        wrong = together(free_app, [withdraw, lambda friend=friend: confirm(friend)])  # type: ignore[misc]

        assert {getattr(error, "code", error) for error in wrong} <= {"joined"}
        row = next(found for found in invitations(asha) if found.id == referral.id)
        assert (row.withdrawn_at is None) == (row.joined_at is not None)
