#!/usr/bin/env python3
"""Time the nearest-20 search on both stores against brute force and a KD-tree in memory, in one run.

    scripts/private_postgis.py -- python scripts/bench_nearest.py --points 20000 200000

Points and questions are synthetic, scattered around the settlements of geodata/. Every side answers the same
questions, and the run stops where their answers differ. Without MAPAPP_TEST_POSTGIS_URL only the embedded
store is timed. The stores answer with full descriptions of the providers, the sides in memory with ids alone.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from pyproj import Geod
from scattered_registry import DAY, scattered_registry, settled_places
from scipy.spatial import cKDTree
from sqlalchemy import make_url

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestAnswer, NearestQuery
from mapapp.domain.registry import Registry, ServicePoint
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services
from mapapp.storage.store import Store, open_store

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 20
WARM_UP = 30
BRUTE_FORCE = "brute force in memory"
WGS84 = Geod(ellps="WGS84")

Answer = list[str]
Ask = Callable[[NearestQuery], Answer]


def main() -> None:
    """Print a table for each number of points."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--points", type=int, nargs="+", default=[20_000, 200_000])
    options.add_argument("--questions", type=int, default=300)
    chosen = options.parse_args()
    gazetteer = read_gazetteer(ROOT / "geodata")
    for points in chosen.points:
        compare(gazetteer, points, chosen.questions)


def compare(gazetteer: Gazetteer, points: int, questions: int) -> None:
    """Time every side on one registry."""
    services = list(read_services())
    registry = scattered_registry(gazetteer, services, points)
    anywhere, serving = asked_questions(gazetteer, services, questions)
    memory = InMemory(registry, gazetteer)
    with stores(gazetteer, registry) as filled:
        print(f"\n{points:,} points, {sum(len(p.offerings) for p in registry.points):,} offerings")
        report(
            f"nearest {LIMIT}, whomever they serve",
            anywhere,
            {
                **{name: found_by(store) for name, store in filled.items()},
                "KD-tree in memory": memory.by_tree,
                BRUTE_FORCE: memory.by_force,
            },
        )
        report(
            f"nearest {LIMIT} that serve a hromada",
            serving,
            {
                **{name: found_by(store) for name, store in filled.items()},
                BRUTE_FORCE: memory.by_force,
            },
        )


def report(title: str, questions: Sequence[NearestQuery], sides: Mapping[str, Ask]) -> None:
    """Time the sides on the same questions and print a line for each; stop where they disagree.

    Each question goes to every side before the next one is asked, so that a busy moment strikes all alike.
    """
    print(f"\n{title} ({len(questions) - WARM_UP} questions)")
    print(f"{'':<24}{'p50 ms':>9}{'p99 ms':>9}{'brute force / this, p50':>26}")
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    gc.collect()
    gc.freeze()  # the registry in this process's memory is the benchmark's, not the stores'
    for question in questions:
        answers = {name: timed(ask, question, seconds[name]) for name, ask in sides.items()}
        for name, answer in answers.items():
            if answer != answers[BRUTE_FORCE]:
                raise SystemExit(f"{name} and {BRUTE_FORCE} disagree about {question}")
    medians = {name: np.median(taken[WARM_UP:]) for name, taken in seconds.items()}
    for name, taken in seconds.items():
        p50, p99 = np.percentile(taken[WARM_UP:], [50, 99]) * 1000
        print(f"{name:<24}{p50:>9.2f}{p99:>9.2f}{medians[BRUTE_FORCE] / medians[name]:>25.2f}x")
    print("identical ids in identical order on all sides")


def timed(ask: Ask, question: NearestQuery, seconds: list[float]) -> Answer:
    """Return the answer, and note how long it took."""
    began = time.perf_counter()
    answer = ask(question)
    seconds.append(time.perf_counter() - began)
    return answer


def found_by(store: Store) -> Ask:
    """Return how the store is asked."""

    def ask(query: NearestQuery) -> Answer:
        answer: NearestAnswer = store.nearest(query)
        return [found.point_id for found in answer.ranked]

    return ask


@dataclass(frozen=True, slots=True)
class _Offered:
    """The public offerings of one service, as arrays sorted by id."""

    ids: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    areas: tuple[frozenset[str], ...]
    tree: cKDTree


