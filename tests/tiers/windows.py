"""A club whose tiers are looked at again, and points that were earned on chosen days."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import time_machine
from sqlalchemy import select

from portal import programme
from portal.clock import now
from portal.db import db
from portal.mail.models import LetterRow
from portal.points.rules import EntryKind
from portal.programme import StandingTerms
from portal.tiers import service as tiers
from portal.tiers.models import TierSpan
from portal.tiers.service import Follow, Posting
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.points.postings import posting

Found = TypeVar("Found")


@contextmanager
def kept_by(**terms: object) -> Iterator[None]:
    """Let the club keep its tiers by other terms."""
    club = programme.current()
    programme.use(club.model_copy(update={"standing": StandingTerms(**terms)}))  # type: ignore[arg-type]
    try:
        yield
    finally:
        programme.use(club)


def day(year: int, month: int, number: int) -> datetime:
    """Give noon of a day."""
    return datetime(year, month, number, 12, tzinfo=UTC)


def swept(sweep: Callable[[datetime], Found], moment: datetime) -> Found:
    """Let the clock do something on a day."""
    with time_machine.travel(moment, tick=False):
        return sweep(moment)


def earn(member: Person, points: int, moment: datetime, *, posted: datetime | None = None, **facts: object) -> Follow:
    """Post points that were earned on a day, the same day unless another is said."""
    with time_machine.travel(posted or moment, tick=False), unit_of_work():
        return tiers.post(member.member, posting(points, happened_at=moment, **facts), at=now())


def send_back(member: Person, follow: Follow, points: int, moment: datetime) -> Follow:
    """Take back a part of an entry."""
    wanted = Posting(
        points=-points,
        kind=EntryKind.REVERSAL,
        happened_at=moment,
        counts_for_tier=True,
        text="Sent back",
        idempotency_key=secrets.token_hex(8),
        takes_from_id=follow.posted.entry_id,
    )
    with time_machine.travel(moment, tick=False), unit_of_work():
        return tiers.post(member.member, wanted, at=now())


def held(member: Person) -> list[tuple[str, str]]:
    """Give tier and cause of every span, the oldest first."""
    wanted = select(TierSpan).where(TierSpan.member_id == member.member)
    found = sorted(db.session.scalars(wanted), key=lambda span: (span.since, span.until is None))
    return [(span.tier, span.cause) for span in found]


def looked_at(member: Person) -> str:
    """Give the day, in UTC, on which the present tier is looked at again."""
    wanted = select(TierSpan.review_at).where(TierSpan.member_id == member.member, TierSpan.until.is_(None))
    found = db.session.scalars(wanted).one()
    return (found + timedelta(hours=2)).date().isoformat() if found else ""


def letters(kind: str) -> list[LetterRow]:
    db.session.rollback()
    return list(db.session.scalars(select(LetterRow).where(LetterRow.kind == kind).order_by(LetterRow.created_at)))
