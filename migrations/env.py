"""Alembic's entry: runs the migrations on the app's own engine, SQLite and PostgreSQL alike."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from alembic import context
from flask import current_app
from sqlalchemy import Connection, MetaData
from sqlalchemy.schema import SchemaItem

import portal
from portal.db import WRITES, db

# The tables of every room, whoever has opened it.
for room in pkgutil.iter_modules(portal.__path__, "portal."):
    if room.ispkg and find_spec(f"{room.name}.models"):
        import_module(f"{room.name}.models")

target: MetaData = db.metadatas[None]


def _belongs(item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: SchemaItem | None) -> bool:  # noqa: FBT001
    """Leave alone what is not a model's."""
    del item
    return not (kind == "table" and name is not None and name.startswith("sqlite_"))


def run(connection: Connection) -> None:
    """Run all steps in one transaction, so that a failing step leaves nothing half done."""
    context.configure(
        connection=connection,
        target_metadata=target,
        include_object=_belongs,
        render_as_batch=True,
        compare_type=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with current_app.app_context(), db.engine.connect().execution_options(**{WRITES: True}) as own:
        run(own)
        own.commit()
