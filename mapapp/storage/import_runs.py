"""What becomes of an import while the registry changes: applied with it, undone with it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from mapapp.domain.errors import NotFoundError, UsageError, msgid
from mapapp.domain.imports import ImportCancelledError, ImportedRow, ImportState
from mapapp.domain.progress import Progress
from mapapp.storage.bulk import insert_values
from mapapp.storage.history_schema import ChangeNoteRow, ImportRowRow, ImportRunRow, RegistryChangeRow


def check_staged(connection: Connection, run: int) -> None:
    """Make sure that an import can be applied.

    Raises
    ------
    ImportCancelledError
        It was cancelled.
    NotFoundError
        There is no such import.
    UsageError
        Its file is not whole yet, or it was applied before.

    """
    state = state_of(connection, run)
    if state is ImportState.CANCELLED:
        raise _cancelled(run)
    if state is ImportState.STAGING:
        raise UsageError("The file of import {run} is not whole yet: go on with it first", run=run)
    if state is not ImportState.STAGED:
        raise UsageError("Import {run} was applied before: begin a new one with its file", run=run)


def state_of(connection: Connection, run: int, *, hold: bool = False) -> ImportState:
    """Return how far an import has come, held there if asked for; raise NotFoundError for none."""
    wanted = select(ImportRunRow.state).where(ImportRunRow.number == run)
    state = connection.scalar(wanted.with_for_update(key_share=True) if hold else wanted)
    if state is None:
        raise NotFoundError("There is no import {run}", run=run)
    return state


def write_rows(connection: Connection, run: int, rows: Iterable[ImportedRow], progress: Progress) -> None:
    """Keep the rows as written, each beside the record it became part of."""
    kept = (
        {
            "run": run,
            "number": row.number,
            "kind": row.key.kind,
            "id": row.key.id,
            "written": dict(row.values),
        }
        for row in rows
    )
    insert_values(connection, ImportRowRow.__table__, kept, msgid("Keeping the rows as written"), progress)


def mark_applied(connection: Connection, run: int) -> None:
    """Say that the import is in the registry; raise ImportCancelledError where somebody cancelled it."""
    was_staged = update(ImportRunRow).where(
        ImportRunRow.number == run, ImportRunRow.state == ImportState.STAGED
    )
    if not connection.execute(was_staged.values(state=ImportState.APPLIED)).rowcount:
        raise _cancelled(run)


def mark_undone(connection: Connection, change: int) -> None:
    """Say of the import a change was that it is undone, or applied again where its undoing is undone."""
    state = ImportState.UNDONE
    undone: int | None = change
    while undone is not None:
        wanted = (
            select(ChangeNoteRow.import_run, RegistryChangeRow.undoes)
            .join(RegistryChangeRow, RegistryChangeRow.number == ChangeNoteRow.number)
            .where(ChangeNoteRow.number == undone)
        )
        found = connection.execute(wanted).one_or_none()
        if found is None:
            return
        if found.import_run is not None:
            of_it = update(ImportRunRow).where(ImportRunRow.number == found.import_run)
            connection.execute(of_it.values(state=state))
        undone = found.undoes
        state = ImportState.APPLIED if state is ImportState.UNDONE else ImportState.UNDONE


def _cancelled(run: int) -> ImportCancelledError:
    return ImportCancelledError("Import {run} was cancelled: nothing of it is in the registry", run=run)
