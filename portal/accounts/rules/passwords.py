"""What a password must be. Codes and facts come out; the words are the edge's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zxcvbn import zxcvbn  # type: ignore[import-untyped] # it ships no types

from portal.accounts.rules.roles import Role

PASSWORD_MEMBER_MIN = 10
PASSWORD_STAFF_MIN = 15
PASSWORD_MAX = 128
SCORE_NEEDED = 3
# The estimate takes time that grows with the length; what stands beyond is hashed all the same.
JUDGED_CHARACTERS = 72
# The normal form may shorten a text, so only what is far too long is refused before it is made.
READ_AT_MOST = PASSWORD_MAX * 8
CONTEXT_WORD_MIN = 3
# What is left of a password once names and the like are taken out must still be worth guessing.
REST_MIN = 6


class PasswordCode(StrEnum):
    """Why a password is refused, from the plainest reason to the most particular."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    PERSONAL = "personal"
    COMMON = "common"
    REPEATED = "repeated"
    SEQUENCE = "sequence"
    KEYBOARD = "keyboard"
    DATE = "date"
    GUESSABLE = "guessable"


@dataclass(frozen=True, slots=True)
class PasswordFault:
    """A refusal: its code and the figures that help to choose a better one."""

    code: PasswordCode
    length: int
    minimum: int
    maximum: int = PASSWORD_MAX


# The weakest part of a password, as zxcvbn names it, and what we call it.
CODE_OF_PATTERN = {
    "dictionary": PasswordCode.COMMON,
    "repeat": PasswordCode.REPEATED,
    "sequence": PasswordCode.SEQUENCE,
    "spatial": PasswordCode.KEYBOARD,
    "date": PasswordCode.DATE,
    "regex": PasswordCode.DATE,
}


def password_minimum(role: Role, *, member: int = PASSWORD_MEMBER_MIN, staff: int = PASSWORD_STAFF_MIN) -> int:
    """Give the length that a role's password needs; a setting may move both figures."""
    return staff if role.is_staff else member


def normal_password(text: str) -> str:
    """Give the form that is judged and hashed, so that two keyboards type the same password.

    Nothing is trimmed, cut or folded.
    """
    return unicodedata.normalize("NFKC", text)


def judge_password(text: str, *, minimum: int, context: Iterable[str] = ()) -> PasswordFault | None:
    """Judge a password; None means that it will do.

    `context` are texts that an attacker knows too: name, address, the club. Lengths are counted in code points.
    """
    if len(text) > READ_AT_MOST:
        return PasswordFault(PasswordCode.TOO_LONG, length=len(text), minimum=minimum)
    password = normal_password(text)
    code = _measured(password, minimum) or _guessed(password, context_words(*context))
    return PasswordFault(code, length=len(password), minimum=minimum) if code else None


def context_words(*texts: str) -> tuple[str, ...]:
    """Split texts into the words a password must not lean on, the longest first."""
    words: set[str] = set()
    for text in texts:
        folded = unicodedata.normalize("NFKC", text).casefold()
        parts = re.findall(r"[^\W_]+", folded)
        words.update([folded.strip(), "".join(parts), *parts])
    return tuple(sorted((word for word in words if len(word) >= CONTEXT_WORD_MIN), key=lambda word: (-len(word), word)))


def _measured(password: str, minimum: int) -> PasswordCode | None:
    if not password:
        return PasswordCode.EMPTY
    if any(unicodedata.category(character) == "Cs" for character in password):
        return PasswordCode.UNREADABLE
    if len(password) < minimum:
        return PasswordCode.TOO_SHORT
    return PasswordCode.TOO_LONG if len(password) > PASSWORD_MAX else None


def _guessed(password: str, words: tuple[str, ...]) -> PasswordCode | None:
    if _leans_on(password, words):
        return PasswordCode.PERSONAL
    judged = password[:JUDGED_CHARACTERS]
    estimate = zxcvbn(judged, user_inputs=list(words), max_length=JUDGED_CHARACTERS)
    if estimate["score"] >= SCORE_NEEDED:
        return None
    weakest = max(estimate["sequence"], key=lambda part: len(part["token"]))
    if weakest.get("dictionary_name") == "user_inputs":
        return PasswordCode.PERSONAL
    return CODE_OF_PATTERN.get(weakest["pattern"], PasswordCode.GUESSABLE)


def _leans_on(password: str, words: tuple[str, ...]) -> bool:
    """Tell whether little is left without the context words; zxcvbn alone is too kind to two of them in a row."""
    rest = password.casefold()
    for word in words:
        rest = rest.replace(word, "")
    return len(rest) < REST_MIN
