#!/usr/bin/env python3
"""Time who may take a client on PostGIS against a KD-tree in memory and the search of peers, in one run.

    scripts/private_postgis.py -- python scripts/bench_referral.py --points 20000 200000 1000000

Points and questions are synthetic (see scattered_registry.py): contracts are with hromadas of the same raion.
Each question names a service, a place with its hromada, half of them a group and an age. The sides:

- mapapp: `Store.candidates`, all that is told of everyone found, with and without those around;
- KD-tree, all rules: ids of the nearest in memory, k widened until enough are eligible;
- KD-tree, no rules: ids of the nearest of the service, whomever they serve: the least that can be done;
- peer: two statements of text on the same PostGIS, a page and its count, with an index of its own: everything
  of the service within 50 km that serves the client, sorted.

The run stops where ids of mapapp and of the KD-trees differ. Then eight clients ask at once: as threads of
one process, and as processes, where no interpreter is shared.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import psycopg
from bench_nearest import ROOT, WGS84, fresh_database
from scattered_registry import DAY, scattered_registry, settled_places
from scipy.spatial import cKDTree

from mapapp.domain.access import Access
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION
from mapapp.domain.progress import no_progress
from mapapp.domain.referral import NOBODY_SAID, REMOTE, CandidateQuery
from mapapp.domain.registry import CatchmentArea, Registry, TargetGroup
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services
from mapapp.storage.engine import Database, parse_url
from mapapp.storage.loading import write_registry
from mapapp.storage.store import Store, open_store

LIMIT = 20
WARM_UP = 30
CLIENTS = 8
WITH_AROUND, WITHOUT = "mapapp, reasons included", "mapapp"
ALL_RULES, NO_RULES = "KD-tree, all rules", "KD-tree, no rules"
PEER = "peer: 50 km, sort, count"
SIDES = (WITH_AROUND, WITHOUT, ALL_RULES, NO_RULES, PEER)

Key = tuple[str, int]
Asked = Callable[[CandidateQuery], Any]


def main() -> None:
    """Print a table for each number of points."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--points", type=int, nargs="+", default=[20_000, 200_000])
    options.add_argument("--questions", type=int, default=300)
    chosen = options.parse_args()
    server = os.environ.get("MAPAPP_TEST_POSTGIS_URL")
    if not server:
        raise SystemExit("The address of a PostGIS server is missing: run it by scripts/private_postgis.py")
    gazetteer = read_gazetteer(ROOT / "geodata")
    services = list(read_services())
    questions = asked_questions(gazetteer, services, chosen.questions + WARM_UP)
    for points in chosen.points:
        registry = scattered_registry(gazetteer, services, points)
        url = filled_database(server, gazetteer, registry)
        print(f"\n{points:,} points, {sum(len(p.offerings) for p in registry.points):,} offerings")
        compare(url, InMemory(registry), questions)
        del registry
        compare_at_once(url, questions)


def asked_questions(gazetteer: Gazetteer, services: Sequence[str], number: int) -> list[CandidateQuery]:
    """Return questions from near random settlements, the same ones every time."""
    rng = random.Random(7)  # noqa: S311
    groups = [NOBODY_SAID, NOBODY_SAID, TargetGroup.OLDER_PEOPLE, TargetGroup.DISPLACED]
    return [
        CandidateQuery(
            service=rng.choice(services),
            origin=LonLat(lon=near.lon + rng.gauss(0, 0.05), lat=near.lat + rng.gauss(0, 0.05)),
            day=DAY,
            areas=(*gazetteer.parents_of(hromada), NATION),
            groups=rng.choice(groups),
            age=rng.choice([None, None, 30, 70]),
            limit=LIMIT,
        )
        for hromada, near in rng.choices(settled_places(gazetteer), k=number)
    ]


