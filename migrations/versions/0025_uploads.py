"""Files that come in parts have a row, so that any process can take the next part."""

import sqlalchemy as sa
from alembic import op

revision = "0025_uploads"
down_revision = "0024_astray"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the files on their way and their parts."""
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("received >= 0 AND received <= total", name=op.f("ck_upload_received_is_part_of_total")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_upload_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("claim_id", "idempotency_key", name=op.f("uq_upload_claim_id_idempotency_key")),
    )
    op.create_index("ix_upload_begun_at", "upload", ["begun_at"])
    op.create_table(
        "upload_part",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_part_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", "begins_at", name=op.f("pk_upload_part")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_upload_part_storage_key")),
    )


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("upload_part")
    op.drop_index("ix_upload_begun_at", table_name="upload")
    op.drop_table("upload")
