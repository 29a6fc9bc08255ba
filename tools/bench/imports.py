"""Row 16: a file of events, checked, matched, priced and promised, against a bare executemany of the same rows."""

import json
import random
import re
import resource
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert, text

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState, Role
from portal.activities.models import Event, Expectation
from portal.clock import now
from portal.db import WRITES, db, table_of
from portal.demo.shop import SOURCE
from portal.points.models import Account
from tools.bench.ground import Ground
from tools.bench.rows import Ratio, Row, at_most

BUDGET = 3.0
MOST_GROWTH_MB = 32
CHUNK = 5_000
TABLES = (table_of(Event), table_of(Expectation))


@dataclass(frozen=True, slots=True)
class Size:
    """How many members have how many events, in how many files; the floor is taken after each of them."""

    members: int
    events: int
    files: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of this process and seconds on the wall."""

    cpu: float = 0.0
    wall: float = 0.0

    @classmethod
    def on(cls, work: Callable[[], object]) -> "Spent":
        """Take the time of some work."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        return cls(time.process_time() - cpu, time.perf_counter() - wall)

    def __add__(self, other: "Spent") -> "Spent":
        """Add both up."""
        return Spent(self.cpu + other.cpu, self.wall + other.wall)


SMALL, LARGE = Size(1_000, 8_000, 4), Size(100_000, 1_000_000, 10)


def measure(ground: Ground, folder: Path, name: str, size: Size) -> list[Row]:
    """Import the files by the command itself, each followed by its floor."""
    imports: list[Spent] = []
    floors: list[Spent] = []
    memory: list[float] = []
    each = size.events // size.files
    with ground.app.app_context():
        numbers = _members(size.members)
        _twins()
        for part in range(size.files):
            file = folder / f"events-{part}.jsonl"
            _write(file, f"p{part:02}", each, numbers)
            imports.append(Spent.on(partial(_import, ground, file, each)))
            floors.append(_floor(f"p{part:02}", each))
            # The floor has its share of the first figure, so that what comes on top is the import's.
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            file.unlink()
    # The work of a PostgreSQL is done in another process, which only the clock on the wall sees.
    clock = "cpu" if name == "SQLite" else "wall"
    ratios = sorted(getattr(one, clock) / getattr(other, clock) for one, other in zip(imports, floors, strict=True))
    seconds = [sum(one.wall for one in spent) / size.events for spent in (imports, floors)]
    first, last = (f"{each / imports[place].wall:,.0f}" for place in (0, -1))
    ratio = Ratio(ratios[0], ratios[len(ratios) // 2], ratios[-1], *seconds)
    return [
        Row(
            "16",
            f"import of {size.events:,} events for {size.members:,} members, {name}, {clock} time of the floor's",
            f"<= {BUDGET}",
            f"{ratio} — {1 / seconds[0]:,.0f}/s, at first {first}, at last {last}",
            f"executemany {1 / seconds[1]:,.0f} events/s",
            at_most(ratio, BUDGET),
            {"ratio": ratio.median, "events_per_second": 1 / seconds[0], "floor_per_second": 1 / seconds[1]},
        ),
        Row(
            "16",
            f"memory of the import from the first of {size.files} files to the last, {name}",
            f"<= {MOST_GROWTH_MB} MB more",
            f"{memory[-1] - memory[0]:.0f} MB more, {memory[-1]:.0f} MB at most",
            "",
            memory[-1] - memory[0] <= MOST_GROWTH_MB,
            {"growth_mb": memory[-1] - memory[0], "peak_mb": memory[-1]},
        ),
    ]


def _members(count: int) -> list[str]:
    """Let members join without their letters and histories."""
    at = now() - timedelta(days=900)
    numbers = [f"B-{place:08}" for place in range(count)]
    for begin in range(0, count, CHUNK):
        users, members, accounts = [], [], []
        for number in numbers[begin : begin + CHUNK]:
            user_id, member_id, email = uuid.uuid4(), uuid.uuid4(), f"{number.lower()}@bench.example"
            users.append({
                "id": user_id, "email": email, "email_canonical": email, "password_hash": "", "password_changed_at": at,
                "role": Role.MEMBER, "name": "Mira Novak", "locale": "en_GB", "created_at": at,
            })  # fmt: skip
            members.append({
                "id": member_id, "user_id": user_id, "number": number, "birth_date": date(1985, 4, 12), "country": "GB",
                "state": MemberState.ACTIVE, "joined_at": at,
            })  # fmt: skip
            accounts.append({"member_id": member_id})
        with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            for model, rows in ((User, users), (Member, members), (Account, accounts)):
                connection.execute(insert(model), rows)
    return numbers


def _write(file: Path, prefix: str, count: int, numbers: list[str]) -> None:
    pick = random.Random(prefix)  # noqa: S311 - the same file in every run
    at = now()
    with file.open("w", encoding="utf-8") as out:
        for place in range(count):
            told = {
                "id": f"{prefix}-{place}",
                "kind": "earn",
                "activity": "order",
                "occurred_at": (at - timedelta(minutes=pick.randrange(200_000))).isoformat(timespec="seconds"),
                "member": pick.choice(numbers),
                "subject": f"{prefix[1:]}{place:08}",
                "amount_minor": pick.randrange(500, 20_000),
                "currency": "GBP",
            }
            out.write(json.dumps(told) + "\n")


def _import(ground: Ground, file: Path, count: int) -> None:
    done = ground.app.test_cli_runner().invoke(args=["import", "events", str(file), "--source", SOURCE])
    assert f"{count:,} recorded" in done.output, done.output


def _twins() -> None:
    """Make tables like those the import writes, with the same columns and indexes and no rows."""
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        for table in TABLES:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"CREATE TABLE floor_{table.name} (LIKE {table.name} INCLUDING ALL)")
                continue
            found = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL AND type != 'trigger'"),
                {"name": table.name},
            )
            for statement in found.scalars().all():
                connection.exec_driver_sql(_renamed(statement, table.name))


