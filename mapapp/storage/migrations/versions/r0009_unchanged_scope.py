"""A change that left the registry's scope as it was says nothing of it, where it said JSON's null."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the nulls away: they hid the scope of the changes before from whoever asked of a past day."""
    is_null = "scope = 'null'::jsonb" if op.get_bind().dialect.name == "postgresql" else "scope = 'null'"
    op.execute(sa.text(f"UPDATE registry_change SET scope = NULL WHERE {is_null}"))  # noqa: S608 - no value from outside


def downgrade() -> None:
    """Leave them away: nothing reads them."""
