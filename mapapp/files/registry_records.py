"""The checked fields of a registry file as the domain's values; whatever could be refused has been."""

from __future__ import annotations

from functools import reduce
from operator import or_

from mapapp.domain.contacts import AddressParts, Contact
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.hours import Closure, HoursException, OpeningHours
from mapapp.domain.hours_text import read_hours
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    CapacityUnit,
    CatchmentArea,
    CatchmentBasis,
    ConfidentialPlace,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Payment,
    PointPrecision,
    ProviderKind,
    RecordSource,
    ServicePoint,
    TargetGroup,
    Tariff,
    WartimeState,
)
from mapapp.files.registry_fields import ADDRESS_FIELDS, WEEK_FIELDS
from mapapp.files.registry_values import Record


def organisation_of(record: Record) -> Organisation:
    """Return the organisation."""
    return Organisation(
        id=record.get("id"),
        name=record.get("name"),
        sector=record.get("sector"),
        edrpou=record.get("edrpou"),
        successor_of=record.values("successor_of"),
        is_demo=record.get("demo", default=False),
        short_name=record.get("short_name", ""),
        kind=record.get("kind", ProviderKind.LEGAL_ENTITY),
        legal_form=record.get("legal_form", ""),
        ownership=record.get("ownership"),
        parent=record.get("parent"),
        registry_number=record.get("registry_number", ""),
        registry_in=record.get("registry_in"),
        registry_out=record.get("registry_out"),
        address=record.get("address", ""),
        phones=record.values("phones"),
        emails=record.values("emails"),
        website=record.get("website", ""),
        valid_from=record.get("valid_from"),
        valid_to=record.get("valid_to"),
        last_verified=record.get("last_verified"),
        source=_source(record.get("source")),
    )


def point_of(record: Record, gazetteer: Gazetteer) -> ServicePoint:
    """Return the service point; what it leaves out of its place the gazetteer fills in."""
    policy = record.get("location_policy", LocationPolicy.PUBLIC)
    hromada: Katottg | None = record.get("hromada")
    position, precision = None, None
    if policy is LocationPolicy.PUBLIC:
        position, precision = _position(record, gazetteer)
    return ServicePoint(
        id=record.get("id"),
        organisation=record.get("organisation"),
        kind=record.get("kind"),
        name=record.get("name"),
        location_policy=policy,
        oblast=record.get("oblast") if hromada is None else gazetteer.hromadas[hromada].oblast,
        hromada=hromada,
        settlement=record.get("settlement"),
        point=position,
        precision=precision,
        address=record.get("address", ""),
        phones=record.values("phones"),
        offerings=tuple(_offering(offering, record) for offering in record.get("offerings", ())),
        hours=record.get("hours", ""),
        referral_note=record.get("referral_note", ""),
        relocated_from=record.get("relocated_from"),
        valid_from=record.get("valid_from"),
        valid_to=record.get("valid_to"),
        last_verified=record.get("last_verified"),
        is_demo=record.get("demo", default=False),
        coordinates_source=record.get("coordinates_source", ""),
        address_parts=_address_parts(record.get("address_parts")),
        opening_hours=opening_hours_of(record),
        closures=tuple(map(_closure, record.get("closures", ()))),
        emails=record.values("emails"),
        website=record.get("website", ""),
        contacts=tuple(map(_contact, record.get("contacts", ()))),
        languages=record.values("languages"),
        accessibility=frozenset(record.values("accessibility")),
        no_accessibility=frozenset(record.values("no_accessibility")),
        wartime=_wartime(record.get("wartime")),
        stops=tuple(map(_stop, record.get("stops", ()))),
        source=_source(record.get("source")),
        confidential_place=_confidential_place(record.get("confidential_place")),
    )


def opening_hours_of(point: Record) -> OpeningHours | None:
    """Return the week written field by field, else the one its text tells, with the days that differ."""
    week: Record | None = point.get("week")
    if week is not None:
        hours = OpeningHours(tuple(week.values(day) for day in WEEK_FIELDS))
    else:
        understood = read_hours(point.get("hours", "")).hours
        if understood is None:
            return None
        hours = understood
    exceptions = tuple(map(_exception, point.get("hours_exceptions", ())))
    return OpeningHours(hours.week, exceptions) if exceptions else hours


