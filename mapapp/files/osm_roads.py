"""The roads of an OpenStreetMap extract (.osm.pbf), read in one pass."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mapapp.domain.errors import UsageError
from mapapp.domain.progress import Progress, no_progress
from mapapp.files.road_rules import RoadSpeeds, WayUse, barrier_stops, read_road_speeds, way_use

_UNKNOWN_E7: Final = 2**31 - 1
"""What osmium says of a node that the extract cuts off."""
_TOLD_EVERY: Final = 20_000
_READ_KEYS: Final = (
    "highway", "oneway", "oneway:motor_vehicle", "junction", "motorroad",
    "surface", "tracktype", "smoothness",
    "motorcar", "motor_vehicle", "vehicle", "access", "foot",
    "maxspeed", "maxspeed:forward", "maxspeed:backward",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OsmRoads:
    """Road lines as the map has them; line `i` has the points `line_start[i]:line_start[i + 1]`.

    Parameters
    ----------
    node_id
        (P,) int64: the OSM node of each point; lines that share one meet there.
    lon_e7, lat_e7
        (P,) int32: where it is, in 1e-7 degrees.
    line_start
        (L + 1,) int64.
    car_m_s, foot_m_s
        (L, 2) float32: metres a second along the points and against them, 0 for not allowed.
    car_starts
        (L,) bool: a car may set off or stop along the line.
    stops_car, stops_foot
        int64: OSM nodes that cars, or people on foot, do not pass.
    replicated_at
        Until when the extract knows the map, as its header says; empty where it does not.

    """

    node_id: NDArray[np.int64]
    lon_e7: NDArray[np.int32]
    lat_e7: NDArray[np.int32]
    line_start: NDArray[np.int64]
    car_m_s: NDArray[np.float32]
    foot_m_s: NDArray[np.float32]
    car_starts: NDArray[np.bool_]
    stops_car: NDArray[np.int64]
    stops_foot: NDArray[np.int64]
    replicated_at: str


def read_osm_roads(file: Path, progress: Progress = no_progress) -> OsmRoads:
    """Read the roads that cars or people on foot may use.

    A line that the extract cuts off is kept up to the cut. The places of all nodes are held in memory while
    the file is read: about 16 bytes a node.

    Raises
    ------
    UsageError
        The file is missing, damaged, no .osm.pbf or has no roads; or osmium is not installed.

    """
    _check_name(file)
    osmium = _osmium()
    lines, barriers = _Lines(), _Barriers()
    try:
        source = _road_objects(osmium, file)
        replicated_at = str(source.header.get("osmosis_replication_timestamp", ""))
        for number, thing in enumerate(source):
            if number % _TOLD_EVERY == 0:
                progress("Reading roads", number, 0)
            if thing.is_node():
                barriers.add(thing.id, thing.tags)
            else:
                lines.add(thing.nodes, thing.tags)
    except (RuntimeError, OSError, MemoryError) as error:
        raise UsageError(
            "{file} cannot be read as an OpenStreetMap extract (.osm.pbf): {reason}. Is it damaged or only"
            " partly downloaded?",
            file=file,
            reason=str(error) or type(error).__name__,
        ) from error
    if not lines.has_roads:
        raise UsageError("{file} has no roads: an extract with `highway` ways is needed", file=file)
    progress("Reading roads", 1, 1)
    return lines.as_roads(barriers, replicated_at)


def _check_name(file: Path) -> None:
    if not file.is_file():
        raise UsageError("There is no file {file}", file=file)
    if not file.name.endswith(".pbf"):
        raise UsageError(
            "{file} is not an OpenStreetMap extract: its name should end in .osm.pbf", file=file.name
        )


def _osmium() -> Any:
    try:
        import osmium  # noqa: PLC0415 - an optional extra, needed to import a map and for nothing else
    except ImportError as error:
        raise UsageError('Reading .osm.pbf needs osmium: pip install "mapapp[roads]"') from error
    return osmium


def _road_objects(osmium: Any, file: Path) -> Any:
    """Return an iterator over barrier nodes, then ways of roads whose nodes know their place."""
    roads, barriers = osmium.filter.KeyFilter("highway"), osmium.filter.KeyFilter("barrier")
    roads.enable_for(osmium.osm.WAY)
    barriers.enable_for(osmium.osm.NODE)
    source = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY)
    return source.with_locations().with_filter(roads).with_filter(barriers)


class _Barriers:
    """Collects the nodes that stop somebody."""

    def __init__(self) -> None:
        self.car = array("q")
        self.foot = array("q")

    def add(self, node_id: int, tags: Mapping[str, str]) -> None:
        car, foot = barrier_stops(tags)
        if car:
            self.car.append(node_id)
        if foot:
            self.foot.append(node_id)


class _Lines:
    """Collects lines as they come; arrays of machine numbers keep a country in memory."""

    def __init__(self) -> None:
        self._speeds: RoadSpeeds = read_road_speeds()
        self._known: dict[tuple[str | None, ...], WayUse] = {}
        self._ids, self._lons, self._lats = array("q"), array("i"), array("i")
        self._starts = array("q", [0])
        self._car, self._foot, self._car_starts = array("f"), array("f"), array("b")

    @property
    def has_roads(self) -> bool:
        return len(self._starts) > 1

    def add(self, nodes: Iterable[Any], tags: Mapping[str, str]) -> None:
        use = self._use(tags)
        if not use.is_used:
            return
        points = [(node.ref, node.x, node.y) for node in nodes]
        for run in _placed_runs(points):
            ids, lons, lats = zip(*run, strict=True)
            if len(set(ids)) == 1:  # leads from a node to itself: a slip of the map
                continue
            self._ids.extend(ids)
            self._lons.extend(lons)
            self._lats.extend(lats)
            self._starts.append(len(self._ids))
            self._car.extend(use.car_m_s)
            self._foot.extend(use.foot_m_s)
            self._car_starts.append(use.car_starts)

    def as_roads(self, barriers: _Barriers, replicated_at: str) -> OsmRoads:
        return OsmRoads(
            node_id=np.array(self._ids, np.int64),
            lon_e7=np.array(self._lons, np.int32),
            lat_e7=np.array(self._lats, np.int32),
            line_start=np.array(self._starts, np.int64),
            car_m_s=np.array(self._car, np.float32).reshape(-1, 2),
            foot_m_s=np.array(self._foot, np.float32).reshape(-1, 2),
            car_starts=np.array(self._car_starts, np.bool_),
            stops_car=np.unique(np.array(barriers.car, np.int64)),
            stops_foot=np.unique(np.array(barriers.foot, np.int64)),
            replicated_at=replicated_at,
        )

    def _use(self, tags: Mapping[str, str]) -> WayUse:
        """Return how the way is used; the same few tags come again a million times."""
        key = tuple(tags.get(name) for name in _READ_KEYS)
        if key not in self._known:
            told = {name: value for name, value in zip(_READ_KEYS, key, strict=True) if value is not None}
            self._known[key] = way_use(told, self._speeds)
        return self._known[key]


def _placed_runs(points: Sequence[tuple[int, int, int]]) -> Iterator[Sequence[tuple[int, int, int]]]:
    """Yield the stretches of two points or more whose places are known."""
    begin = 0
    for number, (_, lon_e7, _) in enumerate(points):
        if lon_e7 == _UNKNOWN_E7:
            if number - begin > 1:
                yield points[begin:number]
            begin = number + 1
    if len(points) - begin > 1:
        yield points[begin:]
