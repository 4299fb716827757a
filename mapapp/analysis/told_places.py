"""Which public texts of a confidential point seem to tell where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from mapapp.analysis.street_addresses import STREET_TYPE, StreetAddress, street_address, telling_words
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.names import fold_name
from mapapp.domain.registry import ConfidentialPlace, LocationPolicy, Organisation, ServicePoint

_STREET = re.compile(rf"\b(?i:{STREET_TYPE})\b\.?\s*[«\"“„]?(?:\d{{1,3}}[\s-])?[А-ЯІЇЄҐA-Z]")
_BUILDING = re.compile(
    r"\b(?:буд|будин(?:ок|ку)|корп(?:ус)?|кв|квартира|підʼ?[’']?їзд)\b\.?\s*№?\s*\d", re.IGNORECASE
)
_LATITUDE = re.compile(r"(?<![\d.,])(?:4[4-9]|5[0-2])[.,]\d{3,}")
_LONGITUDE = re.compile(r"(?<![\d.,])(?:2[2-9]|3\d|40)[.,]\d{3,}")
_MAP_LINK = re.compile(
    r"goo\.gl/maps|maps\.app|google\.[a-z.]+/maps|maps\.(?:google|apple)|openstreetmap\.|osm\.org|plus\.codes|waze\.",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"\b[А-ЯІЇЄҐ][\w'’ʼ]+")
_ENDING_LETTERS = 2
"""What declension changes at the end of a name; «Соборна», «на Соборній»."""
_SHORTEST_STEM = 4


class Telling(StrEnum):
    """What a text seems to tell."""

    STREET = "street"
    COORDINATES = "coordinates"
    OWN_ADDRESS = "own_address"
    """The very address that is confidential."""
    OWN_UNIT = "own_unit"
    """The hromada or settlement that the location policy keeps back."""


def told_places(point: ServicePoint, gazetteer: Gazetteer) -> Iterator[tuple[str, Telling]]:
    """Yield each public field of a confidential point that seems to tell its place, and what it tells.

    Without the confidential place (a reader who may not know it) only streets, buildings, coordinates and
    links to maps are recognised. A false alarm costs a look; a place told cannot be taken back.
    """
    if not point.is_confidential:
        return
    hidden = point.confidential_place
    for field, text in _public_texts(point):
        telling = _tells(text) or (None if hidden is None else _tells_own(text, point, hidden, gazetteer))
        if telling is not None:
            yield field, telling


def tells_address_of(organisation: Organisation, point: ServicePoint) -> bool:
    """Tell whether the organisation's own address, which is public, is the point's confidential one."""
    hidden = point.confidential_place
    if hidden is None:
        return False
    public = street_address(None, organisation.address)
    confidential = street_address(hidden.address_parts, hidden.address)
    return public is not None and confidential is not None and public.is_same_as(confidential) is True


def _public_texts(point: ServicePoint) -> Iterator[tuple[str, str]]:
    yield "name", point.name
    yield "hours", point.hours
    yield "referral_note", point.referral_note
    yield "website", point.website
    yield "coordinates_source", point.coordinates_source
    yield "phones", " ".join(phone.written for phone in point.phones)
    yield "contacts", " ".join(contact.title for contact in point.contacts)
    yield "closures", " ".join(closure.reason for closure in point.closures)
    if point.opening_hours is not None:
        yield "opening_hours", " ".join(exception.note for exception in point.opening_hours.exceptions)
    for offering in point.offerings:
        bases = (tariff.basis for tariff in offering.tariffs)
        yield f"offerings[{offering.service}]", " ".join((offering.conditions, *bases))


def _tells(text: str) -> Telling | None:
    if _MAP_LINK.search(text) or (_LATITUDE.search(text) and _LONGITUDE.search(text)):
        return Telling.COORDINATES
    return Telling.STREET if _STREET.search(text) or _BUILDING.search(text) else None


def _tells_own(
    text: str, point: ServicePoint, hidden: ConfidentialPlace, gazetteer: Gazetteer
) -> Telling | None:
    words = [fold_name(word) for word in _CAPITALISED.findall(text)]
    address = street_address(hidden.address_parts, hidden.address)
    if address is not None and _names_street(text, words, address):
        return Telling.OWN_ADDRESS
    public = [gazetteer.oblasts[point.oblast].name] if point.oblast in gazetteer.oblasts else []
    if point.hromada is not None and point.hromada in gazetteer.hromadas:
        public.append(gazetteer.hromadas[point.hromada].name)
    secret = [
        name
        for name in _units_of(hidden, gazetteer, may_know_hromada=_may_know_hromada(point))
        if not any(_mentions(fold_name(said).split(), name) for said in public)
    ]
    return Telling.OWN_UNIT if any(_mentions(words, name) for name in secret) else None


def _names_street(text: str, words: Iterable[str], address: StreetAddress) -> bool:
    """Tell whether a capitalised word of the text is of the street; its number alone tells nothing."""
    stems = [_stem(word) for word in telling_words(address.street)]
    in_words = [word for word in words if any(word.startswith(stem) for stem in stems)]
    if not in_words:
        return False
    # The first word of a text is capitalised whatever it means: then the building must be there as well.
    first = fold_name(text).split()[:1]
    return in_words != first or bool(address.building and address.building in fold_name(text))


def _may_know_hromada(point: ServicePoint) -> bool:
    return point.location_policy is LocationPolicy.HROMADA_ONLY


def _units_of(hidden: ConfidentialPlace, gazetteer: Gazetteer, *, may_know_hromada: bool) -> Iterator[str]:
    if hidden.settlement is not None and hidden.settlement in gazetteer.settlements:
        yield gazetteer.settlements[hidden.settlement].name
    if not may_know_hromada and hidden.hromada in gazetteer.hromadas:
        yield gazetteer.hromadas[hidden.hromada].name


def _mentions(words: Iterable[str], name: str) -> bool:
    """Tell whether every telling word of the unit's name is among the words, in whatever case they stand."""
    said = list(words)
    stems = [_stem(word) for word in fold_name(name).split() if len(word) >= _SHORTEST_STEM]
    return bool(stems) and all(any(word.startswith(stem) for word in said) for stem in stems)


def _stem(word: str) -> str:
    return word[: max(_SHORTEST_STEM, len(word) - _ENDING_LETTERS)]
