"""What becomes of a shop's message about an activity."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of an event."""

    CREDITED = "credited"
    PENDING = "pending"
    INELIGIBLE = "ineligible"
    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
