"""What a claim can be about, the states it goes through, and the only table of its moves."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from portal.errors import Conflict


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
    """What is decided about a claim."""

    APPROVE = "approve"
    PART = "part"
    DECLINE = "decline"
    DUPLICATE = "duplicate"


class EvidenceKind(StrEnum):
    """What a picture shows."""

    RECEIPT = "receipt"
    ORDER_CONFIRMATION = "order_confirmation"
    PURCHASE_HISTORY = "purchase_history"
    BALANCE = "balance"
    OTHER = "other"


class IllegalMove(Conflict):
    """A claim cannot go from `state` to `to`: usually somebody else was faster."""

    def __init__(self, state: ClaimState, to: ClaimState) -> None:
        super().__init__(f"a claim that is {state} cannot become {to}")
        self.state = state
        self.to = to


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
OURS_TO_ANSWER = frozenset({ClaimState.SUBMITTED, ClaimState.IN_REVIEW, ClaimState.AWAITING_APPROVAL})
APPEALABLE_STATES = frozenset({ClaimState.DECLINED, ClaimState.PART_APPROVED, ClaimState.EXPIRED})
STATE_AFTER: Mapping[Verdict, ClaimState] = MappingProxyType(
    {
        Verdict.APPROVE: ClaimState.APPROVED,
        Verdict.PART: ClaimState.PART_APPROVED,
        Verdict.DECLINE: ClaimState.DECLINED,
        Verdict.DUPLICATE: ClaimState.DUPLICATE,
    },
)

GRANTED = frozenset({ClaimState.APPROVED, ClaimState.PART_APPROVED})
# From every open state: the points arrived by themselves, or the member takes the claim back.
ENDED_WITHOUT_VERDICT = frozenset({ClaimState.RESOLVED, ClaimState.WITHDRAWN})
# Before anybody looked: decided automatically, or together with an incident.
DECIDED_UNSEEN = GRANTED | {ClaimState.DECLINED}

TRANSITIONS: Mapping[ClaimState, frozenset[ClaimState]] = MappingProxyType(
    {
        ClaimState.DRAFT: frozenset({ClaimState.PARKED, ClaimState.SUBMITTED}),
        ClaimState.PARKED: DECIDED_UNSEEN | ENDED_WITHOUT_VERDICT | {ClaimState.SUBMITTED},
        ClaimState.SUBMITTED: DECIDED_UNSEEN | ENDED_WITHOUT_VERDICT | {ClaimState.IN_REVIEW},
        ClaimState.IN_REVIEW: DECIDED_STATES
        | ENDED_WITHOUT_VERDICT
        | {ClaimState.NEEDS_INFO, ClaimState.SUBMITTED, ClaimState.AWAITING_APPROVAL},
        ClaimState.NEEDS_INFO: ENDED_WITHOUT_VERDICT | {ClaimState.IN_REVIEW, ClaimState.EXPIRED},
        ClaimState.AWAITING_APPROVAL: GRANTED | ENDED_WITHOUT_VERDICT | {ClaimState.IN_REVIEW},
        **dict.fromkeys(DECIDED_STATES | ENDED_WITHOUT_VERDICT | {ClaimState.EXPIRED}, frozenset[ClaimState]()),
    },
)


def require_move(state: ClaimState, to: ClaimState) -> None:
    """Raise IllegalMove unless a claim may go from one state to the other; staying is no move."""
    if to not in TRANSITIONS[state]:
        raise IllegalMove(state, to)
