"""Parts of entries that are taken back, and alarms."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, release

NAMED = "kind <> 'reversal' OR reverses_id IS NOT NULL"

revision = "0016_takings"
down_revision = "0015_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: alarm; let an entry take a part of another."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    release("entry")
    with op.batch_alter_table("entry") as table:
        table.add_column(sa.Column("takes_from_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_entry_takes_from_id"), "entry", ["takes_from_id"], ["id"])
        table.drop_constraint(op.f("ck_entry_reversal_names_its_entry"), type_="check")
        table.create_check_constraint(
            op.f("ck_entry_reversal_names_its_entry"), f"{NAMED} OR takes_from_id IS NOT NULL"
        )
    op.create_index("ix_entry_takes_from_id", "entry", ["takes_from_id"])
    protect("entry")


def downgrade() -> None:
    """Drop them again."""
    release("entry")
    op.drop_index("ix_entry_takes_from_id", "entry")
    with op.batch_alter_table("entry") as table:
        table.drop_constraint(op.f("ck_entry_reversal_names_its_entry"), type_="check")
        table.drop_constraint(op.f("fk_entry_takes_from_id"), type_="foreignkey")
        table.drop_column("takes_from_id")
        table.create_check_constraint(op.f("ck_entry_reversal_names_its_entry"), NAMED)
    protect("entry")
    op.drop_table("alarm")
