"""Friends that members invite: the code they send on, how a friend is named, and how far one has come."""

from datetime import datetime
from enum import StrEnum

# Signs that neither look nor sound like another, and none of the vowels that make words.
CODE_SIGNS = "34679CDFGHJKMNPQRTWXY"
CODE_LENGTH = 8
# With so many random bytes the uneven share of the first signs is far below anything that could be noticed.
CODE_BYTES = 12


class Rung(StrEnum):
    """How far an invitation has come."""

    INVITED = "invited"
    JOINED = "joined"
    VERIFIED = "verified"
    CREDITED = "credited"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class NotCounted(StrEnum):
    """Why a friend who joined brings no points."""

    LINKED = "linked"
    LOOP = "loop"
    CROWD = "crowd"
    YEAR_FULL = "year_full"


def code_from(random_bytes: bytes) -> str:
    """Turn 12 random bytes into a code such as `7KQ3XWHN`."""
    number, signs = int.from_bytes(random_bytes), list[str]()
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_SIGNS))
        signs.append(CODE_SIGNS[rest])
    return "".join(signs)


def masked(name: str) -> str:
    """Give the first signs of the first and the last word of a name, and nothing else: `B… K.`."""
    words = name.split()
    if not words:
        return "…"
    last = f" {words[-1][0]}." if len(words) > 1 else ""
    return f"{words[0][0]}…{last}"


def rung_of(
    *,
    withdrawn_at: datetime | None,
    expires_at: datetime,
    joined_at: datetime | None,
    verified_at: datetime | None,
    credited_at: datetime | None,
    is_refused: bool,
    at: datetime,
) -> Rung:
    """Place an invitation on the ladder; once a friend has joined by it, it neither expires nor is withdrawn."""
    if joined_at is None:
        if withdrawn_at is not None:
            return Rung.WITHDRAWN
        return Rung.INVITED if at < expires_at else Rung.EXPIRED
    if is_refused:
        return Rung.REFUSED
    if credited_at is not None:
        return Rung.CREDITED
    return Rung.JOINED if verified_at is None else Rung.VERIFIED
