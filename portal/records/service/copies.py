"""Copies: asked for by their owner, made by whoever holds the lease, and gone after some days."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from portal.accounts.models import User
from portal.db import db
from portal.errors import NotFound
from portal.records.models import Export
from portal.records.rules import CopyState
from portal.storage.store import new_key

FOLDER = "export"
# Renewed with every part that is written: a maker that is killed is followed by another after this long.
LEASE = timedelta(minutes=2)
MOST_TRIES = 5
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Job:
    """A copy to be made; `number` counts the tries, and only the latest of them may finish."""

    export_id: uuid.UUID
    user_id: uuid.UUID
    storage_key: str
    number: int


class LostJob(NotFound):
    """The lease ran out and somebody else makes the copy now, or nobody wants it any more."""


def ask(user_id: uuid.UUID, *, at: datetime) -> uuid.UUID | None:
    """Ask for a copy; None when one is being made already."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True)).one()
    in_hand = select(Export.id).where(Export.user_id == user_id, Export.state == CopyState.ASKED)
    if db.session.scalar(in_hand) is not None:
        return None
    row = Export(id=uuid.uuid4(), user_id=user_id, storage_key=new_key(FOLDER), asked_at=at)
    db.session.add(row)
    db.session.flush()
    return row.id


def is_any_waiting(*, at: datetime) -> bool:
    """Tell whether there is a copy to make; only a read, so that an idle sweep never takes the write lock."""
    return db.session.scalar(select(Export.id).where(_is_free(at)).limit(1)) is not None


def take(*, at: datetime) -> Job | None:
    """Take the copy that waits longest; of two makers each gets another one."""
    first = (
        select(Export.id)
        .where(_is_free(at))
        .order_by(Export.asked_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("first_waiting")
    )
    row = db.session.execute(
        update(Export)
        .where(Export.id.in_(select(first.c.id)))
        .values(leased_until=at + LEASE, tries=Export.tries + 1, done=0)
        .returning(Export.id, Export.user_id, Export.storage_key, Export.tries)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Job(row.id, row.user_id, row.storage_key, row.tries) if row else None


def note(job: Job, *, done: int, parts: int, at: datetime) -> None:
    """Note how far the copy has come, and hold on to it; raises LostJob."""
    _change(job, done=done, parts=parts, leased_until=at + LEASE)


def finish(job: Job, *, size: int, keep: timedelta, at: datetime) -> datetime:
    """Give the copy to its owner, give until when it is there, and let older ones run out; raises LostJob."""
    expires_at = at + keep
    _change(job, state=CopyState.READY, size=size, ready_at=at, expires_at=expires_at, leased_until=None)
    db.session.execute(
        update(Export)
        .where(Export.user_id == job.user_id, Export.id != job.export_id, Export.state == CopyState.READY)
        .values(expires_at=at)
        .execution_options(synchronize_session=False)
    )
    return expires_at


def give_up(job: Job) -> None:
    """Lay a copy aside that could not be made however often it was tried; raises LostJob."""
    _change(job, state=CopyState.FAILED, leased_until=None)


def outdated(*, at: datetime) -> list[tuple[uuid.UUID, str]]:
    """List the copies whose days are over, with their files."""
    wanted = select(Export.id, Export.storage_key).where(Export.state == CopyState.READY, Export.expires_at <= at)
    return [(row.id, row.storage_key) for row in db.session.execute(wanted.limit(AT_ONCE))]


def mark_gone(export_id: uuid.UUID) -> None:
    """Note that the file of a copy is deleted."""
    db.session.execute(
        update(Export).where(Export.id == export_id, Export.state == CopyState.READY).values(state=CopyState.GONE)
    )


def is_wanted(storage_key: str) -> bool:
    """Tell whether a file belongs to a copy that is being made or that is there."""
    wanted = select(Export.id).where(
        Export.storage_key == storage_key, Export.state.in_([CopyState.ASKED, CopyState.READY])
    )
    return db.session.scalar(wanted) is not None


def _is_free(at: datetime) -> ColumnElement[bool]:
    return and_(Export.state == CopyState.ASKED, or_(Export.leased_until.is_(None), Export.leased_until <= at))


def _change(job: Job, **values: object) -> None:
    changed = db.session.scalar(
        update(Export)
        .where(Export.id == job.export_id, Export.state == CopyState.ASKED, Export.tries == job.number)
        .values(**values)
        .returning(Export.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise LostJob