class InMemory:
    """The same search by arrays that hold the whole registry."""

    def __init__(self, registry: Registry, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        offered: defaultdict[str, list[tuple[str, float, float, frozenset[str]]]] = defaultdict(list)
        for point in sorted(registry.points, key=lambda point: point.id):
            for offering in point.offerings:
                if point.point is not None and is_open(point):
                    areas = frozenset(area.area for area in offering.catchment if area.holds_on(DAY))
                    offered[offering.service].append((point.id, point.point.lon, point.point.lat, areas))
        self._offered = {service: _arrays(rows) for service, rows in offered.items()}

    def by_force(self, query: NearestQuery) -> Answer:
        """Measure everything that is eligible, then sort."""
        offered = self._offered[query.service]
        eligible = np.arange(len(offered.ids))
        if query.serving is not None:
            around = {*self._gazetteer.parents_of(query.serving), NATION}
            eligible = np.array([i for i in eligible if not around.isdisjoint(offered.areas[i])], dtype=int)
        return _first(offered, eligible, query)

    def by_tree(self, query: NearestQuery) -> Answer:
        """Take the nearest by chord on a sphere, and a few more, then measure these exactly."""
        offered = self._offered[query.service]
        origin = _on_sphere(query.origin.lon, query.origin.lat)
        chords = np.asarray(offered.tree.query(origin, k=LIMIT)[0])
        reach = chords[np.isfinite(chords)][-1] * 1.01 + 1e-6
        near = offered.tree.query_ball_point(origin, reach)
        return _first(offered, np.array(sorted(near), dtype=int), query)


def is_open(point: ServicePoint) -> bool:
    """Tell whether the point works on the day all questions are of."""
    return (point.valid_from or DAY) <= DAY <= (point.valid_to or DAY)


def _arrays(rows: Sequence[tuple[str, float, float, frozenset[str]]]) -> _Offered:
    ids, lon, lat = (np.array([row[column] for row in rows]) for column in range(3))
    areas = tuple(row[3] for row in rows)
    return _Offered(ids, lon, lat, areas, cKDTree(_on_sphere(lon, lat)))


def _first(offered: _Offered, eligible: np.ndarray, query: NearestQuery) -> Answer:
    lon, lat = offered.lon[eligible], offered.lat[eligible]
    _, _, metres = WGS84.inv(
        lon, lat, np.full(len(lon), query.origin.lon), np.full(len(lat), query.origin.lat)
    )
    order = np.argsort(np.round(metres, 8), kind="stable")[:LIMIT]
    return [str(found) for found in offered.ids[eligible][order]]


def _on_sphere(lon: np.ndarray | float, lat: np.ndarray | float) -> np.ndarray:
    east, north = np.radians(lon), np.radians(lat)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


@contextmanager
def stores(gazetteer: Gazetteer, registry: Registry) -> Iterator[dict[str, Store]]:
    """Yield every store this machine has, filled, and take them away again."""
    with tempfile.TemporaryDirectory(prefix="mapapp-bench-") as folder:
        urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite3"}
        server = os.environ.get("MAPAPP_TEST_POSTGIS_URL")
        if server:
            urls["PostGIS"] = fresh_database(server, f"bench_{len(registry.points)}")
        filled = {name: filled_store(name, url, gazetteer, registry) for name, url in urls.items()}
        try:
            yield filled
        finally:
            for store in filled.values():
                store.dispose()


def fresh_database(server_url: str, name: str) -> str:
    """Make a database on the private server, which goes with it."""
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    return url


def filled_store(name: str, url: str, gazetteer: Gazetteer, registry: Registry) -> Store:
    """Return a store that holds the registry, and say how long writing it took."""
    store = open_store(url, create=True)
    store.migrate()
    store.replace_geography(gazetteer, no_progress)
    store.replace_services(read_services())
    began = time.perf_counter()
    store.replace_registry(registry, no_progress)
    print(f"{name}: {len(registry.points):,} points written in {time.perf_counter() - began:.1f} s")
    store.mark_ready()
    return store


def asked_questions(
    gazetteer: Gazetteer, services: Sequence[str], number: int
) -> tuple[list[NearestQuery], list[NearestQuery]]:
    """Return questions without and with a hromada to serve."""
    rng = random.Random(7)  # noqa: S311 - the same questions every time
    anywhere, serving = [], []
    for hromada, near in rng.choices(settled_places(gazetteer), k=number + WARM_UP):
        origin = LonLat(lon=near.lon + rng.gauss(0, 0.05), lat=near.lat + rng.gauss(0, 0.05))
        service = rng.choice(services)
        anywhere.append(NearestQuery(service, origin, DAY, limit=LIMIT))
        serving.append(NearestQuery(service, origin, DAY, serving=hromada, limit=LIMIT))
    return anywhere, serving


if __name__ == "__main__":
    main()
