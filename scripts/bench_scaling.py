#!/usr/bin/env python3
"""Time access to all services at once, part by part, and on two dask workers, as points and settlements grow.

    python scripts/bench_scaling.py --cases 20000x1 20000x10 200000x1 1000000x1

A case is service points x copies of every settlement. Points are synthetic (see scattered_registry.py);
beyond `--invented` they are as many again and again, each copy about two kilometres away. Copies of
settlements lie as far from theirs and share its people. Each side runs in a process of its own that reads the
same inputs, so that peaks of memory are its own; times of processors are told beside those of the clock,
because others may be using the machine. The run stops where the sides differ.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import dask
import numpy as np
from distributed import Client, LocalCluster
from scattered_registry import DAY, scattered_registry

from mapapp.analysis.access_costs import ground_of, of_service, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs, Standing
from mapapp.analysis.accessibility import service_access
from mapapp.analysis.layout import NONE, Layout, layout_of
from mapapp.analysis.partitions import Country, Map, access_by_parts, by_longitude, split
from mapapp.analysis.people import gazetteer_people
from mapapp.analysis.supply import OpenSupply, supply_of
from mapapp.cluster import cluster_map
from mapapp.domain.accessibility import USUAL_THRESHOLD
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services

ROOT = Path(__file__).resolve().parent.parent
LIMIT_M = USUAL_THRESHOLD.limit
AWAY_DEGREES = 0.02
WORKERS = 2
WHOLE, PARTS, CLUSTER, PLAIN_CLUSTER = (
    "at once",
    "parts, one process",
    "parts, two workers",
    "the same, as dask is",
)
SIDES = (WHOLE, PARTS, CLUSTER, PLAIN_CLUSTER)
USUAL_ALLOCATION = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None}
"""Dask has its workers hand memory back to the system as soon as it is free; here arrays come and go."""


def main() -> None:
    """Print a table for each case."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--cases", nargs="+", default=["20000x1", "20000x10", "200000x1"])
    options.add_argument("--parts", type=int, default=2 * WORKERS)
    options.add_argument("--invented", type=int, default=200_000, help="copy these to have more points")
    options.add_argument("--sides", nargs="+", choices=SIDES, default=SIDES)
    options.add_argument("--side", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.side:
        name, folder = chosen.side
        run_side(name, Path(folder), chosen.parts)
        return
    for case in chosen.cases:
        points, copies = map(int, case.split("x"))
        country = invented_country(points, min(points, chosen.invented), copies)
        print(
            f"\n{points:,} points, {len(country.supply.form):,} open offerings"
            f" of {len(country.supply.services)} services, {len(country.layout.area):,} settlements,"
            f" {chosen.parts} parts"
        )
        with tempfile.TemporaryDirectory() as folder:
            with (Path(folder) / "country").open("wb") as stream:
                pickle.dump(country, stream, protocol=5)
            del country
            compare(Path(folder), chosen.parts, chosen.sides)


def compare(folder: Path, parts: int, sides: Sequence[str]) -> None:
    """Time the sides on the country in the folder."""
    heads = {"seconds": 9, "processor s": 13, "inputs MB": 11, "peak MB": 9, "each worker": 13, "load": 7}
    print(f"{'':<24}{''.join(f'{head:>{width}}' for head, width in heads.items())}  steps")
    first: np.ndarray | None = None
    for side in sides:
        command = [sys.executable, __file__, "--parts", str(parts), "--side", side, str(folder)]
        told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)  # noqa: S603
        workers = "/".join(f"{it:.0f}" for it in told["workers_mb"]) or "-"
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in told["steps"].items())
        print(
            f"{side:<24}{told['seconds']:>9.1f}{told['processor_s']:>13.1f}{told['read_mb']:>11.0f}"
            f"{told['peak_mb']:>9.0f}{workers:>13}{os.getloadavg()[0]:>7.1f}  {steps}",
            flush=True,
        )
        found = np.load(folder / "found.npy")
        first = found if first is None else first
        check_equal(side, found, first)
    print("equal: who stands how and the nearest to the last bit, places per person to 1e-12")


