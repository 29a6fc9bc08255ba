"""A reference is looked up by indexes alone, on both databases: nothing of it grows with the number of events."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

from portal.claims import queries
from portal.clock import now
from portal.db import db
from tests.cast import Person
from tests.claims.drafting import ORDER

ENDS = ("SCAN", "Seq Scan")


def test_nothing_is_read_from_end_to_end(asha: Person) -> None:
    sent = _statements(
        lambda: (
            queries.named(asha.member, ORDER, ORDER, at=now()),
            queries.came_in_elsewhere(asha.member, ORDER),
        )
    )
    assert len(sent) == 7, "and one more for another spelling"

    used: set[str] = set()
    for statement, parameters in sent:
        plan = _plan(db.session.connection(), statement, parameters)

        assert not [step for step in plan if step.lstrip("-> ").startswith(ENDS)], (statement, plan)
        used |= {word.split("(")[0] for step in plan for word in step.split() if word.startswith(("ix_", "uq_"))}

    assert used >= {"ix_event_subject_key", "ix_expectation_open", "ix_entry_spelt"}
    assert "ix_event_outcome_occurred_at" not in used, "all that is nobody’s is never looked through"


def _statements(work: Callable[[], object]) -> list[tuple[str, Any]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return sent


def _plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    if connection.dialect.name == "sqlite":
        return [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    # In so small a club reading all is the shortest way; in a large one it never is.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
