"""Allowances that slow guessing down; they are rows, so restarts and processes share them."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Allowance
from portal.audit.rules import Verb
from portal.audit.service import Where, record
from portal.db import db, table_of

_counter = table_of(Allowance).c
# Of two requests that create a counter at once, both end up holding the same row.
_CREATE = {
    dialect: module.insert(table_of(Allowance)).values(spent=0.0, streak=0).on_conflict_do_nothing()
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}
_HELD = (
    select(table_of(Allowance))
    .where(_counter.key.in_(bindparam("keys", expanding=True)))
    .order_by(_counter.key)
    .with_for_update()
)
_UPDATE = (
    update(table_of(Allowance))
    .where(_counter.key == bindparam("wanted"))
    .values({name: bindparam(name) for name in ("spent", "streak", "refreshed_at", "blocked_until")})
)
LONGEST_DELAY_SECONDS = 900
IPV6_NETWORK_BITS = 64
FORGOTTEN_AFTER_HOURS = 48
NOTED_SECONDS = 60


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


def spend(*claims: tuple[Limit, str], at: datetime) -> int:
    """Take one try of each limit before it is made; give the seconds to wait when one has none left, else 0.

    Taken before the try and under a lock, so that guesses made side by side cannot share one.
    """
    limits = {_key(limit, subject): limit for limit, subject in claims}
    db.session.connection().execute(
        _CREATE[db.engine.dialect.name], [{"key": key, "refreshed_at": at} for key in sorted(limits)]
    )
    rows = db.session.connection().execute(_HELD, {"keys": sorted(limits)}).all()
    spent = [(row.key, _after(limits[row.key], row, at)) for row in rows]
    db.session.connection().execute(_UPDATE, [{"wanted": key} | state.columns for key, state in spent])
    return max(state.wait for _, state in spent)


def is_spent(limit: Limit, subject: str, *, at: datetime) -> bool:
    """Tell whether this limit holds its subject up just now."""
    wanted = select(_counter.blocked_until).where(_counter.key == _key(limit, subject))
    until = db.session.connection().execute(wanted).scalar()
    return until is not None and until > at


def give_back(limit: Limit, subject: str) -> None:
    """Return a try that did no harm: limits of this kind count failures only."""
    left = case((_counter.spent > 1, _counter.spent - 1), else_=0)
    wanted = _counter.key == _key(limit, subject)
    db.session.connection().execute(update(table_of(Allowance)).where(wanted).values(spent=left))


def forget(limit: Limit, subject: str) -> None:
    """Wipe the slate after a success."""
    db.session.connection().execute(delete(table_of(Allowance)).where(_counter.key == _key(limit, subject)))


def is_first(name: str, subject: str, *, seconds: int, at: datetime) -> bool:
    """Tell whether this is the first of its kind in so many seconds: what somebody floods is written down once."""
    key = _key(Limit(name, 1, seconds), subject)
    connection = db.session.connection()
    connection.execute(_CREATE[db.engine.dialect.name], {"key": key, "refreshed_at": at})
    first = (
        update(table_of(Allowance))
        .where(_counter.key == key, or_(_counter.blocked_until.is_(None), _counter.blocked_until <= at))
        .values(refreshed_at=at, blocked_until=at + timedelta(seconds=seconds))
        .returning(_counter.key)
    )
    return connection.execute(first).one_or_none() is not None


def note_hit(name: str, *, where: Where, at: datetime, about: uuid.UUID | None = None) -> None:
    """Write down that a limit held somebody up, once a minute for one place and person."""
    if is_first("noted", f"{name}:{address_key(where.address)}:{about}", seconds=NOTED_SECONDS, at=at):
        record(Verb.LIMIT_HIT, at=at, where=where, about=about, facts={"limit": name})


def purge(*, at: datetime) -> int:
    """Drop counters nobody has touched for two days."""
    old = at - timedelta(hours=FORGOTTEN_AFTER_HOURS)
    gone = db.session.execute(delete(Allowance).where(Allowance.refreshed_at < old).returning(Allowance.key))
    return len(gone.all())


@dataclass(frozen=True, slots=True)
class _State:
    """A counter after a try: how much is spent, how many were refused in a row, and until when."""

    spent: float
    streak: int
    refreshed_at: datetime
    blocked_until: datetime | None
    wait: int

    @property
    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("spent", "streak", "refreshed_at", "blocked_until")}


def _after(limit: Limit, row: Any, at: datetime) -> _State:  # noqa: ANN401 - a row of the table
    """Let tries come back with time, then take one; the wait after a refusal buys one more try."""
    passed = max((at - row.refreshed_at).total_seconds(), 0.0)
    spent = max(row.spent - passed * limit.tries / limit.seconds, 0.0)
    seen = max(at, row.refreshed_at)
    if row.blocked_until is not None and row.blocked_until > at:
        return _State(spent, row.streak, seen, row.blocked_until, _seconds(row.blocked_until - at))
    streak = row.streak if spent else 0
    if spent + 1 <= limit.tries:
        return _State(spent + 1, streak, seen, None, 0)
    delay = timedelta(seconds=min(2 ** min(streak + 1, 12), LONGEST_DELAY_SECONDS))
    return _State(float(limit.tries - 1), streak + 1, seen, at + delay, _seconds(delay))


def _key(limit: Limit, subject: str) -> str:
    return f"{limit.name}:{hashlib.sha256(subject.encode()).hexdigest()[:40]}"


def _seconds(wait: timedelta) -> int:
    return max(int(wait.total_seconds()) + 1, 1)
