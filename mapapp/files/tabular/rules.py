"""What must hold of a record, in the same words as in a registry file: one verdict whatever the format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from mapapp.domain.contacts import Contact, Phone
from mapapp.domain.errors import Fault
from mapapp.domain.imports import ImportContext
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    PointKind,
    Tariff,
)
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.reference_tables import read_hotlines
from mapapp.files.tabular.confidential_columns import CONFIDENTIAL_COLUMNS

Said = Mapping[str, Any]
"""What a table says of one record, by field; what it leaves empty is not there."""

Found = Iterator[tuple[str, Fault]]
"""Faults, each with the field it is of."""

_PLACE_FIELDS: Final = (
    "point.lat",
    "point.lon",
    "point.precision",
    "point.coordinates_source",
    "point.settlement",
    "point.address",
    "point.street",
    "point.building",
    "point.stops",
)
"""What a point that is not disclosed does not say of itself."""


_CONFIDENTIAL_FIELDS: Final = frozenset(column.field for column in CONFIDENTIAL_COLUMNS)


class Rules:
    """Judges what is said; the country's answers are kept, since most points share their hromada."""

    def __init__(self, context: ImportContext) -> None:
        self.country = GazetteerChecks(context.gazetteer, context.locate)
        self._services = context.services
        self._hotlines = {_digits(hotline.number) for hotline in read_hotlines()}
        keep = lru_cache(maxsize=None)
        self.hromada = keep(self.country.hromada)
        self._gazetteer = context.gazetteer
        self._area_faults = keep(self._find_area_faults)
        self._catchment_faults = keep(self._find_catchment_faults)

    # Where a point is

    def unit_faults(self, part: str, said: Said) -> Found:
        """Judge the units of a point or of its confidential place."""
        hromada, settlement = said.get(f"{part}.hromada"), said.get(f"{part}.settlement")
        for name, fault in self._area_faults(said.get(f"{part}.oblast"), hromada):
            yield f"{part}.{name}", fault
        wrong = None if settlement is None else self._settlement_fault(settlement, hromada)
        if wrong is not None:
            yield f"{part}.settlement", wrong

    def _find_area_faults(
        self, oblast: Katottg | None, hromada: Katottg | None
    ) -> tuple[tuple[str, Fault], ...]:
        found: list[tuple[str, Fault | None]] = []
        if oblast is not None:
            found.append(("oblast", self.country.oblast(oblast) or self._occupied_area(oblast)))
        if hromada is not None:
            found.append(("hromada", self.hromada(hromada) or self._occupied_area(hromada)))
        if oblast is not None and hromada is not None:
            found.append(("oblast", self.country.belongs(hromada, oblast)))
        return tuple((name, fault) for name, fault in found if fault is not None)

    def _settlement_fault(self, code: Katottg, hromada: Katottg | None) -> Fault | None:
        place = self._gazetteer.settlements.get(code)
        if place is None:
            return self.country.settlement(code)
        # Nearly every settlement is in its own hromada: only the others need a sentence.
        if hromada is not None and hromada not in {place.hromada, place.area}:
            fault = self.country.belongs(code, hromada)
            if fault is not None:
                return fault
        return self._occupied_settlement(code)

    def _occupied_area(self, code: Katottg) -> Fault | None:
        return self._occupied(code) if self.country.is_fully_occupied(code) else None

    def _occupied_settlement(self, code: Katottg) -> Fault | None:
        return self._occupied(code) if self.country.is_occupied_settlement(code) else None

    def _occupied(self, place: Katottg) -> Fault:
        return Fault(
            "{name} is temporarily occupied: say where the provider works now and what it is relocated_from",
            {"name": self.country.name(place)},
        )

    def disclosure_faults(self, said: Said, policy: LocationPolicy) -> Found:
        """Judge what a point says of its place by who may know it."""
        if policy is LocationPolicy.PUBLIC:
            yield from self._public_faults(said)
            return
        for name in _PLACE_FIELDS:
            if name in said:
                yield name, Fault("a confidential service point has no «{field}»: remove it", {"field": name})
        if policy is LocationPolicy.HROMADA_ONLY:
            if "point.hromada" not in said:
                yield "point.hromada", Fault("this location policy names the hromada: add it")
            return
        if "point.oblast" not in said:
            yield "point.oblast", Fault("this location policy names the oblast: add it")
        if "point.phones" not in said:
            yield "point.phones", Fault("people reach a place that is not disclosed by phone: add one")
        if "point.hromada" in said:
            yield "point.hromada", Fault("this location policy names the oblast only: remove the hromada")

    def _public_faults(self, said: Said) -> Found:
        if not _CONFIDENTIAL_FIELDS.isdisjoint(said):
            yield (
                "point.location_policy",
                Fault("a public service point has no confidential place: remove it, or add location_policy"),
            )
        if "point.hromada" not in said:
            yield "point.hromada", Fault("a public service point names its hromada: add it")
        if "point.precision" in said and "point.lat" not in said and "point.lon" not in said:
            yield "point.precision", Fault("precision speaks of coordinates: add them, or remove it")

    def is_sensitive(self, kind: PointKind | None, services: Iterable[str]) -> bool:
        """Tell whether such places are not disclosed unless their provider decides so."""
        return kind is PointKind.CRISIS_ROOM or any(
            self._services[slug].is_confidential for slug in services if slug in self._services
        )

    # Offerings

    def offering_faults(self, said: Said, relocated_from: Katottg | None) -> Found:
        """Judge an offering by itself."""
        yield from _at_most(said, "offering.vacant", "offering.capacity")
        yield from _at_most(said, "offering.age_from", "offering.age_to")
        if "offering.tariffs" in said:
            yield from tariff_faults(said["offering.tariffs"])
        if "offering.catchment" in said:
            for fault in self._catchment_faults(said["offering.catchment"], relocated_from):
                yield "offering.catchment", fault

    def _find_catchment_faults(
        self, areas: tuple[CatchmentArea, ...], relocated_from: Katottg | None
    ) -> tuple[Fault, ...]:
        faults = []
        for place, one in enumerate(areas):
            if one.area != NATION:
                code = Katottg(one.area)
                if (fault := self.country.area(code)) is not None:
                    faults.append(fault)
                elif code != relocated_from and self.country.is_fully_occupied(code):
                    faults.append(
                        Fault(
                            "{name} is temporarily occupied: only a provider relocated_from it can name "
                            "it as served",
                            {"name": self.country.name(code)},
                        )
                    )
            if one.basis is CatchmentBasis.CONTRACT and one.start is None:
                faults.append(Fault("a contract has a first day: add start"))
            if one.basis is CatchmentBasis.CONTRACT and one.end is None:
                faults.append(Fault("a contract has a last day: add end"))
            if one in areas[:place]:
                faults.append(Fault("the area {area} stands here twice: remove one", {"area": one.area}))
        return tuple(faults)

    # The record as a whole

    def stop_faults(self, stops: Iterable[MobileStop]) -> Found:
        """Judge where a mobile team stops."""
        for stop in stops:
            fault = self._settlement_fault(stop.settlement, None)
            if fault is not None:
                yield "point.stops", fault

    def demo_phone_faults(self, field: str, phones: Iterable[Phone]) -> Found:
        """Judge the phones of a demonstration record."""
        for phone in phones:
            if _digits(phone.written) not in self._hotlines:
                yield (
                    field,
                    Fault(
                        "{phone} is not a public hotline: a demonstration record shows no other phone",
                        {"phone": phone.written},
                    ),
                )

    def demo_faults(self, said: Said) -> Found:
        """Judge a demonstration point."""
        if (fault := demo_name_fault(said.get("point.name", "демо"))) is not None:
            yield "point.name", fault
        yield from self.demo_phone_faults("point.phones", said.get("point.phones", ()))
        contacts: Iterable[Contact] = said.get("point.contacts", ())
        for contact in contacts:
            yield from self.demo_phone_faults("point.contacts", contact.phones)