def check_equal(side: str, found: np.ndarray, first: np.ndarray) -> None:
    """Stop where a side differs from the first: rows are flags, nearest and places of each service."""
    flags_and_nearest, places = np.r_[0:2], 2
    if not np.array_equal(found[:, flags_and_nearest], first[:, flags_and_nearest]) or not np.allclose(
        found[:, places], first[:, places], rtol=1e-12, atol=0, equal_nan=True
    ):
        raise SystemExit(f"{side} differs from what was first")


def invented_country(points: int, invented: int, copies: int) -> Country:
    """Return so many points, copies of those invented, over so many copies of the settlements."""
    gazetteer = read_gazetteer(ROOT / "geodata")
    layout, services = layout_of(gazetteer), list(read_services())
    registry = scattered_registry(gazetteer, services, invented)
    supply = supply_of(registry.points, layout, services).on(DAY)
    people = gazetteer_people(layout, gazetteer)
    rng = np.random.default_rng(7)
    return Country(
        copied_layout(layout, copies, rng),
        replace(
            people,
            persons=np.repeat(people.persons / copies, copies),
            is_counted=np.repeat(people.is_counted, copies),
        ),
        np.ones(len(layout.areas), np.bool_),
        copied_supply(supply, points // invented, rng),
    )


def copied_layout(layout: Layout, copies: int, rng: np.random.Generator) -> Layout:
    """Return each settlement so many times, all but the first a little away."""
    is_moved = np.arange(len(layout.area) * copies) % copies > 0
    return replace(
        layout,
        settlements=tuple(np.repeat(np.array(layout.settlements, dtype=object), copies).tolist()),
        lon=np.repeat(layout.lon, copies) + rng.normal(0, AWAY_DEGREES, len(is_moved)) * is_moved,
        lat=np.repeat(layout.lat, copies) + rng.normal(0, AWAY_DEGREES, len(is_moved)) * is_moved,
        area=np.repeat(layout.area, copies),
        is_occupied=np.repeat(layout.is_occupied, copies),
        is_urban=np.repeat(layout.is_urban, copies),
    )


def copied_supply(supply: OpenSupply, copies: int, rng: np.random.Generator) -> OpenSupply:
    """Return every offering so many times, all copies but the first at sites a little away."""
    points, sites = len(supply.point_ids), len(supply.site_lon)
    copy = np.repeat(np.arange(copies), len(supply.form))
    site, point = np.tile(supply.site, copies), np.tile(supply.point, copies)
    is_moved = np.repeat(np.arange(copies), sites) > 0
    return OpenSupply(
        services=supply.services,
        point_ids=tuple(f"{it}-{number}" for number in range(copies) for it in supply.point_ids),
        service=np.tile(supply.service, copies),
        point=(point + copy * points).astype(np.int32),
        form=np.tile(supply.form, copies),
        site=np.where(site == NONE, NONE, site + copy * sites).astype(np.int32),
        site_lon=np.tile(supply.site_lon, copies) + rng.normal(0, AWAY_DEGREES, sites * copies) * is_moved,
        site_lat=np.tile(supply.site_lat, copies) + rng.normal(0, AWAY_DEGREES, sites * copies) * is_moved,
        home=np.tile(supply.home, copies),
        catchment=np.tile(supply.catchment, copies),
        reaches=supply.reaches,
        capacity=np.tile(supply.capacity, copies),
        is_first=np.tile(supply.is_first, copies),
    )


@dataclass
class Watch:
    """How long steps took."""

    steps: dict[str, float]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note the seconds of a step."""
        began = time.perf_counter()
        yield
        self.steps[name] = self.steps.get(name, 0.0) + time.perf_counter() - began

    def over(self, run: Map) -> Map:
        """Return the same map, each of its calls a step."""
        rounds = iter(("round 1", "round 2"))

        def timed(function: Callable[..., Any], *items: Any) -> list[Any]:
            with self.step(next(rounds)):
                return list(run(function, *items))

        return timed


def run_side(side: str, folder: Path, parts: int) -> None:
    """Run one side and print what it took, as JSON."""
    with (folder / "country").open("rb") as stream:
        country: Country = pickle.load(stream)  # noqa: S301 - written a moment ago by this very script
    read_mb = usage()[1]
    watch = Watch({})
    workers: list[tuple[float, float]] = []
    if side == WHOLE:
        measured = measure(lambda: standings_at_once(country, watch))
    elif side == PARTS:
        measured = measure(lambda: standings_by_parts(country, parts, watch, map))
    else:
        with (
            two_workers(folder, USUAL_ALLOCATION if side == CLUSTER else {}) as address,
            Client(address) as client,  # type: ignore[no-untyped-call]
        ):
            client.run(lambda: bool(import_module("mapapp.analysis.partitions")))  # a cluster is up by then
            before = client.run(usage)
            with cluster_map(address) as run:
                measured = measure(lambda: standings_by_parts(country, parts, watch, run))
            after = client.run(usage)
            workers = [(after[it][0] - before[it][0], after[it][1]) for it in after]
    standings, seconds, processor_s = measured
    peak_mb = usage()[1]
    np.save(folder / "found.npy", np.stack([told_by(it) for it in standings]))
    told = {
        "seconds": seconds,
        "processor_s": processor_s + sum(it[0] for it in workers),
        "read_mb": read_mb,
        "peak_mb": peak_mb,
        "workers_mb": [it[1] for it in workers],
        "steps": watch.steps,
    }
    print(json.dumps(told))


def standings_at_once(country: Country, watch: Watch) -> list[Standing]:
    """Return how all settlements stand, service by service, as the pages ask for them."""
    found = []
    with watch.step("ground"):
        ground = ground_of(country.layout)
    for service in country.supply.services:
        with watch.step("ways"):
            offered = of_service(country.supply, service)
            ways = ways_by_distance(ground, offered, LIMIT_M)
        with watch.step("judging"):
            inputs = AccessInputs(country.layout, country.people, country.scope, offered, ways)
            found.append(service_access(inputs).standing)
    return found


def standings_by_parts(country: Country, parts: int, watch: Watch, run: Map) -> list[Standing]:
    """Return the same, part by part."""
    with watch.step("split"):
        divided = split(country, by_longitude(country.layout, parts))
    with watch.step("all rounds and joining"):
        found = access_by_parts(country, divided, country.supply.services, LIMIT_M, watch.over(run))
    return [found[service].standing for service in country.supply.services]


def told_by(standing: Standing) -> np.ndarray:
    """Return flags as one number, nearest and places of each settlement: (3, N)."""
    flags = (standing.is_covered, standing.is_uncovered, standing.is_occupied, standing.is_remote_only)
    as_number = sum(it * 2.0**power for power, it in enumerate(flags))
    return np.stack([as_number, standing.nearest, standing.places])


def measure(work: Callable[[], list[Standing]]) -> tuple[list[Standing], float, float]:
    """Return the result, seconds of the clock and of this process's processor."""
    began, used = time.perf_counter(), usage()[0]
    result = work()
    return result, time.perf_counter() - began, usage()[0] - used


def usage() -> tuple[float, float]:
    """Return this process's seconds of processor and its peak of memory in MB.

    Not `ru_maxrss`, which begins with the peak of the process that started this one.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return used.ru_utime + used.ru_stime, int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def two_workers(folder: Path, settings: dict[str, Any]) -> Iterator[str]:
    """Give the address of a scheduler with two workers, processes on this machine."""
    with (
        dask.config.set(settings),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=WORKERS,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            local_directory=str(folder / "dask"),
            memory_limit=0,
        ) as cluster,
    ):
        yield cluster.scheduler_address


if __name__ == "__main__":
    main()
