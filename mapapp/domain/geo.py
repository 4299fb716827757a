"""Points on the Earth: WGS 84 (EPSG:4326) degrees, longitude first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LonLat:
    """A point; only the Leaflet side of the map swaps to latitude first.

    Raises
    ------
    ValueError
        A coordinate is not a finite number of degrees on the Earth.

    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lon) and -180 <= self.lon <= 180):  # noqa: PLR2004 - degrees
            raise ValueError(f"longitude {self.lon} is not between -180 and 180 degrees")
        if not (math.isfinite(self.lat) and -90 <= self.lat <= 90):  # noqa: PLR2004 - degrees
            raise ValueError(f"latitude {self.lat} is not between -90 and 90 degrees")


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """The smallest box of meridians and parallels around something, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def __contains__(self, point: LonLat) -> bool:
        """Tell whether the point lies in the box or on its edge."""
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north


class Direction(StrEnum):
    """Where something lies from somewhere, to an eighth of the compass, clockwise from north."""

    NORTH = "north"
    NORTH_EAST = "north_east"
    EAST = "east"
    SOUTH_EAST = "south_east"
    SOUTH = "south"
    SOUTH_WEST = "south_west"
    WEST = "west"
    NORTH_WEST = "north_west"


def direction_of(azimuth_deg: float) -> Direction:
    """Return the eighth of the compass nearest to an azimuth, in degrees clockwise from north.

    >>> direction_of(350), direction_of(-91)
    (<Direction.NORTH: 'north'>, <Direction.WEST: 'west'>)
    """
    eighths = list(Direction)
    return eighths[round(azimuth_deg / 45) % len(eighths)]


@dataclass(frozen=True, slots=True)
class Offset:
    """How far and which way a place lies from another; the distance is geodesic (WGS 84)."""

    distance_m: float
    direction: Direction


UKRAINE_BOUNDS = BoundingBox(west=22.13, south=44.18, east=40.23, north=52.38)
"""A box around the country, its settlements and coast; a point outside is abroad or mistyped."""

METRIC_CRS = "+proj=laea +lat_0=48.5 +lon_0=31 +datum=WGS84 +units=m +no_defs"
"""Metres and square metres for computing: equal-area, centred on the country, distances within 0.15 %."""
