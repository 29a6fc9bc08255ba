"""When the portal may decide a claim without anybody: only where everything agrees and nothing speaks against it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.claims.rules.matching import Agreement

if TYPE_CHECKING:
    from portal.programme import AutomaticTerms


class Doubt(StrEnum):
    """What leaves a claim to a person."""

    SWITCHED_OFF = "switched_off"
    KIND = "kind"
    APPEAL = "appeal"
    NO_EVENT = "no_event"
    NO_AGREEMENT = "no_agreement"
    OTHER_ADDRESS = "other_address"
    TWO_EVENTS = "two_events"
    SENT_BACK = "sent_back"
    PAID_BEFORE = "paid_before"
    NO_RULE = "no_rule"
    MORE_ASKED = "more_asked"
    LIMIT = "limit"
    NOT_ACTIVE = "not_active"
    NEW_ACCOUNT = "new_account"
    MANY_CLAIMS = "many_claims"
    LINKED = "linked"
    STAFF = "staff"
    OTHER_HOLDER = "other_holder"
    OTHER_CLAIM = "other_claim"
    DECIDED_BEFORE = "decided_before"
    PICTURE_KNOWN = "picture_known"


@dataclass(frozen=True, slots=True)
class Match:
    """How a claim and a message of the shop agree, and what the rule of that day gives for it.

    `free_events` are the messages with this reference that belong to nobody; `points` are None where no rule can tell.
    """

    is_missing: bool
    is_appeal: bool
    agreement: Agreement | None
    free_events: int
    was_sent_back: bool
    already: int
    points: int | None
    asked: int | None


@dataclass(frozen=True, slots=True)
class Claimant:
    """What is known about whoever claims; `claims` were sent lately, this one included."""

    is_active: bool
    is_staff: bool
    is_linked: bool
    days: int
    claims: int
    holds_elsewhere: bool
    others_claim: bool
    was_decided: bool
    picture_known: bool


def doubts(match: Match, claimant: Claimant, terms: "AutomaticTerms") -> frozenset[Doubt]:
    """List everything that speaks against deciding without anybody; nothing means that it may be granted."""
    agreement, points = match.agreement, match.points or 0
    agrees = agreement is not None and agreement.subject and bool(agreement.day) and agreement.activity
    speaks_against = {
        Doubt.SWITCHED_OFF: not terms.on,
        Doubt.KIND: not match.is_missing,
        Doubt.APPEAL: match.is_appeal,
        Doubt.NO_EVENT: match.free_events == 0,
        Doubt.TWO_EVENTS: match.free_events > 1,
        Doubt.NO_AGREEMENT: not agrees,
        Doubt.OTHER_ADDRESS: agreement is not None and agreement.address is False,
        Doubt.SENT_BACK: match.was_sent_back,
        Doubt.PAID_BEFORE: match.already != 0,
        Doubt.NO_RULE: points == 0,
        Doubt.MORE_ASKED: (match.asked or 0) > points,
        Doubt.LIMIT: points > terms.points_max,
        Doubt.NOT_ACTIVE: not claimant.is_active,
        Doubt.NEW_ACCOUNT: claimant.days < terms.member_days,
        Doubt.MANY_CLAIMS: claimant.claims > terms.claims_max,
        Doubt.LINKED: claimant.is_linked,
        Doubt.STAFF: claimant.is_staff,
        Doubt.OTHER_HOLDER: claimant.holds_elsewhere,
        Doubt.OTHER_CLAIM: claimant.others_claim,
        Doubt.DECIDED_BEFORE: claimant.was_decided,
        Doubt.PICTURE_KNOWN: claimant.picture_known,
    }
    return frozenset(doubt for doubt, speaks in speaks_against.items() if speaks)
