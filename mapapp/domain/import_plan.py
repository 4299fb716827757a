"""What an import would do to the registry, record by record, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mapapp.domain.changes import Document, FieldDifference, RecordKey, RecordKind, StoredRecord, differences
from mapapp.domain.imports import SourceRow
from mapapp.domain.registry import LocationPolicy

_PLACE = ("hromada", "settlement")
_PLACED = ("point", "precision", "coordinates_source")


class Outcome(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ABSENT = "absent"
    """It came from this source once and is not in the file now."""


@dataclass(frozen=True, slots=True)
class GivenFields:
    """Which fields a file speaks of: what it leaves out stays as the registry has it."""

    organisation: frozenset[str]
    point: frozenset[str]
    offering: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """What becomes of one record: `after` is its whole new document, `rows` those of the file it is from."""

    key: RecordKey
    outcome: Outcome
    based_on: int
    after: Document
    differences: tuple[FieldDifference, ...] = ()
    rows: tuple[SourceRow, ...] = ()


def plan_records(
    read: Iterable[tuple[RecordKey, Document, tuple[SourceRow, ...]]],
    stored: Mapping[RecordKey, StoredRecord],
    given: GivenFields | None,
    source: str,
) -> tuple[PlannedRecord, ...]:
    """Return what becomes of every record read, and of every stored one of the source that was not read.

    `given` None is a file that speaks of every field. Absent records come last and are left as they are: it
    is for the caller to end them.
    """
    planned = [_planned(key, document, rows, stored.get(key), given) for key, document, rows in read]
    met = {record.key for record in planned}
    planned += [
        PlannedRecord(key, Outcome.ABSENT, record.version, record.document)
        for key, record in stored.items()
        if key not in met and (record.document.get("source") or {}).get("name") == source
    ]
    return tuple(planned)


def outcomes(planned: Iterable[PlannedRecord]) -> Counter[tuple[RecordKind, Outcome]]:
    """Count the records by kind and by what becomes of them."""
    return Counter((record.key.kind, record.outcome) for record in planned)


def _planned(
    key: RecordKey,
    document: Document,
    rows: tuple[SourceRow, ...],
    stored: StoredRecord | None,
    given: GivenFields | None,
) -> PlannedRecord:
    if stored is None:
        return PlannedRecord(key, Outcome.NEW, 0, document, differences(None, document), rows)
    after = document if given is None else _merged(key.kind, stored.document, document, given)
    after = _with_known_place(stored.document, after)
    if after == stored.document:
        return PlannedRecord(key, Outcome.UNCHANGED, stored.version, after, (), rows)
    changed = differences(stored.document, after)
    return PlannedRecord(key, Outcome.CHANGED, stored.version, after, changed, rows)


def _with_known_place(stored: Document, after: Document) -> Document:
    """Keep an exact place that the file does not tell: files for everyone never do.

    A point that becomes public, or says where it is now, has no use for the old place.
    """
    place = stored.get("confidential_place")
    is_public = after.get("location_policy") == LocationPolicy.PUBLIC
    if place is None or is_public or "confidential_place" in after:
        return after
    return {**after, "confidential_place": place}


def _merged(kind: RecordKind, stored: Document, read: Document, given: GivenFields) -> Document:
    if kind is RecordKind.ORGANISATION:
        return _with_given(stored, read, given.organisation)
    fields = given.point
    if not fields & set(_PLACED) and any(
        stored.get(unit) != read.get(unit) for unit in _PLACE if unit in fields
    ):
        # The file moves the point without saying where exactly: the old coordinates are of another place.
        fields = fields | {*_PLACE, *_PLACED}
    merged = _with_given(stored, read, fields)
    if given.offering:
        merged["offerings"] = [
            _merged_offering(offering, stored.get("offerings", ()), given.offering)
            for offering in read.get("offerings", ())
        ]
    return merged


def _merged_offering(read: Document, stored: Iterable[Document], given: frozenset[str]) -> Document:
    """Keep what the file does not speak of, as far as it is clear which stored offering is meant."""
    same_service = [offering for offering in stored if offering["service"] == read["service"]]
    return _with_given(same_service[0], read, given) if len(same_service) == 1 else read


def _with_given(stored: Document, read: Document, given: frozenset[str]) -> dict[str, Any]:
    kept = {field: value for field, value in stored.items() if field not in given}
    return kept | {field: value for field, value in read.items() if field in given}
