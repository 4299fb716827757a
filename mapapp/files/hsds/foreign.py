"""What HSDS written by others means for us: services and areas by name, and what it leaves open by default.

Nothing is guessed silently: what HSDS does not say (a kind, a sector) is taken by a rule and noted; what is
named and not known is a fault with a suggestion.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final

from mapapp.domain.changes import RecordKind
from mapapp.domain.edrpou import is_edrpou
from mapapp.domain.errors import Fault
from mapapp.domain.geo import LonLat
from mapapp.domain.hours_text import hours_text
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import NATION, Katottg, fold_look_alikes
from mapapp.domain.registry import (
    CatchmentArea,
    ConfidentialPlace,
    LocationPolicy,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    RecordSource,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.files.hsds.contacts import read_contacts, read_phones
from mapapp.files.hsds.points import UNKNOWN, position_of
from mapapp.files.hsds.schedules import Timetable
from mapapp.files.hsds.services import read_capacity, read_count, read_tariffs
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import Said
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.identity import made_id
from mapapp.files.tabular.units import Surroundings, Units
from mapapp.files.tabular.words import ServiceWords

_KATOTTG = re.compile(r"UA\d{17}")
_VIRTUAL: Final = "virtual"


class ForeignReader:
    """Makes records of objects that are not ours."""

    def __init__(self, context: ImportContext) -> None:
        self._context = context
        self._units = Units(context.gazetteer)
        self._services = ServiceWords(context.services)

    def organisation_id(self, entity: Entity) -> str:
        """Return under which id an organisation is kept here."""
        return self._id(RecordKind.ORGANISATION, entity)

    def organisation(self, entity: Entity, faults: list[Fault], notes: list[Fault]) -> Organisation:
        """Return the organisation; HSDS does not tell its sector."""
        name = _required(entity, "name", faults)
        notes.append(
            Fault(
                "HSDS does not tell the sector of «{value}»: taken as non-state",
                {"value": name},
                column="name",
            )
        )
        return Organisation(
            id=self._id(RecordKind.ORGANISATION, entity),
            name=name or UNKNOWN,
            sector=Sector.NON_STATE,
            edrpou=_edrpou(entity, notes),
            short_name=_text(entity, "alternate_name"),
            legal_form=_text(entity, "legal_status"),
            parent=self._parent(entity),
            phones=read_phones(entity.get("phones") or ()),
            emails=tuple(filter(None, (_text(entity, "email"),))),
            website=_text(entity, "website") or _text(entity, "url"),
            source=self._source(entity),
        )

    def point(
        self,
        entity: Entity,
        services: list[Entity],
        owner: Organisation | None,
        faults: list[Fault],
        notes: list[Fault],
    ) -> ServicePoint | None:
        """Return the point, None where nothing is offered there."""
        name = _text(entity, "name") or (owner.name if owner else "") or _text(entity, "id")
        if not services:
            notes.append(
                Fault("no service is given at «{value}»: it was left out", {"value": name}, column="services")
            )
            return None
        position = position_of(entity)
        hromada, settlement = self._place(entity, position, faults)
        offerings = [self._offering(one, entity, hromada, faults, notes) for one in services]
        if faults or hromada is None:
            return None
        offered = tuple(one for one in offerings if one is not None)
        kind = (
            PointKind.NGO if owner and owner.sector is Sector.NON_STATE else PointKind.SOCIAL_SERVICES_CENTRE
        )
        timetable = Timetable(_schedules(entity, services))
        notes += (
            Fault("the schedule «{value}» could not be understood", {"value": one}, column="schedules")
            for one in timetable.misunderstood
        )
        hours = timetable.opening_hours
        text = timetable.text or ("" if hours is None else hours_text(hours))
        return ServicePoint(
            id=self._id(RecordKind.POINT, entity),
            organisation="" if owner is None else owner.id,
            kind=kind,
            name=name,
            phones=_phones((entity, *services)),
            offerings=offered,
            hours=text,
            opening_hours=hours,
            referral_note=next(filter(None, (_text(one, "application_process") for one in services)), ""),
            emails=_first(services, "email"),
            website=next(iter(_first(services, "url")), ""),
            contacts=tuple(read_contacts(entity.get("contacts") or ())),
            languages=_languages((entity, *services)),
            last_verified=_last_day(services, "assured_date"),
            source=self._source(entity),
            **self._disclosed(entity, offered, (hromada, settlement), position, notes),
        )

    # Where

    def _place(
        self, entity: Entity, position: LonLat | None, faults: list[Fault]
    ) -> tuple[Katottg | None, Katottg | None]:
        """Return hromada and settlement: by coordinates and real boundaries, else by the address's names."""
        country = self._context.gazetteer
        located = None
        if position is not None and self._context.locate is not None:
            located = self._context.locate(position)
        address: Entity = next(iter(entity.get("addresses") or ()), {})
        city, oblast = _text(address, "city"), _text(address, "state_province")
        try:
            around = Surroundings(self._oblast(oblast) if oblast else None, frozenset(), located)
            settlement = self._units.settlement(city, around) if city else None
        except Refusal as refusal:
            if located is None:
                faults.append(_at(refusal.fault, "addresses[0].city"))
                return None, None
            settlement = None
        if located is not None:
            is_inside = settlement is not None and country.settlements[settlement].area == located
            return located, settlement if is_inside else None
        if settlement is None:
            faults.append(
                Fault(
                    "which hromada this is in is not said: add an address with city and state_province",
                    {"value": _text(entity, "name")},
                    column="addresses",
                )
            )
            return None, None
        return country.settlements[settlement].area, settlement

    def _oblast(self, written: str) -> Katottg:
        code = self._units.read_oblast(written)
        return code if isinstance(code, Katottg) else Katottg(code.value)

    def _disclosed(
        self,
        entity: Entity,
        offered: Iterable[Offering],
        units: tuple[Katottg, Katottg | None],
        position: LonLat | None,
        notes: list[Fault],
    ) -> dict[str, Any]:
        """Return where the point is; one whose services are confidential does not tell it."""
        hromada, settlement = units
        country = self._context.gazetteer
        oblast = country.hromadas[hromada].oblast if hromada in country.hromadas else hromada
        address: Entity = next(iter(entity.get("addresses") or ()), {})
        lines = (_text(address, name) for name in ("address_1", "address_2"))
        text = ", ".join(line for line in lines if line)
        precision = PointPrecision.STREET
        if any(self._context.services[one.service].is_confidential for one in offered):
            notes.append(
                Fault(
                    "«{value}» gives a service whose places are not disclosed: its place is withheld",
                    {"value": _text(entity, "name")},
                    column="services",
                )
            )
            secret = ConfidentialPlace(
                hromada, settlement, position, None if position is None else precision, text
            )
            place: dict[str, Any] = dict.fromkeys(("hromada", "settlement", "point", "precision"))
            return {
                **place,
                "oblast": oblast,
                "address": "",
                "location_policy": LocationPolicy.WITHHELD,
                "confidential_place": secret,
            }
        if position is None:
            centre = country.settlements[settlement].point if settlement else None
            precision = PointPrecision.SETTLEMENT if centre else PointPrecision.HROMADA
            position = centre or country.hromadas[hromada].centre
        return {
            "location_policy": LocationPolicy.PUBLIC,
            "oblast": oblast,
            "hromada": hromada,
            "settlement": settlement,
            "point": position,
            "precision": precision,
            "address": text,
        }

    # What

    def _offering(
        self,
        service: Entity,
        location: Entity,
        hromada: Katottg | None,
        faults: list[Fault],
        notes: list[Fault],
    ) -> Offering | None:
        said = Said(service)
        slug = self._slug(service, said, faults)
        areas = [*(service.get("service_areas") or ())]
        for link in service.get("service_at_locations") or ():
            areas += link.get("service_areas") or ()
        catchment = tuple(self._areas(areas, faults))
        if not areas and hromada is not None:
            catchment = (CatchmentArea(hromada),)
            notes.append(
                Fault(
                    "service «{value}» names no area: it is taken to serve its own hromada",
                    {"value": _text(service, "name")},
                    column="services.service_areas",
                )
            )
        if slug is None or not catchment:
            return None
        is_virtual = location.get("location_type") == _VIRTUAL
        by_default = PlaceOfProvision.ONLINE if is_virtual else PlaceOfProvision.DAY
        return Offering(
            service=slug,
            catchment=catchment,
            target_groups=reduce(or_, said.words(TargetGroup), TargetGroup(0)) or TargetGroup.EVERYONE,
            places=frozenset(said.words(PlaceOfProvision)) or frozenset({by_default}),
            payment=_payment(service, said),
            age_from=read_count(service.get("minimum_age")),
            age_to=read_count(service.get("maximum_age")),
            tariffs=tuple(read_tariffs(one for one in _costs(service, notes))),
            conditions=_text(service, "eligibility_description"),
            **read_capacity(service, said),
        )

    def _slug(self, service: Entity, said: Said, faults: list[Fault]) -> str | None:
        """Return the service by our term, a term's name or code, or its own name."""
        if said.service():
            return said.service()
        terms = [one.get("taxonomy_term") or {} for one in service.get("attributes") or ()]
        written = [_text(term, name) for term in terms for name in ("code", "name")]
        refused: Refusal | None = None
        for words in (_text(service, "name"), _text(service, "alternate_name"), *written):
            try:
                if words:
                    return self._services.read(words)
            except Refusal as refusal:
                refused = refused or refusal
        if refused is None:
            faults.append(Fault("a service has no name", {"value": ""}, column="services.name"))
        else:
            faults.append(_at(refused.fault, "services.name"))
        return None

    def _areas(self, entities: Iterable[Entity], faults: list[Fault]) -> Iterator[CatchmentArea]:
        for number, entity in enumerate(entities):
            texts = [_text(entity, name) for name in ("extent", "uri", "name", "description")]
            codes = [found for text in texts if (found := _KATOTTG.search(fold_look_alikes(text.upper())))]
            try:
                area = codes[0][0] if codes else self._units.read_area(texts[2] or texts[3])
                yield CatchmentArea(NATION if area == NATION else Katottg(area))
            except Refusal as refusal:
                faults.append(_at(refusal.fault, f"services.service_areas[{number}].name"))

    # Who

    def _id(self, kind: RecordKind, entity: Entity) -> str:
        return self._of(kind, str(entity["id"]))

    def _of(self, kind: RecordKind, theirs: str) -> str:
        return self._context.known.get((kind, theirs)) or made_id(self._context.source, theirs)

    def _parent(self, entity: Entity) -> str | None:
        parent = _text(entity, "parent_organization_id")
        return self._of(RecordKind.ORGANISATION, parent) if parent else None

    def _source(self, entity: Entity) -> RecordSource:
        return RecordSource(self._context.source, str(entity["id"]))


