"""Names folded inside the database, as portal/folding.py folds them: no accents, no case."""

import sqlite3
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import GenericFunction

from portal.folding import fold

COMBINING_MARKS = "[\\u0300-\\u036f]"


class folded(GenericFunction[str]):  # noqa: N801 - a function of SQL, written as one
    """Fold a column: accents and case make no difference."""

    type = String()
    inherit_cache = True
    name = "folded"


@compiles(folded, "postgresql")
def _in_postgresql(element: folded, compiler: Any, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    column = compiler.process(element.clauses, **options)
    return f"lower(regexp_replace(normalize({column}, NFKD), '{COMBINING_MARKS}', '', 'g'))"


@event.listens_for(Engine, "connect")
def _teach_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("folded", 1, fold, deterministic=True)


def holds(column: ColumnElement[str] | InstrumentedAttribute[str], pattern: str) -> ColumnElement[bool]:
    """Tell in SQL whether a folded column is like a pattern of portal.folding.like."""
    return folded(column).like(pattern, escape="!")
