#!/usr/bin/env python3
"""Time roads: an import, trips from one place to 20 and to 2,000, and many to many, in one run.

    python scripts/bench_roads.py ../shared/geodata/real/osm/north-bayreuth.osm.pbf --side 950

The extract is real; the large network is a synthetic grid of --side × --side junctions, written as an extract
and imported like any other. Trips are compared with a plain search in Python (which stops as soon as all
places are reached) and with the rough time of a straight line; the run stops where plain search and mapapp
disagree.
"""

from __future__ import annotations

import argparse
import heapq
import math
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import osmium
from osmium.osm import mutable
from pyproj import Geod

from mapapp import roads
from mapapp.analysis.road_access import NO_ROAD, footholds
from mapapp.analysis.road_graph import WALK_M_S, RoadGraph
from mapapp.analysis.road_network import RoadNetwork
from mapapp.domain.geo import LonLat
from mapapp.domain.progress import no_progress
from mapapp.domain.travel import TravelMode, rough_travel_s
from mapapp.settings import read_settings

WGS84 = Geod(ellps="WGS84")
CAR = TravelMode.CAR
NEAR_DEG = 0.15
"""Places of one search lie within about 15 km, as a referral's do."""
_T = TypeVar("_T")


def main() -> None:
    """Print a block for each network."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("extract", type=Path, nargs="*")
    options.add_argument(
        "--side", type=int, default=950, help="junctions along one side of the grid; 0 for none"
    )
    options.add_argument("--bends", type=int, default=2, help="points between two junctions of the grid")
    options.add_argument("--searches", type=int, default=10)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="mapapp-bench-") as folder:
        for extract in chosen.extract:
            compare(extract, Path(folder) / extract.name, chosen.searches)
        if chosen.side:
            grid = Path(folder) / "grid.osm.pbf"
            _, seconds = timed(lambda: write_grid(grid, chosen.side, chosen.bends))
            print(f"\n(writing the synthetic extract took {seconds:.0f} s)")
            compare(grid, Path(folder) / "grid", chosen.searches)


def compare(extract: Path, data_dir: Path, searches: int) -> None:
    """Import one extract and time what is asked of it."""
    settings = read_settings({"MAPAPP_DATA_DIR": str(data_dir)})
    about, seconds = timed(lambda: roads.import_roads(settings, extract, no_progress))
    size_mb = sum(file.stat().st_size for file in roads.roads_folder(settings).rglob("*")) / 1e6
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\n{extract.name}: {extract.stat().st_size / 1e6:.1f} MB")
    print(f"{about.junctions:,} junctions, {about.roads:,} roads, {about.road_km:,} km")
    print(f"import {seconds:.2f} s, {size_mb:.0f} MB on disk, {peak_gb:.2f} GB at most in memory so far")
    graph, seconds = timed(lambda: roads.load_roads(settings))
    assert graph is not None
    print(f"load {seconds * 1000:.0f} ms")
    random = np.random.default_rng(1)
    box = about.bounds
    middle = np.array([(box.west + box.east) / 2, (box.south + box.north) / 2])
    span = np.minimum(np.array([box.east - box.west, box.north - box.south]) / 2, NEAR_DEG)
    one_to_some(graph, middle, span, random, searches)
    whole = np.array([box.east - box.west, box.north - box.south]) / 2
    many_to_many(graph, middle, whole, random)


def one_to_some(
    graph: RoadGraph, middle: np.ndarray, span: np.ndarray, random: np.random.Generator, searches: int
) -> None:
    """Time trips from one place, the three sides in turn on each question."""
    title = f"from one place, median of {searches}"
    print(f"{title:<34}{'mapapp':>10}{'plain search':>14}{'straight line':>15}")
    for count in (20, 2000):
        taken: list[tuple[float, float, float]] = []
        for _ in range(searches):
            origin = scattered(middle, span / 4, random, 1)[0]
            places = scattered(middle, span, random, count)
            found, by_roads_s = timed(partial(graph.trips, origin, places, CAR))
            plain, plain_s = timed(partial(plain_search, graph._network, origin, places))  # noqa: SLF001
            _, straight_s = timed(partial(rough_times, origin, places))
            agree(found, plain)
            taken.append((by_roads_s, plain_s, straight_s))
        by_roads_ms, plain_ms, straight_ms = np.median(taken, axis=0) * 1000
        print(f"{f'to {count:,} places, ms':<34}{by_roads_ms:>10.1f}{plain_ms:>14.1f}{straight_ms:>15.2f}")


def many_to_many(graph: RoadGraph, middle: np.ndarray, span: np.ndarray, random: np.random.Generator) -> None:
    """Time what coverage asks."""
    origins, targets = scattered(middle, span, random, 500), scattered(middle, span, random, 500)
    found, seconds = timed(lambda: graph.travel_minutes(origins, targets, CAR, 30))
    print(f"500 × 500 places within 30 minutes: {seconds:.2f} s, {found.nnz:,} pairs")
    _, seconds = timed(lambda: graph.nearest_minutes(origins, targets, CAR))
    print(f"the quickest of 500 for each of 500: {seconds:.2f} s")


def scattered(middle: np.ndarray, span: np.ndarray, random: np.random.Generator, count: int) -> list[LonLat]:
    """Return places in a box."""
    return [LonLat(*place) for place in random.uniform(middle - span, middle + span, (count, 2)).tolist()]


def rough_times(origin: LonLat, places: Sequence[LonLat]) -> list[float]:
    """Return what mapapp says without roads."""
    _, _, metres = WGS84.inv(
        [origin.lon] * len(places),
        [origin.lat] * len(places),
        [place.lon for place in places],
        [place.lat for place in places],
    )
    return [rough_travel_s(distance_m, CAR) for distance_m in metres]


def plain_search(network: RoadNetwork, origin: LonLat, places: Sequence[LonLat]) -> list[float]:
    """Return seconds to each place by Dijkstra's search with a heap, until all are reached."""
    begin = footholds(network, [origin], network.car_starts)
    ends = footholds(network, places, network.car_starts)
    if begin.road[0] == NO_ROAD:
        return [math.inf] * len(places)
    start, share = int(begin.road[0]), float(begin.share[0])
    first, last = network.road_ends[start].tolist()
    forth, back = network.car_s[start].tolist()
    waiting = [(share * back if share else 0.0, first), ((1 - share) * forth if share < 1 else 0.0, last)]
    heapq.heapify(waiting)
    wanted = {int(node) for road in ends.road[ends.found] for node in network.road_ends[road]}
    done: dict[int, float] = {}
    while waiting and wanted:
        seconds, node = heapq.heappop(waiting)
        if node in done:
            continue
        done[node] = seconds
        wanted.discard(node)
        for arc in network.arc[network.arc_start[node] : network.arc_start[node + 1]].tolist():
            more = float(network.car_s[arc >> 1, arc & 1])
            if more < math.inf:
                heapq.heappush(waiting, (seconds + more, int(network.road_ends[arc >> 1, 1 - (arc & 1)])))
    taken = []
    for road, end_share, walk_m in zip(
        ends.road.tolist(), ends.share.tolist(), ends.walk_m.tolist(), strict=True
    ):
        if road == NO_ROAD:
            taken.append(math.inf)
            continue
        first, last = network.road_ends[road].tolist()
        forth, back = network.car_s[road].tolist()
        ways = [
            done.get(first, math.inf) + (end_share * forth if end_share else 0.0),
            done.get(last, math.inf) + ((1 - end_share) * back if end_share < 1 else 0.0),
        ]
        if road == start:
            ahead = end_share - share
            ways.append(ahead * forth if ahead > 0 else -ahead * back if ahead < 0 else 0.0)
        taken.append(min(ways) + (float(begin.walk_m[0]) + walk_m) / WALK_M_S)
    return taken


