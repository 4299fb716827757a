"""How the versions of records are read and written: the documents behind the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, insert, select, update

from mapapp.domain.changes import (
    Authorship,
    Change,
    ChangeKind,
    Document,
    Record,
    RecordConflict,
    RecordKey,
    RecordKind,
    StoredRecord,
    differences,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.progress import Progress
from mapapp.domain.registry import ServicePoint
from mapapp.storage.bulk import insert_values
from mapapp.storage.columns import PlainJson
from mapapp.storage.documents import document_of, point_of, record_of
from mapapp.storage.history_schema import (
    ChangeNoteRow,
    RecordVersionRow,
    RegistryChangeRow,
    SealedVersionRow,
)
from mapapp.storage.reading import fetched, streamed
from mapapp.storage.sealing import sealed_half, tells_too_much

_KEYS_AT_ONCE = 5_000
_OF_SAME_VERSION = and_(
    SealedVersionRow.kind == RecordVersionRow.kind,
    SealedVersionRow.id == RecordVersionRow.id,
    SealedVersionRow.version == RecordVersionRow.version,
)
_IS_CURRENT = RecordVersionRow.replaced_by.is_(None)


class KeptVersion(NamedTuple):
    """A version as the tables hold it; `whole` is None where the public half is all there is."""

    version: int
    public: Document | None
    whole: Document | None

    @property
    def document(self) -> Document | None:
        """The whole record, None of one withdrawn."""
        return self.public if self.whole is None else self.whole


class Draft(NamedTuple):
    """What a record is to become, as its next version; both documents None withdraw it."""

    key: RecordKey
    version: int
    after: Record | None
    public: Document | None
    whole: Document | None
    """None where the public half is all there is."""


def draft(key: RecordKey, found: KeptVersion | None, after: Record | None) -> Draft | None:
    """Return what a record is to become, None where it already is so."""
    kept = found or KeptVersion(0, None, None)
    made = drafted(key, kept.version, after, None if after is None else document_of(after))
    return None if (made.public, made.whole) == (kept.public, kept.whole) else made


def drafted(key: RecordKey, found: int, after: Record | None, whole: Document | None) -> Draft:
    """Return the record as the version after the one found; `whole` is its document."""
    if whole is None or "confidential_place" not in whole:
        return Draft(key, found + 1, after, whole, None)
    public = {field: value for field, value in whole.items() if field != "confidential_place"}
    return Draft(key, found + 1, after, public, whole)


# What is read


def current_versions(
    connection: Connection, keys: Collection[RecordKey] | None = None
) -> dict[RecordKey, KeptVersion]:
    """Return both halves of every current version, those of withdrawn records too; for writers."""
    version, sealed = RecordVersionRow, SealedVersionRow
    wanted = (
        select(version.kind, version.id, version.version, version.document, sealed.document.label("whole"))
        .outerjoin(sealed, _OF_SAME_VERSION)
        .where(_IS_CURRENT)
    )
    found = (row for part in _of(wanted, keys) for row in fetched(connection, part))
    return {RecordKey(row.kind, row.id): KeptVersion(row.version, row.document, row.whole) for row in found}


def stored_records(
    connection: Connection, keys: Collection[RecordKey] | None = None, *, sealed: bool
) -> dict[RecordKey, StoredRecord]:
    """Return the current documents of the records, the sealed ones where they may be read."""
    wanted = documents(sealed=sealed).where(_IS_CURRENT, RecordVersionRow.document.is_not(None))
    found = (row for part in _of(wanted, keys) for row in fetched(connection, part))
    return {RecordKey(row.kind, row.id): StoredRecord(row.version, row.document) for row in found}


def records_as_of(connection: Connection, change: int, *, sealed: bool) -> Iterator[Record]:
    """Yield the records as a change left the registry, by kind and id."""
    version = RecordVersionRow
    wanted = documents(sealed=sealed).where(*_as_of(change), version.document.is_not(None))
    for row in fetched(connection, wanted.order_by(version.kind, version.id)):
        yield record_of(row.kind, row.document)


def points_as_of(
    connection: Connection, change: int, ids: Collection[str] | None = None
) -> Iterator[ServicePoint]:
    """Yield the public halves of the points as a change left them: all, or those with these ids."""
    version = RecordVersionRow
    wanted = documents(sealed=False).where(
        *_as_of(change), version.kind == RecordKind.POINT, version.document.is_not(None)
    )
    keys = None if ids is None else [RecordKey(RecordKind.POINT, record_id) for record_id in ids]
    for row in (row for part in _of(wanted, keys) for row in streamed(connection, part)):
        yield point_of(row.document)


def changed_points(connection: Connection, after: int, until: int) -> dict[str, ServicePoint | None]:
    """Return what became of the points that changes after one and until another touched, public halves."""
    version = RecordVersionRow
    wanted = documents(sealed=False).where(
        *_as_of(until), version.change > after, version.kind == RecordKind.POINT
    )
    found = fetched(connection, wanted)
    return {row.id: None if row.document is None else point_of(row.document) for row in found}


def _as_of(change: int) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a version was the latest when the change had been made."""
    version = RecordVersionRow
    return version.change <= change, version.replaced_by.is_(None) | (version.replaced_by > change)


