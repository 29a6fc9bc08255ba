"""What was heard about open claims, claims that the portal fills in, and those it has decided by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0027_claims_alone"
down_revision = "0026_references"
branch_labels = None
depends_on = None
ALONE = sa.text("verdict IS NOT NULL AND decided_by_id IS NULL")


def upgrade() -> None:
    """Create: claim_news; add when a claim was proposed, and for what; find what was decided without anybody."""
    op.create_table(
        "claim_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_news")),
    )
    op.create_index("ix_claim_news_heard_at", "claim_news", ["heard_at"])
    op.add_column("claim", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("expectation", sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_claim_alone", "claim", ["decided_at"], sqlite_where=ALONE, postgresql_where=ALONE)


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("ix_claim_alone", table_name="claim")
    op.drop_column("expectation", "proposed_at")
    op.drop_column("claim", "proposed_at")
    op.drop_table("claim_news")
