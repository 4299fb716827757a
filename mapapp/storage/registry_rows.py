"""How organisations and service points become rows: plain values that both databases take as they are.

Each function yields rows with one value for each of its columns, in their order. Dates, times, prices and
JSON are already written as text, in the form SQLAlchemy reads back from either database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from mapapp.domain.contacts import AddressParts, Contact, Phone
from mapapp.domain.hours import Closure, OpeningHours, OpenSpan
from mapapp.domain.referral import REMOTE
from mapapp.domain.registry import Offering, Organisation, RecordSource, ServicePoint
from mapapp.storage.catchments import Areas, is_wide
from mapapp.storage.schema import ALWAYS_FROM, ALWAYS_TO
from mapapp.storage.search_text import OwnerWords, search_text

Values = tuple[Any, ...]

ORGANISATION_COLUMNS = (
    "id name sector edrpou is_demo short_name kind legal_form ownership parent registry_number registry_in"
    " registry_out address phones phones_e164 emails website valid_from valid_to last_verified source"
    " source_id"
)
PREDECESSOR_COLUMNS = "organisation predecessor"
POINT_COLUMNS = (
    "id organisation kind name location_policy oblast hromada settlement lon lat valid_from valid_to"
    " precision coordinates_source address address_parts phones phones_e164 emails website contacts languages"
    " hours opening_hours closures accessibility no_accessibility is_suspended suspended_until"
    " works_without_power has_shelter last_confirmed referral_note relocated_from last_verified is_demo"
    " source source_id search_text"
)
PLACE_COLUMNS = "point location_policy hromada settlement lon lat precision address address_parts"
STOP_COLUMNS = "point ordinal location_policy settlement day opens closes place"
OFFERING_COLUMNS = (
    "point ordinal service catchment lon lat valid_from valid_to target_groups places payment capacity vacant"
    " capacity_unit capacity_as_of age_from age_to terms is_emergency meets_standard conditions is_remote"
    " is_wide last_stop"
)
AREA_COLUMNS = "catchment area basis valid_from valid_to"
TARIFF_COLUMNS = "point ordinal valid_from valid_to per_person per_family basis"


def organisation_rows(organisations: Iterable[Organisation]) -> Iterator[Values]:
    """Yield a row for each organisation."""
    for it in organisations:
        yield (
            it.id,
            it.name,
            it.sector.value,
            it.edrpou,
            it.is_demo,
            it.short_name,
            it.kind.value,
            it.legal_form,
            _word(it.ownership),
            it.parent,
            it.registry_number,
            _day(it.registry_in),
            _day(it.registry_out),
            it.address,
            *_phones(it.phones),
            _texts(it.emails),
            it.website,
            _day(it.valid_from),
            _day(it.valid_to),
            _day(it.last_verified),
            *_source(it.source),
        )


def predecessor_rows(organisations: Iterable[Organisation]) -> Iterator[Values]:
    """Yield a row for each organisation that another was reorganised from."""
    for it in organisations:
        for predecessor in dict.fromkeys(it.successor_of):
            yield it.id, predecessor


def point_rows(points: Iterable[ServicePoint], owners: Mapping[str, OwnerWords]) -> Iterator[Values]:
    """Yield a row for each service point, without its confidential place."""
    for it in points:
        yield (
            it.id,
            it.organisation,
            it.kind.value,
            it.name,
            it.location_policy.value,
            it.oblast,
            it.hromada,
            it.settlement,
            *_shared_with_offerings(it),
            _word(it.precision),
            it.coordinates_source,
            it.address,
            _address(it.address_parts),
            *_phones(it.phones),
            _texts(it.emails),
            it.website,
            _contacts(it.contacts),
            _texts(it.languages),
            it.hours,
            _hours(it.opening_hours),
            _closures(it.closures),
            _words(it.accessibility),
            _words(it.no_accessibility),
            it.wartime.is_suspended,
            _day(it.wartime.suspended_until),
            it.wartime.works_without_power,
            it.wartime.has_shelter,
            _day(it.wartime.last_confirmed),
            it.referral_note,
            it.relocated_from,
            _day(it.last_verified),
            it.is_demo,
            *_source(it.source),
            search_text(
                owners.get(it.organisation) or OwnerWords(it.organisation),
                it.id,
                it.name,
                it.address,
                [phone.e164 or phone.written for phone in it.phones],
            ),
        )


def place_rows(points: Iterable[ServicePoint]) -> Iterator[Values]:
    """Yield a row for each confidential place."""
    for it in points:
        place = it.confidential_place
        if place is not None:
            yield (
                it.id,
                it.location_policy.value,
                place.hromada,
                place.settlement,
                None if place.point is None else place.point.lon,
                None if place.point is None else place.point.lat,
                _word(place.precision),
                place.address,
                _address(place.address_parts),
            )


def stop_rows(points: Iterable[ServicePoint]) -> Iterator[Values]:
    """Yield a row for each stop of a mobile team."""
    for it in points:
        for ordinal, stop in enumerate(it.stops):
            yield (
                it.id,
                ordinal,
                it.location_policy.value,
                stop.settlement,
                _day(stop.day),
                _clock(stop.opens),
                _clock(stop.closes),
                stop.place,
            )


def offering_rows(points: Iterable[ServicePoint], catchments: Mapping[Areas, int]) -> Iterator[Values]:
    """Yield a row for each offering; its catchment stands in it by number."""
    for it in points:
        shared = _shared_with_offerings(it)
        last_stop = _day(max((stop.day for stop in it.stops), default=None))
        for ordinal, offering in enumerate(it.offerings):
            yield (
                it.id,
                ordinal,
                offering.service,
                catchments[frozenset(offering.catchment)],
                *shared,
                int(offering.target_groups),
                _words(offering.places),
                offering.payment.value,
                offering.capacity,
                offering.vacant,
                offering.capacity_unit.value,
                _day(offering.capacity_as_of),
                offering.age_from,
                offering.age_to,
                _words(offering.terms),
                offering.is_emergency,
                offering.meets_standard,
                offering.conditions,
                offering.places <= REMOTE,
                any(is_wide(served.area) for served in offering.catchment),
                last_stop,
            )


def tariff_rows(points: Iterable[ServicePoint]) -> Iterator[Values]:
    """Yield a row for each period of each tariff."""
    for it in points:
        for ordinal, offering in enumerate(it.offerings):
            yield from _tariffs(it.id, ordinal, offering)


def _tariffs(point: str, ordinal: int, offering: Offering) -> Iterator[Values]:
    for tariff in offering.tariffs:
        yield (
            point,
            ordinal,
            _day(tariff.start),
            _day(tariff.end or ALWAYS_TO),
            _price(tariff.per_person),
            _price(tariff.per_family),
            tariff.basis,
        )


def _shared_with_offerings(point: ServicePoint) -> Values:
    return (
        None if point.point is None else point.point.lon,
        None if point.point is None else point.point.lat,
        _day(point.valid_from or ALWAYS_FROM),
        _day(point.valid_to or ALWAYS_TO),
    )


def _source(source: RecordSource | None) -> tuple[str | None, str | None]:
    return (None, None) if source is None else (source.name, source.record_id)


def _phones(phones: tuple[Phone, ...]) -> tuple[str, str]:
    return _texts(tuple(it.written for it in phones)), _texts(tuple(it.e164 or "" for it in phones))


def _word(word: StrEnum | None) -> str | None:
    return None if word is None else word.value


def _price(price: Decimal | None) -> str | None:
    return None if price is None else str(price)


def _clock(moment: time | None) -> str | None:
    return None if moment is None else moment.isoformat("microseconds")


@lru_cache(maxsize=1 << 14)
def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


# Weeks and places of provision repeat: nearly all records share a few.


@lru_cache(maxsize=1 << 10)
def _words(words: frozenset[StrEnum]) -> str:
    return _json(sorted(word.value for word in words))


def _texts(texts: tuple[str, ...]) -> str:
    # Hardly two records share these, and there are many: written without an encoder of their own.
    return f"[{','.join(map(encode_basestring, texts))}]"


def _address(parts: AddressParts | None) -> str | None:
    if parts is None:
        return None
    said = ((name, text) for name in AddressParts.__slots__ if (text := getattr(parts, name)))
    return f"{{{','.join(f'{encode_basestring(name)}:{encode_basestring(text)}' for name, text in said)}}}"


@lru_cache(maxsize=1 << 12)
def _hours(hours: OpeningHours | None) -> str | None:
    if hours is None:
        return None
    exceptions = [
        {
            "first": _day(it.first),
            "last": _day(it.last),
            "spans": [_span(span) for span in it.spans],
            "note": it.note,
        }
        for it in hours.exceptions
    ]
    week = [[_span(span) for span in spans] for spans in hours.week]
    return _json({"week": week, "exceptions": exceptions})


def _span(span: OpenSpan) -> dict[str, str]:
    return {"opens": span.opens.isoformat("minutes"), "closes": span.closes.isoformat("minutes")}


@lru_cache(maxsize=1 << 10)
def _closures(closures: tuple[Closure, ...]) -> str:
    return _json([{"first": _day(it.first), "last": _day(it.last), "reason": it.reason} for it in closures])


def _contacts(contacts: tuple[Contact, ...]) -> str:
    if not contacts:
        return "[]"
    return _json(
        [
            {
                "title": it.title,
                "phones": [{"written": phone.written, "e164": phone.e164} for phone in it.phones],
                "email": it.email,
            }
            for it in contacts
        ]
    )