def agree(found: Sequence[object], plain: Sequence[float]) -> None:
    """Stop where the two sides differ by more than a hundredth of a second."""
    for trip, seconds in zip(found, plain, strict=True):
        ours = math.inf if trip is None else trip.travel_s  # type: ignore[attr-defined]
        if ours != seconds and abs(ours - seconds) > 0.01:  # noqa: PLR2004
            raise SystemExit(f"mapapp and the plain search disagree: {ours} and {seconds} s")


def write_grid(file: Path, side: int, bends: int) -> None:
    """Write a grid of streets 300 m apart, one in ten of them a main road, every street a way."""
    step = bends + 1
    east, north = 300 / 72_000 / step, 300 / 111_200 / step
    random = np.random.default_rng(0)
    along = (side - 1) * step + 1
    with osmium.SimpleWriter(str(file)) as out:
        for row in range(along):
            shift = random.uniform(-0.2, 0.2, along) * north
            for column in range(along):
                if row % step == 0 or column % step == 0:
                    place = (30 + column * east, 48 + row * north + float(shift[column]))
                    out.add_node(mutable.Node(id=row * along + column + 1, location=place))
        for number in range(side):
            tags = {"highway": "secondary" if number % 10 == 0 else "residential"}
            fixed = number * step
            row_nodes = [fixed * along + column + 1 for column in range(along)]
            column_nodes = [row * along + fixed + 1 for row in range(along)]
            for turn, nodes in enumerate((row_nodes, column_nodes)):
                for part, first in enumerate(range(0, len(nodes) - 1, 1000)):
                    way = mutable.Way(
                        id=(number * 2 + turn) * 1000 + part + 1, nodes=nodes[first : first + 1001], tags=tags
                    )
                    out.add_way(way)


def timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """Return what the work returns, and how long it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


if __name__ == "__main__":
    main()
