"""Posting to the ledger: one entry, its running balance and the cached figures, together or not at all.

Only tiers/service.py calls this; everybody else posts through it, so that a tier can never lag.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from portal.db import db, table_of
from portal.errors import Conflict, NotFound, Refused
from portal.folding import fold
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind, Standing

# Tables, not classes: the ledger is the one place where each statement's own cost is felt.
_account, _entry = table_of(Account).c, table_of(Entry).c
_ACCOUNT = (
    select(_account.balance, _account.status_points, _account.sequence)
    .where(_account.member_id == bindparam("member"))
    .with_for_update()
)
# The key is tested by the insert itself: a look beforehand could miss what another connection just committed.
_INSERT = {
    dialect: module.insert(table_of(Entry))
    .on_conflict_do_nothing(index_elements=["idempotency_key"])
    .returning(_entry.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}
_BY_KEY = select(_entry.id, _entry.member_id, _entry.points, _entry.kind).where(
    _entry.idempotency_key == bindparam("key")
)
_CACHE = (
    update(table_of(Account))
    .where(_account.member_id == bindparam("member"))
    .values(balance=bindparam("new_balance"), status_points=bindparam("new_status"), sequence=bindparam("new_sequence"))
)


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be written; `idempotency_key` makes a repeated call harmless."""

    points: int
    kind: EntryKind
    happened_at: datetime
    counts_for_tier: bool
    text: str
    idempotency_key: str
    activity: str = ""
    subject: str = ""
    reason: str = ""
    internal_note: str = ""
    actor_id: uuid.UUID | None = None
    event_id: uuid.UUID | None = None
    claim_id: uuid.UUID | None = None
    rule_version: str = ""
    computation: list[dict[str, Any]] = field(default_factory=list)
    reverses_id: uuid.UUID | None = None
    takes_from_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands in the ledger now; `is_new` is false when the key had been used for the same entry."""

    entry_id: uuid.UUID
    balance_before: int
    balance_after: int
    status_before: int
    status_after: int
    is_new: bool


def post(member_id: uuid.UUID, posting: Posting, *, at: datetime) -> Posted:
    """Write one entry under the member's lock.

    Raises NotFound for an unknown member, Refused("zero") for no points, Refused("not_enough") for a
    redemption beyond the balance, Refused("key_reused") when the key stands for something else, and
    Conflict when the event, claim or reversed entry has been settled already.
    """
    if posting.points == 0:
        raise Refused("zero")
    db.session.flush()
    connection = db.session.connection()
    account = connection.execute(_ACCOUNT, {"member": member_id}).one_or_none()
    if account is None:
        raise NotFound
    after = Standing(account.balance, account.status_points).plus(
        posting.points, counts_for_tier=posting.counts_for_tier
    )
    balance, status = after.balance, after.status_points
    if posting.kind is EntryKind.REDEMPTION and balance < 0:
        return _repeated(member_id, posting, account.balance, account.status_points)
    entry_id = uuid.uuid4()
    row = _row(entry_id, member_id, posting, sequence=account.sequence + 1, balance=balance, at=at)
    try:
        written = connection.execute(_INSERT[connection.dialect.name], row).one_or_none()
    except IntegrityError as error:
        message = "this event, claim or entry has been settled already"
        raise Conflict(message) from error
    if written is None:
        return _repeated(member_id, posting, account.balance, account.status_points)
    connection.execute(
        _CACHE,
        {"member": member_id, "new_balance": balance, "new_status": status, "new_sequence": account.sequence + 1},
    )
    return Posted(entry_id, account.balance, balance, account.status_points, status, is_new=True)


def open_account(member_id: uuid.UUID) -> None:
    """Give a new member an empty account."""
    db.session.add(Account(member_id=member_id, balance=0, status_points=0, sequence=0))


def reversal_of(entry_id: uuid.UUID, *, text: str, key: str, actor_id: uuid.UUID | None, at: datetime) -> Posting:
    """Build the entry that undoes another by exactly what is left of its points.

    Raises NotFound for an unknown one, and Conflict when all of it was taken back in parts.
    """
    entry = db.session.get(Entry, entry_id)
    if entry is None:
        raise NotFound
    taken = db.session.scalar(select(func.sum(_entry.points)).where(_entry.takes_from_id == entry_id)) or 0
    if entry.points + taken == 0:
        message = "all of this entry has been taken back already"
        raise Conflict(message)
    return Posting(
        points=-(entry.points + taken),
        kind=EntryKind.REVERSAL,
        happened_at=at,
        counts_for_tier=entry.counts_for_tier,
        text=text,
        idempotency_key=key,
        activity=entry.activity,
        subject=entry.subject,
        actor_id=actor_id,
        reverses_id=entry.id,
    )


def _repeated(member_id: uuid.UUID, posting: Posting, balance: int, status: int) -> Posted:
    """Answer a repeated key: the same entry again is harmless, another one is refused."""
    entry = db.session.execute(_BY_KEY, {"key": posting.idempotency_key}).one_or_none()
    if entry is None:
        raise Refused("not_enough")
    if (entry.member_id, entry.points, entry.kind) != (member_id, posting.points, posting.kind):
        raise Refused("key_reused")
    return Posted(entry.id, balance, balance, status, status, is_new=False)


def _row(
    entry_id: uuid.UUID, member_id: uuid.UUID, posting: Posting, *, sequence: int, balance: int, at: datetime
) -> dict[str, Any]:
    return {
        "id": entry_id,
        "member_id": member_id,
        "sequence": sequence,
        "points": posting.points,
        "kind": posting.kind.value,
        "activity": posting.activity,
        "subject": posting.subject,
        "happened_at": posting.happened_at,
        "recorded_at": at,
        "counts_for_tier": posting.counts_for_tier,
        "balance_after": balance,
        "reason": posting.reason,
        "text": posting.text,
        "search_text": fold(posting.text, posting.subject),
        "internal_note": posting.internal_note,
        "actor_id": posting.actor_id,
        "event_id": posting.event_id,
        "claim_id": posting.claim_id,
        "rule_version": posting.rule_version,
        "computation": posting.computation,
        "reverses_id": posting.reverses_id,
        "takes_from_id": posting.takes_from_id,
        "idempotency_key": posting.idempotency_key,
    }
