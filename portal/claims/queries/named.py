"""What the portal knows of one reference: looked up while a member types it, and again before a claim is made of it.

Only the member's own rows are told. Of all others one thing alone is hinted at: a message of nobody, under an address
of nobody. Whatever a number means to another member, the answer is that of one nobody has told us of.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.activities.models import Event
from portal.activities.rules import EventKind, Outcome
from portal.claims.models import Claim
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.claims.queries.things import EVER, Standing, Thing, awaited, entry, event, expectation, posted, read, unpaid
from portal.claims.rules import ClaimState
from portal.db import db

MOST_OF_ONE = 10
MOST_EARLIER = 3
UNPAID = (Outcome.INELIGIBLE.value, Outcome.CANCELLED.value)
# What says most stands first.
RANKS = (
    Standing.ON_ITS_WAY,
    Standing.LATE,
    Standing.TAKEN_BACK,
    Standing.CREDITED,
    Standing.RETURNED,
    Standing.NOT_ELIGIBLE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the member has under a reference: their own things, and their claims about it."""

    things: tuple[Thing, ...] = ()
    open_claim: ClaimFacts | None = None
    earlier: tuple[ClaimFacts, ...] = ()

    @property
    def is_answered(self) -> bool:
        """Tell whether there is anything of the member's own."""
        return bool(self.things or self.open_claim or self.earlier)


def named(member_id: uuid.UUID, subject: str, subject_key: str, *, at: datetime) -> Named:
    """Look for a reference in the member's own lines, promises, messages and claims."""
    claims = _claims(member_id, subject_key)
    return Named(
        things=things_named(member_id, subject, subject_key, at=at),
        open_claim=next((found for found in claims if found.is_open), None),
        earlier=tuple(found for found in claims if not found.is_open)[:MOST_EARLIER],
    )


def things_named(member_id: uuid.UUID, subject: str, subject_key: str, *, at: datetime) -> tuple[Thing, ...]:
    """List the member's own things with this reference, what says most first."""
    told = and_(event.member_id == member_id, event.subject_key == subject_key)
    # What came without a message, such as a correction, is found as it was spelt.
    spelt = and_(entry.event_id.is_(None), entry.subject.in_({subject, subject_key}))
    found = [
        *read(awaited(member_id, EVER).where(expectation.subject_key == subject_key).limit(MOST_OF_ONE), at),
        *read(posted(member_id).where(told).order_by(None).limit(MOST_OF_ONE), at),
        *read(posted(member_id).where(spelt).order_by(None).limit(MOST_OF_ONE), at),
        *read(unpaid(member_id).where(told, event.outcome.in_(UNPAID)).limit(MOST_OF_ONE), at),
    ]
    if any(thing.standing is Standing.RETURNED for thing in found):
        found = _with_day_of_return(found, told)
    return tuple(sorted(found, key=lambda thing: RANKS.index(thing.standing)))


def came_in_elsewhere(member_id: uuid.UUID, subject_key: str) -> bool:
    """Tell whether a message of nobody has this reference, since the member joined, under an address of nobody.

    Where anything else with this reference is another member's, the answer is no.
    """
    message, other, claimed = aliased(Event), aliased(Event), aliased(Claim)
    zone = programme.current().club.zone
    joined = db.session.execute(select(Member.joined_at).where(Member.id == member_id)).scalar_one()
    since = joined.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    of_others = or_(
        exists().where(other.subject_key == subject_key, other.member_id.is_not(None), other.member_id != member_id),
        exists().where(
            claimed.subject_key == subject_key, claimed.member_id != member_id, claimed.state != ClaimState.DRAFT
        ),
        exists().where(User.email_canonical == message.hint_key),
        exists().where(MemberAddress.email_canonical == message.hint_key, MemberAddress.proved_at.is_not(None)),
    )
    wanted = select(message.id).where(
        message.subject_key == subject_key,
        message.member_id.is_(None),
        message.outcome == Outcome.UNMATCHED.value,
        message.kind == EventKind.EARN.value,
        message.occurred_at >= since,
        message.hint_key.contains("@"),
        ~of_others,
    )
    return db.session.execute(wanted.limit(1)).one_or_none() is not None


def _with_day_of_return(things: list[Thing], told: ColumnElement[bool]) -> list[Thing]:
    """Let what was sent back before it brought points move on the day that happened."""
    taking = [EventKind.RETURN.value, EventKind.CANCELLATION.value]
    wanted = select(event.occurred_at).where(told, event.kind.in_(taking)).order_by(event.occurred_at.desc()).limit(1)
    day = db.session.execute(wanted).scalar()
    return [
        replace(thing, moves_at=day) if day is not None and thing.standing is Standing.RETURNED else thing
        for thing in things
    ]


def _claims(member_id: uuid.UUID, subject_key: str) -> list[ClaimFacts]:
    wanted = (
        select(*FACTS)
        .where(claim.member_id == member_id, claim.subject_key == subject_key, claim.state != ClaimState.DRAFT.value)
        .order_by(claim.created_at.desc())
    )
    return [facts_from(row) for row in db.session.execute(wanted)]
