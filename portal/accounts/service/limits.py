"""Allowances that slow guessing down; they are rows, so restarts and processes share them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Allowance
from portal.db import db

LONGEST_DELAY_SECONDS = 900
IPV6_NETWORK_BITS = 64
FORGOTTEN_AFTER_HOURS = 48


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds; each refused one after that doubles the wait."""

    name: str
    tries: int
    seconds: int


def address_key(address: str) -> str:
    """Give the part of a network address that one household holds: IPv6 counts by /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> IPV6_NETWORK_BITS << IPV6_NETWORK_BITS))
    return str(found)


def spend(limit: Limit, subject: str, *, at: datetime) -> int:
    """Take one try before it is made; give the seconds to wait when none is left, else 0.

    Taken before the try and in a write unit, so that parallel guesses cannot share one.
    """
    row = _row(limit, subject, at)
    if row.blocked_until and row.blocked_until > at:
        return _seconds(row.blocked_until - at)
    if row.spent + 1 > limit.tries:
        row.streak += 1
        row.blocked_until = at + timedelta(seconds=min(2 ** min(row.streak, 12), LONGEST_DELAY_SECONDS))
        # The wait buys one more try, so that the delays grow one by one.
        row.spent = limit.tries - 1
        return _seconds(row.blocked_until - at)
    row.spent += 1
    return 0


def take(limit: Limit, subject: str, *, at: datetime) -> bool:
    """Take one of a strict number, which come back evenly over the limit's time; False when none is left."""
    row = _row(limit, subject, at)
    if row.spent + 1 > limit.tries:
        return False
    row.spent += 1
    return True


def give_back(limit: Limit, subject: str, *, at: datetime) -> None:
    """Return a try that did no harm: limits of this kind count failures only."""
    row = _row(limit, subject, at)
    row.spent = max(row.spent - 1, 0)


def forget(limit: Limit, subject: str) -> None:
    """Wipe the slate after a success."""
    db.session.execute(delete(Allowance).where(Allowance.key == _key(limit, subject)))


def purge(*, at: datetime) -> int:
    """Drop counters nobody has touched for two days."""
    old = at - timedelta(hours=FORGOTTEN_AFTER_HOURS)
    gone = db.session.execute(delete(Allowance).where(Allowance.refreshed_at < old).returning(Allowance.key))
    return len(gone.all())


def _row(limit: Limit, subject: str, at: datetime) -> Allowance:
    key = _key(limit, subject)
    row = db.session.scalar(select(Allowance).where(Allowance.key == key).with_for_update())
    if row is None:
        row = _insert(key, at)
    elapsed = max((at - row.refreshed_at).total_seconds(), 0.0)
    row.spent = max(row.spent - elapsed * limit.tries / limit.seconds, 0.0)
    if row.spent == 0 and (row.blocked_until is None or row.blocked_until <= at):
        row.streak = 0
    row.refreshed_at = max(at, row.refreshed_at)
    return row


def _insert(key: str, at: datetime) -> Allowance:
    """Create the counter; of two requests creating it at once, both end up holding the same row."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    new = dialect.insert(Allowance).values(key=key, spent=0.0, streak=0, refreshed_at=at)
    db.session.execute(new.on_conflict_do_nothing())
    return db.session.scalars(select(Allowance).where(Allowance.key == key).with_for_update()).one()


def _key(limit: Limit, subject: str) -> str:
    return f"{limit.name}:{hashlib.sha256(subject.encode()).hexdigest()[:40]}"


def _seconds(wait: timedelta) -> int:
    return max(int(wait.total_seconds()) + 1, 1)
