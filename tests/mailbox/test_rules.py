"""Which addresses in a letter become links."""

import pytest

from portal.mailbox.rules import Piece, pieces

SITE = "https://club.example"


@pytest.mark.parametrize("address", [SITE, f"{SITE}/", f"{SITE}/reset/abc", f"{SITE}/claims?state=open#last"])
def test_our_own_address_is_a_link_that_stays_at_the_readers_host(address: str):
    path = address.removeprefix(SITE) or "/"

    assert pieces(f"Open {address} now", site=SITE) == (Piece("Open "), Piece(address, path), Piece(" now"))


def test_link_with_two_slashes_names_no_other_host():
    assert pieces(f"{SITE}//elsewhere.example/", site=SITE)[0].href == "/elsewhere.example/"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/club.example",
        "https://club.example.elsewhere.example/",
        "https://club.example@elsewhere.example/",
        "https://club.example:444/",
        "http://club.example/",
        "javascript:alert(1)//https://club.exampl",
        "//club.example/",
    ],
)
def test_any_other_address_is_text(address: str):
    assert pieces(f"Open {address} now", site=SITE) == (Piece(f"Open {address} now"),)


def test_end_of_the_sentence_is_no_part_of_the_link():
    assert pieces(f"See {SITE}/points.", site=SITE) == (
        Piece("See "),
        Piece(f"{SITE}/points", "/points"),
        Piece("."),
    )


def test_several_links_and_lines():
    found = pieces(f"{SITE}/a\n\n{SITE}/b\n", site=SITE)

    assert "".join(piece.text for piece in found) == f"{SITE}/a\n\n{SITE}/b\n"
    assert [piece.href for piece in found if piece.href] == ["/a", "/b"]


def test_nothing_is_nothing():
    assert pieces("", site=SITE) == ()
