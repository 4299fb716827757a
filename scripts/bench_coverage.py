#!/usr/bin/env python3
"""Time access to all services, to one against the package `access` of PySAL, and after one provider changed.

    python scripts/bench_coverage.py --points 20000

Points are synthetic (see scattered_registry.py), settlements and people those of geodata/. The run stops
where results differ. Three tables:

- all services: the ways, the nearest at any distance, the people covered and E2SFCA of every settlement;
- one service, everybody served by all: E2SFCA over the same pairs, by us and by PySAL, equal to 1e-9;
- one provider closed: its service's whole answer again, equal to one computed from a registry without it.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import resource
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from access import Access, weights
from scattered_registry import DAY, scattered_registry
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import Ground, Ways, ground_of, of_service, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import ServiceAccess, answer_access, service_access
from mapapp.analysis.layout import NONE, Layout, layout_of
from mapapp.analysis.people import People, gazetteer_people
from mapapp.analysis.supply import Form, OpenSupply, Supply, supply_of
from mapapp.analysis.two_step import demand_reached, places_per_person, weights_of
from mapapp.domain.accessibility import USUAL_THRESHOLD, ZONE_WEIGHTS, AccessAnswer, AccessQuery
from mapapp.domain.people import BASE_POPULATION, PeopleKind, PeopleTable
from mapapp.domain.registry import Registry
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services

ROOT = Path(__file__).resolve().parent.parent
LIMIT_M = USUAL_THRESHOLD.limit
PEER_LIMIT_M = 30_000.0
CHANGES = 15
TABLE = PeopleTable(BASE_POPULATION, "Everyone", PeopleKind.POPULATION, DAY, "geodata/")

T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    """The ground of all that is timed."""

    layout: Layout
    ground: Ground
    people: People
    scope: np.ndarray

    def access(self, supply: OpenSupply, service: str) -> ServiceAccess:
        """Return the access of the country to one service, from nothing but the supply."""
        offered = of_service(supply, service)
        ways = ways_by_distance(self.ground, offered, LIMIT_M)
        return service_access(AccessInputs(self.layout, self.people, self.scope, offered, ways))

    def answer(self, supply: OpenSupply, service: str) -> AccessAnswer:
        """Return the answer that a page shows."""
        return answer_access(AccessQuery(service, DAY), TABLE, self.access(supply, service))


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--points", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    gazetteer = read_gazetteer(ROOT / "geodata")
    services = tuple(read_services())
    registry = scattered_registry(gazetteer, services, chosen.points)
    layout = layout_of(gazetteer)
    scope = np.ones(len(layout.areas), np.bool_)
    bench = Bench(layout, ground_of(layout), gazetteer_people(layout, gazetteer), scope)
    supply = supply_of(registry.points, layout, services)
    gc.collect()
    gc.freeze()
    print(f"{len(layout.settlements):,} settlements, {chosen.points:,} points, {len(services)} services")
    print(f"load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} cores")
    time_all_services(bench, supply, chosen.rounds)
    time_one_service(bench, supply.on(DAY), chosen.rounds)
    time_changes(bench, registry, supply)


def time_all_services(bench: Bench, supply: Supply, rounds: int) -> None:
    """Print how long every service takes, and how much memory the whole run has held at most."""
    before_mb = peak_mb()
    built_s, opened = best_of(rounds, lambda: supply.on(DAY))
    ground_s, _ = best_of(rounds, lambda: ground_of(bench.layout))
    ways_s, _ = best_of(
        rounds,
        lambda: [
            ways_by_distance(bench.ground, of_service(opened, service), LIMIT_M)
            for service in opened.services
        ],
    )
    all_s, found = best_of(
        rounds, lambda: [told_of(bench.access(opened, service)) for service in opened.services]
    )
    covered, nearest, places = zip(*found, strict=True)
    print(f"\nall services within {LIMIT_M / 1000:.0f} km, best of {rounds}")
    print(f"{'what is open that day':<46}{built_s:>8.2f} s")
    print(f"{'settlements in space, once':<46}{ground_s:>8.2f} s")
    print(f"{'ways and nearest':<46}{ways_s:>8.2f} s")
    print(f"{'the same, people covered and E2SFCA':<46}{all_s:>8.2f} s")
    print(f"{'in all':<46}{built_s + ground_s + all_s:>8.2f} s")
    print(
        f"{len(opened.form):,} open offerings; median service: {np.median(covered):,.0f} people covered, a "
        f"nearest for {np.median(nearest):,.0f} settlements, places per person for {np.median(places):,.0f}"
    )
    print(f"memory at most: {peak_mb():,.0f} MB, {before_mb:,.0f} MB of it before (the registry as objects)")


def told_of(access: ServiceAccess) -> tuple[float, int, int]:
    """Return people covered, settlements with a nearest, settlements with places per person."""
    standing = access.standing
    return (
        float(access.bands.value[0].sum()),
        int(np.isfinite(standing.nearest).sum()),
        int(np.isfinite(standing.places).sum()),
    )


def time_one_service(bench: Bench, opened: OpenSupply, rounds: int) -> None:
    """Print E2SFCA of the service most offered, everybody served by all, by us and by PySAL."""
    service = opened.services[np.bincount(opened.service).argmax()]
    offered = for_everybody(of_service(opened, service), len(bench.layout.areas))
    demand = np.nan_to_num(bench.people.persons)
    found_s, ways = best_of(rounds, lambda: ways_by_distance(bench.ground, offered, PEER_LIMIT_M))
    ours_s, places = best_of(rounds, lambda: e2sfca(bench, offered, ways, demand))
    peer = pysal(ways, demand, offered.capacity)
    step = {PEER_LIMIT_M * zone / 3: weight for zone, weight in enumerate(ZONE_WEIGHTS, 1)}
    weight_fn = weights.step_fn(step)
    peer_s, told = best_of(
        rounds, lambda: peer.enhanced_two_stage_fca(name="e2sfca", weight_fn=weight_fn)["e2sfca_capacity"]
    )
    expected = told.reindex(range(len(demand))).fillna(0).to_numpy()
    difference = np.abs(np.nan_to_num(places) - expected).max() / expected.max()
    if difference > 1e-9:  # noqa: PLR2004
        raise SystemExit(f"the sides differ by {difference:.1e}")
    print(
        f"\none service, {len(offered.form):,} offerings for everybody within 30 km, {len(ways.cost):,} pairs"
    )
    print(f"{'':<46}{'ms':>8}{'PySAL /':>10}")
    for title, seconds in (
        ("E2SFCA", ours_s),
        ("E2SFCA with the distances", ours_s + found_s),
        ("PySAL access, distances given", peer_s),
    ):
        print(f"{title:<46}{1000 * seconds:>8.1f}{peer_s / seconds:>9.1f}x")
    print(f"equal to {difference:.1e} of the greatest")


def for_everybody(offered: OpenSupply, areas: int) -> OpenSupply:
    """Return the offerings at a site, each with a capacity, as serving the whole country."""
    is_at_site = (offered.form == Form.AT_SITE) & (offered.site != NONE)
    rows = {
        name: getattr(offered, name)[is_at_site]
        for name in ("service", "point", "form", "site", "home", "catchment", "capacity", "is_first")
    }
    rows["catchment"] = np.zeros(is_at_site.sum(), np.int32)
    rows["capacity"] = np.nan_to_num(rows["capacity"], nan=20.0)
    return replace(offered, **rows, reaches=csr_array(np.ones((1, areas), np.int8)))


def e2sfca(bench: Bench, offered: OpenSupply, ways: Ways, demand: np.ndarray) -> np.ndarray:
    """Return places per person of each settlement."""
    reach = weights_of(bench.layout.area, offered, ways)
    return places_per_person(reach, offered.capacity, demand_reached(reach, demand))


def pysal(ways: Ways, demand: np.ndarray, capacity: np.ndarray) -> Access:
    """Return the same problem as PySAL wants it."""
    warnings.filterwarnings("ignore", message="The inplace keyword")  # its, not ours
    peer = Access(
        demand_df=pd.DataFrame({"geoid": np.arange(len(demand)), "persons": demand}),
        demand_index="geoid",
        demand_value="persons",
        supply_df=pd.DataFrame({"geoid": np.arange(len(capacity)), "capacity": capacity}),
        supply_index="geoid",
        supply_value="capacity",
        cost_df=pd.DataFrame({"origin": ways.settlement, "dest": ways.offering, "cost": ways.cost}),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    peer.log.setLevel(logging.WARNING)
    return peer


def time_changes(bench: Bench, registry: Registry, supply: Supply) -> None:
    """Print how long the answer takes after one provider closed, and check it against starting anew."""
    opened = supply.on(DAY)
    is_public = np.flatnonzero(opened.home != NONE)
    steps: list[tuple[float, float, float]] = []
    worked_s: list[float] = []
    for row in np.random.default_rng(11).choice(is_public, CHANGES):
        closed = opened.point_ids[opened.point[row]]
        service = opened.services[opened.service[row]]
        worked, began = time.process_time(), time.perf_counter()
        changed = supply.changed({closed: None})
        arrays_at = time.perf_counter()
        opened_again = changed.on(DAY)
        opened_at = time.perf_counter()
        answer = bench.answer(opened_again, service)
        steps.append((arrays_at - began, opened_at - arrays_at, time.perf_counter() - opened_at))
        worked_s.append(time.process_time() - worked)
    left = [point for point in registry.points if point.id != closed]
    anew_s, expected = best_of(
        1, lambda: bench.answer(supply_of(left, bench.layout, supply.services).on(DAY), service)
    )
    if answer != expected:
        raise SystemExit("the answer after a change is not that of starting anew")
    titles = ("take the provider out of the arrays", "what is open that day", "the service's whole answer")
    print(f"\none provider closed, median of {CHANGES}")
    for title, part in zip(titles, np.median(steps, axis=0), strict=True):
        print(f"{title:<46}{1000 * part:>8.1f} ms")
    total = np.sum(steps, axis=1)
    print(f"{'in all':<46}{1000 * np.median(total):>8.1f} ms, at most {1000 * total.max():.1f} ms")
    print(f"{'in all, of a processor alone':<46}{1000 * np.median(worked_s):>8.1f} ms")
    print(
        f"starting anew from the registry's objects: {anew_s / np.median(total):.1f}x as long, equal answers"
    )


def best_of(rounds: int, work: Callable[[], T]) -> tuple[float, T]:
    """Return the least seconds the work took, and its result."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - began)
    return min(taken), result


def peak_mb() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