def _required(entity: Entity, name: str, faults: list[Fault]) -> str:
    text = _text(entity, name)
    if not text:
        faults.append(Fault("field «{field}» is missing", {"field": name}, column=name))
    return text


def _text(entity: Entity, name: str) -> str:
    text = str(entity.get(name) or "").strip()
    return "" if text == UNKNOWN else text


def _at(fault: Fault, column: str) -> Fault:
    return Fault(fault.message, fault.values, column=column)


def _edrpou(entity: Entity, notes: list[Fault]) -> str | None:
    """Return the first identifier that is an EDRPOU code; codes of natural persons are never taken."""
    for identifier in entity.get("organization_identifiers") or ():
        code = _text(identifier, "identifier")
        scheme = f"{_text(identifier, 'identifier_scheme')} {_text(identifier, 'identifier_type')}".upper()
        if "UA-EDR" not in scheme and "ЄДРПОУ" not in scheme and "EDRPOU" not in scheme:
            continue
        if is_edrpou(code):
            return code
        notes.append(
            Fault(
                "«{value}» is not an EDRPOU code: check its 8 digits, zeros included",
                {"value": code},
                column="organization_identifiers",
            )
        )
    return None


def _schedules(location: Entity, services: list[Entity]) -> list[Entity]:
    """Return the schedule of the location, else of the first service that has one."""
    links = [link for service in services for link in service.get("service_at_locations") or ()]
    for owner in (location, *links, *services):
        if owner.get("schedules"):
            return list(owner["schedules"])
    return []


