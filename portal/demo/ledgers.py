"""Turning a member's lines into a ledger: order, running balance, cached figures and tier spans."""

import uuid
from datetime import datetime

from portal import programme
from portal.demo.books import Books, Line
from portal.points.models import Account, Entry
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of, tier_at

SMALLEST_REDEMPTION = 50


def write_ledger(books: Books, member_id: uuid.UUID, lines: list[Line], *, joined_at: datetime) -> int:
    """Note all rows of one ledger; give the status points."""
    ladder = ladder_of(programme.current())
    balance = status = sequence = 0
    tier, since, cause, entry_id = tier_at(0, ladder).key, joined_at, "joined", None
    for line in sorted(lines, key=lambda each: each.recorded_at):
        if line.share_of_balance:
            line.points = -int(balance * line.share_of_balance) // 10 * 10
            if line.points > -SMALLEST_REDEMPTION:
                continue
        sequence += 1
        balance += line.points
        status += line.points if line.counts_for_tier else 0
        books.add_plain(Entry, **line.row(member_id, sequence, balance))
        now_in = tier_at(status, ladder).key
        if now_in != tier:
            _span(books, member_id, tier, since, line.recorded_at, cause, entry_id)
            tier, since, cause, entry_id = now_in, line.recorded_at, line.kind.value, line.id
    _span(books, member_id, tier, since, None, cause, entry_id)
    books.add_plain(Account, member_id=member_id, balance=balance, status_points=status, sequence=sequence)
    return status


def _span(  # noqa: PLR0917 - one argument a column
    books: Books,
    member_id: uuid.UUID,
    tier: str,
    since: datetime,
    until: datetime | None,
    cause: str,
    entry_id: uuid.UUID | None,
) -> None:
    books.add(TierSpan, member_id=member_id, tier=tier, since=since, until=until, cause=cause, entry_id=entry_id)
