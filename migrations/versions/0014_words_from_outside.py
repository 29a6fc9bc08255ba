"""Pictures of people who cannot sign in, so that nobody we know sent them."""

import sqlalchemy as sa
from alembic import op

revision = "0014_words_from_outside"
down_revision = "0013_erasure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a picture be nobody's we know."""
    with op.batch_alter_table("evidence") as table:
        table.alter_column("uploaded_by_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    """Want to know whose it is again; what came from outside has no place then."""
    op.execute("DELETE FROM evidence WHERE uploaded_by_id IS NULL")
    with op.batch_alter_table("evidence") as table:
        table.alter_column("uploaded_by_id", existing_type=sa.Uuid(), nullable=False)
