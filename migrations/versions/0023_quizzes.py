"""Answers that members sent to quizzes."""

import sqlalchemy as sa
from alembic import op

IS_PASSED = sa.text("passed")

revision = "0023_quizzes"
down_revision = "0022_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: quiz_attempt."""
    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
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
        sqlite_where=IS_PASSED,
        postgresql_where=IS_PASSED,
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("quiz_attempt")
