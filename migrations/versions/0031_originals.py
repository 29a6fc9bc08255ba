"""Pictures are kept as they were sent as well, sealed and for a shorter time."""

import sqlalchemy as sa
from alembic import op

revision = "0031_originals"
down_revision = "0030_picture_pairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the pictures there are, no original was kept."""
    op.add_column("evidence", sa.Column("original_key", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("evidence", sa.Column("original_key_id", sa.String(length=12), nullable=False, server_default=""))
    op.add_column("evidence", sa.Column("original_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_evidence_original_until", "evidence", ["original_until"])


def downgrade() -> None:
    """Forget where they lie."""
    op.drop_index("ix_evidence_original_until", table_name="evidence")
    op.drop_column("evidence", "original_until")
    op.drop_column("evidence", "original_key_id")
    op.drop_column("evidence", "original_key")
