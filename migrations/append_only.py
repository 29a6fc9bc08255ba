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


TIMELINE = "claim_event"
FIXED = ("id", "claim_id", "sequence", "what", "visibility", "at", "actor_id", "by", "state_after")
WORDS = ("actor_name", "member_text", "internal_note")


def protect_timeline() -> None:
    """Protect the timeline of claims, but let the words of a claim that says it is erased be emptied, and only emptied.

    A SQLite batch migration drops triggers silently: call this again after one.
    """
    same = "IS" if op.get_bind().dialect.name == "sqlite" else "IS NOT DISTINCT FROM"
    fixed = " AND ".join(f'NEW."{column}" {same} OLD."{column}"' for column in FIXED)
    emptied = " AND ".join(f"NEW.{column} IN ('', OLD.{column})" for column in WORDS)
    erased = "EXISTS (SELECT 1 FROM claim WHERE claim.id = OLD.claim_id AND claim.erased_at IS NOT NULL)"
    protect(TIMELINE)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {TIMELINE}_no_update")
        op.execute(
            f"CREATE TRIGGER {TIMELINE}_no_update BEFORE UPDATE ON {TIMELINE} "
            f"WHEN NOT ({fixed} AND {emptied} AND {erased}) "
            f"BEGIN SELECT RAISE(ABORT, '{TIMELINE} is append-only'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {fixed} AND {emptied} AND {erased} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(f"DROP TRIGGER {TIMELINE}_no_update ON {TIMELINE}")
    op.execute(
        f"CREATE TRIGGER {TIMELINE}_no_update BEFORE UPDATE ON {TIMELINE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_but_erasure()"
    )
