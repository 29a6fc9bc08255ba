"""What a claim is about, the states it goes through, its reference, its days and its promises."""

from portal.claims.rules.allowance import Allowance, Held, Sent, allowance
from portal.claims.rules.appeals import appeal_ends, left_to_ask
from portal.claims.rules.days import ClaimableDays, DayCode, DayRefusal, check_day, claimable_days
from portal.claims.rules.late import half_within, new_day, promised_at
from portal.claims.rules.promises import (
    Opening,
    answer_by,
    appeal_until,
    first_touch_due,
    opening,
    resumed_due,
    verdict_due,
)
from portal.claims.rules.references import REFERENCE_ALPHABET, reference_from
from portal.claims.rules.states import (
    APPEALABLE_STATES,
    DECIDED_STATES,
    OPEN_STATES,
    OURS_TO_ANSWER,
    STATE_AFTER,
    TRANSITIONS,
    ClaimKind,
    ClaimState,
    EvidenceKind,
    IllegalMove,
    Verdict,
    require_move,
)
from portal.programme.subjects import normal_subject
from portal.working_days import Calendar

__all__ = [
    "APPEALABLE_STATES",
    "DECIDED_STATES",
    "OPEN_STATES",
    "OURS_TO_ANSWER",
    "REFERENCE_ALPHABET",
    "STATE_AFTER",
    "TRANSITIONS",
    "Allowance",
    "Calendar",
    "ClaimKind",
    "ClaimState",
    "ClaimableDays",
    "DayCode",
    "DayRefusal",
    "EvidenceKind",
    "Held",
    "IllegalMove",
    "Opening",
    "Sent",
    "Verdict",
    "allowance",
    "answer_by",
    "appeal_ends",
    "appeal_until",
    "check_day",
    "claimable_days",
    "first_touch_due",
    "half_within",
    "left_to_ask",
    "new_day",
    "normal_subject",
    "opening",
    "promised_at",
    "reference_from",
    "require_move",
    "resumed_due",
    "verdict_due",
]
