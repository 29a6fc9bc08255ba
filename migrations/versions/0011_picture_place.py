"""Whether a picture said where it was taken, before we made it anew."""

import sqlalchemy as sa
from alembic import op

revision = "0011_picture_place"
down_revision = "0010_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of the pictures there are, nothing is known any more."""
    op.add_column("evidence", sa.Column("had_place", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("evidence", "had_place")
