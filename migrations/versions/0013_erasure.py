"""Claims whose member has left say so, and only their words may be emptied."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import TIMELINE, protect, protect_timeline, release

revision = "0013_erasure"
down_revision = "0012_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add: claim.erased_at; let the lines of such a claim be emptied of their words."""
    op.add_column("claim", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    release(TIMELINE)
    protect_timeline()


def downgrade() -> None:
    """Refuse every change of a timeline again; drop: claim.erased_at."""
    release(TIMELINE)
    protect(TIMELINE)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_but_erasure()")
    op.drop_column("claim", "erased_at")
