"""The log of who did what: its lines and its chain cannot be changed, its personal values can be erased."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import protect, release

SEALED = ("audit_event", "audit_seal")
revision = "0010_log"
down_revision = "0009_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: audit_event, audit_personal, audit_seal."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=8), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("thing", sa.String(length=24), nullable=False),
        sa.Column("thing_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("personal_digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_about_id_at", "audit_event", ["about_id", "at"], unique=False)
    op.create_index("ix_audit_event_actor_id_at", "audit_event", ["actor_id", "at"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at", "id"], unique=False)
    op.create_table(
        "audit_personal",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=300), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_personal_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_personal")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_audit_seal_event_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seal_event_id")),
    )
    for table in SEALED:
        protect(table)


def downgrade() -> None:
    """Drop the log."""
    for table in SEALED:
        release(table)
    op.drop_table("audit_seal")
    op.drop_table("audit_personal")
    op.drop_index("ix_audit_event_at", table_name="audit_event")
    op.drop_index("ix_audit_event_actor_id_at", table_name="audit_event")
    op.drop_index("ix_audit_event_about_id_at", table_name="audit_event")
    op.drop_table("audit_event")