def filled_database(server: str, gazetteer: Gazetteer, registry: Registry) -> str:
    """Return the URL of a database that holds the registry, and what the peer's search needs."""
    url = fresh_database(server, f"referral_{len(registry.points)}")
    store = open_store(url)
    store.migrate()
    store.replace_geography(gazetteer, no_progress)
    store.replace_services(read_services())
    store.mark_ready()
    store.dispose()
    began = time.perf_counter()
    database = Database(parse_url(url))
    with database.writing(Access.OWNER) as connection:
        write_registry(connection, registry, no_progress)
    database.dispose()
    with psycopg.connect(url, autocommit=True) as plain:
        for statement in PEER_TABLE:
            plain.execute(statement)
        plain.execute("VACUUM ANALYZE")
    print(f"\n{len(registry.points):,} points written in {time.perf_counter() - began:.1f} s")
    return url


def compare(url: str, memory: InMemory, questions: Sequence[CandidateQuery]) -> None:
    """Time the sides one question after another; each goes to all sides before the next is asked.

    In ever new order: who is asked first finds nothing of it in any cache.
    """
    rng = random.Random(5)  # noqa: S311
    store, peer = open_store(url), Peer(url)
    asked: dict[str, Asked] = {
        WITH_AROUND: store.candidates,
        WITHOUT: partial(store.candidates, with_around=False),
        ALL_RULES: memory.by_all_rules,
        NO_RULES: memory.by_no_rules,
        PEER: peer.ask,
    }
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    gc.collect()
    gc.freeze()  # the registry in this process's memory is the benchmark's, not the store's
    for question in questions:
        order = rng.sample(SIDES, len(SIDES))
        answers = {side: timed(asked[side], question, seconds[side]) for side in order}
        found = answers[WITH_AROUND]
        for listed, side in ((found.local, ALL_RULES), (found.around, NO_RULES)):
            if [(it.point_id, it.ordinal) for it in listed] != answers[side]:
                raise SystemExit(f"mapapp and {side} disagree about {question}")
    report("one client", {side: taken[WARM_UP:] for side, taken in seconds.items()})
    print("identical ids in identical order: local as by the KD-tree with all rules, around as by the other")
    store.dispose()


def timed(ask: Asked, question: CandidateQuery, seconds: list[float]) -> Any:
    """Return the answer, and note how long it took."""
    began = time.perf_counter()
    answer = ask(question)
    seconds.append(time.perf_counter() - began)
    return answer


def report(title: str, seconds: dict[str, list[float]]) -> None:
    """Print a line for each side, with its ratios."""
    print(f"\n{title} ({len(seconds[WITHOUT])} questions)")
    print(f"{'':<26}{'p50 ms':>9}{'p99 ms':>9}{'p99/p50':>9}{'/ tree':>9}{'peer /':>9}")
    medians = {side: float(np.median(taken)) for side, taken in seconds.items()}
    for side, taken in seconds.items():
        p50, p99 = np.percentile(taken, [50, 99]) * 1000
        to_tree = f"{medians[side] / medians[NO_RULES]:>8.2f}x" if NO_RULES in medians else " " * 9
        to_peer = f"{medians[PEER] / medians[side]:>8.1f}x"
        print(f"{side:<26}{p50:>9.2f}{p99:>9.2f}{p99 / p50:>8.1f}x{to_tree}{to_peer}")


def compare_at_once(url: str, questions: Sequence[CandidateQuery]) -> None:
    """Time the sides on PostGIS with eight clients asking at once, one side after another."""
    sides = (WITH_AROUND, WITHOUT, PEER)
    shares = [questions[client::CLIENTS] for client in range(CLIENTS)]
    threads: dict[str, list[float]] = {}
    processes: dict[str, list[float]] = {}
    for side in sides:
        with ThreadPoolExecutor(CLIENTS) as pool:
            start = threading.Barrier(CLIENTS)
            shared = open_store(url)
            jobs = [pool.submit(client_seconds, url, side, share, start, shared) for share in shares]
            threads[side] = [second for job in jobs for second in job.result()]
            shared.dispose()
        with ProcessPoolExecutor(CLIENTS, mp_context=get_context("spawn")) as others:
            jobs = [others.submit(client_seconds, url, side, share) for share in shares]
            processes[side] = [second for job in jobs for second in job.result()]
    report(f"{CLIENTS} clients at once, threads of one process", threads)
    report(f"{CLIENTS} clients at once, processes", processes)


