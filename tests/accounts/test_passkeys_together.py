"""Many at once: one signature opens one session, and nobody gets past the most there may be."""

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Passkey, User
from portal.accounts.rules import MOST_PASSKEYS, Ceremony, Role
from portal.accounts.service import challenges, passkeys
from portal.accounts.service.ceremonies import Key
from portal.accounts.service.challenges import Holder
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.together import together

MANY = 8


def a_key(name: str = "key", count: int = 1) -> Key:
    return Key(name, "internal", b"public", count, is_backed_up=False)


def test_challenge_is_taken_by_one_of_many(free_app: Flask) -> None:
    holder, taken = Holder("browser"), []
    with unit_of_work():
        challenge = challenges.open_challenge(Ceremony.SIGN_IN, holder, at=now())

    def take() -> None:
        with unit_of_work():
            taken.append(challenges.take(Ceremony.SIGN_IN, holder, challenge, at=now()))

    assert together(free_app, [take] * MANY) == []
    assert sorted(taken) == [False] * (MANY - 1) + [True]


def test_signature_is_counted_once_by_many(free_app: Flask) -> None:
    member = factories.a_member("Asha Rahman")
    with unit_of_work():
        passkeys.add(member.user_id, a_key(), name="Phone", at=now())
    found = passkeys.behind("key")
    db.session.rollback()
    assert found is not None

    def use() -> None:
        with unit_of_work():
            passkeys.note_use(found, a_key(count=2), at=now())

    errors = together(free_app, [use] * MANY)
    assert [type(error) for error in errors] == [Refused] * (MANY - 1)


def test_nobody_slips_past_the_most_there_may_be(free_app: Flask) -> None:
    member = factories.a_member("Asha Rahman")
    with unit_of_work():
        for number in range(MOST_PASSKEYS - 1):
            passkeys.add(member.user_id, a_key(f"key-{number}"), name="Phone", at=now())

    def add(number: int) -> None:
        with unit_of_work():
            passkeys.add(member.user_id, a_key(f"new-{number}"), name="Phone", at=now())

    errors = together(free_app, [partial(add, number) for number in range(MANY)])
    assert [str(error) for error in errors] == ["too_many"] * (MANY - 1)
    assert db.session.scalar(select(func.count()).select_from(Passkey)) == MOST_PASSKEYS


def test_two_people_cannot_both_have_one_passkey(free_app: Flask) -> None:
    people = [factories.a_member(f"Member {number}", email=f"m{number}@club.example") for number in range(MANY)]

    def add(number: int) -> None:
        with unit_of_work():
            passkeys.add(people[number].user_id, a_key(), name="Phone", at=now())

    errors = together(free_app, [partial(add, number) for number in range(MANY)])
    assert [str(error) for error in errors] == ["known"] * (MANY - 1)


def test_staff_removing_two_passkeys_at_once_keep_one(free_app: Flask) -> None:
    agent = factories.an_agent("Casey Walsh")
    with unit_of_work():
        ids = [passkeys.add(agent.user_id, a_key(name), name=name, at=now()) for name in ("phone", "laptop")]
        assert db.session.get_one(User, agent.user_id).role == Role.AGENT

    def remove(number: int) -> None:
        with unit_of_work():
            passkeys.remove(ids[number], user_id=agent.user_id)

    errors = together(free_app, [partial(remove, number) for number in range(2)])
    assert [str(error) for error in errors] == ["last_factor"]
