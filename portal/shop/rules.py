"""How a message is signed, after Standard Webhooks: over its id, its moment and every byte of its body."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.errors import Refused

PREFIX = "whsec_"
SECRET_BYTES = 32
SHORTEST_SECRET_BYTES = 24
LONGEST_SECRET_BYTES = 64
TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 8
# As many keys are reckoned for every message, so that nothing betrays how many there are.
LIVE_KEYS = 2
MESSAGE_ID = re.compile(r"[!-~]{1,120}")
SECONDS = re.compile(r"[0-9]{1,12}")
SOURCE = re.compile(r"[a-z][a-z0-9-]{1,39}")
# What the portal itself is called in events; no system outside may speak for it.
OURS = "portal"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in a message's headers: its id, the moment it was signed, and the signatures."""

    message_id: str
    seconds: int
    signatures: tuple[bytes, ...]


def read_stamp(message_id: str, timestamp: str, signature: str) -> Stamp | None:
    """Read the three headers; None when one is missing or is nothing of the kind."""
    if not MESSAGE_ID.fullmatch(message_id) or not SECONDS.fullmatch(timestamp) or not signature.isascii():
        return None
    found = [part.partition(",") for part in signature.split(" ")[:MOST_SIGNATURES]]
    signatures = tuple(value.encode() for version, _, value in found if version == "v1" and value)
    return Stamp(message_id, int(timestamp), signatures) if signatures else None


def signing_key(stamp: Stamp, body: bytes, keys: Sequence[bytes]) -> int | None:
    """Give the place of the key that signed a message, or None; every key is tried with every signature.

    With fewer keys than may live at a time others of our own making are reckoned in their place.
    """
    text = f"{stamp.message_id}.{stamp.seconds}.".encode() + body
    padded = [*keys, *(secrets.token_bytes(SECRET_BYTES) for _ in range(LIVE_KEYS - len(keys)))]
    signed = None
    for place, key in enumerate(padded):
        wanted = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest())
        fits = [hmac.compare_digest(wanted, given) for given in stamp.signatures]
        if any(fits) and place < len(keys):
            signed = place
    return signed


def is_timely(stamp: Stamp, at: datetime) -> bool:
    """Tell whether a message was signed in these minutes: an old one may have been kept to be sent again."""
    return abs(int(at.timestamp()) - stamp.seconds) <= TOLERANCE_SECONDS


def new_secret() -> bytes:
    """Give the bytes of a new key."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Write a key the way the libraries of Standard Webhooks read it."""
    return PREFIX + base64.b64encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Read a key that was written; raises Refused("secret") when it is none or too short."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("secret") from None
    if not SHORTEST_SECRET_BYTES <= len(secret) <= LONGEST_SECRET_BYTES:
        raise Refused("secret")
    return secret
