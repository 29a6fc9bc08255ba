"""Tiers that are looked at again."""

import sqlalchemy as sa
from alembic import op

revision = "0018_reviews"
down_revision = "0017_why_nothing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a tier have a day on which it is looked at again, and note the letter that said so."""
    with op.batch_alter_table("tier_span") as table:
        table.add_column(sa.Column("review_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_tier_span_review_at", "tier_span", ["review_at"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("ix_tier_span_review_at", "tier_span")
    with op.batch_alter_table("tier_span") as table:
        table.drop_column("warned_at")
        table.drop_column("review_at")
