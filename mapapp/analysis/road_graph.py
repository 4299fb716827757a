"""How long the way by road is, and where it goes: `domain.travel.Roads` on a prepared network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from mapapp.analysis.road_access import (
    NO_ROAD,
    REACH_M,
    Footholds,
    are_inside,
    boxes_around,
    closing_of,
    degrees_of,
    footholds,
    road_line,
)
from mapapp.analysis.road_network import RoadNetwork
from mapapp.analysis.road_search import (
    Box,
    PartOfNetwork,
    QuickestWays,
    StoppingGraph,
    part_within,
    quickest_ways,
    with_stops,
)
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import ROUGH_SPEED_KM_H, Route, TravelMode, Trip

WALK_M_S: Final = ROUGH_SPEED_KM_H[TravelMode.FOOT] / 3.6
"""How fast the way between a place and the road is walked, in a straight line."""
_SLACK: Final = 1.002
"""Lengths are rounded and distances measured on other figures of the Earth; bounds allow for it."""
_FIRST_REACH: Final = 2.2
_FIRST_REACH_M: Final = 4_000.0
_WIDER: Final = 4.0
_WHOLE_REACH_M: Final = 1_000_000.0
"""An area is tried first this wide beside the farthest end, then wider, then the whole network."""
_TILE_DEG: Final = 0.25
_TIMES_HELD: Final = 8_000_000
"""How many times are held at once while many origins are asked for: 64 MB."""
_SHORTEST_MIN: Final = 1e-6
_EARTH_M: Final = 6_371_008.8


@dataclass(frozen=True, slots=True)
class _Mode:
    """What one way of travelling may use: (E, 2) seconds, (E,) where trips start, the highest speed."""

    seconds: NDArray[np.float32]
    starts: NDArray[np.bool_]
    fastest_m_s: float


class RoadGraph:
    """A road network with some areas closed; nothing in it changes, so threads may share it.

    A trip begins and ends anywhere along a road: a place reaches the nearest one within `REACH_M` on foot,
    and that walk counts in the time. A closed area (EPSG:4326) closes every road that touches it, end
    to end; from a place inside there are no trips.
    """

    def __init__(self, network: RoadNetwork, closed: Sequence[shapely.Geometry] = ()) -> None:
        self._network = network
        self._closed = tuple(closed)
        self._closing = closing_of(network, self._closed) if self._closed else None
        self._modes = {
            TravelMode.CAR: _mode(network, network.car_s, network.car_starts),
            TravelMode.FOOT: _mode(network, network.foot_s, network.foot_starts),
        }

    @property
    def closed(self) -> tuple[shapely.Geometry, ...]:
        """The areas that are closed."""
        return self._closed

    def with_closed(self, areas: Sequence[shapely.Geometry]) -> RoadGraph:
        """Return the same network with these areas closed instead."""
        return RoadGraph(self._network, areas)

    def covers(self, point: LonLat, mode: TravelMode) -> bool:
        """Tell whether a road that can be set off from is near the point."""
        return bool(self._footholds([point], mode).found[0])

    def covers_each(self, points: Sequence[LonLat], mode: TravelMode) -> NDArray[np.bool_]:
        """Tell of each point whether a road that can be set off from is near it."""
        found: NDArray[np.bool_] = self._footholds(points, mode).found
        return found

    def fastest_m_s(self, mode: TravelMode) -> float:
        """Return a speed that no trip exceeds, walk to the road included, over the straight line."""
        return self._modes[mode].fastest_m_s

    def trips(self, origin: LonLat, to: Sequence[LonLat], mode: TravelMode) -> Sequence[Trip | None]:
        """Return the quickest trip to each point; None where no road leads.

        `Trip.travel_s` counts the walks at both ends, `Trip.road_m` the road alone. To the same place it
        takes no time.
        """
        start, ends = self._footholds([origin], mode), self._footholds(to, mode)
        if not start.found[0] or not ends.found.any():
            return [None] * len(to)
        asked = np.flatnonzero(ends.found)
        ways = self._quickest(origin, [to[number] for number in asked.tolist()], start, ends[asked], mode)
        walk_s = _walk_s(start, ends[asked])
        trips: list[Trip | None] = [None] * len(to)
        for number, way_s, walked_s, road_m in zip(
            asked.tolist(), ways.seconds.tolist(), walk_s.tolist(), ways.metres.tolist(), strict=True
        ):
            if np.isfinite(way_s):
                is_same = to[number] == origin
                trips[number] = Trip(0.0, 0.0) if is_same else Trip(way_s + walked_s, road_m)
        return trips

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:
        """Return the quickest trip with its line along the road; None where no road leads."""
        start, end = self._footholds([origin], mode), self._footholds([to], mode)
        if not (start.found[0] and end.found[0]):
            return None
        ways = self._quickest(origin, [to], start, end, mode)
        if not np.isfinite(ways.seconds[0]):
            return None
        taken_s = float(ways.seconds[0] + _walk_s(start, end)[0])
        trip = Trip(0.0, 0.0) if origin == to else Trip(taken_s, float(ways.metres[0]))
        lines = [road_line(self._network, *stretch) for stretch in ways.stretches(0)]
        points = np.concatenate(lines)
        is_new = np.ones(len(points), np.bool_)
        is_new[1:] = (np.abs(np.diff(points, axis=0)) > 0.5e-7).any(axis=1)  # noqa: PLR2004 - half a step of the map
        line = tuple(LonLat(lon, lat) for lon, lat in points[is_new].tolist())
        return Route(trip, line)

    def travel_minutes(
        self, origins: Sequence[LonLat], targets: Sequence[LonLat], mode: TravelMode, within_min: float
    ) -> csr_array:
        """Return minutes from each origin to each target that is at most `within_min` away.

        (origins, targets), sparse: what is not stored is farther, or no road leads. No stored time is zero.
        """
        starts, ends = self._footholds(origins, mode), self._footholds(targets, mode)
        from_degrees, to_degrees = degrees_of(origins), degrees_of(targets)
        rows, columns, minutes = [], [], []
        reach_m = within_min * 60 * self._modes[mode].fastest_m_s
        for tile in _tiles(from_degrees, starts.found):
            box = _box_about(from_degrees[tile], reach_m)
            near = np.flatnonzero(ends.found & _is_in_box(to_degrees, box))
            graph = with_stops(self._area(mode, box), starts[tile], ends[near])
            for some, seconds in _seconds_between(graph, within_min * 60):
                row = tile[some]
                walked_s = (starts.walk_m[row][:, None] + ends.walk_m[near]) / WALK_M_S
                same = (from_degrees[row][:, None] == to_degrees[near]).all(axis=2)
                taken_min = np.where(same, _SHORTEST_MIN, (seconds + walked_s) / 60)
                of_row, of_column = np.nonzero(taken_min <= within_min)
                rows.append(row[of_row])
                columns.append(near[of_column])
                minutes.append(taken_min[of_row, of_column])
        shape = (len(origins), len(targets))
        if not rows:
            return csr_array(shape)
        return coo_array(
            (np.concatenate(minutes), (np.concatenate(rows), np.concatenate(columns))), shape=shape
        ).tocsr()

    def nearest_minutes(
        self, origins: Sequence[LonLat], targets: Sequence[LonLat], mode: TravelMode
    ) -> NDArray[np.float64]:
        """Return minutes from each origin to the target quickest to reach; infinite where no road leads.

        (origins,), by one search from all targets at once, against the traffic.
        """
        starts, ends = self._footholds(origins, mode), self._footholds(targets, mode)
        reachable = np.flatnonzero(ends.found)
        ends = ends[reachable]
        graph = with_stops(self._area(mode, None), starts, ends)
        everywhere = np.full(len(ends.road), graph.size)  # one more place, tied to each target by its walk
        back = coo_array(
            (
                np.concatenate([graph.arcs.seconds, np.maximum(ends.walk_m / WALK_M_S, _SHORTEST_MIN)]),
                (
                    np.concatenate([graph.arcs.head, everywhere]),
                    np.concatenate([graph.arcs.tail, graph.ends]),
                ),
            ),
            shape=(graph.size + 1, graph.size + 1),
        )
        seconds = dijkstra(back.tocsr(), indices=np.array([graph.size]))[0, graph.starts]
        seconds += starts.walk_m / WALK_M_S
        reached = {targets[number] for number in reachable.tolist()}
        is_there = np.array([origin in reached for origin in origins], np.bool_)
        return np.where(is_there, 0.0, np.where(starts.found, seconds / 60, np.inf))

    def _footholds(self, points: Sequence[LonLat], mode: TravelMode) -> Footholds:
        reached = footholds(self._network, points, self._modes[mode].starts, self._closing)
        if not self._closed:
            return reached
        inside = are_inside(degrees_of(points), self._closed)
        return Footholds(np.where(inside, NO_ROAD, reached.road), reached.share, reached.walk_m)

    def _area(self, mode: TravelMode, box: Box | None) -> PartOfNetwork:
        return part_within(self._network, self._modes[mode].seconds, self._closing, box)

    def _quickest(
        self, origin: LonLat, to: Sequence[LonLat], start: Footholds, ends: Footholds, mode: TravelMode
    ) -> QuickestWays:
        """Search an area around the origin, wide enough that no way through the country beyond is quicker.

        A way that leaves a circle of radius R around the origin and comes back to an end d away is at least
        2 R - d long, so a time found within is right if it is no more than that at the highest speed.
        """
        fastest_m_s = self._modes[mode].fastest_m_s
        away_m = start.walk_m[0] + ends.walk_m + _straight_m(origin, to)
        may_lead = self._part_of(ends, mode) == self._part_of(start, mode)[0]
        reach_m = _FIRST_REACH * float(away_m[may_lead].max(initial=0.0)) + _FIRST_REACH_M
        while True:
            box = _box_about(degrees_of([origin]), reach_m) if reach_m < _WHOLE_REACH_M else None
            ways = quickest_ways(with_stops(self._area(mode, box), start, ends))
            found = np.isfinite(ways.seconds)
            needed_m = float(((ways.seconds * fastest_m_s + away_m) / 2)[found].max(initial=0.0))
            if box is None or (found[may_lead].all() and needed_m <= reach_m):
                return ways
            reach_m = max(needed_m * _SLACK, reach_m * (1 if found[may_lead].all() else _WIDER))

    @cached_property
    def _joined(self) -> dict[TravelMode, NDArray[np.int32]]:
        """Which junctions open roads join at all: no search is widened where nothing can be found."""
        shut = False if self._closing is None else self._closing.shut
        return {
            mode: _parts(self._network, np.isfinite(use.seconds).any(axis=1) & ~np.asarray(shut))
            for mode, use in self._modes.items()
        }

    def _part_of(self, places: Footholds, mode: TravelMode) -> NDArray[np.int32]:
        """Return which part of the country each place is joined to, by the end of its road it can reach."""
        side = np.zeros(len(places.road), np.int64)
        if self._closing is not None:
            side[~self._closing.leaves_stretch(places.road, np.zeros_like(places.share), places.share)] = 1
        part: NDArray[np.int32] = self._joined[mode][self._network.road_ends[places.road, side]]
        return part


def _mode(
    network: RoadNetwork,
    seconds: NDArray[np.float32],
    starts: NDArray[np.bool_],
) -> _Mode:
    speeds = network.road_m[:, None] / seconds
    fastest = max(float(speeds.max(initial=0.0)), WALK_M_S)
    return _Mode(seconds, starts, fastest * _SLACK)


def _walk_s(start: Footholds, ends: Footholds) -> NDArray[np.float64]:
    walk_s: NDArray[np.float64] = (start.walk_m[0] + ends.walk_m) / WALK_M_S
    return walk_s


def _parts(network: RoadNetwork, is_open: NDArray[np.bool_]) -> NDArray[np.int32]:
    first, last = network.road_ends[is_open].T
    shape = (network.nodes, network.nodes)
    graph = coo_array((np.ones(len(first), np.int8), (first, last)), shape=shape)
    return np.asarray(connected_components(graph.tocsr(), directed=False)[1], np.int32)


def _straight_m(origin: LonLat, to: Sequence[LonLat]) -> NDArray[np.float64]:
    """Return metres over a sphere, within half a per cent of the ellipsoid's."""
    here = np.radians([origin.lon, origin.lat])
    there = np.radians(degrees_of(to))
    half = (there - here) / 2
    chord = np.sin(half[:, 1]) ** 2 + np.cos(here[1]) * np.cos(there[:, 1]) * np.sin(half[:, 0]) ** 2
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def _tiles(degrees: NDArray[np.float64], found: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Yield the numbers of the points found, those of each square of the map together."""
    numbers = np.flatnonzero(found)
    squares = np.floor(degrees[numbers] / _TILE_DEG)
    _, square = np.unique(squares, axis=0, return_inverse=True)
    order = np.argsort(square.reshape(-1), kind="stable")
    cuts = np.flatnonzero(np.diff(square.reshape(-1)[order])) + 1
    yield from (tile for tile in np.split(numbers[order], cuts) if len(tile))


def _box_about(degrees: NDArray[np.float64], reach_m: float) -> Box:
    west, south, east, north = boxes_around(degrees[:, 0], degrees[:, 1], reach_m * _SLACK + REACH_M)
    return int(west.min()), int(south.min()), int(east.max()), int(north.max())


def _is_in_box(degrees: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    west, south, east, north = (e7 / 1e7 for e7 in box)
    lon, lat = degrees[:, 0], degrees[:, 1]
    return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


def _seconds_between(
    graph: StoppingGraph, limit_s: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield the numbers of some starts and their seconds to all ends, a few at a time to bound the memory."""
    matrix = graph.matrix()
    at_once = max(1, _TIMES_HELD // graph.size)
    for first in range(0, len(graph.starts), at_once):
        some = np.arange(first, min(first + at_once, len(graph.starts)))
        yield some, dijkstra(matrix, indices=graph.starts[some], limit=limit_s)[:, graph.ends]
