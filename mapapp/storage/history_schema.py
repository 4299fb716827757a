"""Which tables keep how the registry came to be: changes, versions of records, imports, purges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mapapp.domain.changes import ChangeKind, RecordKind
from mapapp.domain.imports import ImportState
from mapapp.storage.columns import OFFICE, PRIVATE, PlainJson, RecordId, Row, key_text, refers_to


class RegistryChangeRow(Row):
    """The changes of the registry, numbered in the order in which they took effect; `at` grows with them.

    `records` counts the records changed; `scope` is the registry's scope where the change replaced it.
    """

    __tablename__ = "registry_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[ChangeKind]
    records: Mapped[int]
    undoes: Mapped[int | None] = mapped_column(refers_to("registry_change.number"))
    scope: Mapped[tuple[str, ...] | None]


class ImportRunRow(Row):
    """The imports; `file_size_bytes` is how large the whole file is."""

    __tablename__ = "import_run"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[ImportState]
    file_name: Mapped[str]
    file_format: Mapped[str]
    sha256: Mapped[str] = mapped_column(key_text(64), index=True)
    file_size_bytes: Mapped[int]
    source: Mapped[str]
    who: Mapped[str]
    why: Mapped[str]
    started_at: Mapped[datetime]


class ChangeNoteRow(Row):
    """Who made a change and why, and the import it was."""

    __tablename__ = "change_note"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    number: Mapped[int] = mapped_column(
        refers_to("registry_change.number"), primary_key=True, autoincrement=False
    )
    who: Mapped[str]
    why: Mapped[str]
    import_run: Mapped[int | None] = mapped_column(refers_to(f"{OFFICE}.import_run.number"), index=True)


class RecordVersionRow(Row):
    """The records as each change left them; `document` is what the public may know, null of one withdrawn.

    `replaced_by` is the change that made the next version: the current versions have none, and those as of
    a change are the ones made by then and not yet replaced.
    """

    __tablename__ = "record_version"

    kind: Mapped[RecordKind] = mapped_column(primary_key=True)
    id: Mapped[RecordId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    change: Mapped[int] = mapped_column(refers_to("registry_change.number"), index=True)
    replaced_by: Mapped[int | None] = mapped_column(refers_to("registry_change.number"))
    document: Mapped[Any | None] = mapped_column(PlainJson())

    __table_args__ = (
        Index(
            "ix_record_version_current",
            "kind",
            "id",
            unique=True,
            postgresql_where=text("replaced_by IS NULL"),
            sqlite_where=text("replaced_by IS NULL"),
        ),
    )


class SealedVersionRow(Row):
    """The whole record, where the public may not know all of it."""

    __tablename__ = "sealed_version"

    kind: Mapped[RecordKind] = mapped_column(primary_key=True)
    id: Mapped[RecordId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[Any] = mapped_column(PlainJson())

    __table_args__ = (
        ForeignKeyConstraint(
            ["kind", "id", "version"],
            ["record_version.kind", "record_version.id", "record_version.version"],
            ondelete="CASCADE",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        {"schema": PRIVATE},
    )


class ImportFileRow(Row):
    """The file of an import as it came, in parts."""

    __tablename__ = "import_file"
    __table_args__ = {"schema": PRIVATE}  # noqa: RUF012 - SQLAlchemy reads it once

    run: Mapped[int] = mapped_column(
        refers_to(f"{OFFICE}.import_run.number"), primary_key=True, autoincrement=False
    )
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]


class ImportRowRow(Row):
    """The rows of an import as written, each with the record it became part of."""

    __tablename__ = "import_row"

    run: Mapped[int] = mapped_column(
        refers_to(f"{OFFICE}.import_run.number"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[RecordKind] = mapped_column(primary_key=True)
    id: Mapped[RecordId] = mapped_column(primary_key=True)
    written: Mapped[Any] = mapped_column(PlainJson())

    __table_args__ = (Index(None, "kind", "id"), {"schema": PRIVATE})


class ColumnMemoryRow(Row):
    """What people said the columns of a header mean, by a digest of the header."""

    __tablename__ = "column_memory"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    signature: Mapped[str] = mapped_column(key_text(64), primary_key=True)
    mapping: Mapped[Any] = mapped_column(PlainJson())
    remembered_at: Mapped[datetime]


class PurgeLogRow(Row):
    """The records that were removed for good, with their history: all that is left of them."""

    __tablename__ = "purge_log"
    __table_args__ = {"schema": OFFICE}  # noqa: RUF012 - SQLAlchemy reads it once

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    who: Mapped[str]
    why: Mapped[str]
    kind: Mapped[RecordKind]
    id: Mapped[RecordId]
