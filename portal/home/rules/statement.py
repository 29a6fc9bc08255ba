"""A statement's lines as they are written down, and the chain of hashes over them."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.spreadsheets import harmless


@dataclass(frozen=True, slots=True)
class Stated:
    """One entry as a statement has it."""

    id: uuid.UUID
    sequence: int
    recorded_at: datetime
    happened_at: datetime
    kind: str
    activity: str
    subject: str
    text: str
    points: int
    counts_for_tier: bool
    balance_after: int

    @property
    def cells(self) -> tuple[str, ...]:
        """Write the line as the file has it: moments in UTC, numbers bare, text that no spreadsheet runs."""
        return (
            str(self.id),
            str(self.sequence),
            _moment(self.recorded_at),
            _moment(self.happened_at),
            self.kind,
            self.activity,
            harmless(self.subject),
            harmless(self.text),
            str(self.points),
            "yes" if self.counts_for_tier else "no",
            str(self.balance_after),
        )


# A row of the file: the cells of a line and its hash.
WIDTH = len(Stated.__dataclass_fields__) + 1


@dataclass(frozen=True, slots=True)
class Sealed:
    """A line with its hash, which stands for it and for every line above it."""

    line: Stated
    hash: str


def sealed(lines: Iterable[Stated]) -> Iterator[Sealed]:
    """Chain lines, the oldest first: whoever changes, removes or adds one changes every hash from there on."""
    above = ""
    for line in lines:
        above = chained(above, line.cells)
        yield Sealed(line, above)


def chained(above: str, cells: Sequence[str]) -> str:
    """Give the hash of a line: SHA-256 of the JSON list of the hash above it, at first empty, and its cells."""
    listed = json.dumps([above, *cells], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(listed.encode("utf-8", "surrogatepass")).hexdigest()


def faults_of(rows: Sequence[Sequence[str]], ledger: dict[str, tuple[uuid.UUID, Stated]]) -> list[str]:
    """Compare the rows of a file with themselves and with the ledger's lines by id; rows count from 1.

    The chain tells that a file was changed by somebody who did not compute it again; the ledger, whose entries
    never change, tells the rest.
    """
    faults: list[str] = []
    above, last = "", None
    owners = {owner for owner, _ in ledger.values()}
    if len(owners) > 1:
        faults.append("the lines belong to more than one member")
    for number, row in enumerate(rows, 1):
        if len(row) != WIDTH:
            faults.append(f"row {number} has {len(row)} cells and not {WIDTH}")
            break
        *cells, kept = row
        if chained(above, cells) != kept:
            faults.append(f"row {number} does not have the hash of what it says")
        above = kept
        if cells[0] not in ledger:
            faults.append(f"row {number} is not in the ledger")
            continue
        line = ledger[cells[0]][1]
        if line.cells != tuple(cells):
            faults.append(f"row {number} is not as the ledger has it")
        if last is not None and line.sequence != last + 1:
            faults.append(f"row {number} does not follow the row above it: lines between are missing or out of order")
        last = line.sequence
    return faults


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
