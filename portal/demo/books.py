"""Rows collected in memory and written table by table: thousands of believable lines in a few seconds."""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import insert

from portal.db import Base, db
from portal.folding import fold
from portal.points.rules import EntryKind

Row = dict[str, Any]
CHUNK = 5000


@dataclass(slots=True)
class Books:
    """Every row of the demo, by table; ids come from the seeded generator, so that two seedings agree."""

    rng: Random
    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def new_id(self) -> uuid.UUID:
        """Give the next id of this seed."""
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)

    def add(self, model: type[Base], **row: Any) -> uuid.UUID:  # noqa: ANN401 - columns of the model
        """Note a row; give its id."""
        row.setdefault("id", self.new_id())
        self.rows[model].append(row)
        found: uuid.UUID = row["id"]
        return found

    def add_plain(self, model: type[Base], **row: Any) -> None:  # noqa: ANN401 - columns of the model
        """Note a row of a table that has no id of its own."""
        self.rows[model].append(row)

    def write(self) -> Iterator[int]:
        """Write everything in the order of the foreign keys; yield how many rows each step wrote."""
        for table in Base.metadata.sorted_tables:
            model = next((known for known in self.rows if known.__table__ is table), None)
            rows = self.rows[model] if model else []
            for start in range(0, len(rows), CHUNK):
                chunk = rows[start : start + CHUNK]
                db.session.execute(insert(table), chunk)
                yield len(chunk)

    @property
    def size(self) -> int:
        """Count the rows."""
        return sum(len(rows) for rows in self.rows.values())


@dataclass(slots=True)
class Line:
    """An entry to be: its place in the ledger is known once all of a member's lines are."""

    id: uuid.UUID
    points: int
    kind: EntryKind
    happened_at: datetime
    recorded_at: datetime
    text: str
    subject: str = ""
    activity: str = ""
    counts_for_tier: bool = True
    reason: str = ""
    event_id: uuid.UUID | None = None
    claim_id: uuid.UUID | None = None
    actor_id: uuid.UUID | None = None
    rule_version: str = ""
    computation: list[dict[str, Any]] = field(default_factory=list)
    reverses_id: uuid.UUID | None = None
    share_of_balance: float = 0.0

    def row(self, member_id: uuid.UUID, sequence: int, balance: int) -> Row:
        """Give the ledger's row for this line."""
        return {
            "id": self.id,
            "member_id": member_id,
            "sequence": sequence,
            "points": self.points,
            "kind": self.kind.value,
            "activity": self.activity,
            "subject": self.subject,
            "happened_at": self.happened_at,
            "recorded_at": self.recorded_at,
            "counts_for_tier": self.counts_for_tier,
            "balance_after": balance,
            "reason": self.reason,
            "text": self.text,
            "search_text": fold(self.text, self.subject),
            "internal_note": "",
            "actor_id": self.actor_id,
            "event_id": self.event_id,
            "claim_id": self.claim_id,
            "rule_version": self.rule_version,
            "computation": self.computation,
            "reverses_id": self.reverses_id,
            "idempotency_key": f"demo:{self.id}",
        }