def _renamed(statement: str, name: str) -> str:
    if statement.startswith("CREATE TABLE"):
        return re.sub(rf'^CREATE TABLE "?{name}"?', f"CREATE TABLE floor_{name}", statement)
    return re.sub(rf' "?(\w+)"? ON "?{name}"?', rf" floor_\1 ON floor_{name}", statement)


def _floor(prefix: str, count: int) -> Spent:
    """Write the rows of one file again, as the driver takes them, in one transaction; reading them does not count."""
    spent, written = Spent(), 0
    with (
        db.engine.connect() as reading,
        db.engine.connect().execution_options(**{WRITES: True}) as writing,
        writing.begin(),
    ):
        cursor = writing.connection.cursor()
        is_sqlite = writing.dialect.name == "sqlite"
        for place, table in enumerate(TABLES):
            mark = ", ".join(["?" if is_sqlite else "%s"] * len(table.columns))
            statement = f"INSERT INTO floor_{table.name} ({_columns(place)}) VALUES ({mark})"  # noqa: S608 - our names
            for rows in _rows(reading, place, prefix):
                written += len(rows)
                spent += Spent.on(partial(cursor.executemany, statement, rows))
        spent += Spent.on(writing.commit)
    assert written == 2 * count, written
    return spent


def _columns(place: int) -> str:
    return ", ".join(f'"{column.name}"' for column in TABLES[place].columns)


def _rows(reading: Connection, place: int, prefix: str) -> Iterator[list[tuple[object, ...]]]:
    """Give the rows of a table that came of one file, some thousand at a time."""
    is_json = {column.name for column in TABLES[place].columns if column.type.__class__.__name__ == "JSON"}
    names = [f'"{column.name}"' for column in TABLES[place].columns]
    if reading.dialect.name == "postgresql":
        names = [f"CAST({name} AS text)" if name.strip('"') in is_json else name for name in names]
    mine = f"SELECT id FROM event WHERE source = '{SOURCE}' AND substr(external_id, 1, 4) = '{prefix}-'"  # noqa: S608 - our own names
    where = f"id IN ({mine})" if place == 0 else f"event_id IN ({mine})"
    found = reading.exec_driver_sql(
        f"SELECT {', '.join(names)} FROM {TABLES[place].name} WHERE {where}",  # noqa: S608 - our own names
        execution_options={"stream_results": True},
    )
    while rows := found.fetchmany(CHUNK):
        yield [tuple(row) for row in rows]
