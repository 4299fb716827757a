"""Whether a record read from HSDS is right for the country and the services, and what would be right."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mapapp.domain.errors import Fault
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import Organisation, ServicePoint
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.registry_values import closest


class Judge:
    """Compares points with the gazetteer, the services and the organisations of the file and the registry."""

    def __init__(self, context: ImportContext, organisations: Collection[str]) -> None:
        self._country = GazetteerChecks(context.gazetteer, context.locate)
        self._services = context.services
        self._organisations = {*context.organisations, *organisations}

    def faults(self, record: Organisation | ServicePoint) -> Iterator[Fault]:
        """Yield what is wrong, each with the field of HSDS it is of."""
        if isinstance(record, Organisation):
            yield from self._relations(record)
        else:
            yield from self._units(record)
            yield from self._offerings(record)
            yield from self._position(record)

    def _relations(self, organisation: Organisation) -> Iterator[Fault]:
        for field, wanted in (
            ("parent_organization_id", organisation.parent),
            *(("successor_of", one) for one in organisation.successor_of),
        ):
            if wanted is not None and wanted not in self._organisations:
                yield Fault(
                    "no organisation «{id}» stands in this file or in the registry",
                    {"id": wanted, "value": wanted},
                    column=field,
                )

    def _units(self, point: ServicePoint) -> Iterator[Fault]:
        checks = (
            (self._country.oblast, point.oblast),
            (self._country.hromada, point.hromada),
            (self._country.settlement, point.settlement),
            (self._country.hromada, point.relocated_from),
        )
        found = [fault for check, code in checks if code is not None and (fault := check(code)) is not None]
        if not found:
            pairs = ((point.hromada, point.oblast), (point.settlement, point.hromada))
            found = [
                fault
                for part, whole in pairs
                if part is not None and whole is not None and (fault := self._country.belongs(part, whole))
            ]
            found += self._occupied(point)
        yield from (_at(fault, "addresses") for fault in found)

    def _occupied(self, point: ServicePoint) -> Iterator[Fault]:
        place: Katottg | None = point.hromada
        is_occupied = place is not None and self._country.is_fully_occupied(place)
        if point.settlement is not None and self._country.is_occupied_settlement(point.settlement):
            place, is_occupied = point.settlement, True
        if place is not None and is_occupied:
            yield Fault(
                "{name} is temporarily occupied: say where the provider works now and what it is "
                "relocated_from",
                {"name": self._country.name(place)},
            )

    def _offerings(self, point: ServicePoint) -> Iterator[Fault]:
        for number, offering in enumerate(point.offerings):
            if offering.service not in self._services:
                yield _at(self._unknown_service(offering.service), f"services[{number}].name")
            for place, area in enumerate(offering.catchment):
                fault = None if area.area == NATION else self._country.area(Katottg(area.area))
                if fault is not None:
                    yield _at(fault, f"services[{number}].service_areas[{place}].extent")
                elif self._is_lost(area.area, point):
                    yield Fault(
                        "{name} is temporarily occupied: only a provider relocated_from it can name it as "
                        "served",
                        {"name": self._country.name(Katottg(area.area)), "value": area.area},
                        column=f"services[{number}].service_areas[{place}].extent",
                    )

    def _is_lost(self, area: str, point: ServicePoint) -> bool:
        """Tell whether the area is occupied and not the one the provider left."""
        if area in {NATION, point.relocated_from}:
            return False
        return self._country.is_fully_occupied(Katottg(area))

    def _unknown_service(self, slug: str) -> Fault:
        suggestion = closest(slug, self._services)
        if suggestion is None:
            return Fault("no service is called «{service}»", {"service": slug})
        return Fault(
            "no service is called «{service}»: did you mean «{suggestion}»?",
            {"service": slug, "suggestion": suggestion},
        )

    def _position(self, point: ServicePoint) -> Iterator[Fault]:
        if point.point is None:
            return
        fault = self._country.position(point.point.lon, point.point.lat)
        if fault is None and point.hromada is not None and self._country.hromada(point.hromada) is None:
            fault = self._country.inside(point.point, point.hromada)
        if fault is not None:
            yield _at(fault, "latitude")


def _at(fault: Fault, column: str) -> Fault:
    return Fault(fault.message, fault.values, column=column)
