"""Which fields a registry file has and what each may hold, whatever the country around it looks like.

The published JSON Schema says the same to editors; a test keeps the two alike.
"""

from __future__ import annotations

from mapapp.domain.contacts import Phone
from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    TargetGroup,
    Term,
)
from mapapp.files.phones import read_phone
from mapapp.files.registry_values import (
    Field,
    Fields,
    Reader,
    Report,
    cells_of,
    group_of,
    list_of,
    one_of,
    read_area,
    read_clock,
    read_count,
    read_day,
    read_degrees,
    read_e164,
    read_edrpou,
    read_email,
    read_flag,
    read_katottg,
    read_money,
    read_record,
    read_record_id,
    read_span,
    read_text,
    short_or_group,
    value_of,
)
from mapapp.files.yaml_document import Node, Scalar

_text = value_of(read_text)
_day = value_of(read_day)
_flag = value_of(read_flag)
_id = value_of(read_record_id)
_unit = value_of(read_katottg)
_count = value_of(read_count)

PHONE_FIELDS: Fields = {
    "written": Field(_text, is_required=True),
    "e164": Field(value_of(read_e164)),
}


def _phone(node: Node, place: str, report: Report) -> Phone | None:
    """Read a phone as written, or a group that says itself how the number is dialled."""
    if isinstance(node, Scalar):
        return read_phone(_text(node, place, report))
    group = read_record(node, place, report, PHONE_FIELDS)
    return Phone(group.get("written"), group.get("e164")) if "written" in group else None


_phones = list_of(cells_of(_phone))
_emails = list_of(cells_of(value_of(read_email)))
_spans = list_of(cells_of(value_of(read_span)))


def _words(member: Reader) -> Reader:
    return list_of(cells_of(member))


SOURCE_FIELDS: Fields = {
    "name": Field(_text, is_required=True),
    "record_id": Field(_text, is_required=True),
}

CONTACT_FIELDS: Fields = {
    "title": Field(_text, is_required=True),
    "phones": Field(_phones),
    "email": Field(value_of(read_email)),
}

ADDRESS_FIELDS: Fields = {
    name: Field(_text) for name in ("postcode", "settlement", "street", "building", "block", "office", "note")
}

WEEK_FIELDS: Fields = {day: Field(_spans) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}

EXCEPTION_FIELDS: Fields = {
    "first": Field(_day, is_required=True),
    "last": Field(_day),
    "hours": Field(_spans),
    "note": Field(_text),
}

CLOSURE_FIELDS: Fields = {
    "first": Field(_day, is_required=True),
    "last": Field(_day),
    "reason": Field(_text),
}

WARTIME_FIELDS: Fields = {
    "suspended": Field(_flag),
    "suspended_until": Field(_day),
    "works_without_power": Field(_flag),
    "has_shelter": Field(_flag),
    "last_confirmed": Field(_day),
}

STOP_FIELDS: Fields = {
    "settlement": Field(_unit, is_required=True),
    "day": Field(_day, is_required=True),
    "opens": Field(value_of(read_clock)),
    "closes": Field(value_of(read_clock)),
    "place": Field(_text),
}

COORDINATES_FIELDS: Fields = {
    "lat": Field(value_of(read_degrees), is_required=True),
    "lon": Field(value_of(read_degrees), is_required=True),
}

CONFIDENTIAL_PLACE_FIELDS: Fields = {
    "hromada": Field(_unit, is_required=True),
    "settlement": Field(_unit),
    "coordinates": Field(group_of(COORDINATES_FIELDS)),
    "precision": Field(one_of(PointPrecision)),
    "address": Field(_text),
    "address_parts": Field(group_of(ADDRESS_FIELDS)),
}

CATCHMENT_FIELDS: Fields = {
    "area": Field(value_of(read_area), is_required=True),
    "basis": Field(one_of(CatchmentBasis)),
    "start": Field(_day),
    "end": Field(_day),
}

_TERMS: Fields = {
    "catchment": Field(list_of(short_or_group("area", CATCHMENT_FIELDS))),
    "target_groups": Field(_words(one_of(TargetGroup))),
    "places": Field(_words(one_of(PlaceOfProvision))),
    "payment": Field(one_of(Payment)),
}
"""What an offering inherits from its point unless it says otherwise."""

