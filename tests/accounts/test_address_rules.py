"""E-mail addresses, as typed and as compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.rules import AddressFault, BadAddress, read_address


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


@pytest.mark.parametrize(
    ("typed", "reached"),
    [("asha+tag@club.example", True), ("a@b\u00fccher.example", True), ("jos\u00e9@club.example", False)],
)
def test_letters_reach_what_is_plain_before_the_at(typed, reached):
    assert read_address(typed).can_be_written_to is reached


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
        ("a" * 242 + "@club.example", AddressFault.TOO_LONG),
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
