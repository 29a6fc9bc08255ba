"""Pages by the key of their last row: as fast at the end of a list as at its beginning, and stable while it changes."""

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """The sort key of a row: by time, then rank (the higher first), then age, then id."""

    moment: datetime
    rank: int
    since: datetime
    id: uuid.UUID

    def text(self) -> str:
        """Give the key as it stands in an address."""
        parts = [self.moment.isoformat(), self.rank, self.since.isoformat(), self.id.hex]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """Read a key back; whatever is none of ours begins at the first page."""
    try:
        moment, rank, since, row = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(datetime.fromisoformat(moment), int(rank), datetime.fromisoformat(since), uuid.UUID(row))
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError):
        return None
    is_aware = cursor.moment.tzinfo is not None and cursor.since.tzinfo is not None
    return cursor if is_aware and 0 <= cursor.rank < 2**15 else None
