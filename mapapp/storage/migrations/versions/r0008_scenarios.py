"""Scenarios: saved what-ifs that anyone reads, and who saved them, which staff read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scenario",
        sa.Column("id", _id(), primary_key=True),
        sa.Column("document", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "scenario_note",
        sa.Column(
            "id",
            _id(),
            sa.ForeignKey("scenario.id", ondelete="CASCADE", deferrable=True, initially="IMMEDIATE"),
            primary_key=True,
        ),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        schema=_office(),
    )


def downgrade() -> None:
    """Forget every saved scenario."""
    op.drop_table("scenario_note", schema=_office())
    op.drop_table("scenario")


def _office() -> str | None:
    return "office" if op.get_bind().dialect.name == "postgresql" else None


def _id() -> sa.String:
    return sa.String(63).with_variant(sa.String(63, collation="C"), "postgresql")
