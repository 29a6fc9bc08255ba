"""Schema drift: after all migrations, either database has exactly what the models say."""

import sys

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from portal.db import db
from tests import run, servers


def main() -> int:
    """Migrate an empty database of each kind and print what differs from the models."""
    found = 0
    run.open_run()
    try:
        for kind in servers.KINDS:
            for difference in differences(kind):
                print(f"{kind}: {difference}")
                found += 1
    finally:
        run.close_run()
    return 1 if found else 0


def differences(kind: str) -> list[object]:
    """List what a new migration would have to change on this database."""
    with servers.empty_database(kind) as database, servers.app_on(database) as app, app.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), db.metadata))


if __name__ == "__main__":
    sys.exit(main())
