"""Where a point reaches the road, and which roads an area closes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from mapapp.analysis.road_network import (
    RoadNetwork,
    m_per_radian,
    piece_m,
    pieces_in,
)
from mapapp.domain.geo import LonLat

REACH_M: Final = 2_000.0
"""A place farther than this from any road has no trips; a parameter of ours."""
_FIRST_LOOK_M: Final = 300.0
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
        return self.road != NO_ROAD


def footholds(
    network: RoadNetwork, points: Sequence[LonLat], usable: NDArray[np.bool_], closing: Closing | None = None
) -> Footholds:
    """Return where each point reaches the nearest usable road within `REACH_M`.

    `usable` is (E,): along which roads a trip may start or end. A point whose nearest road is closed there
    reaches none: another one may be on the far side of what closed it, a river or a front line.
    """
    rows = [_foothold(network, point, usable) or (NO_ROAD, 0.0, 0.0) for point in points]
    road, share, walk_m = zip(*rows, strict=True) if rows else ((), (), ())
    found = Footholds(np.array(road, np.int64), np.array(share, np.float64), np.array(walk_m, np.float64))
    if closing is None or not rows:
        return found
    left = closing.leaves_stretch(found.road, found.share, found.share)
    return replace(found, road=np.where(left, found.road, NO_ROAD))


def _foothold(
    network: RoadNetwork, point: LonLat, usable: NDArray[np.bool_]
) -> tuple[int, float, float] | None:
    for reach_m in (_FIRST_LOOK_M, REACH_M):
        found = _nearest(network, point, usable, reach_m)
        if found is not None:
            return found
    return None


def _nearest(
    network: RoadNetwork,
    point: LonLat,
    usable: NDArray[np.bool_],
    reach_m: float,
) -> tuple[int, float, float] | None:
    pieces, roads = pieces_in(network, *box_around(point, reach_m))
    is_usable = usable[roads]
    pieces, roads = pieces[is_usable], roads[is_usable]
    if not len(pieces):
        return None
    east, north = (float(m) for m in m_per_radian(np.radians(np.float64(point.lat))))
    unit_x, unit_y = math.radians(1e-7) * east, math.radians(1e-7) * north
    x = (network.shape_lon_e7[pieces + np.arange(2)[:, None]] - point.lon * 1e7) * unit_x
    y = (network.shape_lat_e7[pieces + np.arange(2)[:, None]] - point.lat * 1e7) * unit_y
    dx, dy = x[1] - x[0], y[1] - y[0]
    along = np.clip(-(x[0] * dx + y[0] * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
    away_m = np.hypot(x[0] + along * dx, y[0] + along * dy)
    best = int(np.argmin(away_m))
    if away_m[best] > reach_m:
        return None
    road = int(roads[best])
    return road, _share(network, road, int(pieces[best]), float(along[best])), float(away_m[best])


def _share(network: RoadNetwork, road: int, piece: int, along: float) -> float:
    begin, end = network.shape_start[road], network.shape_start[road + 1]
    metres = piece_m(network.shape_lon_e7[begin:end], network.shape_lat_e7[begin:end])
    number = piece - int(begin)
    total = float(metres.sum())
    return min((float(metres[:number].sum()) + along * float(metres[number])) / total, 1.0) if total else 0.0


def box_around(point: LonLat, reach_m: float) -> tuple[int, int, int, int]:
    """Return west, south, east, north in 1e-7 degrees of a box that holds a circle around the point."""
    _, north = m_per_radian(np.float64(0.0))  # a degree of latitude is shortest at the equator
    up = math.degrees(reach_m / float(north))
    edge = math.radians(min(abs(point.lat) + up, 89.0))
    east, _ = m_per_radian(np.float64(edge))
    aside = math.degrees(reach_m / float(east))
    west_south = (max(point.lon - aside, -180.0), max(point.lat - up, -90.0))
    east_north = (min(point.lon + aside, 180.0), min(point.lat + up, 90.0))
    return (
        math.floor(west_south[0] * 1e7),
        math.floor(west_south[1] * 1e7),
        math.ceil(east_north[0] * 1e7),
        math.ceil(east_north[1] * 1e7),
    )


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
        west, south, east, north = (np.array(area.bounds) * 1e7).tolist()
        box = math.floor(west), math.floor(south), math.ceil(east), math.ceil(north)
        pieces, roads = pieces_in(network, *box)
        ends = pieces[:, None] + np.arange(2)
        lines = np.stack([network.shape_lon_e7[ends], network.shape_lat_e7[ends]], axis=-1) / 1e7
        touched = shapely.intersects(area, shapely.linestrings(lines))
        np.minimum.at(first, roads[touched], pieces[touched])
        np.maximum.at(last, roads[touched], pieces[touched])
    shut = last >= 0
    road = np.flatnonzero(shut)
    until = [_share(network, *pair, 0.0) for pair in zip(road.tolist(), first[road].tolist(), strict=True)]
    since = [_share(network, *pair, 1.0) for pair in zip(road.tolist(), last[road].tolist(), strict=True)]
    return Closing(shut, road, np.array(until, np.float64), np.array(since, np.float64))


def is_inside(point: LonLat, areas: Sequence[shapely.Geometry]) -> bool:
    """Tell whether the point lies in one of the areas."""
    return any(bool(shapely.intersects_xy(area, point.lon, point.lat)) for area in areas)


def road_line(network: RoadNetwork, road: int, begin: float, end: float) -> NDArray[np.float64]:
    """Return the points of a road from one share of its length to another, longitude first: (K, 2)."""
    first, last = int(network.shape_start[road]), int(network.shape_start[road + 1])
    lon_e7, lat_e7 = network.shape_lon_e7[first:last], network.shape_lat_e7[first:last]
    points = np.stack([lon_e7, lat_e7], axis=1) / 1e7
    came_m = np.concatenate(([0.0], np.cumsum(piece_m(lon_e7, lat_e7))))
    if came_m[-1] == 0:
        return points[:1]
    low, high = min(begin, end), max(begin, end)
    share = came_m / came_m[-1]
    between = points[(share > low) & (share < high)]
    cut = [[np.interp(at, share, points[:, 0]), np.interp(at, share, points[:, 1])] for at in (low, high)]
    line = np.concatenate([cut[:1], between, cut[1:]])
    return line if begin <= end else line[::-1]
