"""How one change of the registry is made, inside its transaction: rows and documents together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, select
from sqlalchemy.orm import aliased

from mapapp.domain.changes import (
    Authorship,
    Change,
    ChangeKind,
    ConflictError,
    Record,
    RecordChange,
    RecordKey,
    RecordKind,
    record_key,
)
from mapapp.domain.errors import NotFoundError, UsageError, msgid
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.registry import Organisation, ServicePoint
from mapapp.storage import loading, merging, versions
from mapapp.storage.columns import PlainJson
from mapapp.storage.documents import record_of
from mapapp.storage.history_schema import RecordVersionRow, RegistryChangeRow, SealedVersionRow
from mapapp.storage.reading import fetched
from mapapp.storage.schema import OrganisationRow, RegistryScopeRow, ServicePointRow
from mapapp.storage.versions import Draft


class CurrentRecord(NamedTuple):
    """A record and the number of its version, which a change of it is based on."""

    record: Record
    version: int


def drafts_of_changes(connection: Connection, changes: Sequence[RecordChange]) -> list[Draft]:
    """Return what the changes make of the records; raise ConflictError where others were first."""
    wanted = {change.key: change for change in changes}
    if len(wanted) < len(changes):
        raise UsageError("A change names each record once: «{id}» stands in it twice", id=_twice(changes))
    found = versions.current_versions(connection, wanted)
    outdated = {
        key: change.based_on
        for key, change in wanted.items()
        if not _is_based_on(change.based_on, found.get(key))
    }
    if outdated:
        raise ConflictError(tuple(versions.conflicts(connection, outdated, found)))
    return drafts(found, {key: change.after for key, change in wanted.items()})


def _is_based_on(version: int, found: versions.KeptVersion | None) -> bool:
    """Tell whether a writer saw the record as it is; one that was withdrawn looks like one that never was."""
    if found is None or (found.document is None and version == 0):
        return version == 0
    return version == found.version


def _twice(changes: Iterable[RecordChange]) -> str:
    counted = Counter(change.key for change in changes)
    return counted.most_common(1)[0][0].id


def drafts_of_records(connection: Connection, records: Iterable[Record]) -> list[Draft]:
    """Return what the records are to become, whatever they are now."""
    wanted = {record_key(record): record for record in records}
    found = versions.current_versions(connection, wanted)
    return drafts(found, wanted)


def drafts(
    found: Mapping[RecordKey, versions.KeptVersion], wanted: Mapping[RecordKey, Record | None]
) -> list[Draft]:
    """Return what the records are to become, those left out that already are so."""
    made = (versions.draft(key, found.get(key), record) for key, record in wanted.items())
    return [draft for draft in made if draft is not None]


def write(
    connection: Connection,
    drafts: Sequence[Draft],
    authorship: Authorship,
    *,
    kind: ChangeKind,
    undoes: int | None = None,
    scope: frozenset[Katottg] | None = None,
    import_run: int | None = None,
    progress: Progress = no_progress,
) -> Change:
    """Write the rows and the documents of what changes."""
    _write_rows(connection, drafts, progress)
    if scope is not None:
        connection.execute(delete(RegistryScopeRow))
        if scope:
            connection.execute(insert(RegistryScopeRow), [{"oblast": oblast} for oblast in sorted(scope)])
    return keep_versions(
        connection,
        drafts,
        authorship,
        kind=kind,
        undoes=undoes,
        scope=scope,
        import_run=import_run,
        progress=progress,
    )


def _write_rows(connection: Connection, drafts: Sequence[Draft], progress: Progress) -> None:
    after = [draft.after for draft in drafts]
    organisations = [record for record in after if isinstance(record, Organisation)]
    points = [record for record in after if isinstance(record, ServicePoint)]
    withdrawn = [draft.key for draft in drafts if draft.after is None]
    # Points go before what is written, which may be known by their source id; organisations after it, for
    # points may just have moved away from them.
    loading.remove_records(connection, [key for key in withdrawn if key.kind is RecordKind.POINT])
    loading.write_records(connection, organisations, points, progress)
    loading.remove_records(connection, [key for key in withdrawn if key.kind is RecordKind.ORGANISATION])


def keep_versions(
    connection: Connection,
    drafts: Sequence[Draft],
    authorship: Authorship,
    *,
    kind: ChangeKind,
    undoes: int | None = None,
    scope: frozenset[Katottg] | None = None,
    import_run: int | None = None,
    progress: Progress = no_progress,
) -> Change:
    """Write the change and the documents."""
    change = versions.next_change(
        connection,
        kind,
        authorship,
        records=len(drafts),
        undoes=undoes,
        scope=scope,
        import_run=import_run,
    )
    versions.write_versions(connection, change.number, drafts, msgid("Writing the history"), progress)
    return change


def current_record(connection: Connection, key: RecordKey, *, sealed: bool) -> CurrentRecord:
    """Return a record and its version; raise NotFoundError where there is none, or it was withdrawn."""
    (current,) = _current_records(connection, [key], sealed=sealed)
    return current


def _current_records(
    connection: Connection, keys: Sequence[RecordKey], *, sealed: bool = True
) -> list[CurrentRecord]:
    stored = versions.stored_records(connection, keys, sealed=sealed)
    for key in keys:
        if key not in stored:
            raise NotFoundError("There is no «{id}» in the registry", id=key.id)
    return [CurrentRecord(record_of(key.kind, stored[key].document), stored[key].version) for key in keys]


def points_of(connection: Connection, organisations: Sequence[str]) -> list[Any]:
    """Return the service points of the organisations, by id."""
    of_them = select(ServicePointRow.id).where(ServicePointRow.organisation.in_(organisations))
    ids = connection.scalars(of_them.order_by(ServicePointRow.id))
    return _all(connection, RecordKind.POINT, ids)


def _all(connection: Connection, kind: RecordKind, ids: Iterable[str]) -> list[Any]:
    keys = [RecordKey(kind, record_id) for record_id in ids]
    return [current.record for current in _current_records(connection, keys)]


def merged(
    connection: Connection, keep: RecordKey, duplicates: Sequence[RecordKey], last_day: date
) -> Iterator[Record]:
    """Return what the records become when the duplicates end and the one kept takes over what is theirs."""
    kept, *others = _all(connection, keep.kind, [keep.id, *(key.id for key in duplicates)])
    if keep.kind is RecordKind.POINT:
        return merging.merged_points(kept, others, last_day)
    gone = [key.id for key in duplicates]
    theirs = select(OrganisationRow.id).where(OrganisationRow.parent.in_(gone)).order_by(OrganisationRow.id)
    branches = _all(connection, keep.kind, connection.scalars(theirs))
    return merging.merged_organisations(kept, others, branches, points_of(connection, gone), last_day)


def made_by(connection: Connection, change: int, only: RecordKey | None) -> list[Any]:
    """Return the versions a change made, each with the document before it, None where there was none."""
    made, before = RecordVersionRow, aliased(RecordVersionRow)
    sealed = aliased(SealedVersionRow)
    document = func.coalesce(sealed.document, before.document, type_=PlainJson())
    wanted = (
        select(made.kind, made.id, made.version, made.replaced_by, document.label("before"))
        .outerjoin(
            before, and_(before.kind == made.kind, before.id == made.id, before.version == made.version - 1)
        )
        .outerjoin(
            sealed,
            and_(sealed.kind == before.kind, sealed.id == before.id, sealed.version == before.version),
        )
        .where(made.change == change)
        .order_by(made.kind, made.id)
    )
    if only is not None:
        wanted = wanted.where(made.kind == only.kind, made.id == only.id)
    return fetched(connection, wanted)


def as_before(made: Any) -> Draft:
    """Return a record as it was before a version of it, from a row of `made_by`."""
    before = None if made.before is None else record_of(made.kind, made.before)
    return versions.drafted(RecordKey(made.kind, made.id), made.version, before, made.before)


def current_scope(connection: Connection) -> frozenset[Katottg]:
    """Return the oblasts the registry claims to describe fully."""
    return frozenset(map(Katottg, connection.scalars(select(RegistryScopeRow.oblast))))


def scope_as_of(connection: Connection, change: int) -> frozenset[Katottg]:
    """Return the oblasts the registry claimed to describe fully when a change had been made."""
    row = RegistryChangeRow
    kept = select(row.scope).where(row.number <= change, row.scope.is_not(None))
    scope = connection.scalar(kept.order_by(row.number.desc()).limit(1))
    return frozenset(map(Katottg, scope or ()))


def scope_before(connection: Connection, change: int) -> frozenset[Katottg] | None:
    """Return the scope a change replaced, None where it replaced none or another did so since."""
    row = RegistryChangeRow
    last = connection.scalar(select(func.max(row.number)).where(row.scope.is_not(None)))
    return scope_as_of(connection, change - 1) if last == change else None
