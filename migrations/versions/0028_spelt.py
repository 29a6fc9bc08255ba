"""Lines are found by how their reference was spelt, whether a message came with them or not."""

import sqlalchemy as sa
from alembic import op

revision = "0028_spelt"
down_revision = "0027_claims_alone"
branch_labels = None
depends_on = None
BEFORE = sa.text("event_id IS NULL AND subject <> ''")
SPELT = sa.text("subject <> ''")


def upgrade() -> None:
    """Take in the lines of messages too: told apart by those, SQLite reads all lines that came without one."""
    op.drop_index("ix_entry_spelt", table_name="entry")
    op.create_index("ix_entry_spelt", "entry", ["member_id", "subject"], sqlite_where=SPELT, postgresql_where=SPELT)


def downgrade() -> None:
    """Go back to the lines without a message."""
    op.drop_index("ix_entry_spelt", table_name="entry")
    op.create_index("ix_entry_spelt", "entry", ["member_id", "subject"], sqlite_where=BEFORE, postgresql_where=BEFORE)
