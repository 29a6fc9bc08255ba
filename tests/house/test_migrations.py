import re
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from portal.db import db
from tests import servers

FOLDER = Path("migrations")
NAME = re.compile(r"^(\d{4})_[a-z0-9_]+$")
LONGEST_NAME = 32
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}
REFUSED = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
APPEND_ONLY = ("entry", "claim_event", "earn_rule", "audit_event", "audit_seal")


@pytest.fixture(params=servers.KINDS)
def bare(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """A portal on a database no migration has touched."""
    with servers.empty_database(request.param) as database, servers.app_on(database) as app, app.app_context():
        yield app


def steps() -> list[Script]:
    """List the migrations, the first one first."""
    return list(reversed(list(ScriptDirectory(str(FOLDER)).walk_revisions())))


def test_migrations_are_one_line():
    assert [step.down_revision for step in steps()] == [None, *(step.revision for step in steps()[:-1])]


def test_revision_is_the_numbered_name_of_its_file():
    for number, step in enumerate(steps(), start=1):
        assert step.revision == Path(step.path).stem
        assert NAME.findall(step.revision) == [f"{number:04d}"]
        assert len(step.revision) <= LONGEST_NAME


def test_head_is_pinned_so_that_two_branches_collide():
    assert (FOLDER / ".current-alembic-head").read_text(encoding="ascii").strip() == steps()[-1].revision


def test_models_equal_the_newest_migration(bare):
    flask_migrate.upgrade()

    assert differences() == []


def test_each_step_goes_up_down_and_up_again(bare):
    for step in steps():
        flask_migrate.upgrade(revision=step.revision)
        flask_migrate.downgrade(revision=step.down_revision or "base")
        flask_migrate.upgrade(revision=step.revision)

    assert differences() == []


def test_all_steps_down_leave_nothing(bare):
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")

    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}


def test_protected_tables_stay_protected_after_each_migration(bare):
    seen: set[str] = set()
    for step in steps():
        flask_migrate.upgrade(revision=step.revision)
        now = triggers()
        assert seen - now == set(), f"{step.revision} lost triggers: call protect() again after a batch migration"
        there = [table for table in APPEND_ONLY if inspect(db.engine).has_table(table)]
        assert {f"{table}_no_{act}" for table in there for act in REFUSED[db.engine.dialect.name]} - now == set()
        seen = now

    assert seen


def differences() -> list[object]:
    with db.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), db.metadata))


def triggers() -> set[str]:
    with db.engine.connect() as connection:
        return set(connection.scalars(text(TRIGGERS[db.engine.dialect.name])))
