"""Hashing passwords: Argon2id behind a gate as wide as the cores, one run on every path."""

import os
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.accounts.rules import normal_password
from portal.config import Settings


class Passwords:
    """Hashes and checks passwords with the parameters of the settings."""

    def __init__(self, settings: Settings) -> None:
        """Build the hasher, its gate, and the hash that stands in for unknown people."""
        self._hasher = PasswordHasher(
            time_cost=settings.argon2_time_cost,
            memory_cost=settings.argon2_memory_kib,
            parallelism=settings.argon2_parallelism,
        )
        # Argon2 releases the interpreter lock; more at once than cores would only cost memory.
        self._gate = threading.BoundedSemaphore(settings.argon2_at_once or os.cpu_count() or 1)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Give a new hash of the normalised password."""
        with self._gate:
            return self._hasher.hash(normal_password(password))

    def agrees(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; for an unknown person the same work is done in vain."""
        with self._gate:
            try:
                self._hasher.verify(password_hash or self._nobody, normal_password(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether the parameters have been raised since this hash was made."""
        return self._hasher.check_needs_rehash(password_hash)
