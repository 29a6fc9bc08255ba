"""Events that bring nothing keep their computation."""

import sqlalchemy as sa
from alembic import op

revision = "0017_why_nothing"
down_revision = "0016_takings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let an event keep the rule's version and the steps that came to nothing."""
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("rule_version", sa.String(length=60), nullable=False, server_default=""))
        table.add_column(sa.Column("computation", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("event") as table:
        table.alter_column("rule_version", server_default=None)
        table.alter_column("computation", server_default=None)


def downgrade() -> None:
    """Drop them again."""
    with op.batch_alter_table("event") as table:
        table.drop_column("computation")
        table.drop_column("rule_version")
