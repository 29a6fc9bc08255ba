"""Postboxes for tests of the outbox: one that refuses, one that watches what is going on around it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from portal.mail.postbox import Memory


@dataclass
class Refusing:
    """Raises `error` for letters to `to`, or for all; the others are kept."""

    error: BaseException
    to: str = ""
    kept: Memory = field(default_factory=Memory)
    tried: int = 0

    def deliver(self, message: EmailMessage) -> None:
        self.tried += 1
        if not self.to or str(message["To"]) == self.to:
            raise self.error
        self.kept.deliver(message)

    def close(self) -> None:
        self.kept.close()


@dataclass
class Watching:
    """Does something while it has a letter in hand, then keeps it."""

    meanwhile: Callable[[], object]
    kept: Memory = field(default_factory=Memory)

    def deliver(self, message: EmailMessage) -> None:
        self.meanwhile()
        self.kept.deliver(message)

    def close(self) -> None:
        self.kept.close()


@dataclass
class Vanishing:
    """Keeps the letter and then ends its sender, as a kill between hand-over and mark does."""

    kept: Memory = field(default_factory=Memory)

    def deliver(self, message: EmailMessage) -> None:
        self.kept.deliver(message)
        raise KeyboardInterrupt

    def close(self) -> None:
        self.kept.close()
