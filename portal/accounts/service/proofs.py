"""What happens when an address becomes a member's: the rooms above know what has come in under it."""

import uuid
from datetime import datetime
from typing import Protocol


class Heir(Protocol):
    """Gives a member what came in under an address; called in the unit of work of its proof, their row held."""

    def __call__(self, member_id: uuid.UUID, canonical: str, *, at: datetime) -> object:
        """Take what is theirs."""


_heirs: list[Heir] = []


def on_proof(heir: Heir) -> None:
    """Call `heir` whenever an address becomes a member's; start-up names them."""
    if heir not in _heirs:
        _heirs.append(heir)


def inherit(member_id: uuid.UUID, canonical: str, *, at: datetime) -> None:
    """Give a member whatever has come in under an address that is now known to be theirs."""
    for heir in _heirs:
        heir(member_id, canonical, at=at)
