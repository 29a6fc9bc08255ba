"""Postings as tests need them: everything not said is plain."""

import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from portal.clock import now
from portal.db import db
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind
from portal.tiers import service
from portal.tiers.service import Follow, Posting
from portal.unit_of_work import unit_of_work
from tests.cast import Person


def posting(points: int = 45, **changes: object) -> Posting:
    plain = Posting(
        points=points,
        kind=EntryKind.EARN,
        happened_at=now() - timedelta(days=2),
        counts_for_tier=True,
        text="Order of 20 Nov",
        idempotency_key=secrets.token_hex(8),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def spending(points: int, **changes: object) -> Posting:
    return posting(-points, **({"kind": EntryKind.REDEMPTION, "counts_for_tier": False} | changes))


def gift(points: int, **changes: object) -> Posting:
    return posting(points, **({"kind": EntryKind.GOODWILL, "counts_for_tier": False} | changes))


def post(member: Person, wanted: Posting) -> Follow:
    with unit_of_work():
        return service.post(member.member, wanted, at=now())


def reverse(member: Person, follow: Follow) -> Follow:
    with unit_of_work():
        return service.reverse(
            member.member, follow.posted.entry_id, text="Sent back", key=secrets.token_hex(8), by=None, at=now()
        )


def lines(member: Person) -> list[tuple[int, int, int]]:
    """Give sequence, points and balance of every line."""
    wanted = select(Entry.sequence, Entry.points, Entry.balance_after).where(Entry.member_id == member.member)
    return [
        (row.sequence, row.points, row.balance_after) for row in db.session.execute(wanted.order_by(Entry.sequence))
    ]


def figures(member: Person) -> tuple[int, int, int]:
    """Give balance, status points and number of lines, as the account keeps them."""
    account = db.session.get_one(Account, member.member, populate_existing=True)
    return account.balance, account.status_points, account.sequence
