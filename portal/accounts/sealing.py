"""Sealing what must be read again: keys derived from the portal's secret, each known by a short name."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.config import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was sealed, and the name of the key that opens it."""

    content: bytes
    key_id: str


class Seals:
    """The present key and, for a while, those before it: what an old one sealed is still read."""

    def __init__(self, secret: str, *former: str) -> None:
        """Keep the secrets, the present one first."""
        self._secrets = (secret, *former)

    def seal(self, content: bytes, *, about: uuid.UUID) -> Sealed:
        """Seal for one person: moved to another one's row it does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        secret = self._secrets[0]
        return Sealed(nonce + AESGCM(_key(secret, "seal")).encrypt(nonce, content, about.bytes), _name(secret))

    def open(self, sealed: Sealed, *, about: uuid.UUID) -> bytes:
        """Give back what was sealed; raises LookupError when its key is no longer among the settings."""
        nonce, content = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
        for secret in self._secrets:
            if _name(secret) == sealed.key_id:
                return AESGCM(_key(secret, "seal")).decrypt(nonce, content, about.bytes)
        message = f"key {sealed.key_id} is not among PORTAL_SECRET_KEY and PORTAL_SECRET_KEY_FALLBACKS"
        raise LookupError(message)

    def is_present(self, key_id: str) -> bool:
        """Tell whether this is the key that seals now."""
        return key_id == _name(self._secrets[0])

    def prints(self, purpose: str, text: str) -> Iterator[str]:
        """Give the keyed hashes of a text, the present key's first: without a key nobody can try texts out."""
        for secret in self._secrets:
            yield hmac.new(_key(secret, purpose), text.encode(), hashlib.sha256).hexdigest()


def seals_of(settings: Settings) -> Seals:
    """Give the seals of these settings."""
    return Seals(settings.secret, *(former.get_secret_value() for former in settings.secret_key_fallbacks))


def _key(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"portal:{purpose}".encode()).derive(secret.encode())


def _name(secret: str) -> str:
    return _key(secret, "name of the key").hex()[:KEY_ID_DIGITS]
