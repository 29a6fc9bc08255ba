"""How far files of events were read."""

import sqlalchemy as sa
from alembic import op

revision = "0022_imports"
down_revision = "0021_devices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: import_run."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("rejects_size", sa.BigInteger(), nullable=False),
        sa.Column("recorded", sa.BigInteger(), nullable=False),
        sa.Column("repeated", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "position >= 0 AND lines >= 0 AND rejects_size >= 0", name=op.f("ck_import_run_not_before_the_beginning")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("uq_import_run_source_digest", "import_run", ["source", "digest"], unique=True)


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("import_run")
