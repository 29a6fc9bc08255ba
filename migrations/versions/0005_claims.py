"""Claims, their timeline and their pictures."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, release

revision = "0005_claims"
down_revision = "0004_activities"
branch_labels = None
depends_on = None

OPEN = "'parked', 'submitted', 'in_review', 'needs_info', 'awaiting_approval'"
CLOSED = "'draft', 'approved', 'part_approved', 'declined', 'duplicate', 'expired', 'resolved', 'withdrawn'"
ONE_OPEN = f"subject_key <> '' AND state NOT IN ({CLOSED})"


def upgrade() -> None:
    """Create: claim, claim_event, info_request, evidence."""
    op.create_table(
        "claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=10), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("contact_email", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=True),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("activity_day", sa.Date(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("expected_points", sa.BigInteger(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_by", sa.String(length=8), nullable=False),
        sa.Column("expectation_id", sa.Uuid(), nullable=True),
        sa.Column("matched_event_id", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=True),
        sa.Column("points_granted", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("appeal_of_id", sa.Uuid(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            f"state IN ({OPEN}, {CLOSED})",
            name=op.f("ck_claim_state"),
        ),
        sa.CheckConstraint(
            "points_granted IS NULL OR points_granted >= 0", name=op.f("ck_claim_points_granted_not_negative")
        ),
        sa.ForeignKeyConstraint(["appeal_of_id"], ["claim.id"], name=op.f("fk_claim_appeal_of_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["user_account.id"], name=op.f("fk_claim_assignee_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_claim_decided_by_id")),
        sa.ForeignKeyConstraint(["expectation_id"], ["expectation.id"], name=op.f("fk_claim_expectation_id")),
        sa.ForeignKeyConstraint(["matched_event_id"], ["event.id"], name=op.f("fk_claim_matched_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_claim_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("appeal_of_id", name=op.f("uq_claim_appeal_of_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_claim_reference")),
    )
    op.create_index("ix_claim_assignee_id_state", "claim", ["assignee_id", "state"], unique=False)
    op.create_index("ix_claim_member_id_created_at", "claim", ["member_id", "created_at"], unique=False)
    op.create_index("ix_claim_state_due_at", "claim", ["state", "due_at"], unique=False)
    op.create_index(
        "uq_claim_open_subject",
        "claim",
        ["member_id", "activity", "subject_key"],
        unique=True,
        sqlite_where=sa.text(ONE_OPEN),
        postgresql_where=sa.text(ONE_OPEN),
    )
    op.create_table(
        "claim_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=8), nullable=False),
        sa.Column("state_after", sa.String(length=20), nullable=False),
        sa.Column("member_text", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "visibility = 'member' OR member_text = ''", name=op.f("ck_claim_event_internal_says_nothing_to_members")
        ),
        sa.CheckConstraint("visibility IN ('member', 'internal')", name=op.f("ck_claim_event_visibility")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_claim_event_actor_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_event_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_event")),
        sa.UniqueConstraint("claim_id", "sequence", name=op.f("uq_claim_event_claim_id_sequence")),
    )
    op.create_table(
        "info_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("ask", sa.String(length=40), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_info_request_asked_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_info_request_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_info_request")),
    )
    op.create_index(
        "uq_info_request_open",
        "info_request",
        ["claim_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("claimed_sha256", sa.String(length=64), nullable=False),
        sa.Column("dhash", sa.BigInteger(), nullable=False),
        sa.Column("detected_type", sa.String(length=8), nullable=False),
        sa.Column("original_bytes", sa.Integer(), nullable=False),
        sa.Column("shown_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("thumb_key", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_with_id", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retention_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_evidence_claim_id")),
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["user_account.id"], name=op.f("fk_evidence_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("claim_id", "idempotency_key", name=op.f("uq_evidence_claim_id_idempotency_key")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_evidence_storage_key")),
    )
    op.create_index(op.f("ix_evidence_claim_id"), "evidence", ["claim_id"], unique=False)
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)
    protect("claim_event")


def downgrade() -> None:
    """Drop them again."""
    release("claim_event")
    op.drop_table("evidence")
    op.drop_table("info_request")
    op.drop_table("claim_event")
    op.drop_table("claim")
