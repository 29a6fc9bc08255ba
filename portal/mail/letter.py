"""A letter as the rooms write it, before it is a row."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

JSON: TypeAlias = str | int | float | bool | Sequence["JSON"] | Mapping[str, "JSON"] | None

DECOY = "decoy"
SECRET = "{secret}"  # noqa: S105 - where the secret will stand, not the secret
CODE = "{code}"
CODE_DIGITS = 8
ENDS_AN_ADDRESS = frozenset(",;<>")


@dataclass(frozen=True, slots=True)
class Letter:
    """What to tell whom: `kind` names the folder in templates/mail, `facts` are the words to fill in.

    Facts are plain JSON and hold no secret. Days and times are ready text in the recipient's language (write
    them under `flask_babel.force_locale(locale)`), points are whole numbers. A link that works once has
    `{secret}` where its secret belongs and names its `token_id`; the secret is made when the letter is sent.
    The fact `code` may be `{code}` in the same way: eight digits that are made of the secret.
    """

    kind: str
    to: str
    facts: Mapping[str, JSON]
    locale: str
    token_id: UUID | None = None
    user_id: UUID | None = None


def code_of(secret: str) -> str:
    """Give the eight digits a secret is typed as; 64 bits of it leave no digit likelier than another."""
    return f"{int(secret[:16], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def decoy(to: str, facts: Mapping[str, JSON], locale: str) -> Letter:
    """Write the letter nobody gets, so that asking for an unknown address costs what a known one costs."""
    return Letter(DECOY, to, facts, locale)


def is_one_address(to: str) -> bool:
    """Tell an e-mail address from one that would smuggle a line or a second recipient into a letter's head."""
    return bool(to) and not any(char in ENDS_AN_ADDRESS or unicodedata.category(char)[0] in "CZ" for char in to)
