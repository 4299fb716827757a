"""Groups of PostGIS users: public, reader, editor, owner; SQLite, which has no users, is left as it is.

What each may do with each table is granted after every upgrade: see `mapapp.storage.roles`.
"""

from alembic import op

from mapapp.storage.roles import make_roles, revoke_rights

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the groups."""
    if _on_postgis():
        make_roles(op.get_bind())
        # Its samples in `pg_stats` would outlive a document that was sealed.
        op.execute("ALTER TABLE record_version ALTER COLUMN document SET STATISTICS 0")


def downgrade() -> None:
    """Take their rights in this database; the groups belong to the whole server and stay."""
    if _on_postgis():
        revoke_rights(op.get_bind())


def _on_postgis() -> bool:
    return op.get_bind().dialect.name == "postgresql"
