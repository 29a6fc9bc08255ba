"""An index that the desk's counts need not look beyond."""

from alembic import op

revision = "0007_claim_desk"
down_revision = "0006_adjustments"
branch_labels = None
depends_on = None

COLUMNS = ["state", "due_at", "assignee_id", "member_id", "changed_at", "version"]


def upgrade() -> None:
    """Put the wide index in place of the narrow one."""
    op.drop_index("ix_claim_state_due_at", table_name="claim")
    op.create_index("ix_claim_desk", "claim", COLUMNS, unique=False)


def downgrade() -> None:
    """Take the narrow one back."""
    op.drop_index("ix_claim_desk", table_name="claim")
    op.create_index("ix_claim_state_due_at", "claim", ["state", "due_at"], unique=False)
