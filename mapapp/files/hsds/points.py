"""A service point of the registry as an HSDS `location`, and back; services.py tells of its offerings."""

from __future__ import annotations

from typing import Any, Final

from mapapp.domain.contacts import AddressParts
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.registry import (
    Accessibility,
    LocationPolicy,
    Offering,
    PointKind,
    PointPrecision,
    ServicePoint,
    WartimeState,
)
from mapapp.files.hsds.contacts import contacts_of, phones_of, read_contacts, read_phones
from mapapp.files.hsds.facts import (
    ADDRESS_PARTS,
    POINT_FACTS,
    TEXT,
    WARTIME_FACTS,
    read_facts,
    read_source,
    tell_facts,
    tell_list,
    tell_source,
)
from mapapp.files.hsds.organisations import organisation_id
from mapapp.files.hsds.schedules import Timetable, schedules_of
from mapapp.files.hsds.tables import Entity
from mapapp.files.hsds.terms import OWN_SCHEME, Said, fact, hsds_id, told, word_attribute

UNKNOWN: Final = "-"
"""Stands where HSDS requires a text of an address that nobody wrote."""
_YES: Final = "yes"
_NO: Final = "no"
_PARTS: Final = dict.fromkeys(ADDRESS_PARTS, TEXT)


def location_of(point: ServicePoint, gazetteer: Gazetteer) -> Entity:
    """Return the point as HSDS has it; a confidential one has neither address nor coordinates."""
    own = hsds_id("point", point.id)
    fields = {
        "addresses": _addresses(point, own, gazetteer),
        "phones": phones_of(point.phones, own),
        "contacts": contacts_of(point.contacts, own),
        "schedules": schedules_of(point, own),
        "languages": [{"id": hsds_id("language", own, code), "code": code} for code in point.languages],
        "accessibility": _accessibility(point, own),
    }
    position = {} if point.point is None else {"latitude": point.point.lat, "longitude": point.point.lon}
    return {
        "id": own,
        "location_type": "physical",
        "organization_id": organisation_id(point.organisation),
        "name": point.name,
        **position,
        "external_identifier": point.id,
        "external_identifier_type": OWN_SCHEME,
        **{name: value for name, value in fields.items() if value},
        "attributes": _attributes(point, own),
    }


def _addresses(point: ServicePoint, owner: str, gazetteer: Gazetteer) -> list[Entity]:
    parts = point.address_parts
    if not point.address and parts is None:
        return []
    own = hsds_id("address", owner)
    settlement = gazetteer.settlements.get(point.settlement) if point.settlement else None
    city = settlement.name if settlement else parts.settlement if parts else ""
    hromada = gazetteer.hromadas.get(point.hromada) if point.hromada else None
    raion = gazetteer.raions.get(hromada.raion) if hromada and hromada.raion else None
    oblast = gazetteer.oblasts.get(point.oblast)
    address: Entity = {
        "id": own,
        "address_1": point.address or UNKNOWN,
        "city": city or UNKNOWN,
        **({"region": f"{raion.name} район"} if raion else {}),
        "state_province": oblast.name if oblast else UNKNOWN,
        "postal_code": (parts.postcode if parts else "") or UNKNOWN,
        "country": "UA",
        "address_type": "physical",
    }
    attributes = [] if point.address else [fact(own, "address_unwritten", "true")]
    if parts is not None:
        attributes += [fact(own, "address_parts", "true"), *tell_facts(own, parts, _PARTS, "address.")]
    return [{**address, "attributes": attributes} if attributes else address]


def _accessibility(point: ServicePoint, owner: str) -> list[Entity]:
    entities: list[Entity] = []
    for member in Accessibility:
        if member in point.accessibility or member in point.no_accessibility:
            own = hsds_id("accessibility", owner, member.value)
            is_there = member in point.accessibility
            entities.append(
                {
                    "id": own,
                    "description": told(member),
                    "details": "є" if is_there else "немає",
                    "attributes": [word_attribute(own, member, _YES if is_there else _NO)],
                }
            )
    return entities


def _attributes(point: ServicePoint, own: str) -> list[Entity]:
    attributes = [
        word_attribute(own, point.kind),
        word_attribute(own, point.location_policy),
        *tell_facts(own, point, POINT_FACTS),
        *tell_facts(own, point.wartime, WARTIME_FACTS, "wartime."),
        *tell_list(own, "email", point.emails),
        *tell_source(own, point.source),
    ]
    if point.precision is not None:
        attributes.append(word_attribute(own, point.precision))
    attributes += [
        fact(own, name, "true")
        for name, holds in (
            ("wartime.is_suspended", point.wartime.is_suspended),
            ("is_demo", point.is_demo),
        )
        if holds
    ]
    return attributes


def own_id_of(entity: Entity) -> str:
    """Return our id of a point that was ours, else nothing."""
    if entity.get("external_identifier_type") != OWN_SCHEME:
        return ""
    return str(entity.get("external_identifier") or "")


def read_own_point(entity: Entity, organisation: str, offerings: tuple[Offering, ...]) -> ServicePoint:
    """Return a point that we wrote."""
    said = Said(entity)
    timetable = Timetable(entity.get("schedules") or ())
    facts = read_facts(said, POINT_FACTS)
    if "oblast" not in facts:
        raise ValueError("its oblast is missing")
    units = {"hromada": None, "settlement": None}
    return ServicePoint(
        id=own_id_of(entity),
        organisation=organisation,
        kind=said.required(PointKind),
        name=entity["name"],
        location_policy=said.required(LocationPolicy),
        point=position_of(entity),
        precision=said.word(PointPrecision),
        phones=read_phones(entity.get("phones") or ()),
        offerings=offerings,
        hours=timetable.text,
        opening_hours=timetable.opening_hours,
        closures=tuple(timetable.closures),
        stops=tuple(timetable.stops),
        contacts=tuple(read_contacts(entity.get("contacts") or ())),
        languages=tuple(str(language["code"]) for language in entity.get("languages") or ()),
        accessibility=_said_accessibility(entity, _YES),
        no_accessibility=_said_accessibility(entity, _NO),
        wartime=_wartime(said),
        emails=said.facts("email"),
        source=read_source(said),
        is_demo=said.fact("is_demo") == "true",
        **_address(entity),
        **{**units, **facts},
    )


def position_of(entity: Entity) -> LonLat | None:
    """Return the coordinates, None where one is missing."""
    lat, lon = entity.get("latitude"), entity.get("longitude")
    if lat in {None, ""} or lon in {None, ""}:
        return None
    return LonLat(lon=float(str(lon)), lat=float(str(lat)))


def _wartime(said: Said) -> WartimeState:
    return WartimeState(
        is_suspended=said.fact("wartime.is_suspended") == "true",
        **read_facts(said, WARTIME_FACTS, "wartime."),
    )


def _said_accessibility(entity: Entity, value: str) -> frozenset[Accessibility]:
    return frozenset(
        member
        for row in entity.get("accessibility") or ()
        for member in Said(row).words(Accessibility, value)
    )


def _address(entity: Entity) -> dict[str, Any]:
    addresses = entity.get("addresses") or ()
    if not addresses:
        return {"address": ""}
    address = addresses[0]
    said = Said(address)
    text = "" if said.fact("address_unwritten") else str(address["address_1"])
    if not said.fact("address_parts"):
        return {"address": text}
    return {"address": text, "address_parts": AddressParts(**read_facts(said, _PARTS, "address."))}
