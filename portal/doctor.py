"""Examining the books: every cached figure is derived again, and a difference is reported, never mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, inspect, select, text

from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.activities.models import Event, Expectation
from portal.alarms import service as alarms
from portal.db import db
from portal.mail import outbox
from portal.points.ageing import members_losing
from portal.points.models import Account, Entry
from portal.programme import current
from portal.tiers.figures import status_now
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of, tier_at
from portal.unit_of_work import unit_of_work

PROTECTED = ("entry", "claim_event", "earn_rule")
LATE_LETTER_MINUTES = 15
SHOWN_AT_MOST = 5
NIGHT_HOUR = 3
EXAMINING = "books"
EXAMINED = Limit("books of a night", 1, 2 * 86_400)
# Who was killed in the middle is followed by another after so long.
EXAMINING_SECONDS = 50 * 60
LATE_LOOK = timedelta(days=1)


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
        lambda: _tiers(at),
        _orphans,
        lambda: _letters(at),
        lambda: _late_points(at),
        lambda: _lapses(at),
    ]
    return [look() for look in looks]


def examine_nightly(at: datetime) -> int:
    """Look at everything once a night; what is wrong raises an alarm, what is right ends it.

    Asked every hour and whenever a worker starts, so that a night nobody was up is made up for. Of several workers one
    looks. Gives how many things are wrong.
    """
    night = f"{at.astimezone(current().club.zone) - timedelta(hours=NIGHT_HOUR):%Y-%m-%d}"
    with unit_of_work():
        is_done = limits.is_spent(EXAMINED, night, at=at)
        if is_done or not limits.is_first(EXAMINING, night, seconds=EXAMINING_SECONDS, at=at):
            return 0
    findings = examine(at=at)
    with unit_of_work():
        for finding in findings:
            if finding.is_fine:
                alarms.clear(finding.name, at=at)
            else:
                alarms.raise_alarm(finding.name, facts={"found": finding.words}, at=at)
        limits.is_first(EXAMINED.name, night, seconds=EXAMINED.seconds, at=at)
    return sum(not finding.is_fine for finding in findings)


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


def _tiers(at: datetime) -> Finding:
    """Compare each tier with what counts now; one that is kept until a look may stand above it, not below."""
    ladder, kept = ladder_of(current()), current().standing.window != "lifetime"
    rows = db.session.execute(
        select(Account.member_id, status_now().label("status"), TierSpan.tier, TierSpan.review_at).outerjoin(
            TierSpan, (TierSpan.member_id == Account.member_id) & TierSpan.until.is_(None)
        )
    )
    wrong: list[str] = []
    for row in rows:
        reached, held = tier_at(row.status, ladder), ladder.rung(row.tier or "")
        if row.tier != held.key or (held != reached and not (kept and held.threshold > reached.threshold)):
            wrong.append(f"member {row.member_id}: {row.tier} with {row.status} status points")
        elif kept and held != ladder.rungs[0] and (row.review_at is None or row.review_at < at - LATE_LOOK):
            wrong.append(f"member {row.member_id}: {row.tier} was not looked at")
    return _finding("tiers", wrong, "follow from the status points", "are wrong")


def _orphans() -> Finding:
    """Find rows that name others which do not exist, where no foreign key forbids it."""
    lost_entries = (
        select(TierSpan.id)
        .outerjoin(Entry, Entry.id == TierSpan.entry_id)
        .where(TierSpan.entry_id.is_not(None), Entry.id.is_(None))
    )
    lost_events = (
        select(Entry.id)
        .outerjoin(Event, Event.id == Entry.event_id)
        .where(Entry.event_id.is_not(None), Event.id.is_(None))
    )
    wrong = [f"tier span {span}: its entry" for span in db.session.scalars(lost_entries)]
    wrong += [f"entry {entry}: its event" for entry in db.session.scalars(lost_events)]
    return _finding("orphans", wrong, "none", "name what does not exist")


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
            Expectation.due_at < at - timedelta(hours=current().standing.late_hours),
        )
    )
    return Finding(
        "expected points",
        is_fine=not late,
        words=f"{late} late and not posted" if late else "none late",
    )


def _lapses(at: datetime) -> Finding:
    """Find points that should have lapsed yesterday."""
    yesterday = (at - timedelta(days=1)).astimezone(current().club.zone).date()
    left = members_losing(yesterday, most=SHOWN_AT_MOST + 1, after=None)
    return _finding("points whose time is over", [f"member {member}" for member in left], "have lapsed", "still count")


def _finding(name: str, wrong: list[str], fine: str, bad: str) -> Finding:
    if not wrong:
        return Finding(name, is_fine=True, words=fine)
    shown = "; ".join(wrong[:SHOWN_AT_MOST]) + ("; …" if len(wrong) > SHOWN_AT_MOST else "")
    return Finding(name, is_fine=False, words=f"{len(wrong)} {bad}: {shown}")
