"""An offering of a point as an HSDS `service` at one location, and back.

One service for each offering, because HSDS hangs capacity and costs on the service alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    Offering,
    Payment,
    PlaceOfProvision,
    PointKind,
    ServicePoint,
    TargetGroup,
    Tariff,
    Term,
)
from mapapp.domain.services import Service
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.hsds.contacts import first_email, is_uri
from mapapp.files.hsds.facts import CAPACITY_FACTS, DAY, OFFERING_FACTS, read_facts, tell_facts
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said, fact, hsds_id, service_attribute, told, word_attribute

NO_OFFERING: Final = "no_offering"
"""The fact of a service that only carries its organisation or location: nothing of ours is offered by it."""
_PERSON: Final = "per_person"
_FAMILY: Final = "per_family"
_FOR: Final = {_PERSON: "за особу", _FAMILY: "за сім’ю"}
_NATION_NAME: Final = "Україна"
_DATES: Final = {"start": DAY, "end": DAY}


class ServiceWriter:
    """Makes the services of points."""

    def __init__(self, gazetteer: Gazetteer, services: Mapping[str, Service], today: date) -> None:
        self._names = GazetteerChecks(gazetteer)
        self._services = services
        self._today = today

    def services_of(self, point: ServicePoint, location: Entity) -> Iterator[Entity]:
        """Yield a service for each offering, pointing at the location."""
        for number, offering in enumerate(point.offerings):
            yield self._service(point, location, offering, number)

    def _service(self, point: ServicePoint, location: Entity, offering: Offering, number: int) -> Entity:
        own = hsds_id("offering", point.id, str(number))
        service = self._services.get(offering.service)
        application = "\n".join(filter(None, (point.referral_note, offering.conditions)))
        groups = [group for group in TargetGroup if group in offering.target_groups]
        fields: dict[str, Any] = {
            "alternate_name": "" if service is None else service.name_en,
            "url": point.website if is_uri(point.website) else "",
            **first_email(point.emails),
            "application_process": application,
            "fees_description": told(offering.payment),
            "eligibility_description": ", ".join(told(group) for group in groups),
            "minimum_age": offering.age_from,
            "maximum_age": offering.age_to,
            "assured_date": point.last_verified and point.last_verified.isoformat(),
            "alert": _alert(point),
            "service_areas": [self._area(area, own, place) for place, area in enumerate(offering.catchment)],
            "cost_options": list(_costs(offering, own)),
            "capacities": list(_capacities(offering, own)),
        }
        return {
            "id": own,
            "name": offering.service if service is None else service.name_uk,
            "status": self._status(point),
            **{name: value for name, value in fields.items() if value not in (None, "", [])},
            "service_at_locations": [{"id": hsds_id("service_at_location", own), "location": location}],
            "attributes": self._attributes(offering, own),
        }

    def carrier(self, own_id: str, name: str, location: Entity | None, *, is_active: bool) -> Entity:
        """Return a service that only carries what has no service: JSON nests everything in services."""
        own = hsds_id("carrier", own_id)
        places = (
            [] if location is None else [{"id": hsds_id("service_at_location", own), "location": location}]
        )
        return {
            "id": own,
            "name": name,
            "status": "active" if is_active else "inactive",
            **({"service_at_locations": places} if places else {}),
            "attributes": [fact(own, NO_OFFERING, "true")],
        }

    def _status(self, point: ServicePoint) -> str:
        if point.valid_to is not None and point.valid_to < self._today:
            return "defunct"
        is_closed = any(closure.holds_on(self._today) for closure in point.closures)
        return "temporarily closed" if is_closed or point.wartime.is_suspended else "active"

    def _area(self, area: CatchmentArea, owner: str, number: int) -> Entity:
        own = hsds_id("service_area", owner, str(number))
        name = _NATION_NAME if area.area == NATION else self._names.name(Katottg(area.area))
        return {
            "id": own,
            "name": name,
            "extent": str(area.area),
            "extent_type": "text",
            "attributes": [word_attribute(own, area.basis), *tell_facts(own, area, _DATES, "catchment.")],
        }

    def _attributes(self, offering: Offering, own: str) -> list[Entity]:
        return [
            service_attribute(own, offering.service, self._services),
            word_attribute(own, offering.payment),
            *(word_attribute(own, group) for group in TargetGroup if group in offering.target_groups),
            *(word_attribute(own, place) for place in PlaceOfProvision if place in offering.places),
            *(word_attribute(own, term) for term in Term if term in offering.terms),
            *tell_facts(own, offering, OFFERING_FACTS),
            *_capacity_facts(offering, own),
        ]


def is_carried_as_active(point: ServicePoint) -> bool:
    """Tell whether a point without offerings works all the same: an administrative one does."""
    return point.kind is PointKind.ADMINISTRATIVE_SERVICE_POINT


def _alert(point: ServicePoint) -> str:
    if not point.wartime.is_suspended:
        return ""
    until = point.wartime.suspended_until
    return "Роботу призупинено" if until is None else f"Роботу призупинено до {until:%d.%m.%Y} включно"


def _has_capacity(offering: Offering) -> bool:
    """Tell whether HSDS can hold the capacity: it requires the vacant number and when that was true."""
    return offering.vacant is not None and offering.capacity_as_of is not None


def _capacities(offering: Offering, owner: str) -> Iterator[Entity]:
    if offering.vacant is None or offering.capacity_as_of is None:
        return
    unit = offering.capacity_unit
    unit_id = hsds_id("unit", unit.value)
    yield {
        "id": hsds_id("capacity", owner),
        "unit": {"id": unit_id, "name": told(unit), "attributes": [word_attribute(unit_id, unit)]},
        "available": offering.vacant,
        **({} if offering.capacity is None else {"maximum": offering.capacity}),
        "updated": f"{offering.capacity_as_of.isoformat()}T00:00:00.000Z",
    }


def _capacity_facts(offering: Offering, own: str) -> Iterator[Entity]:
    if _has_capacity(offering):
        return
    yield from tell_facts(own, offering, CAPACITY_FACTS)
    if offering.capacity_unit is not CapacityUnit.PERSONS:
        yield word_attribute(own, offering.capacity_unit)


def _costs(offering: Offering, owner: str) -> Iterator[Entity]:
    for number, tariff in enumerate(offering.tariffs):
        amounts = [(_PERSON, tariff.per_person), (_FAMILY, tariff.per_family)]
        said: list[tuple[str, Decimal | None]] = [one for one in amounts if one[1] is not None]
        said = said or [("", None)]
        for whom, amount in said:
            own = hsds_id("cost", owner, str(number), whom)
            attributes = [fact(own, "tariff", str(number), label=whom)]
            if amount is not None and Decimal(repr(float(amount))) != amount:
                attributes.append(fact(own, "amount", str(amount)))
            fields = {
                "valid_to": tariff.end and tariff.end.isoformat(),
                "option": _FOR.get(whom),
                "amount": None if amount is None else float(amount),
                "amount_description": tariff.basis,
            }
            yield {
                "id": own,
                "valid_from": tariff.start.isoformat(),
                "currency": "UAH",
                **{name: value for name, value in fields.items() if value not in (None, "")},
                "attributes": attributes,
            }


def read_own_offering(entity: Entity) -> Offering:
    """Return an offering that we wrote."""
    said = Said(entity)
    return Offering(
        service=said.service(),
        catchment=tuple(map(_read_area, entity.get("service_areas") or ())),
        target_groups=reduce(or_, said.words(TargetGroup), TargetGroup(0)) or TargetGroup.EVERYONE,
        places=frozenset(said.words(PlaceOfProvision)),
        terms=frozenset(said.words(Term)),
        payment=said.required(Payment),
        age_from=read_count(entity.get("minimum_age")),
        age_to=read_count(entity.get("maximum_age")),
        tariffs=tuple(read_tariffs(entity.get("cost_options") or ())),
        **read_capacity(entity, said),
        **read_facts(said, OFFERING_FACTS),
    )


def _read_area(entity: Entity) -> CatchmentArea:
    said = Said(entity)
    dates = read_facts(said, _DATES, "catchment.")
    return CatchmentArea(str(entity["extent"]), said.required(CatchmentBasis), **dates)


def read_count(written: Any) -> int | None:
    """Return a whole number, None where nothing is written."""
    if written in {None, ""}:
        return None
    number = Decimal(str(written))
    if number != int(number):
        raise ValueError(f"«{written}» is not a whole number")
    return int(number)


def read_capacity(entity: Entity, said: Said) -> dict[str, Any]:
    """Return the fields of a capacity; HSDS may say several, of which the first is taken."""
    capacities = entity.get("capacities") or ()
    if not capacities:
        fields = read_facts(said, CAPACITY_FACTS)
        return {**fields, "capacity_unit": said.word(CapacityUnit) or CapacityUnit.PERSONS}
    first = capacities[0]
    return {
        "capacity": read_count(first.get("maximum")),
        "vacant": read_count(first.get("available")),
        "capacity_as_of": date.fromisoformat(str(first["updated"])[:10]),
        "capacity_unit": Said(first.get("unit") or {}).word(CapacityUnit) or CapacityUnit.PERSONS,
    }


def read_tariffs(entities: Any) -> Iterator[Tariff]:
    """Yield the tariffs; the prices of one for a person and for a family are two costs of HSDS."""
    grouped: dict[str, list[tuple[str, Entity]]] = {}
    for number, entity in enumerate(entities):
        own, whom = Said(entity).labelled("tariff") or (f"other {number}", _PERSON)
        grouped.setdefault(own, []).append((whom, entity))
    for costs in grouped.values():
        prices = {whom: _amount(entity) for whom, entity in costs}
        entity = costs[0][1]
        end = entity.get("valid_to")
        yield Tariff(
            start=date.fromisoformat(str(entity["valid_from"])),
            end=date.fromisoformat(str(end)) if end else None,
            per_person=prices.get(_PERSON),
            per_family=prices.get(_FAMILY),
            basis=str(entity.get("amount_description") or ""),
        )


def _amount(entity: Entity) -> Decimal | None:
    written = Said(entity).fact("amount") or entity.get("amount")
    return None if written in {None, ""} else Decimal(str(written))
