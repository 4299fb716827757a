"""Getting there: by road where roads are loaded, else roughly, from the distance in a straight line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mapapp.domain.geo import LonLat


class TravelMode(StrEnum):
    """How the client travels."""

    CAR = "car"
    FOOT = "foot"


DETOUR = 1.3
"""Roads are this much longer than a straight line (Ballou, Rahardja, Sakai 2002: 1.29 for Ukraine)."""

ROUGH_SPEED_KM_H = {TravelMode.CAR: 45.0, TravelMode.FOOT: 4.5}
"""Parameters of ours for the rough time, door to door: towns, bad roads and checkposts included."""


def rough_travel_s(distance_m: float, mode: TravelMode) -> float:
    """Return a rough time for a geodesic distance; wherever shown it is said to be rough."""
    return distance_m * DETOUR / (ROUGH_SPEED_KM_H[mode] / 3.6)


@dataclass(frozen=True, slots=True)
class Trip:
    """The quickest way by road: its time and its length."""

    travel_s: float
    road_m: float


@dataclass(frozen=True, slots=True)
class Route:
    """A trip with its line, from where the road is reached to where it is left."""

    trip: Trip
    line: tuple[LonLat, ...]


class Roads(Protocol):
    """A road network somebody loaded; safe to share between threads."""

    def covers(self, point: LonLat, mode: TravelMode) -> bool:
        """Tell whether there is a road to start from near the point."""
        ...

    def fastest_m_s(self, mode: TravelMode) -> float:
        """Return a speed that no trip exceeds, counted over the straight line, in metres a second."""
        ...

    def trips(self, origin: LonLat, to: Sequence[LonLat], mode: TravelMode) -> Sequence[Trip | None]:
        """Return the trip to each point; None where no road leads."""
        ...

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:
        """Return the line of a trip; None where no road leads."""
        ...
