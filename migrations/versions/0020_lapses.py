"""Letters that told of points about to lapse."""

import sqlalchemy as sa
from alembic import op

revision = "0020_lapses"
down_revision = "0019_friends"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: expiry_notice."""
    op.create_table(
        "expiry_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_expiry_notice_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_notice")),
        sa.UniqueConstraint("member_id", "expires_on", name=op.f("uq_expiry_notice_member_id_expires_on")),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("expiry_notice")
