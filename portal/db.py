"""The database: SQLAlchemy with named constraints, and SQLite taught to behave."""

import sqlite3
import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Table,
    TypeDecorator,
    Uuid,
    event,
    func,
    make_url,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BUSY_TIMEOUT_MS = 5000
STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_MS = 30_000
# An error that is logged shows its statement and never the values: they are addresses, hashes, words of members.
QUIET: dict[str, Any] = {"hide_parameters": True}
WRITES = "portal_writes"
READS = "portal_reads"
# PostgreSQL cuts one of two off who wait for each other, and whoever waited too long; SQLite the latter only.
GIVEN_WAY = frozenset({"40P01", "55P03"})
SQLITE_PRIMARY_CODE = 0xFF


class Base(DeclarativeBase):
    """The base of all models; constraint names follow one convention on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases; a naive one is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments; SQLite stores text, so all of it must be of one zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a zone reached the database"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Word(TypeDecorator[str]):
    """A word of an enum, kept as text; what comes back is the enum's own member, so that `is` compares it."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum], length: int) -> None:
        """Take the enum and the length of the column."""
        super().__init__(length)
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's own
        """Write the bare text; a word the enum does not know is a mistake and refused."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's own
        """Give the member of the enum."""
        return None if value is None else self.words(value)


def gave_way(error: DBAPIError) -> bool:
    """Tell whether what was done gave way to others who waited for the same, and can be done again."""
    is_busy = getattr(error.orig, "sqlite_errorcode", 0) & SQLITE_PRIMARY_CODE == sqlite3.SQLITE_BUSY
    return is_busy or getattr(error.orig, "sqlstate", "") in GIVEN_WAY


def uuid_pk() -> Mapped[uuid.UUID]:
    """Declare the primary key every table has: a random UUID, so that ids can stand in URLs."""
    return mapped_column(Uuid, primary_key=True, default=uuid.uuid4)


def compared(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give a column to compare by and not to look up by: no index of it is chosen instead of the one that is meant."""
    return func.coalesce(column, column)


def reading() -> Connection:
    """Give the connection of the present session, for plain rows: a read costs half of what it costs by the session.

    It is the session's own, so what a unit of work has flushed is seen; when that ends, the next call finds the next.
    """
    known: Connection | None = db.session().info.get(READS)
    if known is None or known.closed:
        known = db.session().info[READS] = db.session.connection()
    return known


def table_of(model: type[Base]) -> Table:
    """Give the table behind a model, for statements whose own cost is felt."""
    return cast("Table", model.__table__)


def engine_options(url: str) -> dict[str, Any]:
    """Choose pool and time-outs for the database behind `url`."""
    if make_url(url).get_backend_name() == "sqlite":
        return QUIET | {"connect_args": {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}}
    options = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS} "
        f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS} -c timezone=UTC"
    )
    return QUIET | {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True, "connect_args": {"options": options}}


def prepare_engine(engine: Engine) -> None:
    """Make SQLite keep foreign keys and triggers, and begin write units with the lock in hand.

    The driver's own transactions lose updates silently (362 of 1000 concurrent postings
    survived in the trial), so they are off and BEGIN is said here.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "recursive_triggers=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's connection
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            # Every page begins a read: said to the driver itself, this costs a tenth. It waits for nobody.
            connection.connection.driver_connection.execute("BEGIN")
