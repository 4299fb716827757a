"""History: every change of the registry, every version of a record, imports as they came, purges.

The vocabularies are written out: a revision says what the database knew on its day.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON_VALUES = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make every table."""
    _make_changes()
    _make_versions()
    _make_imports()
    _make_purge_log()


def downgrade() -> None:
    """Forget the history; the registry stays as it is."""
    op.drop_table("purge_log", schema=_schema("office"))
    op.drop_table("column_memory", schema=_schema("office"))
    op.drop_table("import_row", schema=_schema("private"))
    op.drop_table("import_file", schema=_schema("private"))
    op.drop_table("sealed_version", schema=_schema("private"))
    op.drop_table("record_version")
    op.drop_table("change_note", schema=_schema("office"))
    op.drop_table("import_run", schema=_schema("office"))
    op.drop_table("registry_change")


def _make_changes() -> None:
    op.create_table(
        "registry_change",
        _number("number"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        *_word("kind", "change_kind", "edit", "import", "load", "merge", "undo"),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.Integer(), _to("registry_change.number")),
        sa.Column("scope", JSON_VALUES),
    )
    op.create_table(
        "import_run",
        _number("number"),
        *_word("state", "import_state", "staging", "staged", "applied", "cancelled", "undone"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("sha256", _key_text(64), nullable=False, index=True),
        sa.Column("file_size_bytes", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        schema=_schema("office"),
    )
    op.create_table(
        "change_note",
        _number("number", _to("registry_change.number")),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("import_run", sa.Integer(), _to("import_run.number", "office"), index=True),
        schema=_schema("office"),
    )


def _make_versions() -> None:
    op.create_table(
        "record_version",
        *_record(primary_key=True),
        _number("version"),
        sa.Column("change", sa.Integer(), _to("registry_change.number"), nullable=False, index=True),
        sa.Column("replaced_by", sa.Integer(), _to("registry_change.number")),
        sa.Column("document", JSON_VALUES),
    )
    op.create_index(
        "ix_record_version_current",
        "record_version",
        ["kind", "id"],
        unique=True,
        postgresql_where=sa.text("replaced_by IS NULL"),
        sqlite_where=sa.text("replaced_by IS NULL"),
    )
    version = ["kind", "id", "version"]
    op.create_table(
        "sealed_version",
        *_record(primary_key=True),
        _number("version"),
        sa.Column("document", JSON_VALUES, nullable=False),
        sa.ForeignKeyConstraint(
            version,
            [f"record_version.{column}" for column in version],
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        schema=_schema("private"),
    )


def _make_imports() -> None:
    op.create_table(
        "import_file",
        _number("run", _to("import_run.number", "office")),
        _number("part"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        schema=_schema("private"),
    )
    op.create_table(
        "import_row",
        _number("run", _to("import_run.number", "office")),
        _number("number"),
        *_record(primary_key=True),
        sa.Column("written", JSON_VALUES, nullable=False),
        schema=_schema("private"),
    )
    op.create_index("ix_import_row_kind_id", "import_row", ["kind", "id"], schema=_schema("private"))
    op.create_table(
        "column_memory",
        sa.Column("signature", _key_text(64), primary_key=True),
        sa.Column("mapping", JSON_VALUES, nullable=False),
        sa.Column("remembered_at", sa.DateTime(timezone=True), nullable=False),
        schema=_schema("office"),
    )


def _make_purge_log() -> None:
    op.create_table(
        "purge_log",
        _number("number"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        *_record(primary_key=False),
        schema=_schema("office"),
    )


def _schema(name: str) -> str | None:
    """Return the schema; SQLite has none, and the tables stand beside the others."""
    return name if op.get_context().dialect.name == "postgresql" else None


def _number(name: str, *references: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), *references, primary_key=True, autoincrement=False)


def _record(*, primary_key: bool) -> tuple[Any, ...]:
    return (
        *_word("kind", "record_kind", "organisation", "point", primary_key=primary_key),
        sa.Column("id", _key_text(63), primary_key=primary_key, nullable=False),
    )


def _word(name: str, vocabulary: str, *words: str, primary_key: bool = False) -> tuple[Any, ...]:
    listed = ", ".join(f"'{word}'" for word in words)
    return (
        sa.Column(name, sa.String(40), nullable=False, primary_key=primary_key),
        sa.CheckConstraint(f"{name} IN ({listed})", name=vocabulary),
    )


def _key_text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _to(column: str, schema: str | None = None) -> sa.ForeignKey:
    where = None if schema is None else _schema(schema)
    return sa.ForeignKey(
        column if where is None else f"{where}.{column}", deferrable=True, initially="IMMEDIATE"
    )
