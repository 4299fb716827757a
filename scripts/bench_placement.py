#!/usr/bin/env python3
"""Time where to open points against spopt at the same optimum, in one run.

    python scripts/bench_placement.py --limits-km 7 10 15

The question: 20 points among the 1,600 largest settlements of Poltava oblast, for all of its people (MCLP);
nobody is covered before, and a point serves anyone. The sides:

- mapapp, exact: `plan_placement`, all of it: candidates, distances, the plan with its proof;
- mapapp, fast: the same without the solver;
- spopt: the model is built and solved (CBC, which comes with it); it is given the distances for nothing.

The run stops where mapapp and spopt disagree on how many people can be reached. Then the whole country is
asked for 100 points, fast, and the other goals for the oblast, which have no other side here.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pulp
from pyproj import Geod
from scipy.sparse import csr_array
from spopt.locate import MCLP

from mapapp.analysis.access_costs import Ground, ground_of, site_costs, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import ServiceAccess, service_access
from mapapp.analysis.layout import Layout, layout_of
from mapapp.analysis.people import People, gazetteer_people
from mapapp.analysis.placement import plan_placement
from mapapp.analysis.supply import OpenSupply
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.placement import CandidatePlaces, PlacementGoal, PlacementPlan, PlacementQuery, Serving
from mapapp.files.gazetteer import read_gazetteer

ROOT = Path(__file__).resolve().parent.parent
WGS84 = Geod(ellps="WGS84")
OBLAST = Katottg("UA53000000000028050")
CANDIDATES = 1_600
POINTS, POINTS_OF_COUNTRY = 20, 100
ROUNDS = 3

Answer = TypeVar("Answer")


def main() -> None:
    """Print a table for the oblast, then what the country and the other goals take."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--limits-km", type=float, nargs="+", default=[7.0, 10.0, 15.0])
    limits_m = [1_000 * limit for limit in options.parse_args().limits_km]
    warnings.filterwarnings("ignore", ".*PuLP 4.0", DeprecationWarning)
    country = Country.of(read_gazetteer(ROOT / "geodata"))
    load = os.getloadavg()[0]
    print(f"{CANDIDATES:,} candidates, {POINTS} points; load of the machine before: {load:.1f}\n")
    compare(country, limits_m)
    show_other_goals(country, limits_m[-1])
    show_country(country, limits_m[-1])


@dataclass(frozen=True)
class Country:
    """All that plans are made from, and nobody who offers anything."""

    gazetteer: Gazetteer
    layout: Layout
    people: People
    ground: Ground

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Country:
        """Return the country of the gazetteer."""
        layout = layout_of(gazetteer)
        return cls(gazetteer, layout, gazetteer_people(layout, gazetteer), ground_of(layout))

    def access(self, limit_m: float) -> ServiceAccess:
        """Return the access where nobody offers the service: the hardest to plan for."""
        areas = len(self.layout.areas)
        nobody = OpenSupply(
            services=("service",),
            point_ids=(),
            service=np.zeros(0, np.int16),
            point=np.zeros(0, np.int32),
            form=np.zeros(0, np.int8),
            site=np.zeros(0, np.int32),
            home=np.zeros(0, np.int32),
            site_lon=np.zeros(0),
            site_lat=np.zeros(0),
            catchment=np.zeros(0, np.int32),
            reaches=csr_array(np.zeros((0, areas), np.int8)),
            capacity=np.zeros(0),
            is_first=np.zeros(0, np.bool_),
        )
        ways = ways_by_distance(self.ground, nobody, limit_m)
        return service_access(AccessInputs(self.layout, self.people, np.ones(areas, np.bool_), nobody, ways))

    def plan(self, access: ServiceAccess, **asked: Any) -> PlacementPlan:
        """Return the plan."""
        from_sites = partial(site_costs, self.ground)
        where = AccessQuery(
            "service", date(2026, 1, 1), Threshold(access.inputs.ways.limit), area=asked.pop("area", OBLAST)
        )
        query = PlacementQuery(
            where, candidates=CandidatePlaces.SETTLEMENTS, serving=Serving.ANYONE, time_limit_s=20.0, **asked
        )
        return plan_placement(query, access, self.gazetteer, from_sites)

    def largest(self) -> tuple[Katottg, ...]:
        """Return the largest settlements of the oblast, by code."""
        inside = np.flatnonzero(np.isin(self.layout.area, self.layout.hromadas_in(OBLAST)))
        by_size = inside[np.argsort(-self.people.persons[inside], kind="stable")]
        return tuple(self.layout.settlements[number] for number in sorted(by_size[:CANDIDATES]))


