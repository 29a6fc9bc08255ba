"""Returns nobody was named in are looked for every minute: what that reads does not grow with what waits for claims."""

from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session, scoped_session

from portal.activities import queries


def test_look_for_returns_reads_the_few_there_are(session: scoped_session[Session]):
    said: list[tuple[str, Any]] = []
    engine = session.connection().engine

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: object) -> None:
        said.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    queries.astray(most=7)
    event.remove(engine, "before_cursor_execute", note)

    statement, values = said[-1]
    how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    if engine.dialect.name == "postgresql":
        # Of a few rows it would read all.
        session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = session.connection().exec_driver_sql(f"{how} {statement}", values).all()
    assert "ix_event_astray" in str(plan)
