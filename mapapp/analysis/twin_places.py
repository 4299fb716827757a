"""Which settlements share their name with another one of the same hromada, and what tells them apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyproj import Geod

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat, Offset, direction_of
from mapapp.domain.geography import Hromada, Settlement
from mapapp.domain.katottg import Katottg
from mapapp.domain.names import fold_name

_EARTH = Geod(ellps="WGS84")


def twin_offsets(gazetteer: Gazetteer) -> Mapping[Katottg, Offset]:
    """Return, for each settlement with a namesake in its hromada, where it lies from the hromada's centre."""
    namesakes: defaultdict[tuple[Katottg, str], list[Settlement]] = defaultdict(list)
    for place in gazetteer.settlements.values():
        if place.hromada is not None:
            namesakes[place.hromada, fold_name(place.name)].append(place)
    return {
        place.katottg: _offset(gazetteer.hromadas[hromada].centre, place.point)
        for (hromada, _), places in namesakes.items()
        if len(places) > 1
        for place in places
        if place.point is not None
    }


def centre_settlement(gazetteer: Gazetteer, hromada: Hromada) -> Settlement:
    """Return the settlement at the hromada's centre."""
    places = gazetteer.settlements_of[hromada.katottg]
    located = [place for place in places if place.point is not None]
    return min(
        located or places, key=lambda place: (_degrees_between(hromada.centre, place.point), place.katottg)
    )


def _offset(centre: LonLat, point: LonLat) -> Offset:
    azimuth_deg, _, distance_m = _EARTH.inv(centre.lon, centre.lat, point.lon, point.lat)
    return Offset(float(distance_m), direction_of(float(azimuth_deg)))


def _degrees_between(one: LonLat, other: LonLat | None) -> float:
    """Return a measure for what stands at the very same place or does not; it is no distance."""
    return 0.0 if other is None else abs(one.lon - other.lon) + abs(one.lat - other.lat)
