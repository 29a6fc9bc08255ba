"""Friends that members invite."""

import sqlalchemy as sa
from alembic import op

HAS_JOINED = sa.text("joined_at IS NOT NULL")

revision = "0019_friends"
down_revision = "0018_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: referral, friend."""
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_referral_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
    )
    op.create_index("ix_referral_member_id", "referral", ["member_id", "invited_at"])
    op.create_table(
        "friend",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("refused_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_friend_user_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_friend_referral_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_friend_event_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_friend")),
        sa.UniqueConstraint("event_id", name=op.f("uq_friend_event_id")),
    )
    op.create_index(
        "uq_friend_referral_id",
        "friend",
        ["referral_id"],
        unique=True,
        sqlite_where=HAS_JOINED,
        postgresql_where=HAS_JOINED,
    )
    op.create_index("ix_friend_settled_at", "friend", ["settled_at", "verified_at"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("friend")
    op.drop_table("referral")
