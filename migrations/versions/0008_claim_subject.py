"""An index to find claims about the same thing, whoever filed them."""

from alembic import op

revision = "0008_claim_subject"
down_revision = "0007_claim_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the reference in its normal form."""
    op.create_index("ix_claim_subject_key", "claim", ["subject_key", "activity"], unique=False)


def downgrade() -> None:
    """Do without it."""
    op.drop_index("ix_claim_subject_key", table_name="claim")
