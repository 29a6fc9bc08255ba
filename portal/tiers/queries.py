"""Which tier a member held at a moment, how it is kept, which are to be looked at, and who hears about a tier."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Uuid, bindparam, or_, select

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.db import UtcDateTime, db, reading, table_of
from portal.tiers.figures import begins, local_day, status_since
from portal.tiers.models import TierSpan
from portal.tiers.rules import after_look, counts_at_look, ladder_of, tier_at

_span = table_of(TierSpan).c
_member = table_of(Member).c
_MEMBER = bindparam("member", type_=Uuid())
_AT = bindparam("at", type_=UtcDateTime())
_TIER_ON = select(_span.tier).where(
    _span.member_id == _MEMBER, _span.since <= _AT, or_(_span.until.is_(None), _span.until > _AT)
)
_HELD = select(_span.tier, _span.review_at).where(_span.member_id == _MEMBER, _span.until.is_(None))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter about a membership goes to, and in which language."""

    user_id: uuid.UUID
    email: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class Look:
    """When a tier is looked at again, and how it stands for that.

    `has` are the points that count then, from `counts_from` on; with `missing` more `tier` is kept, else it becomes
    `otherwise`. Tiers are keys.
    """

    tier: str
    on: date
    counts_from: date
    has: int
    missing: int
    otherwise: str


_ADDRESSEE = (
    select(User.id, User.email, User.name, User.locale)
    .join(Member, Member.user_id == User.id)
    .where(Member.id == bindparam("member"))
)


def addressee_of(member_id: uuid.UUID) -> Addressee:
    """Find whom a letter about a membership goes to."""
    return Addressee(*db.session.execute(_ADDRESSEE, {"member": member_id}).one())


def tier_on(member_id: uuid.UUID, at: datetime) -> str:
    """Give the key of the tier a member held at a moment; before they joined it is nothing."""
    return reading().execute(_TIER_ON, {"member": member_id, "at": at}).scalar_one_or_none() or ""


def kept_tier(tier: str) -> str:
    """Give a tier that is kept until it is looked at; nothing where the figure of the moment decides."""
    return "" if programme.current().standing.window == "lifetime" else tier


def look_at(member_id: uuid.UUID) -> Look | None:
    """Say how a member's tier stands for the next look at it; None where it is kept for good."""
    if programme.current().standing.window == "lifetime":
        return None
    held = reading().execute(_HELD, {"member": member_id}).one_or_none()
    return look_of(member_id, held.tier, held.review_at) if held and held.review_at else None


def look_of(member_id: uuid.UUID, tier: str, review_at: datetime) -> Look:
    """Say how a tier stands for the look at it at a moment."""
    club = programme.current()
    ladder, day = ladder_of(club), local_day(review_at)
    held, first = ladder.rung(tier), counts_at_look(day, club.standing)
    has = status_since(member_id, begins(first))
    then = after_look(held, tier_at(has, ladder), ladder, terms=club.standing)
    return Look(tier, day, first, has, max(0, held.threshold - has), then.key)


def due_looks(*, at: datetime, most: int) -> list[uuid.UUID]:
    """List tiers of active members that are to be looked at now."""
    return _spans(_span.review_at <= at, most=most)


def looks_ahead(*, at: datetime, days: int, most: int, after: uuid.UUID | None) -> list[uuid.UUID]:
    """List tiers that are looked at within so many days and of which nobody was told, those after an id."""
    conditions = [_span.review_at > at, _span.review_at <= at + timedelta(days=days), _span.warned_at.is_(None)]
    return _spans(*conditions, *([_span.id > after] if after else []), most=most)


def _spans(*conditions: object, most: int) -> list[uuid.UUID]:
    wanted = (
        select(_span.id)
        .join(table_of(Member), _member.id == _span.member_id)
        .where(_span.until.is_(None), _member.state == MemberState.ACTIVE.value, *conditions)  # type: ignore[arg-type]
    )
    return list(db.session.scalars(wanted.order_by(_span.id).limit(most)))
