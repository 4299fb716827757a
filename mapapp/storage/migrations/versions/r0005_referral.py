"""Referral: which offerings are given from afar only, and until when a team stops somewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, fill them for the offerings there are, and index whoever stands apart."""
    op.add_column("offering", sa.Column("is_remote", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("offering", sa.Column("last_stop", sa.Date()))
    op.execute(f"UPDATE offering SET is_remote = TRUE WHERE {_is_remote()}")  # noqa: S608
    op.execute(
        "UPDATE offering SET last_stop = (SELECT max(day) FROM mobile_stop AS stop"
        " WHERE stop.point = offering.point) WHERE point IN (SELECT point FROM mobile_stop)"
    )
    stands_apart = sa.text("lon IS NULL OR is_remote OR last_stop IS NOT NULL")
    op.create_index(
        "ix_offering_apart",
        "offering",
        ["service", "catchment"],
        postgresql_where=stands_apart,
        sqlite_where=stands_apart,
    )
    op.execute("ANALYZE offering")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_offering_apart", "offering")
    op.drop_column("offering", "last_stop")
    op.drop_column("offering", "is_remote")


def _is_remote() -> str:
    """Return the condition that a service is given online or by phone, and nowhere else."""
    if op.get_bind().dialect.name == "postgresql":
        return """places <@ '["online", "phone"]'::jsonb"""
    return "NOT EXISTS (SELECT 1 FROM json_each(places) WHERE value NOT IN ('online', 'phone'))"
