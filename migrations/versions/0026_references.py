"""One reference is found at once: a member's own messages, promises and lines, and the messages of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0026_references"
down_revision = "0025_uploads"
branch_labels = None
depends_on = None
OPEN = sa.text("satisfied_by_id IS NULL AND cancelled_at IS NULL")
WITHOUT_A_MESSAGE = sa.text("event_id IS NULL AND subject <> ''")


def upgrade() -> None:
    """Let the index of references tell whose they are, and add those of open promises and of spelt references."""
    op.drop_index("ix_event_subject_key", table_name="event")
    op.create_index("ix_event_subject_key", "event", ["subject_key", "member_id", "outcome"])
    op.create_index(
        "ix_expectation_open",
        "expectation",
        ["member_id", "subject_key"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_entry_spelt",
        "entry",
        ["member_id", "subject"],
        sqlite_where=WITHOUT_A_MESSAGE,
        postgresql_where=WITHOUT_A_MESSAGE,
    )


def downgrade() -> None:
    """Go back to references and what became of them alone."""
    op.drop_index("ix_entry_spelt", table_name="entry")
    op.drop_index("ix_expectation_open", table_name="expectation")
    op.drop_index("ix_event_subject_key", table_name="event")
    op.create_index("ix_event_subject_key", "event", ["subject_key", "outcome"])
