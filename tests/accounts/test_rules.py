"""Roles, sessions, passwords, addresses and ages."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.rules import (
    AddressFault,
    BadAddress,
    PasswordCode,
    Role,
    age_on,
    birthday_in,
    comes_of_age,
    context_words,
    has_ended,
    is_of_age,
    judge_password,
    normal_password,
    password_minimum,
    read_address,
    session_length,
    should_touch,
)

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASHA = ("Asha Rao", "asha.rao@club.example", "IQOS CLUB")
GOOD = "violet harbour lantern"


@pytest.mark.parametrize(
    ("role", "keep", "idle", "absolute"),
    [
        (Role.MEMBER, False, timedelta(hours=2), timedelta(hours=12)),
        (Role.MEMBER, True, timedelta(days=14), timedelta(days=30)),
        (Role.AGENT, False, timedelta(minutes=30), timedelta(hours=12)),
        (Role.AGENT, True, timedelta(minutes=30), timedelta(hours=12)),
        (Role.LEAD, True, timedelta(minutes=30), timedelta(hours=12)),
        (Role.ADMIN, True, timedelta(minutes=30), timedelta(hours=12)),
    ],
)
def test_members_may_ask_to_be_kept_signed_in_and_staff_may_not(role, keep, idle, absolute):
    length = session_length(role, keep=keep)
    assert (length.idle, length.absolute) == (idle, absolute)


@pytest.mark.parametrize(
    ("begun", "seen", "is_over"),
    [
        (timedelta(0), timedelta(0), False),
        (timedelta(hours=3), timedelta(hours=2, seconds=-1), False),
        (timedelta(hours=3), timedelta(hours=2), True),
        (timedelta(hours=12, seconds=-1), timedelta(0), False),
        (timedelta(hours=12), timedelta(0), True),
    ],
    ids=["new", "a second before idle", "idle", "a second before the end", "the end, however busy"],
)
def test_a_session_ends_when_idle_and_in_any_case_in_the_end(begun, seen, is_over):
    length = session_length(Role.MEMBER)
    assert has_ended(length, begun_at=NOON - begun, seen_at=NOON - seen, at=NOON) is is_over


@pytest.mark.parametrize(("seconds", "is_worth_it"), [(0, False), (59, False), (60, True), (3600, True)])
def test_being_seen_is_written_once_a_minute(seconds, is_worth_it):
    assert should_touch(NOON - timedelta(seconds=seconds), at=NOON) is is_worth_it


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
        "null\x00byte is only text",
        "k3t7w9z2p5q8" * 10 + "12345678",
        "vQ9!" + "the quick brown fox jumps over the lazy dog and runs away from all of it",
    ],
    ids=["words", "spaces", "umlauts", "emoji", "ten signs", "a name in more", "nul", "128 signs", "beyond 72"],
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


@pytest.mark.parametrize(
    ("typed", "kept", "canonical"),
    [
        ("asha@club.example", "asha@club.example", "asha@club.example"),
        ("  Asha@Club.EXAMPLE ", "Asha@club.example", "asha@club.example"),
        ("\uff21sha\uff20club.example", "Asha@club.example", "asha@club.example"),
        ("a.s.h.a+club@club.example", "a.s.h.a+club@club.example", "a.s.h.a+club@club.example"),
        ("a@b\u00fccher.example", "a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@XN--BCHER-KVA.example", "a@bücher.example", "a@xn--bcher-kva.example"),
        ("jose\u0301@club.example", "josé@club.example", "josé@club.example"),
    ],
    ids=[
        "plain",
        "case and spaces",
        "wide letters",
        "dots and tags stay",
        "umlaut domain",
        "its ascii form",
        "accents",
    ],
)
def test_an_address_is_kept_as_typed_and_compared_in_one_form(typed, kept, canonical):
    address = read_address(typed)
    assert (address.typed, address.canonical) == (kept, canonical)


def test_a_letter_that_only_looks_alike_is_another_address():
    assert read_address("\u0430sha@club.example").canonical != read_address("asha@club.example").canonical


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", AddressFault.EMPTY),
        ("   ", AddressFault.EMPTY),
        ("asha", AddressFault.NO_AT),
        ("asha@club", AddressFault.MALFORMED),
        ("asha@@club.example", AddressFault.MALFORMED),
        ("as ha@club.example", AddressFault.MALFORMED),
        ("asha@club.example\nBcc: all@club.example", AddressFault.MALFORMED),
        ("asha\x00@club.example", AddressFault.MALFORMED),
        ('"asha"@club.example', AddressFault.MALFORMED),
        ("asha@[127.0.0.1]", AddressFault.MALFORMED),
        ("Asha <asha@club.example>", AddressFault.MALFORMED),
        ("a" * 65 + "@club.example", AddressFault.MALFORMED),
        ("a" * 250 + "@club.example", AddressFault.TOO_LONG),
        ("a@" + "b" * 1_000_000 + ".example", AddressFault.TOO_LONG),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(typed, fault):
    with pytest.raises(BadAddress) as refusal:
        read_address(typed)
    assert (refusal.value.fault, refusal.value.code) == (fault, fault.value)


def test_an_address_of_254_signs_works():
    longest = "a" * 64 + "@" + ".".join(["b" * 60, "c" * 60, "d" * 59]) + ".example"
    assert len(longest) == 254
    assert read_address(longest).canonical == longest


@given(st.text(max_size=80))
@settings(deadline=None)
def test_any_text_is_an_address_or_a_refusal_and_never_an_error(text):
    try:
        address = read_address(text)
    except BadAddress:
        return
    assert read_address(address.typed).canonical == address.canonical


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), 17),
        (date(2008, 11, 22), date(2026, 11, 22), 18),
        (date(2008, 11, 22), date(2026, 11, 23), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(1896, 2, 29), date(1900, 3, 1), 4),
        (date(2008, 3, 1), date(2026, 2, 28), 17),
        (date(2008, 12, 31), date(2026, 12, 30), 17),
        (date(2026, 1, 1), date(2025, 12, 31), -1),
    ],
)
def test_age_is_counted_in_full_years_leap_days_included(born, day, age):
    assert age_on(day, born=born) == age


@pytest.mark.parametrize(
    ("born", "first_day"),
    [
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2008, 2, 28), date(2026, 2, 28)),
        (date(2006, 6, 30), date(2024, 6, 30)),
    ],
)
def test_the_18th_birthday_is_the_first_day_of_age(born, first_day):
    assert comes_of_age(born, minimum_age=18) == first_day
    assert birthday_in(first_day.year, born) == first_day


@pytest.mark.parametrize(
    ("at", "is_old_enough"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 1, 0, 0, tzinfo=ZoneInfo("Pacific/Auckland")), False),
        (datetime(2026, 6, 30, 20, 0, tzinfo=ZoneInfo("America/New_York")), True),
    ],
    ids=["a minute before midnight in london", "midnight in london", "already in auckland", "not yet in new york"],
)
def test_the_18th_birthday_begins_at_midnight_where_the_club_is_at_home(at, is_old_enough):
    assert is_of_age(date(2008, 7, 1), minimum_age=18, at=at, zone=LONDON) is is_old_enough


@given(born=st.dates(date(1900, 1, 1), date(2050, 1, 1)), minimum_age=st.integers(18, 99))
def test_who_comes_of_age_was_too_young_the_day_before(born, minimum_age):
    first_day = comes_of_age(born, minimum_age=minimum_age)
    assert age_on(first_day, born=born) == minimum_age
    assert age_on(first_day - timedelta(days=1), born=born) == minimum_age - 1
