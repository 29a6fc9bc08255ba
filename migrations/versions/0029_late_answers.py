"""A claim whose answer is late names its new day, and how long claims like it took is found at once."""

import sqlalchemy as sa
from alembic import op

from portal.db import UtcDateTime

revision = "0029_late_answers"
down_revision = "0028_spelt"
branch_labels = None
depends_on = None
BY_A_PERSON = sa.text("decided_by_id IS NOT NULL")


def upgrade() -> None:
    """Add the new day, and the index of claims that people have answered."""
    op.add_column("claim", sa.Column("new_due_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_claim_answered",
        "claim",
        ["kind", "activity", "decided_at", "submitted_at"],
        sqlite_where=BY_A_PERSON,
        postgresql_where=BY_A_PERSON,
    )


def downgrade() -> None:
    """Forget which new days were named."""
    op.drop_index("ix_claim_answered", table_name="claim")
    op.drop_column("claim", "new_due_at")
