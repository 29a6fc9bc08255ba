"""Who holds which letter: claimed with a lease in one short write, settled by comparing that lease.

The claim is one statement on both databases. On PostgreSQL senders step over each other's rows; SQLite has no
row locks, there the unit of work holds the one write lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update

from portal.db import db
from portal.mail.letter import Letter
from portal.mail.models import LetterRow
from portal.mail.rules import LEASE_SECONDS
from portal.unit_of_work import unit_of_work

LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Held:
    """A claimed letter: ours until `leased_until`, a moment no other claim of it shares."""

    id: UUID
    letter: Letter
    written_at: datetime
    tries: int
    leased_until: datetime


def is_any_due(at: datetime) -> bool:
    """Tell whether a claim would find anything; only a read, so that an idle sweep never takes the write lock."""
    found = db.session.execute(select(LetterRow.id).where(_is_due(at)).limit(1)).first()
    db.session.rollback()
    return found is not None


def claim(at: datetime, limit: int) -> list[Held]:
    """Take up to `limit` due letters, the oldest first; each claim counts as a try."""
    due = (
        select(LetterRow.id)
        .where(_is_due(at))
        .order_by(LetterRow.next_try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taking = (
        update(LetterRow)
        .where(LetterRow.id.in_(select(due.c.id)))
        .values(leased_until=at + timedelta(seconds=LEASE_SECONDS), attempts=LetterRow.attempts + 1)
        .returning(LetterRow)
        .execution_options(synchronize_session=False)
    )
    with unit_of_work():
        # Read into plain values at once: rows of the session would open a transaction again when looked at.
        held = [_held(row) for row in db.session.scalars(taking)]
    return sorted(held, key=lambda one: one.written_at)


def mark_sent(held: Held, at: datetime) -> bool:
    """Note that the letter is on its way; False when the lease ran out and somebody else has it now."""
    return _settle([held], state="sent", sent_at=at, last_error="")


def try_later(held: Held, next_try_at: datetime, error: str) -> None:
    """Let the letter wait for its next try."""
    _settle([held], next_try_at=next_try_at, last_error=_short(error))


def give_up(held: Held, error: str) -> None:
    """Lay the letter aside as dead, for a person to look at."""
    _settle([held], state="dead", last_error=_short(error))


def put_back(untried: Sequence[Held], next_try_at: datetime) -> None:
    """Give letters back as if they had not been claimed, to go from `next_try_at` on."""
    if untried:
        _settle(untried, next_try_at=next_try_at, attempts=LetterRow.attempts - 1)


def _is_due(at: datetime) -> ColumnElement[bool]:
    is_free = or_(LetterRow.leased_until.is_(None), LetterRow.leased_until <= at)
    return and_(LetterRow.state == "waiting", LetterRow.next_try_at <= at, is_free)


def _held(row: LetterRow) -> Held:
    letter = Letter(row.kind, row.recipient, row.facts, row.locale, row.token_id, row.user_id)
    return Held(row.id, letter, row.created_at, row.attempts, cast("datetime", row.leased_until))


def _settle(batch: Sequence[Held], **values: Any) -> bool:  # noqa: ANN401 - any columns of a letter
    """End a lease; letters whose lease is no longer ours stay as they are."""
    still_ours = and_(
        LetterRow.id.in_([held.id for held in batch]),
        LetterRow.state == "waiting",
        LetterRow.leased_until == batch[0].leased_until,
    )
    ending = update(LetterRow).where(still_ours).values(leased_until=None, **values).returning(LetterRow.id)
    with unit_of_work():
        ended = db.session.scalars(ending.execution_options(synchronize_session=False)).all()
    return len(ended) == len(batch)


def _short(error: str) -> str:
    return "".join(char if char.isprintable() else " " for char in error)[:LONGEST_ERROR]
