"""What a claim can be about, and the states it goes through."""

from enum import StrEnum


class ClaimKind(StrEnum):
    """What the member says is wrong."""

    MISSING = "missing"
    WRONG_AMOUNT = "wrong_amount"
    UNEXPECTED_REVERSAL = "unexpected_reversal"
    BALANCE_DIFFERS = "balance_differs"
    TECHNICAL = "technical"
    ACCESS = "access"


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    PARKED = "parked"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    PART_APPROVED = "part_approved"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a person decides about a claim."""

    APPROVE = "approve"
    PART = "part"
    DECLINE = "decline"
    DUPLICATE = "duplicate"


OPEN_STATES = frozenset(
    {
        ClaimState.PARKED,
        ClaimState.SUBMITTED,
        ClaimState.IN_REVIEW,
        ClaimState.NEEDS_INFO,
        ClaimState.AWAITING_APPROVAL,
    },
)
DECIDED_STATES = frozenset(
    {
        ClaimState.APPROVED,
        ClaimState.PART_APPROVED,
        ClaimState.DECLINED,
        ClaimState.DUPLICATE,
    },
)
