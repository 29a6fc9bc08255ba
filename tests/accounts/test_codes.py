"""Codes and seals by themselves: what is read, what counts once, and what survives a change of the key."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from sqlalchemy import update

from portal.accounts.models import Totp
from portal.accounts.rules.codes import (
    code_at,
    in_groups,
    is_app_code,
    is_recovery_code,
    read_recovery_code,
    recovery_code,
    step_of,
    typed_code,
)
from portal.accounts.sealing import Sealed, Seals
from portal.accounts.service import apps, codes
from portal.clock import now
from portal.db import db
from portal.mail.letter import code_of
from tests.cast import APP_SECRET, Person

AT = datetime(2026, 11, 22, 14, 0, 15, tzinfo=UTC)
NEW, OLD = "a new secret that nobody has seen yet", "the secret of the year before this one"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123 456", "123456"),
        (" 1234-5678 ", "12345678"),
        ("１２３４５６", "123456"),
        ("abcd efgh", "ABCDEFGH"),
        ("١٢٣٤٥٦", ""),
        ("\0" * 200 + "1", ""),
        ("", ""),
    ],
)
def test_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert typed_code(typed) == code


def test_kinds_are_told_apart() -> None:
    kinds = [(is_app_code(code), is_recovery_code(code)) for code in ("123456", "12345", "A" * 16, "12345678", "A" * 6)]

    assert kinds == [(True, False), (False, False), (False, True), (False, False), (False, False)]


def test_zero_and_one_are_read_as_the_letters_they_were_copied_from() -> None:
    assert read_recovery_code("0I1OABCD") == "OIIOABCD"


def test_recovery_code_has_eighty_bits_and_is_written_in_groups() -> None:
    assert in_groups(recovery_code(bytes(range(10)))) == "AAAQ EAYE AUDA OCAJ"


@pytest.mark.parametrize(("off", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_phone_may_be_one_step_off(off: int, is_right: bool) -> None:  # noqa: FBT001
    code = code_at(APP_SECRET, at=AT + timedelta(seconds=30 * off))

    assert (step_of(APP_SECRET, code, at=AT) is not None) == is_right


def test_app_agrees_with_the_published_example() -> None:
    """RFC 6238, appendix B: the eight digits of 59 seconds after the epoch end in these six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert code_at(secret, at=datetime.fromtimestamp(59, UTC)) == "287082"
    assert step_of(secret, "287082", at=datetime.fromtimestamp(59, UTC)) == 1


def test_letter_code_has_eight_digits_whatever_the_secret() -> None:
    assert code_of("0" * 64) == "00000000"
    assert code_of("f" * 64) == "09551615"


def test_sealed_secret_opens_for_its_owner_alone() -> None:
    seals, owner = Seals(NEW), uuid4()
    sealed = seals.seal(b"the key", about=owner)

    assert seals.open(sealed, about=owner) == b"the key"
    assert b"the key" not in sealed.content
    with pytest.raises(InvalidTag):
        seals.open(sealed, about=uuid4())


def test_changed_seal_does_not_open() -> None:
    seals, owner = Seals(NEW), uuid4()
    sealed = seals.seal(b"the key", about=owner)
    content = sealed.content[:-1] + bytes([sealed.content[-1] ^ 1])

    with pytest.raises(InvalidTag):
        seals.open(Sealed(content, sealed.key_id), about=owner)


def test_seal_of_a_former_key_opens_and_of_a_lost_one_says_so() -> None:
    owner = uuid4()
    sealed = Seals(OLD).seal(b"the key", about=owner)

    assert Seals(NEW, OLD).open(sealed, about=owner) == b"the key"
    with pytest.raises(LookupError, match="PORTAL_SECRET_KEY_FALLBACKS"):
        Seals(NEW).open(sealed, about=owner)


@pytest.fixture
def app_of_casey(casey: Person) -> Person:
    apps.enrol(casey.user_id, APP_SECRET, pyotp.TOTP(APP_SECRET).now(), seals=Seals(OLD), at=now())
    db.session.execute(update(Totp).values(last_step=0))
    return casey


def test_app_is_sealed_with_the_new_key_when_it_is_used(app_of_casey: Person) -> None:
    owner = app_of_casey.user_id

    assert apps.check(owner, pyotp.TOTP(APP_SECRET).now(), seals=Seals(NEW, OLD), at=now())
    assert not apps.check(owner, pyotp.TOTP(APP_SECRET).now(), seals=Seals(NEW), at=now())
    row = db.session.query(Totp).one()
    assert Seals(NEW).open(Sealed(row.sealed_secret, row.key_id), about=owner) == APP_SECRET.encode()


def test_code_of_the_app_counts_once_and_none_before_it_counts_again(app_of_casey: Person) -> None:
    owner, seals = app_of_casey.user_id, Seals(OLD)
    with time_machine.travel(AT, tick=False):
        earlier, present, following = (code_at(APP_SECRET, at=AT + timedelta(seconds=30 * off)) for off in (-1, 0, 1))
        used = [apps.check(owner, code, seals=seals, at=AT) for code in (present, present, earlier, following)]

    assert used == [True, False, False, True]


def test_recovery_code_survives_a_change_of_the_key_and_works_once(casey: Person, noor: Person) -> None:
    made = codes.make(casey.user_id, seals=Seals(OLD), at=now())
    present = Seals(NEW, OLD)

    assert not codes.burn(noor.user_id, made[0], seals=present, at=now())
    assert [codes.burn(casey.user_id, made[0], seals=present, at=now()) for _ in range(2)] == [True, False]
    assert not codes.burn(casey.user_id, made[1], seals=Seals(NEW), at=now())
