"""Reads HSDS 3.1 as records: what we wrote exactly, what others wrote as far as it is clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from mapapp.domain.changes import Record
from mapapp.domain.errors import Fault, msgid
from mapapp.domain.imports import ImportContext, ImportedRecord, ReadRecords, SourceRow
from mapapp.domain.progress import Progress
from mapapp.domain.registry import Organisation, ServicePoint
from mapapp.files.hsds import organisations, points
from mapapp.files.hsds.foreign import ForeignReader
from mapapp.files.hsds.judging import Judge
from mapapp.files.hsds.services import NO_OFFERING, read_own_offering
from mapapp.files.hsds.source_file import Objects, read_objects
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said
from mapapp.files.registry_values import Refusal

_STEP: Final = msgid("Reading the records of the file")
_MOST_VALUE_SIGNS: Final = 1000


def read_hsds(
    source: BinaryIO | Path, file_name: str, context: ImportContext, progress: Progress
) -> ReadRecords:
    """Return the organisations and service points of an HSDS file.

    Records that mapapp wrote keep their ids and sources. Those of others get `context.source` and their id
    there. A row is an organisation or a location with its services, numbered from 1 in the file's order,
    organisations first; the column of a fault is the path of the field.

    Raises
    ------
    UsageError
        The file is neither JSON nor a ZIP of tables of HSDS, damaged or too large.

    """
    return _Reading(read_objects(source, file_name), file_name, context).read(progress)


@dataclass(slots=True)
class _Findings:
    records: list[ImportedRecord] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    faulty_rows: set[int] = field(default_factory=set)


class _Reading:
    def __init__(self, objects: Objects, file_name: str, context: ImportContext) -> None:
        self._objects = objects
        self._file = file_name
        self._found = _Findings()
        self._context = context
        self._foreign = ForeignReader(context)
        self._organisations: dict[str, Organisation | None] = {}
        self._ours = {organisations.organisation_id(own): own for own in context.organisations}
        self._services_at = _services_by_location(objects)
        self._judge = Judge(context, {self._id_of(one) for one in objects.organizations.values()})

    def read(self, progress: Progress) -> ReadRecords:
        total = len(self._objects.organizations) + len(self._objects.locations)
        number = 0
        for key, entity in self._objects.organizations.items():
            number += 1
            self._organisations[key] = self._take(number, entity, (), self._organisation(entity))
            progress(_STEP, number, total)
        for key, entity in self._objects.locations.items():
            number += 1
            services = self._services_at.get(key, [])
            self._take(number, entity, services, self._point(entity, services))
            progress(_STEP, number, total)
        self._note_services_without_location()
        found = self._found
        return ReadRecords(
            records=tuple(found.records),
            faults=tuple(found.faults),
            notes=tuple(found.notes),
            rows=total,
            faulty_rows=frozenset(found.faulty_rows),
        )

    def _take(
        self, number: int, entity: Entity, services: Any, make: Callable[[list[Fault], list[Fault]], Any]
    ) -> Any:
        """Keep the record that is made of a row, or its faults."""
        faults: list[Fault] = []
        notes: list[Fault] = []
        record: Record | None = None
        try:
            record = make(faults, notes)
        except Refusal as refusal:
            faults.append(refusal.fault)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            name = str(entity.get("name") or entity["id"])
            faults.append(
                Fault(
                    "«{value}» does not hold together: {problem}",
                    {"value": name[:_MOST_VALUE_SIGNS], "problem": _problem(error)},
                )
            )
        if record is not None and not faults:
            faults += self._judge.faults(record)
        self._found.faults += (self._placed(fault, number) for fault in faults)
        self._found.notes += (self._placed(note, number) for note in notes)
        if faults:
            self._found.faulty_rows.add(number)
            return None
        if record is not None:
            row = SourceRow(number, dict(_values(entity, services)))
            self._found.records.append(ImportedRecord(record, (row,)))
        return record

    def _id_of(self, organization: Entity) -> str:
        return organisations.own_id_of(organization) or self._foreign.organisation_id(organization)

    def _placed(self, fault: Fault, number: int) -> Fault:
        return replace(fault, file=self._file, line=number)

    def _organisation(self, entity: Entity) -> Callable[[list[Fault], list[Fault]], Organisation]:
        def make(faults: list[Fault], notes: list[Fault]) -> Organisation:
            if organisations.own_id_of(entity):
                return organisations.read_own_organisation(entity)
            return self._foreign.organisation(entity, faults, notes)

        return make

    def _point(
        self, entity: Entity, services: list[Entity]
    ) -> Callable[[list[Fault], list[Fault]], ServicePoint | None]:
        def make(faults: list[Fault], notes: list[Fault]) -> ServicePoint | None:
            owner = self._owner(entity, services)
            if points.own_id_of(entity):
                offered = (one for one in services if not Said(one).fact(NO_OFFERING))
                return points.read_own_point(entity, owner, tuple(map(read_own_offering, offered)))
            organisation = self._known_organisation(owner)
            return self._foreign.point(entity, services, organisation, faults, notes)

        return make

    def _owner(self, location: Entity, services: list[Entity]) -> str:
        """Return our id of the organisation that a location belongs to."""
        wanted = [location.get("organization_id"), *(one.get("organization_id") for one in services)]
        for key in (str(one) for one in wanted if one):
            if key in self._organisations:
                organisation = self._organisations[key]
                if organisation is None:
                    raise Refusal(Fault("its organisation has faults of its own: mend them first"))
                return organisation.id
            if key in self._ours:
                return self._ours[key]
        if self._context.default_organisation is not None:
            return self._context.default_organisation
        raise Refusal(Fault("no organisation in the file is said to work here: add organization_id"))

    def _known_organisation(self, own: str) -> Organisation | None:
        read = (one for one in self._organisations.values() if one is not None and one.id == own)
        return next(read, self._context.organisations.get(own))

    def _note_services_without_location(self) -> None:
        placed = {str(one["id"]) for services in self._services_at.values() for one in services}
        for key, service in self._objects.services.items():
            if key not in placed and not Said(service).fact(NO_OFFERING):
                note = Fault(
                    "service «{service}» is given at no location of the file: it was left out",
                    {"service": str(service.get("name", key)), "value": key},
                    column="service_at_locations",
                )
                self._found.notes.append(replace(note, file=self._file))


def _services_by_location(objects: Objects) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for service in objects.services.values():
        for link in service.get("service_at_locations") or ():
            found.setdefault(str(link.get("location_id")), []).append(
                {**service, "service_at_locations": [link]}
            )
    return found


def _problem(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} ?"
    return str(error)


def _values(entity: Entity, services: Any) -> Iterator[tuple[str, str]]:
    """Yield every value as written, by its path."""
    yield from _flat("", entity)
    for number, service in enumerate(services):
        yield from _flat(f"services[{number}].", service)


def _flat(path: str, entity: Entity) -> Iterator[tuple[str, str]]:
    for name, value in entity.items():
        if isinstance(value, dict):
            yield from _flat(f"{path}{name}.", value)
        elif isinstance(value, list):
            for number, one in enumerate(value):
                yield from _flat(f"{path}{name}[{number}].", one)
        else:
            yield f"{path}{name}", str(value)
