"""Triggers that make a table append-only, in the words of either database."""

from alembic import op

REFUSALS = ("update", "delete")


def protect(table: str) -> None:
    """Let the database refuse to change, delete or truncate rows of `table`.

    A SQLite batch migration drops triggers silently: call this again after one.
    """
    if op.get_bind().dialect.name == "sqlite":
        for act in REFUSALS:
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for act in (*REFUSALS, "truncate"):
        level = "STATEMENT" if act == "truncate" else "ROW"
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION refuse_change()"
        )


def release(table: str) -> None:
    """Drop the triggers of `table`, before the table itself goes."""
    acts = REFUSALS if op.get_bind().dialect.name == "sqlite" else (*REFUSALS, "truncate")
    for act in acts:
        place = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        op.execute(f"DROP TRIGGER {table}_no_{act}{place}")
