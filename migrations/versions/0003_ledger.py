"""The ledger, append-only, and the tiers."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, release

revision = "0003_ledger"
down_revision = "0002_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: account, entry, tier_span."""
    op.create_table(
        "account",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("status_points", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_account")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_for_tier", sa.Boolean(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("internal_note", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("rule_version", sa.String(length=60), nullable=False),
        sa.Column("computation", sa.JSON(), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "kind <> 'reversal' OR reverses_id IS NOT NULL", name=op.f("ck_entry_reversal_names_its_entry")
        ),
        sa.CheckConstraint(
            "kind IN ('earn', 'bonus', 'correction', 'goodwill', 'redemption', 'reversal', 'expiry', 'opening')",
            name=op.f("ck_entry_kind"),
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_entry_points_not_zero")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_entry_sequence_from_one")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_entry_actor_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_entry_member_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["entry.id"], name=op.f("fk_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_entry_claim_id")),
        sa.UniqueConstraint("event_id", name=op.f("uq_entry_event_id")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_entry_idempotency_key")),
        sa.UniqueConstraint("member_id", "sequence", name=op.f("uq_entry_member_id_sequence")),
    )
    op.create_index("ix_entry_member_id_happened_at", "entry", ["member_id", "happened_at"], unique=False)
    op.create_index("uq_entry_reverses_id", "entry", ["reverses_id"], unique=True)
    op.create_table(
        "tier_span",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_tier_span_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_span")),
    )
    op.create_index(op.f("ix_tier_span_member_id"), "tier_span", ["member_id"], unique=False)
    op.create_index(
        "uq_tier_span_open",
        "tier_span",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    protect("entry")


def downgrade() -> None:
    """Drop them again."""
    release("entry")
    op.drop_table("tier_span")
    op.drop_table("entry")
    op.drop_table("account")
