"""The files of imports on their way into the registry: kept in parts, taken up again, remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from mapapp.domain.changes import Authorship
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.imports import ImportRun, ImportState
from mapapp.storage.engine import Database
from mapapp.storage.history_schema import ChangeNoteRow, ColumnMemoryRow, ImportFileRow, ImportRunRow
from mapapp.storage.import_runs import state_of
from mapapp.storage.reading import fetched

_BEGINNERS_LOCK = 0x6D61_7061_7072
"""Any number nobody else uses: two programs beginning one file take turns, and share one import."""

_UNDER_WAY = (ImportState.STAGING, ImportState.STAGED)


class ImportStore:
    """The imports of one database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # On its way in

    def begin(  # noqa: PLR0917 - all of them belong to one file
        self,
        file_name: str,
        file_format: str,
        sha256: str,
        size: int,
        source: str,
        authorship: Authorship,
    ) -> ImportRun:
        """Begin to import a file, or take up again the import of this very file that is still under way.

        Parameters
        ----------
        file_name, file_format
            What the file is called and how it is written.
        sha256, size
            The digest of the whole file, in hexadecimal, and its size in bytes.
        source
            What names where the ids of its records come from.
        authorship
            Who imports it and why.

        """
        row = ImportRunRow
        under_way = (
            select(row.number)
            .where(row.sha256 == sha256, row.source == source, row.file_format == file_format)
            .where(row.state.in_(_UNDER_WAY))
            .order_by(row.number.desc())
        )
        with self._database.writing() as connection:
            if self._database.is_postgis:
                connection.execute(select(func.pg_advisory_xact_lock(_BEGINNERS_LOCK)))
            number = connection.scalar(under_way.limit(1))
            if number is None:
                number = connection.scalar(select(func.coalesce(func.max(row.number), 0) + 1)) or 1
                values = {
                    "number": number,
                    "state": ImportState.STAGING,
                    "file_name": file_name,
                    "file_format": file_format,
                    "sha256": sha256,
                    "file_size_bytes": size,
                    "source": source,
                    "who": authorship.who,
                    "why": authorship.why,
                    "started_at": datetime.now(UTC),
                }
                connection.execute(insert(row), values)
            return _one(connection, number)

    def parts(self, run: int) -> tuple[int, ...]:
        """Return the numbers of the parts kept so far, in order: the rest is still to be added."""
        of_run = select(ImportFileRow.part).where(ImportFileRow.run == run).order_by(ImportFileRow.part)
        with self._database.reading() as connection:
            return tuple(connection.scalars(of_run))

    def add_part(self, run: int, part_number: int, content: bytes) -> None:
        """Keep a part of the file; one that is there already is put in its place.

        Raises
        ------
        UsageError
            The import is no longer waiting for its file.

        """
        row = ImportFileRow
        with self._database.writing() as connection:
            _check_state(connection, run, ImportState.STAGING)
            connection.execute(delete(row).where(row.run == run, row.part == part_number))
            connection.execute(insert(row), {"run": run, "part": part_number, "content": content})

    def staged(self, run: int) -> ImportRun:
        """Say that the file is whole, after making sure of it.

        Raises
        ------
        UsageError
            What is kept is not the file that was begun.

        """
        with self._database.writing() as connection:
            if state_of(connection, run) is not ImportState.STAGED:
                _check_state(connection, run, ImportState.STAGING)
                digest = sha256_of()
                for part in _content(connection, run):
                    digest.update(part)
                if digest.hexdigest() != _one(connection, run).sha256:
                    raise UsageError(
                        "What was kept of the file of import {run} is not the whole file: cancel it and "
                        "begin again",
                        run=run,
                    )
                _move(connection, run, ImportState.STAGED)
            return _one(connection, run)

    def cancel(self, run: int) -> ImportRun:
        """Stop an import that is not in the registry yet, and forget its file.

        Raises
        ------
        UsageError
            It is in the registry: its change can be undone.

        """
        with self._database.writing() as connection:
            _check_state(connection, run, ImportState.STAGING, ImportState.STAGED, ImportState.CANCELLED)
            _move(connection, run, ImportState.CANCELLED)
            connection.execute(delete(ImportFileRow).where(ImportFileRow.run == run))
            return _one(connection, run)

    def discard_files(self, started_before: datetime) -> int:
        """Forget the files of imports begun before a moment, and return of how many.

        Those still under way are cancelled; of the others everything but the file stays.
        """
        row, file = ImportRunRow, ImportFileRow
        old = select(row.number).where(row.started_at < started_before)
        with self._database.writing() as connection:
            kept = select(file.run).where(file.run.in_(old)).distinct()
            discarded = len(connection.scalars(kept).all())
            under_way = update(row).where(row.started_at < started_before, row.state.in_(_UNDER_WAY))
            connection.execute(under_way.values(state=ImportState.CANCELLED))
            connection.execute(delete(file).where(file.run.in_(old)))
            return discarded

    # What is asked

    def content(self, run: int) -> bytes:
        """Return the file as it came; raise NotFoundError where it was forgotten or is not whole."""
        with self._database.reading() as connection:
            if state_of(connection, run) is not ImportState.STAGING:
                content = b"".join(_content(connection, run))
                if content or _one(connection, run).sha256 == sha256_of(b"").hexdigest():
                    return content
        raise NotFoundError("The store does not hold the file of import {run}", run=run)

    def run(self, number: int) -> ImportRun:
        """Return an import; raise NotFoundError for none."""
        with self._database.reading() as connection:
            return _one(connection, number)

    def runs(self, limit: int = 50) -> tuple[ImportRun, ...]:
        """Return the latest imports, newest first."""
        wanted = _runs().order_by(ImportRunRow.number.desc()).limit(limit)
        with self._database.reading() as connection:
            return tuple(map(_import_run, fetched(connection, wanted)))

    # Columns

    def remembered_columns(self, headers: Sequence[str]) -> Mapping[str, str]:
        """Return what the columns of exactly these headers were said to mean, nothing where nobody said."""
        wanted = select(ColumnMemoryRow.mapping).where(ColumnMemoryRow.signature == _signature(headers))
        with self._database.reading() as connection:
            return connection.scalar(wanted) or {}

    def remember_columns(self, headers: Sequence[str], mapping: Mapping[str, str]) -> None:
        """Remember what the columns of these headers mean, whatever their order."""
        row = ColumnMemoryRow
        signature = _signature(headers)
        values = {"signature": signature, "mapping": dict(mapping), "remembered_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if self._database.is_postgis:
                connection.execute(select(func.pg_advisory_xact_lock(_BEGINNERS_LOCK)))
            connection.execute(delete(row).where(row.signature == signature))
            connection.execute(insert(row), values)


def _runs() -> Select[Any]:
    row = ImportRunRow
    kept = (
        select(func.coalesce(func.sum(func.length(ImportFileRow.content)), 0))
        .where(ImportFileRow.run == row.number)
        .scalar_subquery()
    )
    change = select(ChangeNoteRow.number).where(ChangeNoteRow.import_run == row.number).scalar_subquery()
    return select(*row.__table__.columns, kept.label("size_bytes"), change.label("change"))


def _one(connection: Connection, number: int) -> ImportRun:
    found = fetched(connection, _runs().where(ImportRunRow.number == number))
    if not found:
        raise NotFoundError("There is no import {run}", run=number)
    return _import_run(found[0])


def _import_run(row: Any) -> ImportRun:
    return ImportRun(
        number=row.number,
        state=row.state,
        file_name=row.file_name,
        file_format=row.file_format,
        sha256=row.sha256,
        source=row.source,
        who=row.who,
        why=row.why,
        started_at=row.started_at,
        size_bytes=int(row.size_bytes),
        change=row.change,
    )


def _content(connection: Connection, run: int) -> Iterator[bytes]:
    row = ImportFileRow
    of_run = select(row.content).where(row.run == run).order_by(row.part)
    for content in connection.scalars(of_run.execution_options(yield_per=1)):
        yield bytes(content)


def _check_state(connection: Connection, run: int, *expected: ImportState) -> None:
    """Make sure of an import's state, and that nobody else changes it before this transaction ends."""
    state = state_of(connection, run, hold=True)
    if state not in expected:
        raise UsageError("Import {run} is already {state}: this can no longer be done", run=run, state=state)


def _move(connection: Connection, run: int, state: ImportState) -> None:
    connection.execute(update(ImportRunRow).where(ImportRunRow.number == run).values(state=state))


def _signature(headers: Sequence[str]) -> str:
    return sha256_of("\n".join(sorted(header.strip() for header in headers)).encode()).hexdigest()
