"""Returns nobody was named in are found without a look at all that nobody is known for."""

import sqlalchemy as sa
from alembic import op

revision = "0024_astray"
down_revision = "0023_quizzes"
branch_labels = None
depends_on = None
ASTRAY = sa.text("outcome = 'unmatched' AND kind IN ('return', 'cancellation')")


def upgrade() -> None:
    """Add the index of the few that are looked for every minute."""
    op.create_index("ix_event_astray", "event", ["outcome", "kind"], sqlite_where=ASTRAY, postgresql_where=ASTRAY)


def downgrade() -> None:
    """Drop it again."""
    op.drop_index("ix_event_astray", table_name="event")