def point_faults(said: Said) -> Found:
    """Judge a point by itself, whatever stands around it."""
    fault = period_fault(said.get("point.valid_from"), said.get("point.valid_to"))
    if fault is not None:
        yield "point.valid_to", fault
    there: frozenset[Any] = said.get("point.accessibility", frozenset())
    for word in sorted(there & said.get("point.no_accessibility", frozenset())):
        yield (
            "point.no_accessibility",
            Fault("{word} is said to be there and not to be there: remove one", {"word": word.name.lower()}),
        )


def period_fault(first: date | None, last: date | None) -> Fault | None:
    """Return that a period ends before it starts."""
    if first is None or last is None or first <= last:
        return None
    return Fault(
        "{last} ({end}) comes before {first} ({start})",
        {"first": "valid_from", "last": "valid_to", "start": first, "end": last},
    )


def demo_name_fault(name: str) -> Fault | None:
    """Return that a demonstration record does not say that it is one."""
    return (
        None if "демо" in name.lower() else Fault("a demonstration record says so in its name: add «(демо)»")
    )


def tariff_faults(tariffs: Iterable[Tariff]) -> Found:
    """Judge that each day has one tariff at most."""
    for earlier, later in pairwise(sorted(tariffs, key=lambda tariff: tariff.start)):
        if earlier.end is None or later.start <= earlier.end:
            yield (
                "offering.tariffs",
                Fault(
                    "the tariff from {later} begins before the one from {earlier} ends: part their days",
                    {"earlier": earlier.start, "later": later.start},
                ),
            )


def _at_most(said: Said, less: str, more: str) -> Found:
    small, great = said.get(less), said.get(more)
    if small is not None and great is not None and small > great:
        yield (
            less,
            Fault(
                "{less} ({small}) is above {more} ({great})",
                {
                    "less": less.partition(".")[2],
                    "small": small,
                    "more": more.partition(".")[2],
                    "great": great,
                },
            ),
        )


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