TARIFF_FIELDS: Fields = {
    "start": Field(_day, is_required=True),
    "end": Field(_day),
    "per_person": Field(value_of(read_money)),
    "per_family": Field(value_of(read_money)),
    "basis": Field(_text),
}

OFFERING_FIELDS: Fields = {
    "service": Field(_text, is_required=True),
    "capacity": Field(_count),
    **_TERMS,
    "vacant": Field(_count),
    "capacity_unit": Field(one_of(CapacityUnit)),
    "capacity_as_of": Field(_day),
    "age_from": Field(_count),
    "age_to": Field(_count),
    "terms": Field(_words(one_of(Term))),
    "emergency": Field(_flag),
    "meets_standard": Field(_flag),
    "tariffs": Field(list_of(group_of(TARIFF_FIELDS))),
    "conditions": Field(_text),
}

_RECORD_FIELDS: Fields = {
    "valid_from": Field(_day),
    "valid_to": Field(_day),
    "last_verified": Field(_day),
    "source": Field(group_of(SOURCE_FIELDS)),
    "demo": Field(_flag),
}

POINT_FIELDS: Fields = {
    "id": Field(_id, is_required=True),
    "organisation": Field(_id, is_required=True),
    "kind": Field(one_of(PointKind), is_required=True),
    "name": Field(_text, is_required=True),
    "location_policy": Field(one_of(LocationPolicy)),
    "oblast": Field(_unit),
    "hromada": Field(_unit),
    "settlement": Field(_unit),
    "coordinates": Field(group_of(COORDINATES_FIELDS)),
    "precision": Field(one_of(PointPrecision)),
    "coordinates_source": Field(_text),
    "address": Field(_text),
    "address_parts": Field(group_of(ADDRESS_FIELDS)),
    "confidential_place": Field(group_of(CONFIDENTIAL_PLACE_FIELDS)),
    "phones": Field(_phones),
    "emails": Field(_emails),
    "website": Field(_text),
    "contacts": Field(list_of(group_of(CONTACT_FIELDS))),
    "hours": Field(_text),
    "week": Field(group_of(WEEK_FIELDS)),
    "hours_exceptions": Field(list_of(group_of(EXCEPTION_FIELDS))),
    "closures": Field(list_of(group_of(CLOSURE_FIELDS))),
    "referral_note": Field(_text),
    "languages": Field(_words(_text)),
    "accessibility": Field(_words(one_of(Accessibility))),
    "no_accessibility": Field(_words(one_of(Accessibility))),
    "relocated_from": Field(_unit),
    "wartime": Field(group_of(WARTIME_FIELDS)),
    "stops": Field(list_of(group_of(STOP_FIELDS))),
    **_RECORD_FIELDS,
    **_TERMS,
    "offerings": Field(list_of(short_or_group("service", OFFERING_FIELDS), "service")),
}

ORGANISATION_FIELDS: Fields = {
    "id": Field(_id, is_required=True),
    "name": Field(_text, is_required=True),
    "short_name": Field(_text),
    "sector": Field(one_of(Sector), is_required=True),
    "kind": Field(one_of(ProviderKind)),
    "legal_form": Field(_text),
    "ownership": Field(one_of(Ownership)),
    "edrpou": Field(value_of(read_edrpou)),
    "parent": Field(_id),
    "successor_of": Field(list_of(cells_of(_id))),
    "registry_number": Field(_text),
    "registry_in": Field(_day),
    "registry_out": Field(_day),
    "address": Field(_text),
    "phones": Field(_phones),
    "emails": Field(_emails),
    "website": Field(_text),
    **_RECORD_FIELDS,
}

REGISTRY_FIELDS: Fields = {
    "scope": Field(list_of(cells_of(_unit), may_be_empty=True), is_required=True),
    "organisations": Field(list_of(group_of(ORGANISATION_FIELDS), "id"), is_required=True),
    "points": Field(list_of(group_of(POINT_FIELDS), "id"), is_required=True),
}
