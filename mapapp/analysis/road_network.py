"""A road network ready to be searched: junctions, the roads between them, and which roads pass a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.integer]
Floats: TypeAlias = NDArray[np.floating]

CELL_E7: Final = 40_000
"""Side of a square of the index of places, in 1e-7 degrees: 0.45 km north, 0.3 km east in Ukraine."""
CELLS_AROUND: Final = 90_001
ROW_E7: Final = 500_000
"""Height of a row of junctions, in 1e-7 degrees: 5.6 km."""
ROW_SPAN: Final = 3_600_000_001
_HALF_TURN_E7: Final = 1_800_000_000
_EQUATOR_M: Final = 6_378_137.0
_E2: Final = 6.694_379_990_14e-3
"""WGS 84: half of the long axis, and the first eccentricity squared."""


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """Junctions and the roads between them; no two roads join the same two junctions.

    Road `i` has the points `shape_start[i]:shape_start[i + 1]`, both junctions among them. An *arc* is a road
    in one direction: `2 * road` along its points, `2 * road + 1` against them.

    Parameters
    ----------
    node_lon_e7, node_lat_e7
        (N,) int32: where each junction is, in 1e-7 degrees.
    node_key
        (N,) int64, ascending: the row of latitude and the place in it, so that a box is a few slices.
    road_ends
        (E, 2) int32: the junctions at the first and the last point.
    road_m
        (E,) float32: length in metres.
    car_s, foot_s
        (E, 2) float32: seconds along and against; infinite where not allowed.
    car_starts, foot_starts
        (E,) bool: a trip may start or end along it.
    shape_start
        (E + 1,) int64.
    shape_lon_e7, shape_lat_e7
        (S,) int32.
    arc_start
        (N + 1,) int64: the arcs that leave junction `n` are `arc[arc_start[n]:arc_start[n + 1]]`.
    arc
        (2 E,) int32.
    cell_key, cell_start, cell_piece, cell_road
        (C,) int64 ascending, (C + 1,) int64, (K,) int64, (K,) int32: the pieces of road that pass each square
        of `CELL_E7`, by the place of their first point in the shapes, and the road of each.

    """

    node_lon_e7: NDArray[np.int32]
    node_lat_e7: NDArray[np.int32]
    node_key: NDArray[np.int64]
    road_ends: NDArray[np.int32]
    road_m: NDArray[np.float32]
    car_s: NDArray[np.float32]
    foot_s: NDArray[np.float32]
    car_starts: NDArray[np.bool_]
    foot_starts: NDArray[np.bool_]
    shape_start: NDArray[np.int64]
    shape_lon_e7: NDArray[np.int32]
    shape_lat_e7: NDArray[np.int32]
    arc_start: NDArray[np.int64]
    arc: NDArray[np.int32]
    cell_key: NDArray[np.int64]
    cell_start: NDArray[np.int64]
    cell_piece: NDArray[np.int64]
    cell_road: NDArray[np.int32]

    @property
    def nodes(self) -> int:
        """How many junctions there are."""
        return len(self.node_key)

    @property
    def roads(self) -> int:
        """How many roads there are."""
        return len(self.road_m)


def pieces_m(lon_e7: Ints, lat_e7: Ints, piece: Ints) -> NDArray[np.float64]:
    """Return the length of each piece, from the point of its number to the next, in metres on the ellipsoid.

    The radii of curvature at the middle of a piece give its length; exact to a millimetre within 10 km.
    """
    ends = piece + np.arange(2)[:, None]
    lon, lat = np.radians(np.asarray(lon_e7)[ends] / 1e7), np.radians(np.asarray(lat_e7)[ends] / 1e7)
    east, north = m_per_radian((lat[0] + lat[1]) / 2)
    length_m: NDArray[np.float64] = np.hypot((lon[1] - lon[0]) * east, (lat[1] - lat[0]) * north)
    return length_m


def m_per_radian(lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return metres a radian of longitude and of latitude at latitudes in radians (WGS 84)."""
    bent = 1 - _E2 * np.sin(lat) ** 2
    return _EQUATOR_M * np.cos(lat) / np.sqrt(bent), _EQUATOR_M * (1 - _E2) / bent**1.5


def row_key(lon_e7: Ints, lat_e7: Ints) -> NDArray[np.int64]:
    """Return where junctions stand in the order of rows."""
    row = (np.asarray(lat_e7, np.int64) + _HALF_TURN_E7) // ROW_E7
    return row * ROW_SPAN + np.asarray(lon_e7, np.int64) + _HALF_TURN_E7


def cell_of(lon_e7: Ints, lat_e7: Ints) -> NDArray[np.int64]:
    """Return the square each point is in."""
    return _square(lat_e7) * CELLS_AROUND + _square(lon_e7)


def ranges(starts: Ints, ends: Ints) -> NDArray[np.int64]:
    """Return the numbers of all half-open ranges, one range after another.

    >>> ranges(np.array([3, 7]), np.array([5, 8])).tolist()
    [3, 4, 7]
    """
    counts = np.asarray(ends - starts, np.int64)
    before = np.cumsum(counts) - counts
    numbers: NDArray[np.int64] = np.arange(counts.sum(), dtype=np.int64) + np.repeat(starts - before, counts)
    return numbers


def pieces_in(
    network: RoadNetwork, west_e7: Ints, south_e7: Ints, east_e7: Ints, north_e7: Ints
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the pieces of road that may pass each of some boxes, box after box.

    By the place of their first point; with the road of each and the number of its box. A piece is known by
    points along it no farther apart than a square is wide, so all squares that a box touches and half a
    square more hold whatever crosses the box. A piece may come several times.
    """
    margin = CELL_E7 // 2
    south_row, north_row = _square(south_e7 - margin), _square(north_e7 + margin) + 1
    box = np.repeat(np.arange(len(south_row)), north_row - south_row)
    row = ranges(south_row, north_row) * CELLS_AROUND
    begin = np.searchsorted(network.cell_key, row + _square(west_e7 - margin)[box], "left")
    end = np.searchsorted(network.cell_key, row + _square(east_e7 + margin)[box], "right")
    first, last = network.cell_start[begin], network.cell_start[end]
    at = ranges(first, last)
    return network.cell_piece[at], network.cell_road[at], np.repeat(box, last - first)


def _square(e7: Ints) -> NDArray[np.int64]:
    """Return the number of the row or column of squares that a latitude or longitude is in."""
    return (np.asarray(e7, np.int64) + _HALF_TURN_E7) // CELL_E7
