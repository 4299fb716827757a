"""An import from beginning to end: a file is read, compared with the registry, kept and applied at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path

from mapapp.analysis.drawn_areas import DrawnAreas
from mapapp.domain.changes import (
    Authorship,
    Change,
    ChangeKind,
    RecordChange,
    RecordKey,
    RecordKind,
    StoredRecord,
    record_key,
)
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import InvalidInputError, UsageError, msgid
from mapapp.domain.import_plan import Outcome, PlannedRecord, plan_records
from mapapp.domain.imports import (
    ImportCancelledError,
    ImportContext,
    ImportedRow,
    ImportRun,
    ImportState,
    ReadRecords,
)
from mapapp.domain.progress import Progress
from mapapp.domain.registry import Organisation
from mapapp.files.import_formats import ReadFile, ReadingWishes, read_import_file
from mapapp.storage.documents import document_of, organisation_of, record_of
from mapapp.storage.store import Store

_PART_BYTES = 1 << 20


class Taking(StrEnum):
    """What is taken of a file with faults."""

    ALL_OR_NOTHING = "all"
    VALID_RECORDS = "valid"


@dataclass(frozen=True, slots=True)
class ImportWishes:
    """Who imports, how the file is to be read and what is to be taken of it.

    `source` names where the file's record ids come from. `end_absent` ends the records of the source that
    the file no longer has, on the day of the import.
    """

    source: str
    authorship: Authorship
    reading: ReadingWishes = field(default_factory=ReadingWishes)
    default_organisation: str | None = None
    taking: Taking = Taking.ALL_OR_NOTHING
    end_absent: bool = False
    today: date = field(default_factory=today_in_kyiv)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What was read of a file and what it would do; nothing is written yet."""

    file: ReadFile
    records: tuple[PlannedRecord, ...]

    @property
    def read(self) -> ReadRecords:
        """What the file says."""
        return self.file.records


def plan_import(store: Store, file: Path, wishes: ImportWishes, progress: Progress) -> ImportPlan:
    """Read the file and compare it with the registry; nothing is written.

    Raises
    ------
    UsageError
        The file cannot be read at all: its kind, size or columns are wrong.

    """
    boundaries_are_real = not store.boundary_set().is_approximate
    current = store.registry.current()
    context = ImportContext(
        gazetteer=store.gazetteer(),
        services=store.services(),
        source=wishes.source,
        today=wishes.today,
        known=store.registry.known_sources(wishes.source),
        organisations=_organisations(current),
        default_organisation=wishes.default_organisation,
        locate=DrawnAreas(store.shapes()).at if boundaries_are_real else None,
    )
    read = read_import_file(file, wishes.reading, store.imports.remembered_columns, context, progress)
    step = msgid("Comparing with the registry")
    progress(step, 0, 1)
    documents = ((record_key(one.record), document_of(one.record), one.rows) for one in read.records.records)
    planned = plan_records(documents, current, read.given, wishes.source)
    progress(step, 1, 1)
    return ImportPlan(read, planned)


def run_import(
    store: Store, file: Path, wishes: ImportWishes, progress: Progress
) -> tuple[ImportPlan, Change | None]:
    """Import the file as one change of the registry; None where it changes nothing.

    The file is kept in the store before anything changes. Whatever ends this program, the registry is as it
    was or holds the whole import, and the same call takes it up again.

    Raises
    ------
    InvalidInputError
        There are faults and all or nothing was wished; nothing of the file was stored.
    ImportCancelledError
        Somebody stopped it.
    ConflictError
        Somebody changed the same records meanwhile.

    """
    plan = plan_import(store, file, wishes, progress)
    _refuse_faults(plan, wishes)
    run = store.imports.begin(
        file.name, plan.file.format, _digest(file), file.stat().st_size, wishes.source, wishes.authorship
    )
    with _cancelled_on_interrupt(store, run):
        _keep(store, run, file, progress)
        return plan, _apply(store, run, plan, wishes, progress)


def _digest(file: Path) -> str:
    """Return the SHA-256 of the file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _organisations(current: Mapping[RecordKey, StoredRecord]) -> dict[str, Organisation]:
    return {
        key.id: organisation_of(stored.document)
        for key, stored in current.items()
        if key.kind is RecordKind.ORGANISATION
    }


def _refuse_faults(plan: ImportPlan, wishes: ImportWishes) -> None:
    if plan.file.personal_columns:
        raise UsageError(
            "The file holds data of persons in {columns}: take these columns out first, for the registry "
            "keeps the files it was made of",
            columns=", ".join(f"«{column}»" for column in plan.file.personal_columns),
        )
    if plan.read.faults and wishes.taking is Taking.ALL_OR_NOTHING:
        raise InvalidInputError(
            "The file has faults, and nothing of it was taken: mend them, or import only the records without "
            "a fault",
            plan.read.faults,
        )


@contextmanager
def _cancelled_on_interrupt(store: Store, run: ImportRun) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        store.imports.cancel(run.number)
        raise ImportCancelledError("The import was stopped; nothing of it is in the registry") from None


def _keep(store: Store, run: ImportRun, file: Path, progress: Progress) -> None:
    """Keep the file in the store, going on after the parts that an import cut short has kept already."""
    if run.state is not ImportState.STAGING:
        return
    size = file.stat().st_size
    step = msgid("Keeping the file")
    first = run.size_bytes // _PART_BYTES
    with file.open("rb") as content:
        content.seek(first * _PART_BYTES)
        for number, part in enumerate(iter(partial(content.read, _PART_BYTES), b""), start=first):
            store.imports.add_part(run.number, number, part)
            progress(step, min(size, (number + 1) * _PART_BYTES), size)
    store.imports.staged(run.number)


def _apply(
    store: Store, run: ImportRun, plan: ImportPlan, wishes: ImportWishes, progress: Progress
) -> Change | None:
    changes = [change for record in plan.records if (change := _change(record, wishes)) is not None]
    if not changes:
        store.imports.cancel(run.number)
        return None
    rows = [
        ImportedRow(row.number, record.key, row.values)
        for record in plan.records
        if record.outcome in {Outcome.NEW, Outcome.CHANGED}
        for row in record.rows
    ]
    made = store.registry.apply(
        changes,
        wishes.authorship,
        kind=ChangeKind.IMPORT,
        import_run=run.number,
        rows=rows,
        progress=progress,
    )
    if plan.file.mapping:
        store.imports.remember_columns(plan.file.headers, plan.file.mapping)
    return made


def _change(record: PlannedRecord, wishes: ImportWishes) -> RecordChange | None:
    if record.outcome in {Outcome.NEW, Outcome.CHANGED}:
        return RecordChange(record.key, record_of(record.key.kind, record.after), record.based_on)
    if record.outcome is Outcome.ABSENT and wishes.end_absent and "valid_to" not in record.after:
        ended = replace(record_of(record.key.kind, record.after), valid_to=wishes.today)
        return RecordChange(record.key, ended, record.based_on)
    return None
