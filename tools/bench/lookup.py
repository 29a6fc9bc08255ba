"""Row L: one reference looked up while it is typed, among all events there are."""

import statistics
import time
from collections.abc import Iterator

from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from portal import programme
from portal.db import WRITES, db
from tools.bench import crowd
from tools.bench.ground import BASE_URL, Ground, ground
from tools.bench.rows import Row

FLOOR = 1_000
SIZE, LARGE_SIZE = 50_000, 1_000_000
EACH = 100
P95_MS = 30
TIMES, WARM_UP, NOISE = 400, 40, 1.2
# The place of the member among all, whose events are posted ones.
MINE = 3
PATH = "/claims/new/answer?reference="
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
FIRST_NUMBER = 10_000_000
# Of each ten events one is nobody's, one is promised, one brought nothing, and the rest is posted.
EVENTS = (
    "INSERT INTO event (id, source, external_id, payload_hash, kind, activity, subject, subject_key, items, currency, "
    "amount_minor, occurred_at, received_at, member_id, member_hint, hint_key, outcome, outcome_code, rule_version, "
    "computation) {numbers} SELECT {any_id}, 'many', 'many-' || i, '', 'earn', 'order', {key}, {key}, '[]', 'GBP', "
    "4500, {moment}, {moment}, CASE i % 10 WHEN 0 THEN NULL ELSE {id} END, {hint}, {hint}, "
    "CASE i % 10 WHEN 0 THEN 'unmatched' WHEN 1 THEN 'pending' WHEN 2 THEN 'ineligible' ELSE 'credited' END, "
    "CASE i % 10 WHEN 2 THEN 'no_rule' ELSE '' END, '', '[]' FROM n"
)
PROMISES = (
    "INSERT INTO expectation (id, member_id, activity, subject, subject_key, points, happened_at, due_at, event_id, "
    "rule_version, computation) SELECT {any_id}, member_id, activity, subject, subject_key, 45, occurred_at, "
    "received_at, id, '', '[]' FROM event WHERE source = 'many' AND outcome = 'pending'"
)
LINES = (
    "INSERT INTO entry (id, member_id, sequence, points, kind, activity, subject, happened_at, recorded_at, "
    "counts_for_tier, balance_after, reason, text, search_text, internal_note, event_id, rule_version, computation, "
    "idempotency_key) SELECT {any_id}, member_id, 1000 + row_number() OVER (PARTITION BY member_id ORDER BY "
    "external_id), 45, 'earn', activity, subject, occurred_at, received_at, true, 45, '', 'Order', 'order', '', id, "
    "'', '[]', external_id FROM event WHERE source = 'many' AND outcome = 'credited'"
)


def measure(name: str, urls: tuple[str, str] = ("", ""), *, is_large: bool = False) -> Iterator[Row]:
    """Ask for references of every kind: one's own, those of others, of nobody, and such as nobody has."""
    size = LARGE_SIZE if is_large else SIZE
    with (
        ground(members=50, claims=20, database_url=urls[0]) as few,
        ground(members=50, claims=20, database_url=urls[1]) as many,
    ):
        _fill(few, FLOOR)
        _fill(many, size)
        floor, found = _compared(few, many, size)
    p95, least = _p95(found), _p95(floor)
    yield Row(
        "L",
        f"a reference looked up while it is typed, p95 at {size:,} events, {name}",
        f"<= {P95_MS} ms",
        f"{p95:.1f} ms (median {statistics.median(found):.1f})",
        f"{least:.1f} ms (median {statistics.median(floor):.1f}) at {FLOOR:,}",
        # Where the floor itself is above, the machine is busy with something else.
        p95 <= max(P95_MS, least * NOISE),
        {"p95_ms": p95, "median_ms": statistics.median(found), "p95_ms_of_few": least},
    )


def _fill(place: Ground, size: int) -> None:
    people = size // EACH
    crowd.add(place, range(2, 2 + people), lines=crowd.EVERY)
    with place.app.app_context(), db.engine.connect().execution_options(**{WRITES: True}) as connection:
        words = crowd.WORDS[connection.dialect.name]
        facts = {
            "numbers": crowd.NUMBERS,
            "any_id": words["any_id"],
            "id": words["id"].format(f"(2 + i % {people})"),
            "key": f"cast({FIRST_NUMBER} + i as text)",
            "hint": "CASE i % 10 WHEN 0 THEN 'guest-' || i || '@club.example' ELSE '' END",
            "moment": words["moment"].format("-(i % 90)"),
        }
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
        for begin in range(0, size, crowd.ROWS_AT_ONCE):
            end = min(begin + crowd.ROWS_AT_ONCE, size) - 1
            crowd.run(connection, EVENTS.format(**facts), first=begin, last=end, start=_start(connection))
        for statement in (PROMISES, LINES):
            crowd.run(connection, statement.format(**facts))
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
            connection.commit()


def _start(connection: Connection) -> object:
    return crowd.start(connection.dialect.name)


def _compared(few: Ground, many: Ground, size: int) -> tuple[list[float], list[float]]:
    """Give the milliseconds of look-ups in both portals, in turns; more of one member than a day takes."""
    usual = programme.current()
    terms = usual.claims.model_copy(update={"lookups_per_day": 10_000})
    programme.use(usual.model_copy(update={"claims": terms}))
    asking = [(place.client(crowd.email_of(2 + MINE)), _references(of)) for place, of in ((few, FLOOR), (many, size))]
    floor: list[float] = []
    found: list[float] = []
    try:
        for turn in range(WARM_UP + TIMES):
            for (client, references), times in zip(asking, (floor, found), strict=True):
                times.append(_ask(client, references[turn % len(references)]))
    finally:
        programme.use(usual)
    return floor[WARM_UP:], found[WARM_UP:]


def _references(size: int) -> list[str]:
    """Give numbers in turns: posted for the member, posted for another, nobody's, and one no shop knows."""
    own = range(MINE, size, size // EACH)
    return [str(FIRST_NUMBER + place) for one in own for place in (one, one + 1, one - MINE, one + size)]


def _ask(client: FlaskClient, reference: str) -> float:
    started = time.perf_counter()
    answer = client.get(PATH + reference, base_url=BASE_URL, headers=PARTIAL)
    assert answer.status_code == 200, answer.status_code  # noqa: PLR2004
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