def compare(country: Country, limits_m: list[float]) -> None:
    """Print a line for each threshold: seconds of each side, ratio, and how good the fast plan is."""
    places = country.largest()
    print(f"{'':>6}{'spopt s':>9}{'exact s':>9}{'ratio':>8}{'fast s':>8}{'fast/best':>11}{'its bound':>11}")
    for limit_m in limits_m:
        access = country.access(limit_m)
        asked = partial(country.plan, access, only_in=places, new_points=POINTS)
        exact_s, exact = timed(asked)
        fast_s, fast = timed(partial(asked, is_exact=False))
        spopt_s, reached = of_spopt(country, places, limit_m)
        if not exact.is_proven or abs(exact.gained - reached) > 1e-9 * reached:
            raise SystemExit(f"At {limit_m} m mapapp reaches {exact.gained}, spopt {reached}")
        print(
            f"{limit_m / 1_000:>3.0f} km{spopt_s:>9.2f}{exact_s:>9.2f}{spopt_s / exact_s:>7.0f}x"
            f"{fast_s:>8.2f}{fast.gained / exact.gained:>11.4f}{fast.bound / exact.gained:>11.4f}",
            flush=True,
        )
    print("the same people reached by both; fast/best and its bound as shares of that")


def of_spopt(country: Country, places: tuple[Katottg, ...], limit_m: float) -> tuple[float, float]:
    """Return the seconds spopt takes, and how many people it reaches."""
    layout = country.layout
    inside = np.flatnonzero(np.isin(layout.area, layout.hromadas_in(OBLAST)))
    sites = [layout.index_of_settlement[code] for code in places]
    lon, lat = (np.repeat(it[inside][:, None], len(sites), axis=1) for it in (layout.lon, layout.lat))
    to_lon, to_lat = (np.repeat(it[sites][None], len(inside), axis=0) for it in (layout.lon, layout.lat))
    metres = WGS84.inv(lon, lat, to_lon, to_lat)[2]
    persons = country.people.persons[inside]
    began = time.perf_counter()
    model = MCLP.from_cost_matrix(metres, persons, limit_m, POINTS).solve(pulp.PULP_CBC_CMD(msg=False))
    return time.perf_counter() - began, model.problem.objective.value()


def timed(work: Callable[[], Answer], rounds: int = ROUNDS) -> tuple[float, Answer]:
    """Return the median of the seconds it takes, and what it gives."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds)), answer


def show_other_goals(country: Country, limit_m: float) -> None:
    """Print what the p-median and the fewest points take for the same places."""
    access, places = country.access(limit_m), country.largest()
    for goal in (PlacementGoal.LEAST_TRAVEL, PlacementGoal.EVERYONE):
        for is_exact in (True, False):
            asked = partial(
                country.plan, access, goal=goal, only_in=places, new_points=POINTS, is_exact=is_exact
            )
            seconds, plan = timed(asked, rounds=1)
            told = "proven" if plan.is_proven else f"at most {plan.gap:.2%} from the best"
            kind = f"{limit_m / 1_000:.0f} km, {'exact' if is_exact else 'fast'}"
            print(f"{goal} at {kind}: {len(plan.opened)} points, {seconds:.1f} s, {told}", flush=True)


def show_country(country: Country, limit_m: float) -> None:
    """Print what a fast plan for the whole country takes."""
    access = country.access(limit_m)
    asked = partial(country.plan, access, area=None, new_points=POINTS_OF_COUNTRY, is_exact=False)
    seconds, plan = timed(asked, rounds=1)
    print(
        f"the country, {plan.candidates:,} candidates, {POINTS_OF_COUNTRY} points, fast: {seconds:.1f} s, "
        f"{plan.gained:,.0f} people, at most {plan.gap:.2%} from the best"
    )


if __name__ == "__main__":
    main()
