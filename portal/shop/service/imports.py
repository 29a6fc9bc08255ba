"""Files of events, taken batch by batch: how far a file was read is kept with what was read of it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal.activities.service import ChangedEvent, Recorded, ShopMessage, record_events
from portal.db import db
from portal.errors import Refused
from portal.shop.messages import BadLine, Fault
from portal.shop.models import ApiClient, ImportRun

Rejects = Sequence[tuple["FileLine", BadLine]]
# Of two who begin with the same file at once, the second waits here for the first and reads on with its row.
_OPEN = {
    dialect: module.insert(ImportRun).on_conflict_do_nothing(index_elements=["source", "digest"])
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Run:
    """How far a file was read, in bytes and lines, how long its rejects file was then, and what became of the lines."""

    run_id: uuid.UUID
    position: int
    lines: int
    rejects_size: int
    recorded: int
    repeated: int
    rejected: int
    is_finished: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A record of a file: the line it begins in, its text, and what it says or what is wrong with it."""

    number: int
    text: str
    said: ShopMessage | BadLine


def open_run(source: str, *, digest: str, at: datetime) -> Run:
    """Find how far the file of this very content was read, or begin with it.

    One that was read to its end, and of which something was refused, is begun again: rules may have changed since.
    """
    new = {"id": uuid.uuid4(), "source": source, "digest": digest, "started_at": at, "updated_at": at}
    db.session.execute(_OPEN[db.engine.dialect.name], new)
    this = select(ImportRun).where(ImportRun.source == source, ImportRun.digest == digest)
    row = db.session.scalars(this.with_for_update()).one()
    if row.finished_at is not None and row.rejected:
        row.finished_at = None
        row.position = row.lines = row.rejects_size = row.recorded = row.repeated = row.rejected = 0
    return _shown(row)


def take_lines(
    run: Run,
    lines: Sequence[FileLine],
    *,
    position: int,
    last_line: int,
    keep: Callable[[Rejects], int],
    at: datetime,
) -> Run:
    """Record a batch and how far the file was read, together; raises Refused("busy") when somebody else read on.

    `keep` writes down what is refused, before it counts, and gives the size of all that is written down.
    """
    # Batches take turns, whichever file they are of: two that hold what the other wants would wait for ever.
    turns = select(ApiClient.id).order_by(ApiClient.id).limit(1)
    db.session.execute(turns.with_for_update(key_share=True))
    row = db.session.scalars(select(ImportRun).where(ImportRun.id == run.run_id).with_for_update()).one()
    if row.position != run.position:
        code = "busy"
        raise Refused(code)
    became = iter(record_events([line.said for line in lines if not isinstance(line.said, BadLine)], at=at))
    rejects: list[tuple[FileLine, BadLine]] = []
    for line in lines:
        found = line.said if isinstance(line.said, BadLine) else next(became)
        if isinstance(found, Recorded):
            row.recorded += found.is_new
            row.repeated += not found.is_new
        else:
            rejects.append((line, _refused(found)))
    row.position, row.lines, row.updated_at = position, last_line, at
    row.rejected += len(rejects)
    row.rejects_size = keep(rejects)
    return _shown(row)


def finish_run(run: Run, *, at: datetime) -> Run:
    """Say that the file was read to its end."""
    row = db.session.get_one(ImportRun, run.run_id)
    row.finished_at = row.updated_at = at
    return _shown(row)


def _refused(error: BadLine | ChangedEvent | Refused) -> BadLine:
    if isinstance(error, BadLine):
        return error
    if isinstance(error, ChangedEvent):
        return BadLine(Fault("id", "changed", "This id stood for another event before."))
    return BadLine(Fault("", error.code, "A rule of the programme refuses it."))


def _shown(row: ImportRun) -> Run:
    return Run(
        row.id, row.position, row.lines, row.rejects_size, row.recorded, row.repeated, row.rejected,
        row.finished_at is not None,
    )  # fmt: skip
