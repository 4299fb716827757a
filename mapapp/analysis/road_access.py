"""Where a point reaches the road, and which roads an area closes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapapp.analysis.road_network import (
    RoadNetwork,
    m_per_radian,
    pieces_in,
    pieces_m,
    ranges,
)
from mapapp.domain.geo import LonLat

REACH_M: Final = 2_000.0
"""A place farther than this from any road has no trips; a parameter of ours."""
_LOOKS: Final = ((300.0, 200), (REACH_M, 50))
"""How far to look, first and then, and for how many points at once: a city is full of roads."""
NO_ROAD: Final = -1


@dataclass(frozen=True, slots=True)
class Footholds:
    """Where points reach their nearest road.

    Parameters
    ----------
    road
        (K,) int64: the road; `NO_ROAD` where none is near.
    share
        (K,) float64: how far along it, 0 at its first point and 1 at its last.
    walk_m
        (K,) float64: metres in a straight line from the point to the road.

    """

    road: NDArray[np.int64]
    share: NDArray[np.float64]
    walk_m: NDArray[np.float64]

    def __getitem__(self, chosen: NDArray[np.int64]) -> Footholds:
        """Return some of them, by number."""
        return Footholds(self.road[chosen], self.share[chosen], self.walk_m[chosen])

    @property
    def found(self) -> NDArray[np.bool_]:
        """Tell which points reach a road."""
        found: NDArray[np.bool_] = self.road != NO_ROAD
        return found


def footholds(
    network: RoadNetwork, points: Sequence[LonLat], usable: NDArray[np.bool_], closing: Closing | None = None
) -> Footholds:
    """Return where each point reaches the nearest usable road within `REACH_M`.

    `usable` is (E,): along which roads a trip may start or end. A point whose nearest road is closed there
    reaches none: another one may be on the far side of what closed it, a river or a front line.
    """
    degrees = degrees_of(points)
    found = Footholds(
        np.full(len(points), NO_ROAD, np.int64), np.zeros(len(points)), np.full(len(points), np.inf)
    )
    for reach_m, at_once in _LOOKS:
        missing = np.flatnonzero(~found.found)
        for first in range(0, len(missing), at_once):
            some = missing[first : first + at_once]
            _reach_nearest(network, degrees, some, found, usable=usable, reach_m=reach_m)
    found.walk_m[~found.found] = 0.0
    if closing is None:
        return found
    left = closing.leaves_stretch(found.road, found.share, found.share)
    return replace(found, road=np.where(left, found.road, NO_ROAD))


def degrees_of(points: Sequence[LonLat]) -> NDArray[np.float64]:
    """Return longitude and latitude: (K, 2)."""
    return np.array([(point.lon, point.lat) for point in points], np.float64).reshape(-1, 2)


def _reach_nearest(
    network: RoadNetwork,
    degrees: NDArray[np.float64],
    some: NDArray[np.int64],
    found: Footholds,
    *,
    usable: NDArray[np.bool_],
    reach_m: float,
) -> None:
    """Note the nearest usable road of some points, where one is within reach."""
    lon, lat = degrees[some, 0], degrees[some, 1]
    piece, road, of = pieces_in(network, *boxes_around(lon, lat, reach_m))
    is_usable = usable[road]
    piece, road, of = piece[is_usable], road[is_usable], of[is_usable]
    if not len(piece):
        return
    east, north = m_per_radian(np.radians(lat))
    unit_x, unit_y = (np.radians(1e-7) * metres[of] for metres in (east, north))
    ends = piece + np.arange(2)[:, None]
    x = (network.shape_lon_e7[ends] - lon[of] * 1e7) * unit_x
    y = (network.shape_lat_e7[ends] - lat[of] * 1e7) * unit_y
    dx, dy = x[1] - x[0], y[1] - y[0]
    along = np.clip(-(x[0] * dx + y[0] * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    away_m = np.hypot(x[0] + along * dx, y[0] + along * dy)
    here, first = np.unique(of, return_index=True)  # ascending already
    nearest_m = np.minimum.reduceat(away_m, first)
    is_best = away_m == np.repeat(nearest_m, np.diff([*first, len(of)]))
    best = np.flatnonzero(is_best)[np.unique(of[is_best], return_index=True)[1]]
    best, here = best[nearest_m <= reach_m], here[nearest_m <= reach_m]
    found.road[some[here]] = road[best]
    found.share[some[here]] = _shares(network, road[best], piece[best], along[best])
    found.walk_m[some[here]] = away_m[best]


def _shares(
    network: RoadNetwork, road: NDArray[np.integer], piece: NDArray[np.int64], along: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far along its road each place on a piece is."""
    first, last = network.shape_start[road], network.shape_start[road + 1] - 1
    number = ranges(first, last)
    of = np.repeat(np.arange(len(road)), last - first)
    metres = pieces_m(network.shape_lon_e7, network.shape_lat_e7, number)
    covered = np.clip(piece[of] + along[of] - number, 0.0, 1.0)
    total_m = np.bincount(of, metres, minlength=len(road))
    came_m = np.bincount(of, metres * covered, minlength=len(road))
    return np.minimum(came_m / np.maximum(total_m, 1e-9), 1.0)


