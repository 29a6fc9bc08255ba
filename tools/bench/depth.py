"""Rows 12 and D: pages of one member in a club of ten thousand lines or of millions, and deep in a long history."""

import time
from collections.abc import Iterator

from flask.testing import FlaskClient

from tools.bench import crowd
from tools.bench.ground import BASE_URL, Ground, counting_statements, ground
from tools.bench.rows import Ratio, Row, at_most, ratio_of

SMALL = 10_000
SIZES, LARGE_SIZES = (100_000,), (1_000_000, 10_000_000)
PAGES = {
    "home": "/",
    "history": "/points",
    "search": "/points?words=order",
    "statement": "/points/statement",
}
SLOWER, DEEPER = 1.2, 1.5
LINES_EACH, DEEP_LINES, DEPTH = 100, 70_000, 69_000
TIMES, ROUNDS = 8, 11
MEMBERS = 50


def measure(name: str, urls: tuple[str, str] = ("", ""), *, is_large: bool = False) -> Iterator[Row]:
    """Ask two portals of one process for the same pages of the same member, in turns."""
    with (
        ground(members=MEMBERS, claims=20, database_url=urls[0]) as few,
        ground(members=MEMBERS, claims=20, database_url=urls[1]) as many,
    ):
        crowd.add(few, range(2, 2 + SMALL // LINES_EACH), lines=LINES_EACH)
        had = 2
        for size in LARGE_SIZES if is_large else SIZES:
            crowd.add(many, range(had, 2 + size // LINES_EACH), lines=LINES_EACH)
            had = 2 + size // LINES_EACH
            for page, path in PAGES.items():
                yield _row(f"{page} at {size:,} lines against {SMALL:,}, {name}", few, many, path, name)
        crowd.add(few, range(1, 2), lines=DEEP_LINES)
        yield _deep(few, name)


def _row(what: str, few: Ground, many: Ground, path: str, name: str) -> Row:
    small, large = few.client(crowd.ASHA), many.client(crowd.ASHA)
    fewer, more = _statements(few, small, path), _statements(many, large, path)
    ratio = _compared(large, path, small, path, name)
    return Row(
        "D",
        what,
        f"<= {SLOWER}, as many statements",
        f"{ratio}, {more} statements",
        f"{ratio.seconds_of_second * 1000:.1f} ms, {fewer} statements",
        at_most(ratio, SLOWER) and fewer == more,
        {"ratio": ratio.median, "ms": ratio.seconds_of_first * 1000, "statements": more},
    )


def _deep(place: Ground, name: str) -> Row:
    client = place.client(crowd.email_of(1))
    deep, newest = (f"/points?before={DEEP_LINES - depth}" for depth in (DEPTH, 25))
    ratio = _compared(client, deep, client, newest, name)
    return Row(
        "12",
        f"history at depth {DEPTH:,} against its second page, {name}",
        f"<= {DEEPER}",
        str(ratio),
        f"{ratio.seconds_of_second * 1000:.1f} ms",
        at_most(ratio, DEEPER),
        {"ratio": ratio.median, "ms": ratio.seconds_of_first * 1000},
    )


def _compared(first: FlaskClient, path: str, second: FlaskClient, other: str, name: str) -> Ratio:
    """Compare CPU seconds where the database works in this process, and those of the clock on the wall where not."""
    return ratio_of(
        lambda: _ok(first, path),
        lambda: _ok(second, other),
        times=(TIMES, TIMES),
        rounds=ROUNDS,
        clock=time.process_time if name == "SQLite" else time.perf_counter,
    )


def _statements(place: Ground, client: FlaskClient, path: str) -> int:
    _ok(client, path)
    with counting_statements(place.app) as seen:
        _ok(client, path)
    return len(seen)


def _ok(client: FlaskClient, path: str) -> None:
    answer = client.get(path, base_url=BASE_URL)
    assert answer.status_code == 200, answer.status_code  # noqa: PLR2004
