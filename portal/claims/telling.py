"""Which letters go out about what became of a claim; call these inside the unit of work that caused it."""

import uuid
from datetime import datetime

from portal.claims import letters, queries
from portal.claims.service.automatic import decide_alone
from portal.claims.service.proposals import Proposed
from portal.claims.service.verdicts import Decided
from portal.claims.service.weighing import Weighed
from portal.mail import outbox
from portal.tiers.letters import has_risen, tier_reached
from portal.tiers.queries import addressee_of
from portal.tiers.service import Follow


def tell_sent(claim_id: uuid.UUID, *, at: datetime) -> None:
    """Answer a claim in the moment it is sent, where nobody is needed for that; else confirm that it is here."""
    decided = decide_alone(claim_id, at=at)
    if decided is None:
        outbox.add(letters.claim_received(claim_id))
    else:
        tell_verdict(decided)


def tell_verdict(decided: Decided) -> None:
    """Tell the verdict, and the tier it has lifted the member to; whoever cannot get in is written to outside."""
    claim = decided.claim
    if claim.member_id is None:
        outbox.add(letters.access_answered(claim.id))
        return
    outbox.add(letters.claim_decided(claim.id))
    if decided.follow is not None:
        tell_risen(claim.member_id, decided.follow)


def tell_risen(member_id: uuid.UUID, follow: Follow) -> None:
    """Tell the tier that points have lifted a member to, if they have."""
    if has_risen(follow):
        outbox.add(tier_reached(addressee_of(member_id), follow))


def tell_proposed(proposed: Proposed) -> None:
    """Lay a claim before its member that was filled in for them, or tell its verdict where it has one."""
    if proposed.decided is not None:
        tell_verdict(proposed.decided)
    elif queries.facts_of(proposed.claim_id).is_draft:
        outbox.add(letters.claim_proposed(proposed.claim_id))
    else:
        outbox.add(letters.claim_received(proposed.claim_id))


def tell_weighed(claim_id: uuid.UUID, weighed: Weighed) -> None:
    """Write about a claim that ended, or was taken up, because of what was heard."""
    if weighed.decided is not None:
        tell_verdict(weighed.decided)
    elif weighed.arrived:
        outbox.add(letters.claim_closed(claim_id, points=weighed.arrived))
    elif weighed.taken_up:
        outbox.add(letters.claim_received(claim_id))
