"""How a record is removed for good, with its history and the raw rows and files it came from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, text

from mapapp.domain.changes import Authorship, RecordKey, RecordKind
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.storage import loading
from mapapp.storage.geography_schema import StoreInfoRow
from mapapp.storage.history_schema import (
    ImportFileRow,
    ImportRowRow,
    PurgeLogRow,
    RecordVersionRow,
    SealedVersionRow,
)
from mapapp.storage.schema import OrganisationPredecessorRow, OrganisationRow, ServicePointRow

_NAMED_AT_MOST = 10
_PURGES = "purges"


def purge(connection: Connection, key: RecordKey, authorship: Authorship) -> None:
    """Remove the record and log that it was removed.

    Raises
    ------
    NotFoundError
        There never was such a record.
    UsageError
        Other records refer to it.

    """
    version = RecordVersionRow
    known = select(version.version).where(version.kind == key.kind, version.id == key.id).limit(1)
    if connection.scalar(known) is None:
        raise NotFoundError("There is no «{id}» in the registry", id=key.id)
    referring = sorted(set(_referring(connection, key)))
    if referring:
        named = ", ".join(referring[:_NAMED_AT_MOST])
        raise UsageError(
            "{count} records refer to «{id}» ({records}): change them first",
            count=len(referring),
            id=key.id,
            records=named if len(referring) <= _NAMED_AT_MOST else f"{named} …",
        )
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))  # else the file keeps what was deleted
    loading.remove_records(connection, [key])
    _forget(connection, key)
    number = connection.scalar(select(func.coalesce(func.max(PurgeLogRow.number), 0) + 1))
    connection.execute(
        insert(PurgeLogRow),
        {
            "number": number,
            "at": datetime.now(UTC),
            "who": authorship.who,
            "why": authorship.why,
            "kind": key.kind,
            "id": key.id,
        },
    )
    counted = str(purges(connection) + 1)
    connection.execute(delete(StoreInfoRow).where(StoreInfoRow.key == _PURGES))
    connection.execute(insert(StoreInfoRow).values(key=_PURGES, value=counted))


def purges(connection: Connection) -> int:
    """Return how many records were removed for good, which anyone may know."""
    return int(connection.scalar(select(StoreInfoRow.value).where(StoreInfoRow.key == _PURGES)) or 0)


def _referring(connection: Connection, key: RecordKey) -> Iterator[str]:
    if key.kind is RecordKind.POINT:
        return
    point, organisation, successor = ServicePointRow, OrganisationRow, OrganisationPredecessorRow
    yield from connection.scalars(select(point.id).where(point.organisation == key.id))
    yield from connection.scalars(select(organisation.id).where(organisation.parent == key.id))
    yield from connection.scalars(select(successor.organisation).where(successor.predecessor == key.id))


def _forget(connection: Connection, key: RecordKey) -> None:
    row, sealed, version = ImportRowRow, SealedVersionRow, RecordVersionRow
    runs = select(row.run).where(row.kind == key.kind, row.id == key.id)
    connection.execute(delete(ImportFileRow).where(ImportFileRow.run.in_(runs)))
    connection.execute(delete(row).where(row.kind == key.kind, row.id == key.id))
    connection.execute(delete(sealed).where(sealed.kind == key.kind, sealed.id == key.id))
    connection.execute(delete(version).where(version.kind == key.kind, version.id == key.id))
