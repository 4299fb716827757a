"""People: tables of counted persons by hromada, with the small numbers apart from what anyone may read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("population", "displaced", "needs")
FIGURE = ("table_id", "subject", "hromada")
EXACT = ("persons", "recipients")


def upgrade() -> None:
    """Make the tables."""
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    op.create_table(
        "people_table",
        sa.Column("id", _key(80), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subjects", _list(), nullable=False),
        sa.Column("checksum", _key(64), nullable=False),
        sa.CheckConstraint(f"kind IN ({listed})", name="people_kind"),
    )
    op.create_table(
        "people_figure",
        sa.Column("table_id", _key(80), _to("people_table.id"), primary_key=True),
        sa.Column("subject", _key(90), primary_key=True),
        sa.Column("hromada", _key(19), _to("hromada.katottg"), primary_key=True, index=True),
        *(sa.Column(column, sa.Integer()) for column in EXACT),
        sa.Column("persons_hidden", sa.Boolean(), nullable=False),
        sa.Column("recipients_hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("persons >= 0 AND persons NOT BETWEEN 1 AND 4", name="persons_are_many"),
        sa.CheckConstraint("recipients >= 0 AND recipients NOT BETWEEN 1 AND 4", name="recipients_are_many"),
        sa.CheckConstraint("persons - recipients NOT BETWEEN 1 AND 4", name="the_others_are_many"),
        sa.CheckConstraint("NOT persons_hidden OR persons IS NULL", name="hidden_persons_are_absent"),
        sa.CheckConstraint(
            "NOT recipients_hidden OR recipients IS NULL", name="hidden_recipients_are_absent"
        ),
    )
    op.create_table(
        "exact_people_table",
        sa.Column("table_id", _key(80), _to("people_table.id"), primary_key=True),
        sa.Column("checksum", _key(64), nullable=False),
        schema=_office(),
    )
    op.create_table(
        "exact_people_figure",
        sa.Column("table_id", _key(80), primary_key=True),
        sa.Column("subject", _key(90), primary_key=True),
        sa.Column("hromada", _key(19), primary_key=True),
        *(sa.Column(column, sa.Integer()) for column in EXACT),
        sa.ForeignKeyConstraint(
            FIGURE, [f"people_figure.{column}" for column in FIGURE], deferrable=True, initially="IMMEDIATE"
        ),
        sa.CheckConstraint("persons >= 0", name="persons_are_some"),
        sa.CheckConstraint("recipients >= 0", name="recipients_are_some"),
        schema=_office(),
    )
    if _on_postgis():
        for table, columns in {
            "exact_people_figure": (*FIGURE, *EXACT),
            "exact_people_table": ("table_id", "checksum"),
        }.items():
            for column in columns:
                # The planner's samples of small numbers would be as telling as the numbers.
                op.execute(f"ALTER TABLE office.{table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    """Forget every table of people."""
    op.drop_table("exact_people_figure", schema=_office())
    op.drop_table("exact_people_table", schema=_office())
    op.drop_table("people_figure")
    op.drop_table("people_table")


def _on_postgis() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _office() -> str | None:
    return "office" if _on_postgis() else None


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _to(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, deferrable=True, initially="IMMEDIATE")


def _list() -> sa.JSON:
    return sa.JSON().with_variant(JSONB(), "postgresql")
