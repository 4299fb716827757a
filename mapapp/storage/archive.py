"""How a whole store is kept in one file, restored elsewhere, or copied from one database to another.

An archive is a zip with a member of JSON lines for each table and a manifest with the count and the SHA-256
of each. It holds the confidential places too: whoever may read the file may read those.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, text

from mapapp import __version__
from mapapp.domain.access import Access
from mapapp.domain.errors import UsageError, msgid
from mapapp.domain.progress import Progress
from mapapp.storage import revisions
from mapapp.storage.bulk import references_checked_last
from mapapp.storage.engine import Database
from mapapp.storage.evidence_schema import searches_of_earlier_days
from mapapp.storage.people_schema import forget_sizes_of_exact_people
from mapapp.storage.store import Store, StoreState
from mapapp.storage.table_content import (
    Digest,
    TableContent,
    continue_numbering,
    count_rows,
    digested,
    lines_of,
    tables,
    write_lines,
)

_FORMAT = 1
_MANIFEST = "manifest.json"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, NotImplementedError)
"""What reading a zip that was cut short or altered raises."""
_LEVEL = 3
"""Of compression: twice as fast as the usual 6, and a tenth larger."""
_REPORTED_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    made_at: datetime
    mapapp_version: str
    schema_revision: str
    tables: tuple[TableContent, ...]


def write_archive(store: Store, file: Path, progress: Progress) -> Manifest:
    """Write everything the store holds to a new file, readable by its owner alone, and return what it has.

    The archive is of one moment, whatever is written meanwhile. A file cut short is never left behind.

    Raises
    ------
    UsageError
        The store was not opened as its owner; the file exists or cannot be written; the disk is full.

    """
    with _new_file(file) as output, _whole_store(store) as connection:
        counted = _Counted(progress, msgid("Writing the archive"), _rows_of(connection))
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            contents = tuple(_kept(connection, table, archive, counted) for table in tables())
            manifest = Manifest(datetime.now(UTC), __version__, _our_revision(), contents)
            archive.writestr(_MANIFEST, _manifest_json(manifest))
    return manifest


def check_archive(file: Path, progress: Progress) -> Manifest:
    """Return what the archive has, after reading all of it and comparing every count and checksum.

    Raises
    ------
    UsageError
        The file is missing, damaged, cut short, no archive of mapapp or of another format.

    """
    with _opened(file) as archive:
        manifest = _read_manifest(archive, file)
        expected = {content.table: content for content in manifest.tables}
        counted = _Counted(
            progress, msgid("Checking the archive"), sum(content.rows for content in manifest.tables)
        )
        if manifest.schema_revision != _our_revision():
            raise _wrong_revision(manifest, file)
        for table in tables():
            content = digested(table, counted(_archived_lines(archive, table)))
            if content != expected.get(table.fullname):
                raise _damaged(file, f"{table.fullname}: checksum")
    return manifest


def restore_archive(file: Path, store: Store, progress: Progress) -> tuple[TableContent, ...]:
    """Put everything the archive has into an empty store, all or nothing, and return what it now holds.

    The archive is checked first, and what was written is read again and compared before it is kept. A
    database without our tables gets them.

    Raises
    ------
    UsageError
        The archive cannot be used (see `check_archive`); the store was not opened as its owner, is not
        empty or refuses the rows.

    """
    manifest = check_archive(file, progress)
    with zipfile.ZipFile(file) as archive, _empty_store(store) as connection:
        counted = _Counted(
            progress, msgid("Restoring the archive"), sum(content.rows for content in manifest.tables)
        )
        for table in tables():
            write_lines(connection, table, counted(_archived_lines(archive, table)))
        return _compared(connection, manifest.tables, progress)


def copy_store(source: Store, target: Store, progress: Progress) -> tuple[TableContent, ...]:
    """Put everything one store holds into another, empty one, all or nothing.

    What was written is read again: the counts and checksums returned are those of both sides.

    Raises
    ------
    UsageError
        A store was not opened as its owner; the target is not empty or refuses the rows.

    """
    with _whole_store(source) as reading, _empty_store(target) as writing:
        counted = _Counted(progress, msgid("Copying the store"), _rows_of(reading))
        contents = []
        for table in tables():
            digest = Digest(table)
            with lines_of(reading, table) as lines:
                write_lines(writing, table, digest.watched(counted(lines)))
            contents.append(digest.content())
        return _compared(writing, contents, progress)


class _Counted:
    """Tells how many rows of all have passed."""

    def __init__(self, progress: Progress, step: str, total: int) -> None:
        self._progress, self._step, self._total = progress, step, total
        self._done = 0
        progress(step, 0, total)

    def __call__(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            yield line
            self._done += 1
            if self._done % _REPORTED_EVERY == 0 or self._done == self._total:
                self._progress(self._step, self._done, self._total)


# The stores on both sides.


def _our_revision() -> str:
    return revisions.newest_revision() or ""


def _database(store: Store) -> Database:
    database: Database = store._database  # noqa: SLF001 - the store's own archive
    database.require(Access.OWNER)
    return database


@contextmanager
def _whole_store(store: Store) -> Iterator[Connection]:
    """Yield a transaction that sees one moment of a store whose schema is this program's."""
    database = _database(store)
    with database.reading() as connection:
        found = revisions.current_revision(connection)
        if found != _our_revision():
            raise UsageError(
                "The store {place} has the schema «{found}», this program has «{expected}»: run "
                "«mapapp store build» first",
                place=database.place,
                found=found or "–",
                expected=_our_revision(),
            )
        if database.is_postgis:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


