"""What the member's own data already says about a claim, before anybody is asked to do any work.

Only the member's own rows are read: whatever the same reference means to somebody else stays theirs.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from portal import programme
from portal.accounts.models import Member
from portal.activities.rules import due_for_day
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.claims.queries.named import things_named
from portal.claims.queries.things import Standing, Thing, recent_things, thing_behind
from portal.claims.rules import ClaimKind, ClaimState, DayRefusal, check_day, claimable_days
from portal.db import db

NEARBY_DAYS = 14
MOST_NEARBY = 3
MOST_EARLIER = 3


class Answer(StrEnum):
    """What the look-up comes to."""

    CLAIM = "claim"
    EARLY = "early"
    CREDITED = "credited"
    CLAIMED = "claimed"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class LookUp:
    """The answer and what it rests on; `due_at` is when the points are promised, if they are still to come."""

    answer: Answer
    match: Thing | None
    nearby: tuple[Thing, ...]
    open_claim: ClaimFacts | None
    earlier: tuple[ClaimFacts, ...]
    refusal: DayRefusal | None
    due_at: datetime | None

    @property
    def is_known(self) -> bool:
        """Tell whether it is answered by what the member has."""
        return self.match is not None or self.open_claim is not None

    @property
    def can_be_sent(self) -> bool:
        """Tell whether the member can go on."""
        return self.answer not in {Answer.CLAIMED, Answer.TOO_LATE}


def joined_at(member_id: uuid.UUID) -> datetime:
    """Give the moment somebody became a member."""
    return db.session.execute(select(Member.joined_at).where(Member.id == member_id)).scalar_one()


def first_claimable(member_id: uuid.UUID, *, at: datetime) -> datetime:
    """Give the beginning of the first day that can still be claimed."""
    club = programme.current()
    zone = club.club.zone
    days = claimable_days(
        today=at.astimezone(zone).date(),
        window_days=club.claims.window_days,
        joined=joined_at(member_id).astimezone(zone).date(),
    )
    return datetime(days.first.year, days.first.month, days.first.day, tzinfo=zone)


def look_up(facts: ClaimFacts, *, at: datetime) -> LookUp:
    """Look for the subject of a draft in the member's own lines, pending points and claims."""
    since = first_claimable(facts.member_id, at=at)
    earlier = _earlier_claims(facts)
    open_claim = next((found for found in earlier if found.is_open), None)
    things = recent_things(facts.member_id, since=since, at=at)
    match = _match(facts, things, at)
    refusal = _day_refusal(facts, at)
    due_at = _due_at(facts, match, at)
    return LookUp(
        answer=_answer(facts, open_claim, refusal, match, due_at),
        match=match,
        nearby=() if match or open_claim else _nearby(things, facts),
        open_claim=open_claim,
        earlier=tuple(found for found in earlier if not found.is_open)[:MOST_EARLIER],
        refusal=refusal,
        due_at=due_at,
    )


def _earlier_claims(facts: ClaimFacts) -> list[ClaimFacts]:
    if not facts.subject_key:
        return []
    wanted = (
        select(*FACTS)
        .where(
            claim.member_id == facts.member_id,
            claim.activity == facts.activity,
            claim.subject_key == facts.subject_key,
            claim.state != ClaimState.DRAFT.value,
            claim.id != facts.id,
        )
        .order_by(claim.created_at.desc())
    )
    return [facts_from(row) for row in db.session.execute(wanted)]


def _match(facts: ClaimFacts, things: tuple[Thing, ...], at: datetime) -> Thing | None:
    """Find the very thing: what the draft names, else what has its reference."""
    if facts.expectation_id is not None:
        return thing_behind(facts.member_id, facts.expectation_id, at=at)
    if not (facts.activity and facts.subject_key):
        return None
    same = (thing for thing in things if (thing.activity, thing.subject_key) == (facts.activity, facts.subject_key))
    named = things_named(facts.member_id, facts.subject, facts.subject_key, at=at)
    return next(same, None) or next((thing for thing in named if thing.activity == facts.activity), None)


def _day_refusal(facts: ClaimFacts, at: datetime) -> DayRefusal | None:
    if facts.activity_day is None:
        return None
    club = programme.current()
    zone = club.club.zone
    return check_day(
        facts.activity_day,
        today=at.astimezone(zone).date(),
        window_days=club.claims.window_days,
        joined=joined_at(facts.member_id).astimezone(zone).date(),
    )


def _due_at(facts: ClaimFacts, match: Thing | None, at: datetime) -> datetime | None:
    """Tell when points that are only missing so far are promised: by the expectation, else by the activity's delay."""
    if facts.kind is not ClaimKind.MISSING:
        return None
    if match is not None:
        return match.moves_at if match.standing is Standing.ON_ITS_WAY else None
    try:
        activity = programme.current().activity(facts.activity)
    except KeyError:
        return None
    if facts.activity_day is None:
        return None
    due = due_for_day(facts.activity_day, activity.delay_hours, programme.current().club.zone)
    return due if due > at else None


def _answer(
    facts: ClaimFacts,
    open_claim: ClaimFacts | None,
    refusal: DayRefusal | None,
    match: Thing | None,
    due_at: datetime | None,
) -> Answer:
    if open_claim is not None:
        return Answer.CLAIMED
    if refusal is not None:
        return Answer.TOO_LATE
    if facts.kind is ClaimKind.MISSING and match is not None and match.standing is Standing.CREDITED:
        return Answer.CREDITED
    return Answer.EARLY if due_at is not None else Answer.CLAIM


def _nearby(things: tuple[Thing, ...], facts: ClaimFacts) -> tuple[Thing, ...]:
    """Give what happened around that day, one of which may be meant; for a claim without a day, the newest."""
    day = facts.activity_day
    around = [thing for thing in things if day is None or abs(thing.day - day) <= timedelta(days=NEARBY_DAYS)]
    return tuple(around[:MOST_NEARBY])
