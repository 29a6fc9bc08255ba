"""Pictures that show nearly the same are found by bands of their fingerprints, and noted in pairs."""

import sqlalchemy as sa
from alembic import op

revision = "0030_picture_pairs"
down_revision = "0029_late_answers"
branch_labels = None
depends_on = None
BANDS = range(4)
NOT_COMPARED = sa.text("compared_at IS NULL AND removed_at IS NULL")


def upgrade() -> None:
    """Cut the fingerprints there are into bands; whatever is kept is compared once."""
    for band in BANDS:
        op.add_column("evidence", sa.Column(f"band_{band}", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE evidence SET band_0 = dhash & 65535, band_1 = (dhash >> 16) & 65535,"
        " band_2 = (dhash >> 32) & 65535, band_3 = (dhash >> 48) & 65535"
    )
    op.add_column("evidence", sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))
    for band in BANDS:
        op.create_index(f"ix_evidence_band_{band}", "evidence", [f"band_{band}", "dhash"])
    op.create_index("ix_evidence_dhash", "evidence", ["dhash", "uploaded_at"])
    op.create_index(
        "ix_evidence_not_compared",
        "evidence",
        ["uploaded_at"],
        sqlite_where=NOT_COMPARED,
        postgresql_where=NOT_COMPARED,
    )
    op.create_table(
        "picture_pair",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_picture_pair_evidence_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["evidence.id"], name=op.f("fk_picture_pair_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("evidence_id", "other_id", name=op.f("pk_picture_pair")),
    )
    op.create_index("ix_picture_pair_other_id", "picture_pair", ["other_id"])


def downgrade() -> None:
    """Forget them again."""
    op.drop_index("ix_picture_pair_other_id", table_name="picture_pair")
    op.drop_table("picture_pair")
    op.drop_index("ix_evidence_not_compared", table_name="evidence")
    op.drop_index("ix_evidence_dhash", table_name="evidence")
    for band in BANDS:
        op.drop_index(f"ix_evidence_band_{band}", table_name="evidence")
    op.drop_column("evidence", "compared_at")
    for band in BANDS:
        op.drop_column("evidence", f"band_{band}")
