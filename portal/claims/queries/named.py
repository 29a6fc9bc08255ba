"""What the portal knows of one reference: looked up while a member types it, and again before a claim is made of it.

Only the member's own rows are told. Of all others one thing alone is hinted at: a message of nobody, under an address
of nobody. Whatever a number means to another member, the answer is that of one nobody has told us of.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, String, Uuid, and_, bindparam, exists, func, or_, select, text

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.activities.models import Event
from portal.activities.rules import EventKind, Outcome
from portal.claims.models import Claim
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.claims.queries.things import EVER, Standing, Thing, awaited, entry, event, expectation, posted, read, unpaid
from portal.claims.rules import ClaimState
from portal.db import UtcDateTime, compared, db, table_of

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
    values = {"me": member_id, "key": subject_key}
    found = [thing for wanted in _THINGS for thing in read(wanted, at, values)]
    for spelt in {subject, subject_key}:
        found += read(_SPELT, at, {"me": member_id, "spelt": spelt})
    found = list({thing.key: thing for thing in found}.values())
    if any(thing.standing is Standing.RETURNED for thing in found):
        day = db.session.execute(_DAY_OF_RETURN, values).scalar()
        found = [_moved(thing, day) for thing in found]
    return tuple(sorted(found, key=lambda thing: RANKS.index(thing.standing)))


def came_in_elsewhere(member_id: uuid.UUID, subject_key: str) -> bool:
    """Tell whether a message of nobody has this reference, since the member joined, under an address of nobody.

    Where anything else with this reference is another member's, the answer is no.
    """
    zone = programme.current().club.zone
    joined = db.session.execute(select(Member.joined_at).where(Member.id == member_id)).scalar_one()
    since = joined.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"me": member_id, "key": subject_key, "since": since}
    return db.session.execute(_ELSEWHERE, values).one_or_none() is not None


def _moved(thing: Thing, day: datetime | None) -> Thing:
    """Let what was sent back before it brought points move on the day that happened."""
    return thing if day is None or thing.standing is not Standing.RETURNED else replace(thing, moves_at=day)


def _claims(member_id: uuid.UUID, subject_key: str) -> list[ClaimFacts]:
    return [facts_from(row) for row in db.session.execute(_CLAIMS, {"me": member_id, "key": subject_key})]


def _elsewhere() -> Select[Any]:
    message, other, claimed = (table.alias() for table in (table_of(Event), table_of(Event), table_of(Claim)))
    is_of_others = or_(
        exists().where(other.c.subject_key == _KEY, other.c.member_id.is_not(None), other.c.member_id != _ME),
        exists().where(
            claimed.c.subject_key == _KEY, claimed.c.member_id != _ME, claimed.c.state != ClaimState.DRAFT.value
        ),
        exists().where(User.email_canonical == message.c.hint_key),
        exists().where(MemberAddress.email_canonical == message.c.hint_key, MemberAddress.proved_at.is_not(None)),
    )
    return (
        select(message.c.id)
        .where(
            message.c.subject_key == _KEY,
            message.c.member_id.is_(None),
            compared(message.c.outcome) == Outcome.UNMATCHED.value,
            message.c.kind == EventKind.EARN.value,
            compared(message.c.occurred_at) >= bindparam("since", type_=UtcDateTime),
            message.c.hint_key.contains("@"),
            ~is_of_others,
        )
        .limit(1)
    )


# Built once: a member types, and these run at every pause.
_ME: BindParameter[uuid.UUID] = bindparam("me", type_=Uuid)
_KEY: BindParameter[str] = bindparam("key", type_=String)
_TOLD = and_(event.member_id == _ME, event.subject_key == _KEY)
_THINGS = tuple(
    wanted.order_by(None).limit(MOST_OF_ONE)
    for wanted in (
        awaited(_ME, EVER).where(expectation.subject_key == _KEY),
        posted(_ME).where(_TOLD),
        unpaid(_ME).where(_TOLD, compared(event.outcome).in_(UNPAID)),
    )
)
# What came without a message, such as a correction, is found as it was spelt. The index wants to be told in so many
# words that there is a spelling.
_SPELT = (
    posted(_ME)
    .where(entry.subject == bindparam("spelt", type_=String), text("entry.subject <> ''"))
    .order_by(None)
    .limit(MOST_OF_ONE)
)
_DAY_OF_RETURN = select(func.max(event.occurred_at)).where(
    _TOLD, event.kind.in_([EventKind.RETURN.value, EventKind.CANCELLATION.value])
)
_CLAIMS = (
    select(*FACTS)
    .where(claim.member_id == _ME, claim.subject_key == _KEY, claim.state != ClaimState.DRAFT.value)
    .order_by(claim.created_at.desc())
)
_ELSEWHERE = _elsewhere()
