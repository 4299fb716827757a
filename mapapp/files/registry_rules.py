"""What must hold between the records of a registry file, the country, the services and the hotlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mapapp.domain.errors import Fault
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import LocationPolicy, PointKind
from mapapp.domain.services import Hotline, Service
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.registry_record_rules import (
    judge_contract,
    judge_offering,
    judge_organisation,
    judge_point,
    require,
)
from mapapp.files.registry_values import Record, closest

_PLACE_FIELDS = (
    "coordinates",
    "precision",
    "coordinates_source",
    "settlement",
    "address",
    "address_parts",
    "stops",
)
"""What a point that is not disclosed does not say of itself."""


class RegistryRules:
    """Judges every record of a file; what does not hold goes to the file's report."""

    def __init__(
        self, country: GazetteerChecks, services: Mapping[str, Service], hotlines: Iterable[Hotline]
    ) -> None:
        self._country = country
        self._services = services
        self._hotlines = {_digits(hotline.number) for hotline in hotlines}
        self._organisations: Mapping[str, Record] = {}

    def judge(self, registry: Record) -> None:
        """Compare each record with the rest of the file and with the country."""
        for cell in registry.get("scope", ()):
            registry.fault(self._country.oblast(cell.value), "scope", cell.line)
        organisations = registry.get("organisations", ())
        points = registry.get("points", ())
        self._organisations = _by_unique_id(organisations)
        _by_unique_id(points)
        for organisation in organisations:
            self._judge_organisation(organisation)
        for point in points:
            self._judge_point(point)

    def _judge_organisation(self, organisation: Record) -> None:
        for cell in organisation.get("successor_of", ()):
            organisation.fault(self._unknown_organisation(cell.value), "successor_of", cell.line)
            if cell.value == organisation.get("id"):
                organisation.fault(
                    Fault("an organisation cannot be its own successor"), "successor_of", cell.line
                )
        if "parent" in organisation:
            organisation.fault(self._unknown_organisation(organisation.get("parent")), "parent")
            if organisation.get("parent") == organisation.get("id"):
                organisation.fault(Fault("an organisation cannot be its own head"), "parent")
        judge_organisation(organisation)
        self._judge_demo_phones(organisation, organisation)

    def _judge_point(self, point: Record) -> None:
        self._judge_owner(point)
        self._judge_disclosure(point)
        self._judge_units(point)
        if "coordinates" in point:
            require(point, "precision", Fault("coordinates need their precision: add it"))
        self._judge_coordinates(point)
        judge_point(point)
        for owner in (point, *point.get("contacts", ())):
            self._judge_demo_phones(owner, point)
        for stop in point.get("stops", ()):
            self._judge_stop(stop)
        self._judge_catchment(point, point)
        for offering in point.get("offerings", ()):
            self._judge_offering(offering, point)

    def _judge_owner(self, point: Record) -> None:
        if "organisation" not in point:
            return
        wanted = point.get("organisation")
        point.fault(self._unknown_organisation(wanted), "organisation")
        owner = self._organisations.get(wanted)
        if owner is not None and owner.get("demo", default=False) != point.get("demo", default=False):
            point.fault(
                Fault("a point and its organisation are demonstration records together, or neither is"),
                "demo",
            )

    def _unknown_organisation(self, wanted: str) -> Fault | None:
        if wanted in self._organisations:
            return None
        suggestion = closest(wanted, self._organisations)
        if suggestion is None:
            return Fault("no organisation «{id}» stands in this file", {"id": wanted})
        return Fault(
            "no organisation «{id}» stands in this file: did you mean «{suggestion}»?",
            {"id": wanted, "suggestion": suggestion},
        )

    def _judge_disclosure(self, point: Record) -> None:
        policy = point.get("location_policy", LocationPolicy.PUBLIC)
        if policy is LocationPolicy.PUBLIC:
            self._judge_public(point)
            return
        for field in _PLACE_FIELDS:
            if field in point:
                point.fault(
                    Fault("a confidential service point has no «{field}»: remove it", {"field": field}), field
                )
        self._judge_confidential_place(point)
        if policy is LocationPolicy.HROMADA_ONLY:
            require(point, "hromada", Fault("this location policy names the hromada: add it"))
            return
        require(point, "oblast", Fault("this location policy names the oblast: add it"))
        require(point, "phones", Fault("people reach a place that is not disclosed by phone: add one"))
        if "hromada" in point:
            point.fault(Fault("this location policy names the oblast only: remove the hromada"), "hromada")

    def _judge_confidential_place(self, point: Record) -> None:
        place: Record | None = point.get("confidential_place")
        if place is None or "hromada" not in place:
            return
        self._judge_units(place)
        self._judge_coordinates(place)
        hromada = place.get("hromada")
        if "oblast" in point and self._country.hromada(hromada) is None:
            place.fault(self._country.belongs(hromada, point.get("oblast")), "hromada")
        if "hromada" in point and point.get("hromada") != hromada:
            place.fault(Fault("this is not the hromada of the point itself: correct one of them"), "hromada")

    def _judge_public(self, point: Record) -> None:
        if "confidential_place" in point.written:
            point.fault(
                Fault("a public service point has no confidential place: remove it, or add location_policy"),
                "confidential_place",
            )
        require(point, "hromada", Fault("a public service point names its hromada: add it"))
        if "precision" in point and "coordinates" not in point.written:
            point.fault(Fault("precision speaks of coordinates: add them, or remove it"), "precision")
        if "location_policy" not in point.written and self._is_sensitive(point):
            point.fault(
                Fault("such places are not disclosed unless their provider decides so: add location_policy")
            )

    def _is_sensitive(self, point: Record) -> bool:
        slugs = (offering.get("service") for offering in point.get("offerings", ()))
        offered = (self._services[slug] for slug in slugs if slug in self._services)
        return point.get("kind") is PointKind.CRISIS_ROOM or any(one.is_confidential for one in offered)

    def _judge_units(self, point: Record) -> None:
        for field, check in (
            ("oblast", self._country.oblast),
            ("hromada", self._country.hromada),
            ("settlement", self._country.settlement),
            ("relocated_from", self._country.hromada),
        ):
            if field in point:
                point.fault(check(point.get(field)), field)
        for field in ("oblast", "hromada"):
            if field in point and self._country.is_fully_occupied(point.get(field)):
                point.fault(self._occupied(point.get(field)), field)
        if "oblast" in point and "hromada" in point:
            point.fault(self._country.belongs(point.get("hromada"), point.get("oblast")), "oblast")
        if "settlement" in point:
            self._judge_settlement(point, point.get("settlement"), point.get("hromada"))

    def _judge_settlement(self, point: Record, settlement: Katottg, hromada: Katottg | None) -> None:
        if hromada is not None and self._country.settlement(settlement) is None:
            point.fault(self._country.belongs(settlement, hromada), "settlement")
        if self._country.is_occupied_settlement(settlement):
            point.fault(self._occupied(settlement), "settlement")

    def _occupied(self, place: Katottg) -> Fault:
        return Fault(
            "{name} is temporarily occupied: say where the provider works now and what it is relocated_from",
            {"name": self._country.name(place)},
        )

    def _judge_coordinates(self, point: Record) -> None:
        coordinates: Record | None = point.get("coordinates")
        if coordinates is None:
            return
        if "lat" not in coordinates or "lon" not in coordinates:
            return
        lon, lat = coordinates.get("lon"), coordinates.get("lat")
        fault = self._country.position(lon, lat)
        hromada = point.get("hromada")
        if fault is None and hromada is not None and self._country.hromada(hromada) is None:
            fault = self._country.inside(LonLat(lon=lon, lat=lat), hromada)
        point.fault(fault, "coordinates")

    def _judge_stop(self, stop: Record) -> None:
        if "settlement" not in stop:
            return
        place = stop.get("settlement")
        stop.fault(self._country.settlement(place), "settlement")
        if self._country.is_occupied_settlement(place):
            stop.fault(self._occupied(place), "settlement")

    def _judge_demo_phones(self, owner: Record, record: Record) -> None:
        if not record.get("demo"):
            return
        for cell in owner.get("phones", ()):
            if cell.value is not None and _digits(cell.value.written) not in self._hotlines:
                owner.fault(
                    Fault(
                        "{phone} is not a public hotline: a demonstration record shows no other phone",
                        {"phone": cell.value.written},
                    ),
                    "phones",
                    cell.line,
                )

    def _judge_offering(self, offering: Record, point: Record) -> None:
        if "service" in offering:
            offering.fault(self._unknown_service(offering.get("service")), "service")
        judge_offering(offering)
        self._judge_catchment(offering, point)
        if "places" not in {*offering.written, *point.written}:
            offering.fault(Fault("this service is given nowhere: add places here or to the point"))
        if not {"catchment", "hromada"} & {*offering.written, *point.written}:
            offering.fault(Fault("this service reaches nobody: add catchment here or to the point"))

    def _unknown_service(self, slug: str) -> Fault | None:
        if slug in self._services:
            return None
        suggestion = closest(slug, self._services)
        if suggestion is None:
            return Fault("no service is called «{service}»", {"service": slug})
        return Fault(
            "no service is called «{service}»: did you mean «{suggestion}»?",
            {"service": slug, "suggestion": suggestion},
        )

    def _judge_catchment(self, owner: Record, point: Record) -> None:
        lines: dict[tuple[object, ...], int] = {}
        for entry in owner.get("catchment", ()):
            self._judge_area(entry, point.get("relocated_from"))
            judge_contract(entry)
            terms = tuple(entry.get(field) for field in ("area", "basis", "start", "end"))
            if terms in lines:
                entry.fault(
                    Fault("this area stands on line {first_line} already", {"first_line": lines[terms]})
                )
            lines[terms] = entry.line

    def _judge_area(self, entry: Record, relocated_from: Katottg | None) -> None:
        area = entry.get("area")
        if area is None or area == NATION:
            return
        entry.fault(self._country.area(area), "area")
        if area != relocated_from and self._country.is_fully_occupied(area):
            entry.fault(
                Fault(
                    "{name} is temporarily occupied: only a provider relocated_from it can name it as served",
                    {"name": self._country.name(area)},
                ),
                "area",
            )


def _by_unique_id(records: Sequence[Record]) -> dict[str, Record]:
    """Return the records by id, the first of each; later ones with the same id are faults."""
    found: dict[str, Record] = {}
    for record in records:
        if "id" not in record:
            continue
        first = found.setdefault(record.get("id"), record)
        if first is not record:
            values: dict[str, object] = {"id": record.get("id"), "first_line": first.cells["id"].line}
            record.fault(
                Fault("id «{id}» stands on line {first_line} already: give each its own", values), "id"
            )
    return found


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