def documents(*, sealed: bool) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads documents of versions, the sealed ones where they may be read."""
    version = RecordVersionRow
    columns = (version.kind, version.id, version.version, version.change)
    if not sealed:
        return select(*columns, version.document)
    whole = func.coalesce(SealedVersionRow.document, version.document, type_=PlainJson())
    return select(*columns, whole.label("document")).outerjoin(SealedVersionRow, _OF_SAME_VERSION)


def _of(
    wanted: Select[*tuple[Any, ...]], keys: Collection[RecordKey] | None
) -> Iterator[Select[*tuple[Any, ...]]]:
    """Yield the statement for some of the keys at a time: databases limit how many values one may have."""
    if keys is None:
        yield wanted
        return
    for kind, ids in _parts(keys):
        yield wanted.where(RecordVersionRow.kind == kind, RecordVersionRow.id.in_(ids))


def _parts(keys: Iterable[RecordKey]) -> Iterator[tuple[RecordKind, list[str]]]:
    by_kind: dict[RecordKind, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, []).append(key.id)
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), _KEYS_AT_ONCE):
            yield kind, ids[start : start + _KEYS_AT_ONCE]


def conflicts(
    connection: Connection, seen: Mapping[RecordKey, int], found: Mapping[RecordKey, KeptVersion]
) -> Iterator[RecordConflict]:
    """Yield what others changed in each record since the version somebody saw."""
    was: dict[RecordKey, Document] = {}
    for row in (row for part in _of(documents(sealed=True), seen) for row in fetched(connection, part)):
        if row.document is not None and row.version == seen[RecordKey(row.kind, row.id)]:
            was[RecordKey(row.kind, row.id)] = row.document
    for key, version in seen.items():
        now = found.get(key, KeptVersion(0, None, None))
        halves = in_field_order(key.kind, was.get(key)), in_field_order(key.kind, now.document)
        yield RecordConflict(key, version, now.version, differences(*halves))


def in_field_order(kind: RecordKind, document: Document | None) -> Document | None:
    """Return the document with its fields in the order of the model; JSONB keeps none."""
    return None if document is None else document_of(record_of(kind, document))


# What is written


def next_change(
    connection: Connection,
    kind: ChangeKind,
    authorship: Authorship,
    *,
    records: int,
    undoes: int | None = None,
    scope: frozenset[Katottg] | None = None,
    import_run: int | None = None,
) -> Change:
    """Write the next change and return it; its moment is later than that of any before it."""
    row = RegistryChangeRow
    last = connection.execute(select(row.number, row.at).order_by(row.number.desc()).limit(1)).one_or_none()
    now = datetime.now(UTC)
    at = now if last is None else max(now, last.at + timedelta(microseconds=1))
    number = 1 if last is None else last.number + 1
    kept_scope = None if scope is None else tuple(sorted(scope))
    connection.execute(
        insert(row),
        {"number": number, "at": at, "kind": kind, "records": records, "undoes": undoes, "scope": kept_scope},
    )
    note = {"number": number, "who": authorship.who, "why": authorship.why, "import_run": import_run}
    connection.execute(insert(ChangeNoteRow), note)
    return Change(number, at, kind, records, authorship.who, authorship.why, undoes, import_run)


def write_versions(
    connection: Connection, change: int, drafts: Sequence[Draft], step: str, progress: Progress
) -> None:
    """Write the next version of every record; seal what earlier ones tell of a place now confidential."""
    replaced = [draft.key for draft in drafts if draft.version > 1]
    for kind, ids in _parts(replaced):
        row = RecordVersionRow
        of_these = update(row).where(row.kind == kind, row.id.in_(ids), _IS_CURRENT)
        connection.execute(of_these.values(replaced_by=change))
    made = (_version(change, draft) for draft in drafts)
    insert_values(connection, RecordVersionRow.__table__, made, step, progress)
    insert_values(connection, SealedVersionRow.__table__, _sealed(drafts))
    _seal_earlier(
        connection, [draft for draft in drafts if draft.version > 1 and _is_confidential(draft.public)]
    )


def _version(change: int, draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.key.kind,
        "id": draft.key.id,
        "version": draft.version,
        "change": change,
        "replaced_by": None,
        "document": draft.public,
    }


def _sealed(drafts: Iterable[Draft]) -> Iterator[dict[str, Any]]:
    for draft in drafts:
        if draft.whole is not None:
            kind, record_id = draft.key
            yield {"kind": kind, "id": record_id, "version": draft.version, "document": draft.whole}


def _is_confidential(document: Document | None) -> bool:
    return document is not None and document.get("location_policy", "public") != "public"


def _seal_earlier(connection: Connection, drafts: Sequence[Draft]) -> None:
    """Move what earlier versions tell of the place from where the public reads to where it cannot."""
    now = {draft.key: (draft.version, draft.public) for draft in drafts if draft.public is not None}
    version, sealed = RecordVersionRow, SealedVersionRow
    wanted = (
        select(version.kind, version.id, version.version, version.document, sealed.version.label("is_sealed"))
        .outerjoin(sealed, _OF_SAME_VERSION)
        .where(version.document.is_not(None))
    )
    moved, halves = [], []
    for row in (row for part in _of(wanted, now) for row in fetched(connection, part)):
        current, told_now = now[RecordKey(row.kind, row.id)]
        if row.version == current or not tells_too_much(row.document, told_now):
            continue
        which = {"kind": row.kind, "id": row.id, "version": row.version}
        if row.is_sealed is None:
            moved.append({**which, "document": row.document})
        halves.append({f"of_{name}": value for name, value in which.items()})
        halves[-1]["half"] = sealed_half(row.document, told_now)
    if halves:
        insert_values(connection, SealedVersionRow.__table__, moved)
        connection.execute(_REWRITE, halves)


_REWRITE = (
    update(RecordVersionRow)
    .where(
        RecordVersionRow.kind == bindparam("of_kind"),
        RecordVersionRow.id == bindparam("of_id"),
        RecordVersionRow.version == bindparam("of_version"),
    )
    .values(document=bindparam("half"))
)
