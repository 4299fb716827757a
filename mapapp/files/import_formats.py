"""Which kind of file an import is given, and how each kind becomes records of the registry."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from mapapp.domain.changes import Record
from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.domain.import_plan import GivenFields
from mapapp.domain.imports import ImportContext, ImportedRecord, ReadRecords
from mapapp.domain.progress import Progress
from mapapp.files.hsds.reading import read_hsds
from mapapp.files.reference_tables import read_hotlines
from mapapp.files.registry_file import read_registry
from mapapp.files.tabular.columns import given_fields
from mapapp.files.tabular.mapping import ProposedColumn, check_mapping, chosen_columns, propose_columns
from mapapp.files.tabular.raw_table import Limits, check_size
from mapapp.files.tabular.reading import read_table
from mapapp.files.tabular.records import read_records

_HEAD_BYTES = 1 << 16
_YAML = frozenset({".yaml", ".yml"})


class ImportFormat(StrEnum):
    """A kind of file."""

    TABLE = "table"
    """CSV, XLSX or GeoJSON: rows under headers."""
    YAML = "yaml"
    """The registry file of docs/providers-file.md."""
    HSDS = "hsds"
    """Human Services Data Specification 3.1, as JSON or as a ZIP of CSV tables."""


@dataclass(frozen=True, slots=True)
class ReadingWishes:
    """How a table is to be read; the other formats say all of it themselves.

    `columns` gives the field of a header (empty: leave the column out) and wins over what is proposed;
    `defaults` gives the text of fields the file has no column for; `sheet` is that of a workbook.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What was read of a file.

    `given` None says that the file speaks of every field of a record. `columns` and `mapping` (headers to
    fields) are of tables; `personal_columns` hold data of persons, which was left where it is.
    """

    format: ImportFormat
    records: ReadRecords
    given: GivenFields | None = None
    columns: tuple[ProposedColumn, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    personal_columns: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of a table."""
        return tuple(column.header for column in self.columns)


def import_format(file: Path) -> ImportFormat:
    """Tell the kind of a file by its name and its first bytes; what is neither YAML nor HSDS is a table."""
    if file.suffix.lower() in _YAML:
        return ImportFormat.YAML
    try:
        with file.open("rb") as content:
            head = content.read(_HEAD_BYTES)
    except OSError as error:
        raise UsageError(
            "{file} cannot be read: {problem}", file=file.name, problem=error.strerror or error
        ) from error
    if head.startswith(b"PK\x03\x04"):
        return ImportFormat.TABLE if _is_workbook(file) else ImportFormat.HSDS
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
    return ImportFormat.HSDS if is_json and b'"Feature' not in head else ImportFormat.TABLE


def _is_workbook(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.rpartition("/")[2] for name in archive.namelist()}
            return not names & {"organizations.csv", "organization.csv"}
    except zipfile.BadZipFile:
        return True  # whose reader says best what is wrong with it


def read_import_file(
    file: Path,
    wishes: ReadingWishes,
    remembered: Callable[[Sequence[str]], Mapping[str, str]],
    context: ImportContext,
    progress: Progress,
) -> ReadFile:
    """Return what the file says; `remembered` tells what the columns of these headers meant before.

    Raises
    ------
    UsageError
        The file is none of the formats, damaged or too large.
    InvalidInputError
        The columns do not suffice to make records.

    """
    file_format = import_format(file)
    if file_format is ImportFormat.YAML:
        check_size(file.stat().st_size, file.name, Limits())
        return ReadFile(file_format, _read_yaml(file, context))
    if file_format is ImportFormat.HSDS:
        return ReadFile(file_format, read_hsds(file, file.name, context, progress))
    return _read_table(file, wishes, remembered, context, progress)


def _read_table(
    file: Path,
    wishes: ReadingWishes,
    remembered: Callable[[Sequence[str]], Mapping[str, str]],
    context: ImportContext,
    progress: Progress,
) -> ReadFile:
    table = read_table(file, file.name, sheet=wishes.sheet)
    strange = [header for header in wishes.columns if header not in table.columns]
    if strange:
        raise UsageError(
            "The file has no column «{column}»; it has: {columns}",
            column=strange[0],
            columns=", ".join(f"«{header}»" for header in table.columns),
        )
    columns = propose_columns(table.columns, {**remembered(table.columns), **wishes.columns})
    mapping = chosen_columns(columns)
    missing = check_mapping(mapping, wishes.defaults, has_owner=context.default_organisation is not None)
    if missing:
        raise InvalidInputError("The columns of {file} do not make records", missing, file=file.name)
    records = read_records(table.rows, mapping, context, progress, defaults=wishes.defaults)
    return ReadFile(
        format=ImportFormat.TABLE,
        records=_named(records, table.notes, file.name),
        given=given_fields({*mapping.values(), *wishes.defaults}),
        columns=columns,
        mapping=mapping,
        personal_columns=table.personal_columns,
    )


def _named(read: ReadRecords, notes: Iterable[Fault], file_name: str) -> ReadRecords:
    """Return what was read with the file's name at each fault and note, those on the table as such first."""
    return replace(
        read,
        faults=tuple(replace(fault, file=file_name) for fault in read.faults),
        notes=tuple(replace(note, file=file_name) for note in (*notes, *read.notes)),
    )


def _read_yaml(file: Path, context: ImportContext) -> ReadRecords:
    """Return the records of a registry file, which is refused whole where it has faults."""
    registry = read_registry(file, context.gazetteer, context.services, read_hotlines(), context.locate)
    records: tuple[Record, ...] = (*registry.organisations, *registry.points)
    read = tuple(ImportedRecord(record, ()) for record in records)
    return ReadRecords(read, faults=(), notes=(), rows=len(records), faulty_rows=frozenset())