@contextmanager
def _empty_store(store: Store) -> Iterator[Connection]:
    """Yield the transaction that fills a store; the references between rows are checked at its end."""
    database = _database(store)
    with store.exclusive():
        if store.state() is StoreState.EMPTY:
            store.migrate()
        with database.writing(Access.OWNER) as connection:
            full = [table.fullname for table in tables() if count_rows(connection, table)]
            if full:
                raise UsageError(
                    "The store {place} is not empty ({tables}): name a new file or an empty database",
                    place=database.place,
                    tables=", ".join(full[:3]),
                )
            with searches_of_earlier_days(connection), references_checked_last(connection, *tables()):
                yield connection
            forget_sizes_of_exact_people(connection)
            continue_numbering(connection)


def _rows_of(connection: Connection) -> int:
    return sum(count_rows(connection, table) for table in tables())


def _compared(
    connection: Connection, expected: Iterable[TableContent], progress: Progress
) -> tuple[TableContent, ...]:
    """Return what the store now holds; refuse to keep it where a table is not as expected."""
    by_name = {content.table: content for content in expected}
    counted = _Counted(
        progress, msgid("Comparing what was written"), sum(content.rows for content in by_name.values())
    )
    contents = []
    for table in tables():
        with lines_of(connection, table) as lines:
            content = digested(table, counted(lines))
        if content != by_name[table.fullname]:
            raise UsageError(
                "The table {table} came out different from its source ({rows} rows instead of {expected}): "
                "nothing was kept",
                table=table.fullname,
                rows=content.rows,
                expected=by_name[table.fullname].rows,
            )
        contents.append(content)
    return tuple(contents)


# The file.


def _kept(connection: Connection, table: Table, archive: zipfile.ZipFile, counted: _Counted) -> TableContent:
    digest = Digest(table)
    with (
        archive.open(_member(table), "w", force_zip64=True) as member,
        TextIOWrapper(member, "utf-8", newline="\n") as kept,
        lines_of(connection, table) as lines,
    ):
        for line in digest.watched(counted(lines)):
            kept.write(f"{line}\n")
    return digest.content()


def _archived_lines(archive: zipfile.ZipFile, table: Table) -> Iterator[str]:
    # Lines end by \n alone: JSON may hold any other kind of line end as it is.
    with archive.open(_member(table)) as member, TextIOWrapper(member, "utf-8", newline="\n") as lines:
        for line in lines:
            yield line.removesuffix("\n")


def _member(table: Table) -> str:
    return f"{table.fullname}.jsonl"


def _manifest_json(manifest: Manifest) -> str:
    return json.dumps(
        {
            "format": _FORMAT,
            "made_at": manifest.made_at.isoformat(timespec="seconds"),
            "mapapp_version": manifest.mapapp_version,
            "schema_revision": manifest.schema_revision,
            "tables": [
                {"table": content.table, "rows": content.rows, "sha256": content.checksum}
                for content in manifest.tables
            ],
        },
        indent=1,
    )


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    if _MANIFEST not in archive.namelist():
        raise UsageError("The file {file} is a zip, but no archive of mapapp: it has no manifest", file=file)
    said = json.loads(archive.read(_MANIFEST))
    if said["format"] != _FORMAT:
        raise UsageError(
            "The archive {file} has the format {found}, this program reads {expected}: use mapapp {version}",
            file=file,
            found=said["format"],
            expected=_FORMAT,
            version=said["mapapp_version"],
        )
    return Manifest(
        made_at=datetime.fromisoformat(said["made_at"]),
        mapapp_version=said["mapapp_version"],
        schema_revision=said["schema_revision"],
        tables=tuple(TableContent(one["table"], one["rows"], one["sha256"]) for one in said["tables"]),
    )


def _wrong_revision(manifest: Manifest, file: Path) -> UsageError:
    return UsageError(
        "The archive {file} was made by mapapp {version} with the schema «{found}», this program has "
        "«{expected}»: restore it with mapapp {version}, then let the newest mapapp open that store",
        file=file,
        version=manifest.mapapp_version,
        found=manifest.schema_revision,
        expected=_our_revision(),
    )


def _damaged(file: Path, reason: str) -> UsageError:
    return UsageError(
        "The archive {file} is damaged or cut short ({reason}): nothing of it was taken; use another copy",
        file=file,
        reason=reason,
    )


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except OSError as error:
        raise UsageError(
            "The archive {file} cannot be read: {reason}", file=file, reason=error.strerror or error
        ) from error
    except _DAMAGE as error:
        raise _damaged(file, str(error) or type(error).__name__) from error


@contextmanager
def _new_file(file: Path) -> Iterator[IO[bytes]]:
    """Yield a file that gets its name once it is whole; until then it is hidden, and gone after a fault."""
    if file.exists():
        raise UsageError("There is already a file {file}: name another one", file=file)
    unfinished: Path | None = None
    try:
        # Made with the mode 0600.
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as output:
            unfinished = Path(output.name)
            yield output
            output.flush()
            os.fsync(output.fileno())
        unfinished.rename(file)
    except OSError as error:
        raise UsageError(
            "The archive {file} cannot be written: {reason}; nothing was left behind",
            file=file,
            reason=error.strerror or error,
        ) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
