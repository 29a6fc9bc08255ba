"""What a password must be, for members and for staff."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.rules import (
    PasswordCode,
    Role,
    context_words,
    judge_password,
    normal_password,
    password_minimum,
)

ASHA = ("Asha Rao", "asha.rao@club.example", "IQOS CLUB")
GOOD = "violet harbour lantern"


@pytest.mark.parametrize("role", Role)
def test_staff_need_a_longer_password(role):
    assert password_minimum(role) == (10 if role is Role.MEMBER else 15)
    assert password_minimum(role, member=8, staff=20) == (8 if role is Role.MEMBER else 20)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", PasswordCode.EMPTY),
        ("short one", PasswordCode.TOO_SHORT),
        ("v" * 129, PasswordCode.TOO_LONG),
        ("v" * 1_000_000, PasswordCode.TOO_LONG),
        ("\ud800" * 12, PasswordCode.UNREADABLE),
        ("Asha Rao 1987", PasswordCode.PERSONAL),
        ("asha.rao@club.example", PasswordCode.PERSONAL),
        ("iqosclub2026", PasswordCode.PERSONAL),
        ("RAO-ASHA-RAO", PasswordCode.PERSONAL),
        ("IqosClubvQ9!x", PasswordCode.PERSONAL),
        ("qwertyuiop12", PasswordCode.COMMON),
        ("P@ssw0rd1234", PasswordCode.COMMON),
        ("aaaaaaaaaaaaaaaa", PasswordCode.REPEATED),
        ("abcdefghijkl", PasswordCode.SEQUENCE),
        ("zse4rfvgy7ujm", PasswordCode.KEYBOARD),
        ("12/11/1987 12", PasswordCode.DATE),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password, code):
    fault = judge_password(password, minimum=10, context=ASHA)
    assert fault is not None
    assert fault.code == code


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "  " + GOOD + "  ",
        "Zwölf Boxkämpfer jagen",
        "🦜 under the 🌊 bridge",
        "x7#Kq!v2Lp",
        "asha keeps nine goats",
        "IqosClubvQ9!xZ",
        "null\x00byte is only text",
        "k3t7w9z2p5q8" * 10 + "12345678",
        "vQ9!" + "the quick brown fox jumps over the lazy dog and runs away from all of it",
    ],
    ids=[
        "words",
        "spaces",
        "umlauts",
        "emoji",
        "ten signs",
        "a name in more",
        "six signs more",
        "nul",
        "128 signs",
        "beyond 72",
    ],
)
def test_a_strong_password_is_taken_whatever_signs_it_has(password):
    assert judge_password(password, minimum=10, context=ASHA) is None


def test_a_refusal_tells_the_figures_that_help():
    fault = judge_password("short one", minimum=15)
    assert fault is not None
    assert (fault.length, fault.minimum, fault.maximum) == (9, 15, 128)


def test_the_same_password_is_good_for_a_member_and_too_short_for_staff():
    password = "x7#Kq!v2Lp"
    assert judge_password(password, minimum=password_minimum(Role.MEMBER)) is None
    fault = judge_password(password, minimum=password_minimum(Role.AGENT))
    assert fault is not None
    assert fault.code is PasswordCode.TOO_SHORT


def test_length_is_counted_in_the_form_that_is_hashed():
    decomposed = unicodedata.normalize("NFD", "éèêëéèêëé")
    fault = judge_password(decomposed, minimum=10)
    assert fault is not None
    assert (fault.code, fault.length) == (PasswordCode.TOO_SHORT, 9)


@pytest.mark.parametrize(
    ("typed", "also_typed"),
    [("Cafe\u0301 am Meer 9", "Café am Meer 9"), ("\uff26\uff4f\uff58 runs 12 miles", "Fox runs 12 miles")],
)
def test_two_keyboards_type_the_same_password(typed, also_typed):
    assert normal_password(typed) == normal_password(also_typed)


@pytest.mark.parametrize("password", [" trailing ", "UPPER lower", "tab\tand\nline"])
def test_a_password_is_not_trimmed_folded_or_cut(password):
    assert normal_password(password) == password


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=50)
def test_any_text_is_judged_without_an_error(text):
    fault = judge_password(text, minimum=10, context=ASHA)
    assert fault is None or fault.code in PasswordCode


def test_context_is_split_into_words_the_longest_first():
    assert context_words("Asha Rao", "a.rao@club.example") == (
        "a.rao@club.example",
        "araoclubexample",
        "asha rao",
        "asharao",
        "example",
        "asha",
        "club",
        "rao",
    )
