"""Session tokens and the secrets of links: what leaves the server is never what it keeps."""

import hashlib
import hmac
import secrets
import uuid

from portal.mail.letter import code_of

TOKEN_BYTES = 32


def new_token() -> str:
    """Give 256 random bits for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """Give what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_secret(token_id: uuid.UUID, key: str) -> str:
    """Derive the secret of a link from its row and the portal's key.

    It stands in no table, and a letter that has to be sent twice carries the same link
    (docs/decisions/0002-link-secrets.md).
    """
    return hmac.new(key.encode(), b"one-time-link:" + token_id.bytes, hashlib.sha256).hexdigest()


def letter_code(attempt_id: uuid.UUID, key: str) -> str:
    """Derive the eight digits that go out by letter for a sign-in; like a link's secret they stand in no table."""
    return code_of(link_secret(attempt_id, key))
