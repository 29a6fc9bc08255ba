"""Histories as the pages of these tests need them."""

from datetime import UTC, datetime, timedelta

from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from tests.cast import Person
from tests.factories import a_claim, an_entry


def at(day: int, month: int = 11, year: int = 2026, hour: int = 12) -> datetime:
    """Give noon of a day, in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def earn(member: Person, points: int, recorded: datetime, **facts: object) -> Entry:
    """Post points that were earned the day before."""
    happened = recorded - timedelta(days=1)
    text = f"Order of {happened.day} {happened:%b}"
    return an_entry(member, points, **({"recorded": recorded, "happened": happened, "text": text} | facts))  # type: ignore[arg-type]


def spend(member: Person, points: int, recorded: datetime) -> Entry:
    return earn(
        member,
        -points,
        recorded,
        kind=EntryKind.REDEMPTION,
        counts=False,
        activity="reward",
        text="Reward from the shop",
    )


def asked(
    member: Person, *, state: ClaimState | None = None, parked_until: datetime | None = None, **facts: object
) -> Claim:
    """Make a claim that waits for an answer, or stands otherwise."""
    claim = a_claim(member, **facts)  # type: ignore[arg-type]
    if state is not None:
        claim.state, claim.parked_until = state, parked_until
        db.session.commit()
    return claim
