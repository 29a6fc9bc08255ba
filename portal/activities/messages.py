"""A message of the shop about one activity."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """What the shop says: `source` and `external_id` name the message, `member_hint` is a member number or an address.

    Amounts are in the smallest coin of `currency`.
    """

    source: str
    external_id: str
    activity: str
    occurred_at: datetime
    member_hint: str = ""
    subject: str = ""
    amount_minor: int | None = None
    currency: str = ""

    @property
    def digest(self) -> str:
        """Give the fingerprint of the body, by which a changed one is known."""
        body = asdict(self) | {"occurred_at": self.occurred_at.astimezone(UTC).isoformat()}
        return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
