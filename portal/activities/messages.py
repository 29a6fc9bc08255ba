"""A message of the shop about one activity."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from portal.activities.rules import EventKind, Item

__all__ = ["Item", "ShopMessage"]

# What messages could not say once is left out where it says nothing, so that those that are kept read as they did.
LATER = {"kind": EventKind.EARN, "points": None, "items": ()}
SORTED = json.JSONEncoder(sort_keys=True)
# A message from a clock that goes before ours is believed by so much.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """What the shop says: `source` and `external_id` name the message, `member_hint` is a member number or an address.

    Amounts are in the smallest coin of `currency`: of what was bought, or of what was sent back. `points` are what a
    redemption spends.
    """

    source: str
    external_id: str
    activity: str
    occurred_at: datetime
    member_hint: str = ""
    subject: str = ""
    amount_minor: int | None = None
    currency: str = ""
    kind: EventKind = EventKind.EARN
    points: int | None = None
    items: tuple[Item, ...] = ()

    @property
    def digest(self) -> str:
        """Give the fingerprint of the body, by which a changed one is known."""
        body = {name: getattr(self, name) for name in self.__slots__}
        body["occurred_at"] = self.occurred_at.astimezone(UTC).isoformat()
        body["items"] = [{"category": item.category, "amount_minor": item.amount_minor} for item in self.items]
        for name, silent in LATER.items():
            if getattr(self, name) == silent:
                del body[name]
        return hashlib.sha256(SORTED.encode(body).encode()).hexdigest()
