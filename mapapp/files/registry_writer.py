"""A registry as the YAML file people edit: what offerings of a point share is said once, codes are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import Enum

from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import HoursException, OpenSpan
from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    MobileStop,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    ProviderKind,
    Registry,
    ServicePoint,
    TargetGroup,
    Tariff,
    Term,
    WartimeState,
)
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.phones import read_phone
from mapapp.files.registry_fields import ADDRESS_FIELDS, WEEK_FIELDS
from mapapp.files.yaml_writing import (
    FieldTexts,
    written_fields,
    yaml_degrees,
    yaml_group,
    yaml_list,
    yaml_quoted,
    yaml_text,
    yaml_word,
)

SCHEMA_PATH = "mapapp/files/registry.schema.json"
"""Where an editor finds the JSON Schema, from the repository's top level."""


def registry_lines(registry: Registry, gazetteer: Gazetteer, heading: Iterable[str] = ()) -> Iterator[str]:
    """Yield the file line by line, without line ends; `heading` becomes comments at its top."""
    names = GazetteerChecks(gazetteer)
    yield f"# yaml-language-server: $schema={SCHEMA_PATH}"
    yield from (f"# {line}".rstrip() for line in heading)
    yield from ("", "scope:" if registry.scope else "scope: []")
    yield from (f"  - {code}  # {names.name(code)}" for code in sorted(registry.scope))
    yield from ("", "organisations:")
    for organisation in registry.organisations:
        yield from _as_item(_organisation(organisation))
    yield from ("", "points:")
    for point in registry.points:
        yield from _as_item(_point(point, names))


