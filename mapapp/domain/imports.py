"""What an import is: a file, kept as it was, on its way to becoming records of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from mapapp.domain.changes import Record, RecordKey, RecordKind
from mapapp.domain.errors import Fault, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import Organisation
from mapapp.domain.services import Service


class SourceRow(NamedTuple):
    """A row as the file has it: `number` is what a person sees beside it, the header being row 1."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportContext:
    """What the records of a file are compared with while they are read.

    `source` names where the file's record ids come from; `known` gives our id of a record by its kind and
    its id in that source; `organisations` are those of the registry by our id; `locate` returns the hromada
    drawn around a point and is None where boundaries are only approximate.
    """

    gazetteer: Gazetteer
    services: Mapping[str, Service]
    source: str
    today: date
    known: Mapping[tuple[RecordKind, str], str] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    default_organisation: str | None = None
    """The id of the organisation of points whose rows name none."""
    locate: Callable[[LonLat], Katottg | None] | None = None


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """A record and the rows it was made of, kept with their values as written."""

    record: Record
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True, slots=True)
class ReadRecords:
    """What a file says: the records without a fault, every fault, and notes on what was taken as understood.

    A fault keeps its whole record out (all rows of it); a note does not. A fault's `line` is the row, its
    `column` the header as the file has it, and its values name the `value` as written.
    """

    records: tuple[ImportedRecord, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]
    rows: int
    faulty_rows: frozenset[int]


class ImportState(StrEnum):
    """How far an import has come."""

    STAGING = "staging"
    """The file is being kept; a killed import goes on where it stopped."""
    STAGED = "staged"
    """The whole file is kept; nothing of it is in the registry yet."""
    APPLIED = "applied"
    CANCELLED = "cancelled"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import; `sha256` is the whole file's, `size_bytes` how much of it is kept so far."""

    number: int
    state: ImportState
    file_name: str
    file_format: str
    sha256: str
    source: str
    who: str
    why: str
    started_at: datetime
    size_bytes: int = 0
    change: int | None = None
    """The change of the registry it became."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row's values as written, and the record it became part of."""

    number: int
    key: RecordKey
    values: Mapping[str, str]


class ImportCancelledError(UsageError):
    """Somebody stopped the import; nothing of it is in the registry."""