def client_seconds(
    url: str,
    side: str,
    questions: Sequence[CandidateQuery],
    start: threading.Barrier | None = None,
    shared: Store | None = None,
) -> list[float]:
    """Return how long each question took one client, after a first round to warm up."""
    store = shared or (open_store(url) if side != PEER else None)
    ask: Asked
    if store is None or side == PEER:
        ask = Peer(url).ask
    else:
        ask = partial(store.candidates, with_around=side != WITHOUT)
    if start is not None:
        start.wait()
    seconds: list[float] = []
    for question in (*questions[: WARM_UP // 3], *questions):
        timed(ask, question, seconds)
    return seconds[min(WARM_UP // 3, len(questions)) :]


PEER_TABLE = (
    """CREATE TABLE peer_offering AS
    SELECT point, ordinal, service, catchment, valid_from, valid_to, target_groups, age_from, age_to, geog
    FROM offering WHERE lon IS NOT NULL AND NOT is_remote""",
    "CREATE INDEX peer_geog ON peer_offering USING gist (geog)",
    "CREATE INDEX peer_service ON peer_offering (service)",
)
_PEER_FOUND = """
    FROM peer_offering o
    JOIN service_point p ON p.id = o.point
    JOIN organisation g ON g.id = p.organisation
    WHERE ST_DWithin(o.geog, %(origin)s::geography, 50000)
      AND o.service = %(service)s AND %(day)s::date BETWEEN o.valid_from AND o.valid_to
      AND (%(groups)s::int = 0 OR o.target_groups & %(groups)s::int <> 0)
      AND (%(age)s::int IS NULL OR coalesce(o.age_from, 0) <= %(age)s::int)
      AND (%(age)s::int IS NULL OR coalesce(o.age_to, 200) >= %(age)s::int)
      AND EXISTS (SELECT FROM catchment_area a WHERE a.catchment = o.catchment AND a.area = ANY(%(areas)s)
                  AND %(day)s::date BETWEEN a.valid_from AND a.valid_to)
"""
_PEER_PAGE = f"""
    SELECT o.point, o.ordinal, p.name, g.name, p.address, p.hours, p.lon, p.lat,
           ST_Distance(o.geog, %(origin)s::geography) AS distance_m
    {_PEER_FOUND} ORDER BY distance_m, o.point, o.ordinal LIMIT %(limit)s
"""
_PEER_COUNT = f"SELECT count(*) {_PEER_FOUND}"


class Peer:
    """The search as peers write it (data·inclusion: ST_DWithin, filters, sort; the count asked for apart)."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, options="-c jit=off")

    def ask(self, query: CandidateQuery) -> list[Any]:
        """Return the page, with the count as its last row."""
        values = {
            "origin": f"SRID=4326;POINT({query.origin.lon!r} {query.origin.lat!r})",
            "service": query.service,
            "day": query.day,
            "groups": int(query.groups | TargetGroup.EVERYONE) if query.groups else 0,
            "age": query.age,
            "areas": list(query.areas),
            "limit": query.limit,
        }
        with self._connection.cursor() as cursor:
            page = cursor.execute(_PEER_PAGE, values).fetchall()
            return [*page, cursor.execute(_PEER_COUNT, values).fetchone()]


@dataclass(frozen=True, slots=True)
class _Offered:
    """The public offerings of one service given in person, as arrays sorted by id and ordinal."""

    keys: list[Key]
    lon: np.ndarray
    lat: np.ndarray
    rules: np.ndarray
    """Columns: catchment, first and last day, groups, least and greatest age."""
    tree: cKDTree


class InMemory:
    """The same search by arrays that hold the whole registry."""

    def __init__(self, registry: Registry) -> None:
        numbers: dict[frozenset[CatchmentArea], int] = {}
        rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        told_from = DAY - timedelta(days=180)
        for point in registry.points:
            if point.point is None or (point.valid_to or date.max) < told_from:
                continue
            first, last = (point.valid_from or date.min).toordinal(), (point.valid_to or date.max).toordinal()
            for ordinal, it in enumerate(point.offerings):
                if not it.places <= REMOTE:
                    catchment = numbers.setdefault(frozenset(it.catchment), len(numbers))
                    rules = (
                        catchment,
                        first,
                        last,
                        int(it.target_groups),
                        it.age_from or 0,
                        it.age_to or 200,
                    )
                    rows[it.service].append(((point.id, ordinal), point.point.lon, point.point.lat, rules))
        self._offered = {service: _arrays(sorted(listed)) for service, listed in rows.items()}
        self._reaching: defaultdict[str, list[int]] = defaultdict(list)
        for areas, number in numbers.items():
            for area in {area.area for area in areas if area.holds_on(DAY)}:
                self._reaching[area].append(number)

    def by_no_rules(self, query: CandidateQuery) -> list[Key]:
        """Return the nearest of the service, whomever they serve."""
        offered = self._offered[query.service]
        origin = _on_sphere(query.origin.lon, query.origin.lat)
        chords = np.asarray(offered.tree.query(origin, k=min(LIMIT, len(offered.keys)))[0])
        near = offered.tree.query_ball_point(origin, chords.max() * 1.01 + 1e-6, return_sorted=True)
        return _nearest(offered, np.array(near, dtype=int), query)

    def by_all_rules(self, query: CandidateQuery) -> list[Key]:
        """Return the nearest eligible, looking at ever more of the nearest."""
        offered = self._offered[query.service]
        origin = _on_sphere(query.origin.lon, query.origin.lat)
        reaching = np.unique([number for area in query.areas for number in self._reaching[area]])
        k = 4 * LIMIT
        while True:
            k = min(k, len(offered.keys))
            chords, indices = map(np.asarray, offered.tree.query(origin, k=k))
            fits = self._fits(offered.rules[indices], query, reaching)
            eligible, reach = indices[fits], chords[fits]
            is_all = k == len(offered.keys)
            if is_all or (len(reach) >= LIMIT and reach[LIMIT - 1] * 1.01 + 1e-6 < chords[-1]):
                if len(reach) > LIMIT:
                    eligible = eligible[reach <= reach[LIMIT - 1] * 1.01 + 1e-6]
                return _nearest(offered, np.sort(eligible), query)
            k *= 4

    @staticmethod
    def _fits(rules: np.ndarray, query: CandidateQuery, reaching: np.ndarray) -> np.ndarray:
        catchment, first, last, groups, least, greatest = rules.T
        today = query.day.toordinal()
        fits: np.ndarray = np.isin(catchment, reaching) & (first <= today) & (today <= last)
        if query.groups:
            fits &= (groups & int(query.groups | TargetGroup.EVERYONE)) != 0
        if query.age is not None:
            fits &= (least <= query.age) & (query.age <= greatest)
        return fits


def _arrays(rows: Sequence[tuple[Any, ...]]) -> _Offered:
    lon, lat = (np.array([row[column] for row in rows]) for column in (1, 2))
    rules = np.array([row[3] for row in rows])
    return _Offered([row[0] for row in rows], lon, lat, rules, cKDTree(_on_sphere(lon, lat)))


def _nearest(offered: _Offered, eligible: np.ndarray, query: CandidateQuery) -> list[Key]:
    lon, lat = offered.lon[eligible], offered.lat[eligible]
    there = np.full(len(lon), query.origin.lon), np.full(len(lat), query.origin.lat)
    metres = WGS84.inv(lon, lat, *there)[2]
    order = np.argsort(np.round(metres, 8), kind="stable")[:LIMIT]
    return [offered.keys[index] for index in eligible[order]]


def _on_sphere(lon: np.ndarray | float, lat: np.ndarray | float) -> np.ndarray:
    east, north = np.radians(lon), np.radians(lat)
    at: np.ndarray = np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1
    )
    return at


if __name__ == "__main__":
    main()
