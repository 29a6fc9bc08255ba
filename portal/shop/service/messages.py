"""Messages are answered once: the same again gets the same answer, another body under the same id is refused."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.db import db
from portal.shop.models import ApiMessage

LEASE_SECONDS = 60
MESSAGES_KEPT_DAYS = 30
FORGOTTEN_AT_ONCE = 5000
_TAKE = {
    dialect: module.insert(ApiMessage)
    .on_conflict_do_nothing(index_elements=["client_id", "message_id"])
    .returning(ApiMessage.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


class Stand(Enum):
    """How a message stands when it comes in."""

    OURS = "ours"
    ANSWERED = "answered"
    CHANGED = "changed"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Taken:
    """How a message stands: its row, the answer it has, or the seconds until somebody else's hold on it ends."""

    stand: Stand
    row_id: uuid.UUID
    status: int = 0
    answer: dict[str, Any] | None = None
    seconds: int = 0


def take_message(client_id: uuid.UUID, message_id: str, *, body_hash: str, at: datetime) -> Taken:
    """Take a message in hand, unless it was answered, is in somebody else's hand, or had another body."""
    until = at + timedelta(seconds=LEASE_SECONDS)
    row = {
        "id": uuid.uuid4(),
        "client_id": client_id,
        "message_id": message_id,
        "body_hash": body_hash,
        "received_at": at,
        "leased_until": until,
    }
    if (new := db.session.scalar(_TAKE[db.engine.dialect.name], row)) is not None:
        return Taken(Stand.OURS, new)
    earlier = select(ApiMessage).where(ApiMessage.client_id == client_id, ApiMessage.message_id == message_id)
    known = db.session.scalars(earlier.with_for_update()).one()
    if known.body_hash != body_hash:
        return Taken(Stand.CHANGED, known.id)
    if known.answered_at is not None:
        return Taken(Stand.ANSWERED, known.id, known.status or 0, known.answer)
    if known.leased_until is not None and known.leased_until > at:
        return Taken(Stand.BUSY, known.id, seconds=int((known.leased_until - at).total_seconds()) + 1)
    # Whoever had it in hand was killed: events that were recorded are known by their ids.
    known.leased_until = until
    return Taken(Stand.OURS, known.id)


def answer_message(row_id: uuid.UUID, *, status: int, answer: dict[str, Any], at: datetime) -> None:
    """Keep the answer of a message; the first one stands."""
    waiting = update(ApiMessage).where(ApiMessage.id == row_id, ApiMessage.answered_at.is_(None))
    db.session.execute(waiting.values(status=status, answer=answer, answered_at=at, leased_until=None))


def let_go(row_id: uuid.UUID) -> None:
    """Let a message go without an answer, so that it can be sent again at once."""
    waiting = update(ApiMessage).where(ApiMessage.id == row_id, ApiMessage.answered_at.is_(None))
    db.session.execute(waiting.values(leased_until=None))


def forget_messages(*, at: datetime) -> int:
    """Drop messages of a month ago; the events they told of are known by their own ids for ever."""
    old = select(ApiMessage.id).where(ApiMessage.received_at < at - timedelta(days=MESSAGES_KEPT_DAYS))
    gone = delete(ApiMessage).where(ApiMessage.id.in_(old.limit(FORGOTTEN_AT_ONCE))).returning(ApiMessage.id)
    return len(db.session.execute(gone).all())
