"""Which addresses in a letter become links on the mailbox page: our own, and no others.

A link is a path: whoever reads the demo as `localhost` stays there, where their session is, and not on 127.0.0.1.
"""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_ENDS_A_SENTENCE = ".,;:!?)”"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `href` is empty where it is only text."""

    text: str
    href: str = ""


def pieces(text: str, *, site: str) -> tuple[Piece, ...]:
    """Cut a letter into text and links; only what lies under the address `site` is a link."""
    found: list[Piece] = []
    done = 0
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(_ENDS_A_SENTENCE)
        if _is_below(address, site):
            found += [Piece(text[done : match.start()]), Piece(address, _path(address, site))]
            done = match.start() + len(address)
    return tuple(piece for piece in (*found, Piece(text[done:])) if piece.text)


def _path(address: str, site: str) -> str:
    # Two slashes in front would name another host.
    return "/" + address.removeprefix(site).lstrip("/")


def _is_below(address: str, site: str) -> bool:
    # The slash matters: https://club.example.elsewhere and https://club.example@elsewhere are not ours.
    return address == site or address.startswith(f"{site}/")