def boxes_around(
    lon: NDArray[np.float64], lat: NDArray[np.float64], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return west, south, east, north in 1e-7 degrees of boxes that hold a circle around each point."""
    _, north = m_per_radian(np.zeros(1))  # a degree of latitude is shortest at the equator
    up = np.degrees(reach_m / north[0])
    east, _ = m_per_radian(np.radians(np.minimum(np.abs(lat) + up, 89.0)))
    aside = np.degrees(reach_m / east)
    edges = (
        np.floor(np.maximum(lon - aside, -180.0) * 1e7),
        np.floor(np.maximum(lat - up, -90.0) * 1e7),
        np.ceil(np.minimum(lon + aside, 180.0) * 1e7),
        np.ceil(np.minimum(lat + up, 90.0) * 1e7),
    )
    west_e7, south_e7, east_e7, north_e7 = (edge.astype(np.int64) for edge in edges)
    return west_e7, south_e7, east_e7, north_e7


@dataclass(frozen=True, slots=True)
class Closing:
    """What closed areas take from the network.

    A road that touches an area is not travelled from end to end. What is left of it on either side still
    leads to its own end.

    Parameters
    ----------
    shut
        (E,) bool: the road touches a closed area.
    road
        (C,) int64, ascending: those roads.
    until, since
        (C,) float64: the shares of its length where the first piece that touches an area begins and the last
        one ends.

    """

    shut: NDArray[np.bool_]
    road: NDArray[np.int64]
    until: NDArray[np.float64]
    since: NDArray[np.float64]

    def leaves_stretch(
        self, road: NDArray[np.int64], begin: NDArray[np.float64], end: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Tell which stretches, from one share of a road's length to another, can still be used."""
        left = ~self.shut[road]
        at = np.searchsorted(self.road, road[~left])
        low, high = np.minimum(begin, end)[~left], np.maximum(begin, end)[~left]
        left[~left] = (high <= self.until[at]) | (low >= self.since[at])
        return left


def closing_of(network: RoadNetwork, areas: Sequence[shapely.Geometry]) -> Closing:
    """Return what these areas (EPSG:4326) close."""
    first = np.full(network.roads, len(network.shape_lon_e7), np.int64)
    last = np.full(network.roads, -1, np.int64)
    for area in areas:
        shapely.prepare(area)
        west, south, east, north = shapely.bounds(area)[:, None] * 1e7
        box = (np.floor(west), np.floor(south), np.ceil(east), np.ceil(north))
        piece, road, _ = pieces_in(network, *(edge.astype(np.int64) for edge in box))
        ends = piece[:, None] + np.arange(2)
        lines = np.stack([network.shape_lon_e7[ends], network.shape_lat_e7[ends]], axis=-1) / 1e7
        touched = shapely.intersects(area, shapely.linestrings(lines))
        np.minimum.at(first, road[touched], piece[touched])
        np.maximum.at(last, road[touched], piece[touched])
    shut = last >= 0
    closed = np.flatnonzero(shut)
    until = _shares(network, closed, first[closed], np.zeros(len(closed)))
    since = _shares(network, closed, last[closed], np.ones(len(closed)))
    return Closing(shut, closed, until, since)


def are_inside(degrees: NDArray[np.float64], areas: Sequence[shapely.Geometry]) -> NDArray[np.bool_]:
    """Tell which points, (K, 2) longitude and latitude, lie in one of the areas."""
    inside = np.zeros(len(degrees), np.bool_)
    for area in areas:
        inside |= shapely.intersects_xy(area, degrees[:, 0], degrees[:, 1])
    return inside


def road_line(network: RoadNetwork, road: int, begin: float, end: float) -> NDArray[np.float64]:
    """Return the points of a road from one share of its length to another, longitude first: (K, 2)."""
    first, last = int(network.shape_start[road]), int(network.shape_start[road + 1])
    lon_e7, lat_e7 = network.shape_lon_e7[first:last], network.shape_lat_e7[first:last]
    points = np.stack([lon_e7, lat_e7], axis=1) / 1e7
    metres = pieces_m(lon_e7, lat_e7, np.arange(len(points) - 1))
    came_m = np.concatenate(([0.0], np.cumsum(metres)))
    if came_m[-1] == 0:
        return points[:1]
    low, high = min(begin, end), max(begin, end)
    share = came_m / came_m[-1]
    between = points[(share > low) & (share < high)]
    cut = [[np.interp(at, share, points[:, 0]), np.interp(at, share, points[:, 1])] for at in (low, high)]
    line = np.concatenate([cut[:1], between, cut[1:]])
    return line if begin <= end else line[::-1]
