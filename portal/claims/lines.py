"""What a line of a claim's timeline can be about; the words for it stand in the templates."""

from enum import StrEnum


class By(StrEnum):
    """Who did it; the portal acts by the clock and by the ledger."""

    MEMBER = "member"
    AGENT = "agent"
    PORTAL = "portal"


class What(StrEnum):
    """What happened."""

    SENT = "sent"
    PARKED = "parked"
    OPENED = "opened"
    CAME_SHORT = "came_short"
    TAKEN = "taken"
    RELEASED = "released"
    LEASE_OVER = "lease_over"
    SKIPPED = "skipped"
    MESSAGE = "message"
    NOTE = "note"
    ASKED = "asked"
    ANSWERED = "answered"
    PASSED_UP = "passed_up"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PART_APPROVED = "part_approved"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LATE = "late"


# What only staff see; every other line is the member's too.
AMONG_STAFF = frozenset({What.RELEASED, What.LEASE_OVER, What.SKIPPED, What.NOTE, What.PASSED_UP, What.SENT_BACK})
# Whoever did one of these has the last word.
LAST_WORDS = frozenset(
    {
        What.SENT,
        What.OPENED,
        What.MESSAGE,
        What.ASKED,
        What.ANSWERED,
        What.APPROVED,
        What.PART_APPROVED,
        What.DECLINED,
        What.DUPLICATE,
    },
)
