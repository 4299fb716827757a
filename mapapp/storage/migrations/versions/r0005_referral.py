"""Referral: which offerings are given from afar only or serve wide areas, and until when a team stops."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


NEAREST = ("service", "lat", "lon", "valid_from", "valid_to")
STANDS_APART = "(lon IS NULL OR is_remote OR last_stop IS NOT NULL)"


def upgrade() -> None:
    """Add the columns, fill them for the offerings there are, and index them."""
    for flag in ("is_remote", "is_wide"):
        op.add_column("offering", sa.Column(flag, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("offering", sa.Column("last_stop", sa.Date()))
    op.execute(f"UPDATE offering SET is_remote = TRUE WHERE {_is_remote()}")  # noqa: S608
    op.execute(
        "UPDATE offering SET is_wide = TRUE WHERE catchment IN (SELECT catchment FROM catchment_area"
        " WHERE area = 'UA' OR substr(area, 7, 3) = '000')"
    )
    op.execute(
        "UPDATE offering SET last_stop = (SELECT max(day) FROM mobile_stop AS stop"
        " WHERE stop.point = offering.point) WHERE point IN (SELECT point FROM mobile_stop)"
    )
    _index("ix_offering_apart", "service", "catchment", where=STANDS_APART)
    if _on_postgis():
        where = "is_wide AND NOT is_remote AND lon IS NOT NULL"
        _index("ix_offering_wide_postgis", "service", "catchment", "geog", where=where, using="gist")
    else:
        op.drop_index("ix_offering_nearest_sqlite", "offering")
        _index("ix_offering_nearest_sqlite", *NEAREST, "is_remote", where="lon IS NOT NULL")
    op.execute("ANALYZE offering")


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_offering_apart", "offering")
    if _on_postgis():
        op.drop_index("ix_offering_wide_postgis", "offering")
    else:
        op.drop_index("ix_offering_nearest_sqlite", "offering")
        _index("ix_offering_nearest_sqlite", *NEAREST, where="lon IS NOT NULL")
    for column in ("last_stop", "is_wide", "is_remote"):
        op.drop_column("offering", column)


def _index(name: str, *columns: str, where: str, using: str = "btree") -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        "offering",
        list(columns),
        postgresql_using=using,
        postgresql_where=condition,
        sqlite_where=condition,
    )


def _is_remote() -> str:
    """Return the condition that a service is given online or by phone, and nowhere else."""
    if _on_postgis():
        return """places <@ '["online", "phone"]'::jsonb"""
    return "NOT EXISTS (SELECT 1 FROM json_each(places) WHERE value NOT IN ('online', 'phone'))"


def _on_postgis() -> bool:
    return op.get_bind().dialect.name == "postgresql"
