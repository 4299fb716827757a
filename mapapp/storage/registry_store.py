"""The registry as a history: who changed what, what it was at any moment, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select, text

from mapapp.domain.access import Access
from mapapp.domain.changes import (
    Authorship,
    Change,
    ChangeKind,
    ConflictError,
    Record,
    RecordChange,
    RecordKey,
    RecordKind,
    StoredRecord,
    Version,
    record_key,
)
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.imports import ImportedRow
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.registry import Organisation, Registry, ServicePoint
from mapapp.storage import changing, import_runs, loading, merging, purging, versions
from mapapp.storage.engine import Database
from mapapp.storage.history_schema import (
    ChangeNoteRow,
    RecordVersionRow,
    RegistryChangeRow,
)
from mapapp.storage.reading import fetched, nothing_collected
from mapapp.storage.schema import OrganisationRow, ServicePointRow

_WRITERS_LOCK = 0x6D61_7061_7071
"""Any number nobody else uses; the lock of those who build the store is one less."""


class RegistryStore:
    """The registry's records with their history, in one database; safe to share between threads.

    Whoever changes the registry does so alone: changes take effect one after another, in the order of their
    numbers and moments, each whole or not at all. What is read is what the connection's level of access lets
    one read: without the right to it, `who` and `why` are empty and a confidential point has no place.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # How it changes

    def apply(
        self,
        changes: Sequence[RecordChange],
        authorship: Authorship,
        *,
        kind: ChangeKind = ChangeKind.EDIT,
        scope: frozenset[Katottg] | None = None,
        import_run: int | None = None,
        rows: Iterable[ImportedRow] = (),
        progress: Progress = no_progress,
    ) -> Change:
        """Make the records what they are to become; one that already is so gets no new version.

        Parameters
        ----------
        changes
            Each record at most once, with the version its writer saw.
        authorship
            Who does this and why.
        kind
            By what means.
        scope
            The oblasts the registry is to describe fully from now on; None leaves them as they are.
        import_run
            The staged import this is: it counts as applied if and only if this succeeds.
        rows
            The rows of the file as written, kept beside the import.
        progress
            Told how far the work has come; an error it raises leaves the store as it was.

        Raises
        ------
        ConflictError
            Somebody changed a record since the version its change is based on.
        ImportCancelledError
            Somebody cancelled the import meanwhile.
        UsageError
            A record is named twice, or names a unit, service or organisation that is not there.

        """
        with self._changing() as connection:
            if import_run is not None:
                import_runs.check_staged(connection, import_run)
            change = changing.write(
                connection,
                changing.drafts_of_changes(connection, changes),
                authorship,
                kind=kind,
                scope=scope,
                import_run=import_run,
                progress=progress,
            )
            if import_run is not None:
                import_runs.write_rows(connection, import_run, rows, progress)
                import_runs.mark_applied(connection, import_run)
            return change

    def replace(
        self, registry: Registry, authorship: Authorship, progress: Progress = no_progress
    ) -> Change | None:
        """Put a registry in place of the one in the store; return None where they are the same.

        Raises
        ------
        UsageError
            It names a unit, service or organisation that is not there, or an id twice.

        """
        with self._changing() as connection:
            found = versions.current_versions(connection)
            wanted: dict[RecordKey, Record | None] = dict.fromkeys(found)
            wanted.update({record_key(record): record for record in registry.organisations})
            wanted.update({record_key(record): record for record in registry.points})
            drafts = changing.drafts(found, wanted)
            scope = None if registry.scope == changing.current_scope(connection) else registry.scope
            if not drafts and scope is None:
                return None
            # The rows first: the database says what is wrong with a record before anything is kept of it.
            loading.write_registry(connection, registry, progress)
            return changing.keep_versions(
                connection, drafts, authorship, kind=ChangeKind.LOAD, scope=scope, progress=progress
            )

    def end(self, key: RecordKey, on: date, authorship: Authorship) -> Change:
        """End a record's validity with the day; the points of an organisation end with it.

        Raises
        ------
        NotFoundError
            There is no such record.
        UsageError
            It has ended before, or begins later.

        """
        with self._changing() as connection:
            record = changing.current_record(connection, key, sealed=True).record
            if isinstance(record, ServicePoint):
                ending: list[Record] = [merging.ended(record, on)]
            else:
                points = changing.points_of(connection, [record.id])
                still_open = (point for point in points if (point.valid_to or date.max) > on)
                ending = [merging.ended(record, on), *(merging.ended(point, on) for point in still_open)]
            return changing.write(
                connection, changing.drafts_of_records(connection, ending), authorship, kind=ChangeKind.EDIT
            )

    def merge(
        self,
        keep: RecordKey,
        duplicates: Sequence[RecordKey],
        authorship: Authorship,
        *,
        last_day: date | None = None,
    ) -> Change:
        """Make duplicates one record: they end, on the last day or yesterday, and name the one kept.

        A point kept gets the services that only its duplicates offer, and their referral notes name it. An
        organisation kept becomes the successor of its duplicates, and gets their points and branches.

        Raises
        ------
        NotFoundError
            One of them does not exist.
        UsageError
            They are not of one kind, or tell the public different things of their place.

        """
        if not duplicates or keep in duplicates or any(key.kind is not keep.kind for key in duplicates):
            raise UsageError(
                "A merge needs one record to keep and others of the same kind that are its duplicates"
            )
        day = last_day or datetime.now(UTC).date() - timedelta(days=1)
        with self._changing() as connection:
            merged = changing.merged(connection, keep, tuple(dict.fromkeys(duplicates)), day)
            return changing.write(
                connection, changing.drafts_of_records(connection, merged), authorship, kind=ChangeKind.MERGE
            )

    def undo(
        self,
        change: int,
        authorship: Authorship,
        *,
        only: RecordKey | None = None,
        progress: Progress = no_progress,
    ) -> Change:
        """Take back a change, or what it did to one record; a record it created is withdrawn.

        Raises
        ------
        ConflictError
            A record was changed since.
        NotFoundError
            There is no such change, or it did nothing to the record.

        """
        with self._changing() as connection:
            made = changing.made_by(connection, change, only)
            scope = None if only else changing.scope_before(connection, change)
            if not made and scope is None:
                raise NotFoundError(
                    "There is no change {number}, or it changed nothing of this", number=change
                )
            later = {RecordKey(row.kind, row.id): row.version for row in made if row.replaced_by is not None}
            if later:
                found = versions.current_versions(connection, later)
                raise ConflictError(tuple(versions.conflicts(connection, later, found)))
            drafts = list(map(changing.as_before, made))
            if only is None:
                import_runs.mark_undone(connection, change)
            return changing.write(
                connection,
                drafts,
                authorship,
                kind=ChangeKind.UNDO,
                undoes=change,
                scope=scope,
                progress=progress,
            )

    def purge(self, key: RecordKey, authorship: Authorship) -> None:
        """Remove a record for good: all its versions, and the rows and files of the imports it came from.

        Only the log of purges remembers that it was there. For records that should never have been kept; a
        provider that stops working gets an end.

        Raises
        ------
        NotFoundError
            There never was such a record.
        UsageError
            Other records refer to it, or the store was not opened by its owner.

        """
        with self._changing(Access.OWNER) as connection:
            purging.purge(connection, key, authorship)

    # What is asked

    def current(self, keys: Collection[RecordKey] | None = None) -> Mapping[RecordKey, StoredRecord]:
        """Return the versions and documents of all records, or of these; withdrawn ones are left out."""
        with self._database.reading() as connection, nothing_collected():
            return versions.stored_records(connection, keys, sealed=self._sees_places)

    def record(self, key: RecordKey) -> changing.CurrentRecord:
        """Return a record and its version; raise NotFoundError where there is none, or it was withdrawn."""
        with self._database.reading() as connection:
            return changing.current_record(connection, key, sealed=self._sees_places)

    def history(self, key: RecordKey) -> tuple[Version, ...]:
        """Return every version of a record, newest first; none of one that never was."""
        wanted = (
            versions.documents(sealed=self._sees_places)
            .where(RecordVersionRow.kind == key.kind, RecordVersionRow.id == key.id)
            .order_by(RecordVersionRow.version.desc())
        )
        with self._database.reading() as connection:
            kept = fetched(connection, wanted)
            numbers = RegistryChangeRow.number.in_([row.change for row in kept])
            made_by = {change.number: change for change in self._changes(connection, numbers)}
        return tuple(
            Version(key, row.version, made_by[row.change], versions.in_field_order(key.kind, row.document))
            for row in kept
        )

    def changes(self, limit: int = 50, before: int | None = None) -> tuple[Change, ...]:
        """Return the latest changes, newest first, or the latest before one."""
        earlier = RegistryChangeRow.number < before if before is not None else text("1 = 1")
        with self._database.reading() as connection:
            return tuple(self._changes(connection, earlier, limit))

    def registry(self, as_of: datetime | None = None) -> Registry:
        """Return the registry as it is, or as it was at a moment (with its time zone)."""
        row = RegistryChangeRow
        last = select(func.max(row.number))
        if as_of is not None:
            last = last.where(row.at <= as_of)
        with self._database.reading() as connection, nothing_collected():
            change = connection.scalar(last) or 0
            records = list(versions.records_as_of(connection, change, sealed=self._sees_places))
            scope = changing.scope_as_of(connection, change)
        return Registry(
            organisations=tuple(record for record in records if isinstance(record, Organisation)),
            points=tuple(record for record in records if isinstance(record, ServicePoint)),
            scope=scope,
        )

    def first_change(self) -> Change | None:
        """Return the change the history begins with, None before there is any."""
        with self._database.reading() as connection:
            return next(self._changes(connection, RegistryChangeRow.number == _number_of(func.min)), None)

    def change_as_of(self, moment: datetime | None = None) -> Change | None:
        """Return the latest change, or the latest by a moment (with its time zone); None before any."""
        row = RegistryChangeRow
        by_then = [] if moment is None else [row.at <= moment]
        with self._database.reading() as connection:
            return next(self._changes(connection, row.number == _number_of(func.max, *by_then)), None)

    def purges(self) -> int:
        """Return how often a record was removed for good: what was read of the history before may be gone."""
        with self._database.reading() as connection:
            return purging.purges(connection)

    def scope_as_of(self, change: int) -> frozenset[Katottg]:
        """Return the oblasts the registry claimed to describe fully when a change had been made."""
        with self._database.reading() as connection:
            return changing.scope_as_of(connection, change)

    def points_as_of(self, change: int, ids: Collection[str] | None = None) -> list[ServicePoint]:
        """Return the points as a change left them, all or those with these ids, as the public may know them.

        A point whose place became confidential since tells no more of it for the days before.
        """
        return list(self.each_point_as_of(change, ids))

    def each_point_as_of(self, change: int, ids: Collection[str] | None = None) -> Iterator[ServicePoint]:
        """Yield the same points as they are read, so that never all of them need be held."""
        with self._database.reading() as connection, nothing_collected():
            yield from versions.points_as_of(connection, change, ids)

    def changed_points(self, after: int, until: int) -> Mapping[str, ServicePoint | None]:
        """Return, by id, what a change left of every point touched since another; None of one withdrawn.

        The points are as the public may know them.
        """
        with self._database.reading() as connection, nothing_collected():
            return versions.changed_points(connection, after, until)

    def known_sources(self, source: str) -> Mapping[tuple[RecordKind, str], str]:
        """Return our ids of the records that come from a source, by their kind and their id there."""
        known: dict[tuple[RecordKind, str], str] = {}
        with self._database.reading() as connection:
            for kind, row in _ROWS.items():
                wanted = select(row.source_id, row.id).where(row.source == source)
                known.update({(kind, there): ours for there, ours in fetched(connection, wanted)})
        return known

    # How it is reached

    @property
    def _sees_places(self) -> bool:
        return self._database.access >= Access.EDITOR

    def _changes(self, connection: Connection, condition: Any, limit: int | None = None) -> Iterator[Change]:
        row, note = RegistryChangeRow, ChangeNoteRow
        wanted: Any = select(row.number, row.at, row.kind, row.records, row.undoes)
        if self._database.access >= Access.READER:
            wanted = wanted.add_columns(note.who, note.why, note.import_run)
            wanted = wanted.outerjoin(note, note.number == row.number)
        for found in fetched(connection, wanted.where(condition).order_by(row.number.desc()).limit(limit)):
            yield Change(
                number=found.number,
                at=found.at,
                kind=found.kind,
                records=found.records,
                who=getattr(found, "who", None) or "",
                why=getattr(found, "why", None) or "",
                undoes=found.undoes,
                import_run=getattr(found, "import_run", None),
            )

    @contextmanager
    def _changing(self, needed: Access = Access.EDITOR) -> Iterator[Connection]:
        """Yield a transaction in which nobody else changes the registry; SQLite has no other kind."""
        with nothing_collected(), self._database.writing(needed) as connection:
            if self._database.is_postgis:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            yield connection


def _number_of(first_or_last: Callable[..., Any], *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(first_or_last(RegistryChangeRow.number)).where(*conditions).scalar_subquery()


_ROWS: dict[RecordKind, type[OrganisationRow | ServicePointRow]] = {
    RecordKind.ORGANISATION: OrganisationRow,
    RecordKind.POINT: ServicePointRow,
}
