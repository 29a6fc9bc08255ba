"""What an entry of the ledger can be."""

from enum import StrEnum


class EntryKind(StrEnum):
    """Why an entry stands in the ledger."""

    EARN = "earn"
    BONUS = "bonus"
    CORRECTION = "correction"
    GOODWILL = "goodwill"
    REDEMPTION = "redemption"
    REVERSAL = "reversal"
    EXPIRY = "expiry"
    OPENING = "opening"


# Points that went because the member used them or let them lapse; everything else below zero was taken back.
SPENT = frozenset({EntryKind.REDEMPTION, EntryKind.EXPIRY})
