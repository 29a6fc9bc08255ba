"""Watches what a request does to the database: its statements, and what it leaves undone."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, SessionTransaction

from portal.db import db

TABLE_WRITTEN = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")


class Watch:
    """What the requests of one test did."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.left_behind: list[str] = []

    @property
    def tables_written(self) -> set[str]:
        return {found[1] for statement in self.statements if (found := TABLE_WRITTEN.match(statement))}


@contextmanager
def watching() -> Iterator[Watch]:
    """Collect the statements this thread sends while the block lasts."""
    watch = Watch()
    thread = threading.get_ident()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() == thread and not statement.startswith(FRAME):
            watch.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield watch
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def watch_sessions(app: Flask) -> list[str]:
    """Note whatever a request leaves in its session unwritten; the list is emptied by who reads it."""
    left_behind: list[str] = []

    @app.teardown_appcontext
    def look(_error: BaseException | None) -> None:
        found = db.session()
        left_behind.extend(
            repr(thing) for thing in (*found.new, *found.dirty, *found.deleted) if found.is_modified(thing)
        )

    return left_behind


@contextmanager
def rolled_back(app: Flask) -> Iterator[None]:
    """Put one connection in place of the app's engine, and undo all that was done through it.

    Commits of the code under test end savepoints of that connection. (Binding the session
    is not enough: Flask-SQLAlchemy asks the engines.)
    """
    engines: dict[str | None, Any] = db._app_engines[app]
    engine = engines[None]
    with engine.connect() as connection:
        outer = connection.begin()
        engines[None] = connection
        try:
            yield
        finally:
            engines[None] = engine
            outer.rollback()


@contextmanager
def one_at_a_time(mine: Session) -> Iterator[None]:
    """End the reading of the test's own session whenever another one begins.

    All sessions of a test share one connection, so savepoints must nest: a rollback of the
    test's session would otherwise undo what a request has committed in between.
    """

    def step_aside(other: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None and other is not mine and mine.in_transaction():
            mine.commit()

    event.listen(Session, "after_transaction_create", step_aside)
    try:
        yield
    finally:
        event.remove(Session, "after_transaction_create", step_aside)
