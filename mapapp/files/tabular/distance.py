"""How far apart two points are, near enough to tell a mistake."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from mapapp.domain.geo import LonLat

_EARTH_RADIUS_KM = 6371.0088


def distance_km(a: LonLat, b: LonLat) -> float:
    """Return the great-circle distance."""
    half_lat, half_lon = radians(b.lat - a.lat) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(chord))
