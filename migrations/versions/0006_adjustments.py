"""Adjustments without a claim."""

import sqlalchemy as sa
from alembic import op

revision = "0006_adjustments"
down_revision = "0005_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: adjustment_request."""
    op.create_table(
        "adjustment_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("maker_id", sa.Uuid(), nullable=False),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("limit_hit", sa.String(length=40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'posted', 'refused')", name=op.f("ck_adjustment_request_state")),
        sa.CheckConstraint(
            "checker_id IS NULL OR checker_id <> maker_id", name=op.f("ck_adjustment_request_maker_is_not_checker")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_adjustment_request_points_not_zero")),
        sa.ForeignKeyConstraint(["checker_id"], ["user_account.id"], name=op.f("fk_adjustment_request_checker_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_adjustment_request_entry_id")),
        sa.ForeignKeyConstraint(["maker_id"], ["user_account.id"], name=op.f("fk_adjustment_request_maker_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_adjustment_request_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment_request")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_adjustment_request_entry_id")),
    )
    op.create_index(op.f("ix_adjustment_request_member_id"), "adjustment_request", ["member_id"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("adjustment_request")
