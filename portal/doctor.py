"""Examining the books: every cached figure is derived again, and a difference is reported, never mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, inspect, select, text

from portal.activities.models import Expectation
from portal.db import db
from portal.mail import outbox
from portal.points.models import Account, Entry
from portal.programme import current
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of, tier_at

PROTECTED = ("entry", "claim_event", "earn_rule")
LATE_LETTER_MINUTES = 15
SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    is_fine: bool
    words: str


def examine(*, at: datetime) -> list[Finding]:
    """Look at everything and say how it stands."""
    looks: list[Callable[[], Finding]] = [
        _triggers,
        _figures,
        _sequences,
        _running_balances,
        _tiers,
        lambda: _letters(at),
        lambda: _late_points(at),
    ]
    return [look() for look in looks]


def _triggers() -> Finding:
    if db.engine.dialect.name == "sqlite":
        found = set(db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    else:
        found = set(db.session.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")))
    missing = [f"{table}_no_{act}" for table in PROTECTED for act in ("update", "delete")]
    missing = [name for name in missing if name not in found and inspect(db.engine).has_table(name.split("_no_")[0])]
    return _finding("append-only triggers", missing, "all in place", "missing")


def _figures() -> Finding:
    status = func.coalesce(func.sum(case((Entry.counts_for_tier, Entry.points), else_=0)), 0)
    derived = (
        select(
            Account.member_id,
            Account.balance,
            Account.status_points,
            func.coalesce(func.sum(Entry.points), 0).label("points"),
            status.label("status"),
        )
        .outerjoin(Entry, Entry.member_id == Account.member_id)
        .group_by(Account.member_id, Account.balance, Account.status_points)
        .subquery()
    )
    rows = db.session.execute(
        select(derived).where((derived.c.balance != derived.c.points) | (derived.c.status_points != derived.c.status))
    ).all()
    drifted = [
        f"member {row.member_id}: balance {row.balance} but entries say {row.points}, "
        f"status {row.status_points} but entries say {row.status}"
        for row in rows
    ]
    return _finding("cached balances", drifted, "agree with the entries", "differ")


def _sequences() -> Finding:
    counted = (
        select(
            Account.member_id,
            Account.sequence,
            func.count(Entry.id).label("entries"),
            func.max(Entry.sequence).label("last"),
        )
        .outerjoin(Entry, Entry.member_id == Account.member_id)
        .group_by(Account.member_id, Account.sequence)
        .subquery()
    )
    rows = db.session.execute(
        select(counted).where(
            (counted.c.sequence != counted.c.entries) | (counted.c.sequence != func.coalesce(counted.c.last, 0))
        )
    ).all()
    return _finding("sequences", [f"member {row.member_id}" for row in rows], "have no gaps", "have gaps")


def _running_balances() -> Finding:
    running = func.sum(Entry.points).over(partition_by=Entry.member_id, order_by=Entry.sequence)
    summed = select(Entry.id, Entry.balance_after, running.label("running")).subquery()
    rows = db.session.scalars(select(summed.c.id).where(summed.c.balance_after != summed.c.running)).all()
    return _finding("running balances", [f"entry {entry}" for entry in rows], "add up line by line", "do not add up")


def _tiers() -> Finding:
    ladder = ladder_of(current())
    rows = db.session.execute(
        select(Account.member_id, Account.status_points, TierSpan.tier).outerjoin(
            TierSpan, (TierSpan.member_id == Account.member_id) & TierSpan.until.is_(None)
        )
    )
    wrong = [
        f"member {row.member_id}: {row.tier} with {row.status_points} status points"
        for row in rows
        if row.tier != tier_at(row.status_points, ladder).key
    ]
    return _finding("tiers", wrong, "follow from the status points", "are wrong")


def _letters(at: datetime) -> Finding:
    counts = outbox.counts()
    late = counts.oldest is not None and counts.oldest < at - timedelta(minutes=LATE_LETTER_MINUTES)
    words = f"{counts.waiting} waiting, {counts.dead} given up"
    return Finding(
        "letters", is_fine=not counts.dead and not late, words=words + (", the oldest is late" if late else "")
    )


def _late_points(at: datetime) -> Finding:
    late = db.session.scalar(
        select(func.count())
        .select_from(Expectation)
        .where(
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
            Expectation.event_id.is_not(None),
            Expectation.due_at < at - timedelta(hours=1),
        )
    )
    return Finding(
        "expected points",
        is_fine=not late,
        words=f"{late} due for over an hour and not posted" if late else "none late",
    )


def _finding(name: str, wrong: list[str], fine: str, bad: str) -> Finding:
    if not wrong:
        return Finding(name, is_fine=True, words=fine)
    shown = "; ".join(wrong[:SHOWN_AT_MOST]) + ("; …" if len(wrong) > SHOWN_AT_MOST else "")
    return Finding(name, is_fine=False, words=f"{len(wrong)} {bad}: {shown}")
