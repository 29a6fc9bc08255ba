"""Histories as the pages of these tests need them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from portal.activities.rules import Step
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.factories import a_claim, an_entry
from tests.points.postings import posting


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


def years(member: Person, count: int) -> None:
    """Post a line every other day, the newest yesterday."""
    for number in range(count):
        earn(member, number + 1, at(21) - timedelta(days=2 * (count - number - 1)), text=f"Line {number + 1}")


def in_one_go(member: Person, count: int) -> None:
    """Write as many lines of one point, past all posting."""
    row = {"member_id": member.member, "points": 1, "kind": EntryKind.EARN, "happened_at": at(3), "recorded_at": at(4)}
    row |= {"counts_for_tier": True, "text": "Order of 3 Nov"}
    numbers = range(1, count + 1)
    rows = [row | {"sequence": n, "balance_after": n, "idempotency_key": f"{member.number}-{n}"} for n in numbers]
    db.session.execute(insert(Entry), rows)
    db.session.commit()


def with_steps(member: Person, points: int, *steps: Step, **facts: object) -> None:
    with unit_of_work():
        wanted = posting(points, computation=[step.record() for step in steps], **facts)
        tiers.post(member.member, wanted, at=at(10, hour=6))
