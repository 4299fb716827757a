"""Whether a code or a position in someone's file is right for the country, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.geography import Hromada, Oblast, Occupation, Raion, Settlement, TerritoryStatus
from mapapp.domain.katottg import Katottg, KatottgLevel

Locate = Callable[[LonLat], Katottg | None]
"""Tells the hromada drawn around a point, None outside all of them."""

FAR_KM = 30
"""Beyond this from every settlement of its hromada a point is misplaced, whatever the boundaries."""
NEAR_KM = 5
"""Within this of a settlement of its hromada a point may lie across a boundary: ours are approximate."""

_EARTH_RADIUS_KM = 6371.0088

_Unit = Oblast | Raion | Hromada | Settlement


class GazetteerChecks:
    """Answers with the fault, or None when nothing is wrong."""

    def __init__(self, gazetteer: Gazetteer, locate: Locate | None = None) -> None:
        self._gazetteer = gazetteer
        self._locate = locate

    def oblast(self, code: Katottg) -> Fault | None:
        """Check that the code names an oblast or a city with special status."""
        if code in self._gazetteer.oblasts:
            return None
        if (unit := self._unit(code)) is not None:
            return Fault("{code} is {name}, not an oblast", {"code": code, "name": unit.name})
        return self._unknown(code, KatottgLevel.OBLAST)

    def hromada(self, code: Katottg) -> Fault | None:
        """Check that the code names a hromada."""
        if code in self._gazetteer.hromadas:
            return None
        if (fault := self._settlement_instead(code)) is not None:
            return fault
        if (unit := self._unit(code)) is not None:
            return Fault("{code} is {name}, not a hromada", {"code": code, "name": unit.name})
        return self._unknown(code, KatottgLevel.HROMADA)

    def settlement(self, code: Katottg) -> Fault | None:
        """Check that the code names a settlement."""
        if code in self._gazetteer.settlements:
            return None
        if (unit := self._unit(code)) is not None:
            return Fault("{code} is {name}, not a settlement", {"code": code, "name": unit.name})
        return self._unknown(code, KatottgLevel.SETTLEMENT)

    def area(self, code: Katottg) -> Fault | None:
        """Check that the code names a hromada, raion or oblast."""
        known = self._gazetteer
        if code in known.hromadas or code in known.raions or code in known.oblasts:
            return None
        is_above = code.level in {KatottgLevel.OBLAST, KatottgLevel.RAION}
        level = code.level if is_above else KatottgLevel.HROMADA
        return self._settlement_instead(code) or self._unknown(code, level)

    def belongs(self, part: Katottg, whole: Katottg) -> Fault | None:
        """Check that a known settlement lies in a known hromada, or a hromada in an oblast."""
        inner, outer = self._unit(part), self._unit(whole)
        if inner is None or outer is None or whole in _units_around(inner):
            return None
        values: dict[str, object] = {"part": inner.name, "whole": outer.name}
        return Fault("{part} does not belong to {whole}", values)

    def is_fully_occupied(self, area: Katottg) -> bool:
        """Tell whether all of a known hromada, raion or oblast is temporarily occupied."""
        return self.area(area) is None and area not in self._areas_with_free_land

    def is_occupied_settlement(self, code: Katottg) -> bool:
        """Tell whether the settlement is on the list as temporarily occupied."""
        return TerritoryStatus.TEMPORARILY_OCCUPIED in self._gazetteer.open_status.get(code, ())

    def position(self, lon: float, lat: float) -> Fault | None:
        """Check that the coordinates lie in the country and in the right order."""
        if _is_in_ukraine(lon, lat):
            return None
        values: dict[str, object] = {"lat": str(lat), "lon": str(lon)}
        if _is_in_ukraine(lat, lon):
            return Fault("lat {lat} and lon {lon} are exchanged: write lat: {lon}, lon: {lat}", values)
        return Fault("lat {lat}, lon {lon} lies outside Ukraine", values)

    def inside(self, position: LonLat, hromada: Katottg) -> Fault | None:
        """Check that the position is in the hromada, forgiving what approximate boundaries cannot tell."""
        drawn = hromada if self._locate is None else self._locate(position)
        forgiven_km = FAR_KM if drawn == hromada else NEAR_KM
        # Most points are near the first place, the centre: the distance to all is for those that are not.
        if any(distance <= forgiven_km for distance in self._distances_km(position, hromada)):
            return None
        distance_km = min(self._distances_km(position, hromada))
        values: dict[str, object] = {"hromada": self.name(hromada), "distance_km": round(distance_km)}
        if drawn is None or drawn == hromada:
            return Fault(
                "these coordinates lie {distance_km} km from the nearest settlement of hromada {hromada}: "
                "correct them or the hromada",
                values,
            )
        return Fault(
            "these coordinates lie in hromada {found} ({found_code}), {distance_km} km from the nearest "
            "settlement of hromada {hromada}: correct them or the hromada",
            {**values, "found": self.name(drawn), "found_code": drawn},
        )

    def name(self, code: Katottg) -> str:
        """Return the unit's name, or the code itself when it is unknown."""
        unit = self._unit(code)
        return code if unit is None else unit.name

    def _unit(self, code: Katottg) -> _Unit | None:
        tables: tuple[Mapping[Katottg, _Unit], ...] = (
            self._gazetteer.hromadas,
            self._gazetteer.settlements,
            self._gazetteer.raions,
            self._gazetteer.oblasts,
        )
        return next((table[code] for table in tables if code in table), None)

    def _settlement_instead(self, code: Katottg) -> Fault | None:
        place = self._gazetteer.settlements.get(code)
        if place is None or place.hromada is None:
            return None
        return Fault(
            "{code} is the settlement {name}: its hromada is {suggestion} ({suggestion_name})",
            {
                "code": code,
                "name": place.name,
                "suggestion": place.hromada,
                "suggestion_name": self.name(place.hromada),
            },
        )

    def _unknown(self, code: Katottg, level: KatottgLevel) -> Fault:
        suggestion = self._by_prefix.get(_prefix(code, level))
        if suggestion is None:
            return Fault("no unit has the code {code}", {"code": code})
        return Fault(
            "no unit has the code {code}: did you mean {suggestion} ({suggestion_name})?",
            {"code": code, "suggestion": suggestion, "suggestion_name": self.name(suggestion)},
        )

    @cached_property
    def _by_prefix(self) -> Mapping[str, Katottg]:
        """The unit each prefix belongs to: the last five digits are what people mistype unnoticed."""
        levels = (
            (KatottgLevel.SETTLEMENT, self._gazetteer.settlements),
            (KatottgLevel.HROMADA, self._gazetteer.hromadas),
            (KatottgLevel.RAION, self._gazetteer.raions),
            (KatottgLevel.OBLAST, self._gazetteer.oblasts),
        )
        return {_prefix(code, level): code for level, table in levels for code in table}

    @cached_property
    def _areas_with_free_land(self) -> frozenset[Katottg]:
        return frozenset(
            unit
            for area, occupation in self._gazetteer.occupation.items()
            if occupation is not Occupation.FULLY
            for unit in self._with_parents(area)
        )

    def _with_parents(self, area: Katottg) -> Iterator[Katottg]:
        """Yield a drawn area (a hromada, or where none is drawn a raion or oblast) and the units above."""
        if area in self._gazetteer.hromadas:
            yield from self._gazetteer.parents_of(area)
            return
        yield area
        if area in self._gazetteer.raions:
            yield self._gazetteer.raions[area].oblast

    def _distances_km(self, position: LonLat, hromada: Katottg) -> Iterator[float]:
        """Yield how far the hromada's centre is, then each of its settlements."""
        yield _great_circle_km(position, self._gazetteer.hromadas[hromada].centre)
        for member in self._gazetteer.settlements_of.get(hromada, ()):
            if member.point is not None:
                yield _great_circle_km(position, member.point)


def _units_around(unit: _Unit) -> set[Katottg | None]:
    if isinstance(unit, Settlement):
        return {unit.area, unit.hromada, unit.oblast}
    return set() if isinstance(unit, Oblast) else {unit.oblast}


def _prefix(code: Katottg, level: KatottgLevel) -> str:
    match level:
        case KatottgLevel.OBLAST:
            return code.oblast_prefix
        case KatottgLevel.RAION:
            return code.raion_prefix
        case KatottgLevel.HROMADA:
            return code.hromada_prefix
        case _:
            return code.settlement_prefix


def _is_in_ukraine(lon: float, lat: float) -> bool:
    box = UKRAINE_BOUNDS
    return box.west <= lon <= box.east and box.south <= lat <= box.north


def _great_circle_km(a: LonLat, b: LonLat) -> float:
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(chord))
