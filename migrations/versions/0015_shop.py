"""What the shop may say, and who says it."""

import sqlalchemy as sa
from alembic import op

KINDS = "kind IN ('earn', 'return', 'redemption', 'cancellation')"

revision = "0015_shop"
down_revision = "0014_words_from_outside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: api_client, api_key, api_message; let events be returns and redemptions too."""
    op.create_table(
        "api_client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("source", name=op.f("uq_api_client_source")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_with", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_api_key_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    op.create_index("ix_api_key_client_id", "api_key", ["client_id", "retires_at"], unique=False)
    op.create_table(
        "api_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["api_client.id"], name=op.f("fk_api_message_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_message")),
    )
    op.create_index("ix_api_message_received_at", "api_message", ["received_at"], unique=False)
    op.create_index("uq_api_message_client_id_message_id", "api_message", ["client_id", "message_id"], unique=True)
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("kind", sa.String(length=12), nullable=False, server_default="earn"))
        table.add_column(sa.Column("points", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("hint_key", sa.String(length=320), nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_event_kind"), KINDS)
        table.create_check_constraint(op.f("ck_event_points_above_zero"), "points IS NULL OR points > 0")
    with op.batch_alter_table("event") as table:
        for column in ("kind", "items", "hint_key"):
            table.alter_column(column, server_default=None)
    # What an address looks like in its canonical form is more than this for a few; those are matched by claims.
    op.execute(
        "UPDATE event SET hint_key = CASE WHEN member_hint LIKE '%@%' "
        "THEN lower(trim(member_hint)) ELSE upper(trim(member_hint)) END"
    )
    op.create_index("ix_event_hint_key", "event", ["hint_key", "outcome"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_index("ix_event_hint_key", "event")
    with op.batch_alter_table("event") as table:
        table.drop_constraint(op.f("ck_event_points_above_zero"), type_="check")
        table.drop_constraint(op.f("ck_event_kind"), type_="check")
        for column in ("hint_key", "items", "points", "kind"):
            table.drop_column(column)
    for name in ("api_message", "api_key", "api_client"):
        op.drop_table(name)