def _as_item(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"    {line}" if number else f"  - {line}"


def _organisation(organisation: Organisation) -> Iterator[str]:
    yield f"id: {yaml_text(organisation.id)}"
    yield f"name: {yaml_text(organisation.name)}"
    yield from _texts({"short_name": organisation.short_name})
    yield f"sector: {yaml_word(organisation.sector)}"
    if organisation.kind is not ProviderKind.LEGAL_ENTITY:
        yield f"kind: {yaml_word(organisation.kind)}"
    yield from _texts({"legal_form": organisation.legal_form})
    if organisation.ownership is not None:
        yield f"ownership: {yaml_word(organisation.ownership)}"
    if organisation.edrpou is not None:
        yield f'edrpou: "{organisation.edrpou}"'
    yield from _texts({"parent": organisation.parent or ""})
    if organisation.successor_of:
        yield f"successor_of: {yaml_list(map(yaml_text, organisation.successor_of))}"
    yield from _texts({"registry_number": organisation.registry_number})
    yield from _days({"registry_in": organisation.registry_in, "registry_out": organisation.registry_out})
    yield from _texts({"address": organisation.address})
    yield from _reached(organisation)
    yield from _validity(organisation)
    if organisation.is_demo:
        yield "demo: true"


def _point(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    yield f"id: {yaml_text(point.id)}"
    yield f"organisation: {yaml_text(point.organisation)}"
    yield f"kind: {yaml_word(point.kind)}"
    yield f"name: {yaml_text(point.name)}"
    yield from _place(point, names)
    yield from _reached(point)
    if point.contacts:
        yield "contacts:"
        yield from (f"  - {yaml_group(_contact(contact))}" for contact in point.contacts)
    yield from _texts({"hours": point.hours})
    yield from _hours(point)
    yield from _texts({"referral_note": point.referral_note})
    for field, words in (
        ("languages", map(yaml_text, point.languages)),
        ("accessibility", _words(point.accessibility, Accessibility)),
        ("no_accessibility", _words(point.no_accessibility, Accessibility)),
    ):
        if listed := list(words):
            yield f"{field}: {yaml_list(listed)}"
    if (wartime := _wartime(point.wartime)) != "{}":
        yield f"wartime: {wartime}"
    if point.stops:
        yield "stops:"
        yield from (f"  - {_stop(stop)}  # {names.name(stop.settlement)}" for stop in point.stops)
    yield from _validity(point)
    yield from _offerings(point, names)
    if point.is_demo:
        yield "demo: true"


def _reached(record: Organisation | ServicePoint) -> Iterator[str]:
    if record.phones:
        yield f"phones: {yaml_list(map(_phone, record.phones))}"
    if record.emails:
        yield f"emails: {yaml_list(map(yaml_quoted, record.emails))}"
    yield from _texts({"website": record.website})


def _validity(record: Organisation | ServicePoint) -> Iterator[str]:
    yield from _days(
        {
            "valid_from": record.valid_from,
            "valid_to": record.valid_to,
            "last_verified": record.last_verified,
        }
    )
    if record.source is not None:
        source: FieldTexts = {
            "name": yaml_quoted(record.source.name),
            "record_id": yaml_quoted(record.source.record_id),
        }
        yield f"source: {yaml_group(source)}"


def _phone(phone: Phone) -> str:
    """Return what is written, and how it is dialled only where that is not read from it."""
    if phone == read_phone(phone.written):
        return yaml_quoted(phone.written)
    return yaml_group({"written": yaml_quoted(phone.written), "e164": phone.e164 and yaml_quoted(phone.e164)})


def _contact(contact: Contact) -> FieldTexts:
    return {
        "title": yaml_quoted(contact.title),
        "phones": contact.phones and yaml_list(map(_phone, contact.phones)),
        "email": contact.email and yaml_quoted(contact.email),
    }


def _hours(point: ServicePoint) -> Iterator[str]:
    """Yield the week where its text does not tell it, the days that differ and the times without work."""
    hours = point.opening_hours
    if hours is not None:
        told = read_hours(point.hours).hours
        if told is None or told.week != hours.week:
            days = zip(WEEK_FIELDS, hours.week, strict=True)
            yield f"week: {yaml_group({day: spans and _spans(spans) for day, spans in days})}"
        if hours.exceptions:
            yield "hours_exceptions:"
            yield from (f"  - {yaml_group(_exception(exception))}" for exception in hours.exceptions)
    if point.closures:
        yield "closures:"
        for closure in point.closures:
            values: FieldTexts = {
                "first": closure.first,
                "last": closure.last,
                "reason": closure.reason and yaml_quoted(closure.reason),
            }
            yield f"  - {yaml_group(values)}"


def _exception(exception: HoursException) -> FieldTexts:
    return {
        "first": exception.first,
        "last": exception.last,
        "hours": exception.spans and _spans(exception.spans),
        "note": exception.note and yaml_quoted(exception.note),
    }


def _spans(spans: Iterable[OpenSpan]) -> str:
    return yaml_list(f'"{span.opens:%H:%M}-{span.closes:%H:%M}"' for span in spans)


def _wartime(state: WartimeState) -> str:
    return yaml_group(
        {
            "suspended": state.is_suspended or None,
            "suspended_until": state.suspended_until,
            "works_without_power": state.works_without_power,
            "has_shelter": state.has_shelter,
            "last_confirmed": state.last_confirmed,
        }
    )


def _stop(stop: MobileStop) -> str:
    return yaml_group(
        {
            "settlement": stop.settlement,
            "day": stop.day,
            "opens": stop.opens and f'"{stop.opens:%H:%M}"',
            "closes": stop.closes and f'"{stop.closes:%H:%M}"',
            "place": stop.place and yaml_quoted(stop.place),
        }
    )


def _place(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    yield f"location_policy: {yaml_word(point.location_policy)}"
    if point.hromada is None:
        yield f"oblast: {point.oblast}  # {names.name(point.oblast)}"
    else:
        yield f"hromada: {point.hromada}  # {names.name(point.hromada)}"
    if point.settlement is not None:
        yield f"settlement: {point.settlement}  # {names.name(point.settlement)}"
    if point.point is not None and point.precision is not None:
        yield f"coordinates: {_coordinates(point.point)}"
        yield f"precision: {yaml_word(point.precision)}"
    yield from _texts({"coordinates_source": point.coordinates_source, "address": point.address})
    if point.address_parts is not None:
        yield f"address_parts: {_address_parts(point.address_parts)}"
    if point.confidential_place is not None:
        yield "confidential_place:"
        yield from (f"  {line}" for line in _confidential_place(point.confidential_place, names))
    if point.relocated_from is not None:
        yield f"relocated_from: {point.relocated_from}  # {names.name(point.relocated_from)}"


def _confidential_place(place: ConfidentialPlace, names: GazetteerChecks) -> Iterator[str]:
    yield f"hromada: {place.hromada}  # {names.name(place.hromada)}"
    if place.settlement is not None:
        yield f"settlement: {place.settlement}  # {names.name(place.settlement)}"
    if place.point is not None:
        yield f"coordinates: {_coordinates(place.point)}"
    if place.precision is not None:
        yield f"precision: {yaml_word(place.precision)}"
    yield from _texts({"address": place.address})
    if place.address_parts is not None:
        yield f"address_parts: {_address_parts(place.address_parts)}"


def _coordinates(point: LonLat) -> str:
    return f"{{lat: {yaml_degrees(point.lat)}, lon: {yaml_degrees(point.lon)}}}"


def _address_parts(parts: AddressParts) -> str:
    values = ((name, getattr(parts, name)) for name in ADDRESS_FIELDS)
    return yaml_group({name: text and yaml_quoted(text) for name, text in values})


_Terms = dict[str, tuple[str, ...]]
"""The lines that say an offering's catchment, groups, places and payment, by field."""


def _offerings(point: ServicePoint, names: GazetteerChecks) -> Iterator[str]:
    """Yield what most offerings share, then each offering with what it has of its own."""
    if not point.offerings:
        return
    terms = [_terms(offering, names) for offering in point.offerings]
    shared = {field: Counter(one[field] for one in terms).most_common(1)[0][0] for field in terms[0]}
    yield from _lines_unlike(shared, _default_terms(point, names))
    yield "offerings:"
    for offering, own_terms in zip(point.offerings, terms, strict=True):
        own = list(_lines_unlike(own_terms, shared))
        own += [f"{name}: {text}" for name, text in written_fields(_particulars(offering))]
        yield from (f"  {line}" for line in _offering(offering.service, own))


def _particulars(offering: Offering) -> FieldTexts:
    is_counted_otherwise = offering.capacity_unit is not CapacityUnit.PERSONS
    return {
        "capacity": offering.capacity,
        "vacant": offering.vacant,
        "capacity_unit": offering.capacity_unit if is_counted_otherwise else None,
        "capacity_as_of": offering.capacity_as_of,
        "age_from": offering.age_from,
        "age_to": offering.age_to,
        "terms": offering.terms and yaml_list(_words(offering.terms, Term)),
        "emergency": offering.is_emergency,
        "meets_standard": offering.meets_standard,
        "tariffs": offering.tariffs and yaml_list(yaml_group(_tariff(tariff)) for tariff in offering.tariffs),
        "conditions": offering.conditions and yaml_quoted(offering.conditions),
    }


def _tariff(tariff: Tariff) -> FieldTexts:
    return {
        "start": tariff.start,
        "end": tariff.end,
        "per_person": tariff.per_person,
        "per_family": tariff.per_family,
        "basis": tariff.basis and yaml_quoted(tariff.basis),
    }


def _offering(service: str, own: list[str]) -> Iterator[str]:
    if not own:
        yield f"- {service}"
    elif "catchment:" not in own:
        yield f"- {{{', '.join([f'service: {service}', *own])}}}"
    else:
        yield f"- service: {service}"
        yield from (f"  {line}" for line in own)


def _terms(offering: Offering, names: GazetteerChecks) -> _Terms:
    groups = [yaml_word(group) for group in TargetGroup if group in offering.target_groups]
    places = _words(offering.places, PlaceOfProvision)
    return {
        "catchment": ("catchment:", *(f"  - {_area(area, names)}" for area in offering.catchment)),
        "target_groups": (f"target_groups: {yaml_list(groups)}",),
        "places": (f"places: {yaml_list(places)}",),
        "payment": (f"payment: {yaml_word(offering.payment)}",),
    }


def _default_terms(point: ServicePoint, names: GazetteerChecks) -> _Terms:
    """Return what the loader assumes where nothing is written; there is no place to assume."""
    return {
        "catchment": ("catchment:", f"  - {_area(CatchmentArea(point.hromada), names)}")
        if point.hromada is not None
        else (),
        "target_groups": (f"target_groups: {yaml_list([yaml_word(TargetGroup.EVERYONE)])}",),
        "places": (),
        "payment": (f"payment: {yaml_word(Payment.FREE)}",),
    }


def _lines_unlike(terms: _Terms, assumed: _Terms) -> Iterator[str]:
    for field, lines in terms.items():
        if lines != assumed[field]:
            yield from lines


def _area(area: CatchmentArea, names: GazetteerChecks) -> str:
    name = "Україна" if area.area == NATION else names.name(Katottg(area.area))
    if area.basis is CatchmentBasis.RIGHT and area.start is None and area.end is None:
        return f"{area.area}  # {name}"
    fields = [f"area: {area.area}"]
    if area.basis is not CatchmentBasis.RIGHT:
        fields.append(f"basis: {yaml_word(area.basis)}")
    fields += [f"{field}: {day}" for field, day in (("start", area.start), ("end", area.end)) if day]
    return f"{{{', '.join(fields)}}}  # {name}"


def _words(members: Collection[Enum], vocabulary: type[Enum]) -> list[str]:
    """Return the members' words in the order of the vocabulary."""
    return [yaml_word(member) for member in vocabulary if member in members]


def _texts(texts: Mapping[str, str]) -> Iterator[str]:
    return (f"{field}: {yaml_text(text)}" for field, text in texts.items() if text)


def _days(days: Mapping[str, date | None]) -> Iterator[str]:
    return (f"{field}: {day.isoformat()}" for field, day in days.items() if day is not None)
