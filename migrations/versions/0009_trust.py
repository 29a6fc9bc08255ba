"""What proves it is them beside the password, what they have asked for, and who is linked."""

import sqlalchemy as sa
from alembic import op

revision = "0009_trust"
down_revision = "0008_claim_subject"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of factors, devices, requests and links, and what sessions and people know of them."""
    op.create_table(
        "account_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('declared', 'same_address', 'same_device')", name=op.f("ck_account_link_kind")),
        sa.CheckConstraint("user_id <> other_id", name=op.f("ck_account_link_two_accounts")),
        sa.ForeignKeyConstraint(["other_id"], ["user_account.id"], name=op.f("fk_account_link_other_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("user_id", "other_id", "kind", name=op.f("uq_account_link_user_id_other_id_kind")),
    )
    op.create_index(op.f("ix_account_link_other_id"), "account_link", ["other_id"], unique=False)
    op.create_table(
        "address_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("old_email", sa.String(length=320), nullable=False),
        sa.Column("new_email", sa.String(length=320), nullable=False),
        sa.Column("new_canonical", sa.String(length=320), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_address_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    op.create_index(op.f("ix_address_change_user_id"), "address_change", ["user_id"], unique=False)
    op.create_table(
        "known_device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_known_device_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("user_id", "token_hash", name=op.f("uq_known_device_user_id_token_hash")),
    )
    op.create_index(op.f("ix_known_device_token_hash"), "known_device", ["token_hash"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.String(length=120), nullable=False),
        sa.Column("is_backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)
    op.create_table(
        "passkey_challenge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("challenge", sa.String(length=128), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_challenge_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_passkey_challenge_token_hash")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("keeps_signed_in", sa.Boolean(), nullable=False),
        sa.Column("onward", sa.String(length=600), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_attempt_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_attempt_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_attempt_user_id"), "sign_in_attempt", ["user_id"], unique=False)
    op.create_table(
        "totp",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_totp_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp")),
    )
    op.create_table(
        "age_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("provider", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'declined', 'withdrawn')", name=op.f("ck_age_check_state")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_age_check_decided_by_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_age_check_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_age_check")),
    )
    op.create_index("ix_age_check_state_asked_at", "age_check", ["state", "asked_at"], unique=False)
    op.create_index(
        "uq_age_check_waiting",
        "age_check",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "member_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_canonical", sa.String(length=320), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_address_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_address")),
        sa.UniqueConstraint("member_id", "email_canonical", name=op.f("uq_member_address_member_id_email_canonical")),
    )
    op.create_index(
        "uq_member_address_proved",
        "member_address",
        ["email_canonical"],
        unique=True,
        sqlite_where=sa.text("proved_at IS NOT NULL"),
        postgresql_where=sa.text("proved_at IS NOT NULL"),
    )
    op.add_column("member", sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("one_time_token", sa.Column("about_id", sa.Uuid(), nullable=True))
    op.add_column("user_account", sa.Column("time_zone", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("user_account", sa.Column("wants_news", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user_account", sa.Column("closing_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_account", sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_account", sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_user_account_closes_at"), "user_account", ["closes_at"], unique=False)
    op.add_column("user_session", sa.Column("factor", sa.String(length=10), nullable=False, server_default="password"))
    op.add_column("user_session", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_session", sa.Column("known_device_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Forget all of it."""
    op.drop_column("user_session", "known_device_id")
    op.drop_column("user_session", "confirmed_at")
    op.drop_column("user_session", "factor")
    op.drop_index("ix_user_account_closes_at", table_name="user_account")
    op.drop_column("user_account", "anonymised_at")
    op.drop_column("user_account", "closes_at")
    op.drop_column("user_account", "closing_asked_at")
    op.drop_column("user_account", "wants_news")
    op.drop_column("user_account", "time_zone")
    op.drop_column("one_time_token", "about_id")
    op.drop_column("member", "consented_at")
    op.drop_index("uq_member_address_proved", table_name="member_address")
    op.drop_table("member_address")
    op.drop_index("uq_age_check_waiting", table_name="age_check")
    op.drop_index("ix_age_check_state_asked_at", table_name="age_check")
    op.drop_table("age_check")
    op.drop_table("totp")
    op.drop_index("ix_sign_in_attempt_user_id", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_index("ix_recovery_code_user_id", table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_table("passkey_challenge")
    op.drop_index("ix_passkey_user_id", table_name="passkey")
    op.drop_table("passkey")
    op.drop_index("ix_known_device_token_hash", table_name="known_device")
    op.drop_table("known_device")
    op.drop_index("ix_address_change_user_id", table_name="address_change")
    op.drop_table("address_change")
    op.drop_index("ix_account_link_other_id", table_name="account_link")
    op.drop_table("account_link")
