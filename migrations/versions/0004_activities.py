"""Rules, events and expectations."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, release

revision = "0004_activities"
down_revision = "0003_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: earn_rule, event, expectation."""
    op.create_table(
        "earn_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earn_rule")),
        sa.UniqueConstraint("activity", "version", name=op.f("uq_earn_rule_activity_version")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("member_hint", sa.String(length=320), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("outcome_code", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('credited', 'pending', 'ineligible', 'unmatched', 'duplicate', 'cancelled')",
            name=op.f("ck_event_outcome"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_event_source_external_id")),
    )
    op.create_index("ix_event_member_id_occurred_at", "event", ["member_id", "occurred_at"], unique=False)
    op.create_index("ix_event_outcome_occurred_at", "event", ["outcome", "occurred_at"], unique=False)
    op.create_index("ix_event_subject_key", "event", ["subject_key", "outcome"], unique=False)
    op.create_table(
        "expectation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("satisfied_by_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_version", sa.String(length=60), nullable=False),
        sa.Column("computation", sa.JSON(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_expectation_points_above_zero")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_expectation_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_expectation_member_id")),
        sa.ForeignKeyConstraint(["satisfied_by_id"], ["entry.id"], name=op.f("fk_expectation_satisfied_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expectation")),
        sa.UniqueConstraint("event_id", name=op.f("uq_expectation_event_id")),
    )
    op.create_index("ix_expectation_due", "expectation", ["satisfied_by_id", "cancelled_at", "due_at"], unique=False)
    op.create_index("ix_expectation_member_id_due_at", "expectation", ["member_id", "due_at"], unique=False)
    protect("earn_rule")


def downgrade() -> None:
    """Drop them again."""
    release("earn_rule")
    op.drop_table("expectation")
    op.drop_table("event")
    op.drop_table("earn_rule")
