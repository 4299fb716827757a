"""The registry as a file to take away: which records, in which format, with what the reader may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from io import BytesIO

from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.registry import Organisation, Registry
from mapapp.domain.registry_questions import ExportFormat
from mapapp.domain.services import Service
from mapapp.files.hsds.writing import write_hsds_json
from mapapp.files.registry_writer import registry_lines
from mapapp.files.tabular.writing import EXPORT_FORMATS
from mapapp.storage.documents import organisation_of, point_of
from mapapp.storage.store import Store


def registry_part(store: Store, point_ids: Collection[str] | None = None) -> Registry:
    """Return the registry, or some of its points with the organisations around them.

    What the store's level of access may not read is not in it.
    """
    registry = store.registry
    if point_ids is None:
        return registry.registry()
    documents = registry.current([RecordKey(RecordKind.POINT, one) for one in point_ids])
    points = tuple(point_of(stored.document) for stored in documents.values())
    organisations = _with_relatives(store, {point.organisation for point in points})
    return Registry(organisations, points, frozenset())


def exported(
    registry: Registry,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    file_format: ExportFormat,
) -> bytes:
    """Return the registry as a file of the format."""
    stream = BytesIO()
    if file_format is ExportFormat.YAML:
        stream.writelines(f"{line}\n".encode() for line in registry_lines(registry, gazetteer))
    elif file_format is ExportFormat.HSDS:
        write_hsds_json(registry, gazetteer, services, stream)
    else:
        EXPORT_FORMATS[file_format.name.lower()].write(registry, stream)
    return stream.getvalue()


def _with_relatives(store: Store, ids: Collection[str]) -> tuple[Organisation, ...]:
    """Return the organisations with those they refer to: heads of branches and predecessors."""
    found: dict[str, Organisation] = {}
    wanted = set(ids)
    while wanted:
        keys = [RecordKey(RecordKind.ORGANISATION, one) for one in wanted]
        stored = store.registry.current(keys)
        read = {key.id: organisation_of(record.document) for key, record in stored.items()}
        found |= read
        named = {name for one in read.values() for name in (one.parent, *one.successor_of) if name}
        wanted = named - found.keys()
    return tuple(found[name] for name in sorted(found))
