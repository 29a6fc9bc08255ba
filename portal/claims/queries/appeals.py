"""A claim and the one it appeals, or the one that appeals it; and until when it can be appealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from portal import programme
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.claims.rules import APPEALABLE_STATES, appeal_ends
from portal.db import db
from portal.working_days import calendar_of


@dataclass(frozen=True, slots=True)
class Kin:
    """The claim that an appeal is about, and the appeal of a claim; a claim has one of them or none."""

    original: ClaimFacts | None = None
    appeal: ClaimFacts | None = None


def kin_of(facts: ClaimFacts) -> Kin:
    """Find what a claim appeals, or what appeals it; one that can have neither asks nothing."""
    if not facts.is_appeal and facts.state not in APPEALABLE_STATES:
        return Kin()
    wanted = select(*FACTS).where(
        or_(claim.appeal_of_id == facts.id, claim.id == facts.appeal_of_id), claim.member_id == facts.member_id
    )
    found = [facts_from(row) for row in db.session.execute(wanted)]
    return Kin(
        original=next((other for other in found if other.id == facts.appeal_of_id), None),
        appeal=next((other for other in found if other.appeal_of_id == facts.id), None),
    )


def appealable_until(facts: ClaimFacts) -> datetime | None:
    """Give the moment until which a claim can be appealed, or None where it never can."""
    club = programme.current()
    return appeal_ends(
        calendar_of(club),
        club.claims,
        state=facts.state,
        kind=facts.kind,
        is_appeal=facts.is_appeal,
        decided_at=facts.decided_at,
    )
