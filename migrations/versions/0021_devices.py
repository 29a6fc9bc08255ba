"""Devices in members' hands."""

import sqlalchemy as sa
from alembic import op

IS_HELD = sa.text("freed_at IS NULL")
# What stood for a device before: each in the hands of the one who was first, as long as they are with the club.
STANDS = "kind = 'earn' AND outcome IN ('pending', 'credited') AND subject_key <> '' AND activity = 'device'"
FILL = f"""
INSERT INTO device (id, member_id, activity, serial, serial_key, registered_at, event_id)
SELECT event.id, member_id, activity, subject, subject_key, received_at, event.id
FROM event JOIN member ON member.id = event.member_id
WHERE {STANDS} AND member.state <> 'closed' AND NOT EXISTS (
    SELECT 1 FROM event AS first JOIN member AS owner ON owner.id = first.member_id
    WHERE first.kind = 'earn' AND first.outcome IN ('pending', 'credited') AND owner.state <> 'closed'
      AND first.activity = event.activity AND first.subject_key = event.subject_key
      AND (first.received_at, first.id) < (event.received_at, event.id)
)
"""  # noqa: S608 - words of ours

revision = "0021_devices"
down_revision = "0020_lapses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create: device; those that the shop has told of already are in it."""
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=False),
        sa.Column("serial", sa.String(length=80), nullable=False),
        sa.Column("serial_key", sa.String(length=80), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("freed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_device_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_device_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("event_id", name=op.f("uq_device_event_id")),
    )
    op.create_index("ix_device_member_id", "device", ["member_id", "registered_at"])
    op.create_index(
        "uq_device_held",
        "device",
        ["activity", "serial_key"],
        unique=True,
        sqlite_where=IS_HELD,
        postgresql_where=IS_HELD,
    )
    op.execute(FILL)


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("device")
