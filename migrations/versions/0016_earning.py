"""What members do in the portal to earn points."""

import sqlalchemy as sa
from alembic import op

revision = "0016_earning"
down_revision = "0015_shop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: device, quiz_attempt, referral."""
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("serial_key", sa.String(length=80), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_device_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_device_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("event_id", name=op.f("uq_device_event_id")),
    )
    op.create_index("ix_device_member_id", "device", ["member_id", "registered_at"], unique=False)
    op.create_index(
        "uq_device_held",
        "device",
        ["activity", "serial_key"],
        unique=True,
        sqlite_where=sa.text("freed_at IS NULL"),
        postgresql_where=sa.text("freed_at IS NULL"),
    )
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_quiz_attempt_number_from_one")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_quiz_attempt_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_quiz_attempt_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint("event_id", name=op.f("uq_quiz_attempt_event_id")),
        sa.UniqueConstraint("member_id", "quiz", "number", name=op.f("uq_quiz_attempt_member_id_quiz_number")),
    )
    op.create_index(
        "uq_quiz_attempt_passed",
        "quiz_attempt",
        ["member_id", "quiz"],
        unique=True,
        sqlite_where=sa.text("passed"),
        postgresql_where=sa.text("passed"),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("friend_user_id", sa.Uuid(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_referral_event_id")),
        sa.ForeignKeyConstraint(["friend_user_id"], ["user_account.id"], name=op.f("fk_referral_friend_user_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_referral_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
        sa.UniqueConstraint("event_id", name=op.f("uq_referral_event_id")),
        sa.UniqueConstraint("friend_user_id", name=op.f("uq_referral_friend_user_id")),
    )
    op.create_index("ix_referral_member_id", "referral", ["member_id", "invited_at"], unique=False)


def downgrade() -> None:
    """Drop them again."""
    for name in ("referral", "quiz_attempt", "device"):
        op.drop_table(name)