def _phones(owners: Iterable[Entity]) -> tuple[Any, ...]:
    found = (phone for owner in owners for phone in read_phones(owner.get("phones") or ()))
    return tuple(dict.fromkeys(found))


def _first(services: list[Entity], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in services if (text := _text(one, name))))


def _languages(owners: Iterable[Entity]) -> tuple[str, ...]:
    rows = (row for owner in owners for row in owner.get("languages") or ())
    return tuple(dict.fromkeys(code for row in rows if (code := _text(row, "code"))))


def _last_day(services: list[Entity], name: str) -> date | None:
    days = (date.fromisoformat(text[:10]) for one in services if (text := _text(one, name)))
    return max(days, default=None)


def _payment(service: Entity, said: Said) -> Payment:
    told: Payment | None = said.word(Payment)
    if told is not None:
        return told
    return Payment.PAID if service.get("cost_options") else Payment.FREE


def _costs(service: Entity, notes: list[Fault]) -> Iterator[Entity]:
    """Yield the costs in hryvnias that say from when they hold."""
    for cost in service.get("cost_options") or ():
        if _text(cost, "valid_from") and _text(cost, "currency").upper() in {"", "UAH"}:
            yield cost
        else:
            told = " ".join(_text(cost, name) for name in ("amount", "currency", "option"))
            notes.append(
                Fault(
                    "the price «{value}» was left out: it has no first day or is not in hryvnias",
                    {"value": told.strip()},
                    column="services.cost_options",
                )
            )