def _exception(record: Record) -> HoursException:
    first = record.get("first")
    return HoursException(
        first=first,
        last=record.get("last", first),
        spans=record.values("hours"),
        note=record.get("note", ""),
    )


def _closure(record: Record) -> Closure:
    return Closure(record.get("first"), record.get("last"), record.get("reason", ""))


def _contact(record: Record) -> Contact:
    return Contact(record.get("title"), record.values("phones"), record.get("email", ""))


def _stop(record: Record) -> MobileStop:
    return MobileStop(
        settlement=record.get("settlement"),
        day=record.get("day"),
        opens=record.get("opens"),
        closes=record.get("closes"),
        place=record.get("place", ""),
    )


def _wartime(record: Record | None) -> WartimeState:
    if record is None:
        return WartimeState()
    return WartimeState(
        is_suspended=record.get("suspended", default=False),
        suspended_until=record.get("suspended_until"),
        works_without_power=record.get("works_without_power"),
        has_shelter=record.get("has_shelter"),
        last_confirmed=record.get("last_confirmed"),
    )


def _source(record: Record | None) -> RecordSource | None:
    return None if record is None else RecordSource(record.get("name"), record.get("record_id"))


def _address_parts(record: Record | None) -> AddressParts | None:
    if record is None:
        return None
    return AddressParts(**{part: record.get(part, "") for part in ADDRESS_FIELDS})


def _confidential_place(record: Record | None) -> ConfidentialPlace | None:
    if record is None:
        return None
    return ConfidentialPlace(
        hromada=record.get("hromada"),
        settlement=record.get("settlement"),
        point=_written_position(record),
        precision=record.get("precision"),
        address=record.get("address", ""),
        address_parts=_address_parts(record.get("address_parts")),
    )


def _written_position(record: Record) -> LonLat | None:
    coordinates: Record | None = record.get("coordinates")
    if coordinates is None:
        return None
    return LonLat(lon=coordinates.get("lon"), lat=coordinates.get("lat"))


def _position(record: Record, gazetteer: Gazetteer) -> tuple[LonLat, PointPrecision]:
    """Return the coordinates written, else the settlement's centre, else the hromada's."""
    written = _written_position(record)
    if written is not None:
        return written, record.get("precision")
    settlement = gazetteer.settlements.get(record.get("settlement"))
    if settlement is not None and settlement.point is not None:
        return settlement.point, PointPrecision.SETTLEMENT
    return gazetteer.hromadas[record.get("hromada")].centre, PointPrecision.HROMADA


def _offering(record: Record, point: Record) -> Offering:
    groups = record.values("target_groups") or point.values("target_groups") or (TargetGroup.EVERYONE,)
    return Offering(
        service=record.get("service"),
        catchment=_catchment(record) or _catchment(point) or (CatchmentArea(point.get("hromada")),),
        target_groups=reduce(or_, groups),
        places=frozenset(record.values("places") or point.values("places")),
        payment=record.get("payment", point.get("payment", Payment.FREE)),
        capacity=record.get("capacity"),
        vacant=record.get("vacant"),
        capacity_unit=record.get("capacity_unit", CapacityUnit.PERSONS),
        capacity_as_of=record.get("capacity_as_of"),
        age_from=record.get("age_from"),
        age_to=record.get("age_to"),
        terms=frozenset(record.values("terms")),
        is_emergency=record.get("emergency"),
        meets_standard=record.get("meets_standard"),
        tariffs=tuple(map(_tariff, record.get("tariffs", ()))),
        conditions=record.get("conditions", ""),
    )


def _tariff(record: Record) -> Tariff:
    return Tariff(
        start=record.get("start"),
        end=record.get("end"),
        per_person=record.get("per_person"),
        per_family=record.get("per_family"),
        basis=record.get("basis", ""),
    )


def _catchment(record: Record) -> tuple[CatchmentArea, ...]:
    return tuple(
        CatchmentArea(
            area=entry.get("area"),
            basis=entry.get("basis", CatchmentBasis.RIGHT),
            start=entry.get("start"),
            end=entry.get("end"),
        )
        for entry in record.get("catchment", ())
    )
