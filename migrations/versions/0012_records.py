"""The copies people have asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0012_records"
down_revision = "0011_picture_place"
branch_labels = None
depends_on = None

IN_HAND = sa.text("state = 'asked'")


def upgrade() -> None:
    """Create: export."""
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'ready', 'failed', 'gone')", name=op.f("ck_export_state")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_export_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_user_id"), "export", ["user_id"], unique=False)
    op.create_index("ix_export_state_asked_at", "export", ["state", "asked_at"], unique=False)
    op.create_index(
        "uq_export_in_hand", "export", ["user_id"], unique=True, sqlite_where=IN_HAND, postgresql_where=IN_HAND
    )


def downgrade() -> None:
    """Drop: export."""
    op.drop_table("export")
