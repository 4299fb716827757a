"""Where to open new points so that most of those without a service are reached: the plan for a question."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.access_standing import has_no_distance
from mapapp.analysis.accessibility import ServiceAccess
from mapapp.analysis.placement_bounds import ceiling
from mapapp.analysis.placement_candidates import candidates_of, may_serve
from mapapp.analysis.placement_exact import improve_fewest, improve_most, relaxed_fewest
from mapapp.analysis.placement_greedy import choose_most
from mapapp.analysis.placement_problem import (
    Choice,
    Flags,
    Floats,
    Ints,
    Pairs,
    PlacementProblem,
    by_what_they_add,
)
from mapapp.domain.errors import UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.people import Estimate
from mapapp.domain.placement import Counting, OpenedPoint, PlacementGoal, PlacementPlan, PlacementQuery

CostsTo: TypeAlias = Callable[[Floats, Floats, float], csr_array]
"""Metres or seconds from N settlements to Q sites (lon, lat) within a limit: (N, Q), what is not stored is
farther; as `access_costs.site_costs` for a ground."""

LONGEST_WAY: Final = 2.0
"""A way counts up to so many thresholds, as far as the curve of people by distance is told; a longer one, and
having nobody to go to, counts as that."""
_PROVEN: Final = 1e-7
"""A smaller share than this between plan and bound is the tolerance of the solver."""


@dataclass(frozen=True, eq=False)
class _Wanted:
    """Who is to gain, of N settlements, all in the area asked for.

    Parameters
    ----------
    lacking
        Those who lack the service: people not covered, or unmet need.
    uncovered
        People not covered.
    travelling, cost_now
        Those whose ways are to be shortened, and how far they have it now.

    """

    lacking: Floats
    uncovered: Floats
    travelling: Floats
    cost_now: Floats


def plan_placement(
    query: PlacementQuery, access: ServiceAccess, gazetteer: Gazetteer, costs_to: CostsTo
) -> PlacementPlan:
    """Return where to open new points; existing ones stay.

    A new point receives people, serves whom `query.serving` says within the threshold, and has room for all
    of them. People outside the area asked for do not count, nor on occupied territory, nor where nothing is
    known. Results repeat: of equal places the first by code is taken; only a plan that ran out of time may
    differ from one run to another.

    Parameters
    ----------
    query
        The question; its `access` is what `access` was computed for.
    access
        How things are for the whole country, with the threshold of the question.
    gazetteer
        Tells the centres of hromadas and the residents of settlements.
    costs_to
        How far it is to the candidates, in what the threshold is measured in.

    Raises
    ------
    NotFoundError
        There is no such area, or no settlement with a code named.
    UsageError
        Fewer candidates than points, a budget that pays for no point or not for all it takes to reach
        everyone, a place named where none can open, or nothing known of anybody in the area.

    """
    affordable = _affordable(query)
    layout = access.inputs.layout
    places = candidates_of(query, layout, gazetteer)
    _check_enough(query, affordable, len(places))
    wanted = _wanted(query, access)
    before = _covered_now(query, access)
    pairs = _pairs(query, access, places, wanted, costs_to)
    reach = pairs[pairs.cost <= query.access.threshold.limit]
    if query.goal is PlacementGoal.LEAST_TRAVEL:
        problem = PlacementProblem.of_travel(wanted.travelling, wanted.cost_now, pairs, len(places))
    else:
        problem = PlacementProblem.of_reach(wanted.lacking, reach, len(places))
    if query.goal is PlacementGoal.EVERYONE:
        choice = _fewest(query, problem, affordable)
    else:
        choice = _most(query, problem, int(affordable))
    opened = by_what_they_add(problem, choice.opened, len(choice.opened))
    gained = math.fsum(gain for _, gain in opened)
    now_reached = reach.reached_from([candidate for candidate, _ in opened])
    return PlacementPlan(
        query=query,
        opened=tuple(OpenedPoint(layout.settlements[places[it]], gain) for it, gain in opened),
        gained=gained,
        bound=choice.bound if query.goal is PlacementGoal.EVERYONE else max(choice.bound, gained),
        is_proven=_is_proven(query, choice, gained),
        before=before,
        after=before.value + float(wanted.uncovered[now_reached].sum()),
        beyond=float(np.delete(wanted.lacking, np.unique(reach.settlement)).sum()),
        candidates=len(places),
    )


def _affordable(query: PlacementQuery) -> float:
    """Return how many points the budget pays for, at most as many as asked for."""
    asked = math.inf if query.goal is PlacementGoal.EVERYONE else query.new_points
    if query.budget is None or not query.cost_of_point:
        return asked
    # Money is told in hryvnias and kopecks: a budget of 0.3 pays for three points at 0.1.
    paid = math.floor(query.budget / query.cost_of_point + 1e-9)
    if paid < 1:
        raise UsageError(
            "The budget of {budget} pays for no point: one costs {cost}",
            budget=_told(query.budget),
            cost=_told(query.cost_of_point),
        )
    return min(asked, paid)


def _told(money: float | None) -> float | None:
    """Return money as people write it: whole sums without a fraction."""
    return int(money) if money is not None and float(money).is_integer() else money


def _check_enough(query: PlacementQuery, points: float, candidates: int) -> None:
    if query.goal is not PlacementGoal.EVERYONE and candidates < points:
        raise UsageError(
            "There are only {candidates} places to open a point in, fewer than {points} points:"
            " ask for fewer points, or for more places",
            candidates=candidates,
            points=int(points),
        )


def _wanted(query: PlacementQuery, access: ServiceAccess) -> _Wanted:
    inputs, standing = access.inputs, access.standing
    is_asked = np.isin(inputs.layout.area, inputs.layout.hromadas_in(query.access.area))
    people = np.where(is_asked & standing.is_judged, inputs.demand, 0.0)
    uncovered = np.where(standing.is_uncovered, people, 0.0)
    lacking, travelling = uncovered, people
    if query.counting is Counting.UNMET_NEED:
        held = access.places_held
        unmet = np.where(np.isnan(held), uncovered, np.maximum(people - np.nan_to_num(held), 0.0))
        lacking = travelling = unmet
    longest = LONGEST_WAY * query.access.threshold.limit
    # Whoever is reached at home, online or from a place that is not told has no way that could be shortened.
    now = np.where(has_no_distance(inputs), 0.0, np.minimum(standing.nearest, longest))
    return _Wanted(lacking, uncovered, travelling, now)


def _covered_now(query: PlacementQuery, access: ServiceAccess) -> Estimate:
    layout = access.inputs.layout
    group = np.full(len(layout.areas), -1)
    group[layout.hromadas_in(query.access.area)] = 0
    people = access.bands.of_groups(group, 1)[0]
    if people is None:
        raise UsageError("The source says nothing of people there: choose another one")
    return people.covered


def _pairs(
    query: PlacementQuery, access: ServiceAccess, places: Ints, wanted: _Wanted, costs_to: CostsTo
) -> Pairs:
    """Return the candidates and settlements between which somebody may gain."""
    nothing: NDArray[np.int64] = np.zeros(0, np.int64)
    if not len(places):
        return Pairs(nothing, nothing, np.zeros(0))
    is_of_travel = query.goal is PlacementGoal.LEAST_TRAVEL
    limit = query.access.threshold.limit * (LONGEST_WAY if is_of_travel else 1.0)
    layout = access.inputs.layout
    costs = costs_to(layout.lon[places], layout.lat[places], limit).tocoo()
    settlement, candidate = (it.astype(np.int64) for it in costs.coords)
    pairs = Pairs(candidate, settlement, costs.data)
    may_gain: Flags = wanted.lacking + wanted.uncovered + wanted.travelling > 0
    pairs = pairs[may_gain[settlement]]
    return pairs[may_serve(query.serving, layout, places[pairs.candidate], pairs.settlement)]


def _most(query: PlacementQuery, problem: PlacementProblem, points: int) -> Choice:
    start = choose_most(problem, points)
    top = ceiling(problem, start, points)
    if query.is_exact:
        return improve_most(problem, points, start, top, query.time_limit_s)
    return Choice(start, top.bound)


def _fewest(query: PlacementQuery, problem: PlacementProblem, affordable: float) -> Choice:
    choice = relaxed_fewest(problem, query.time_limit_s)
    if query.is_exact and len(choice.opened) > choice.bound:
        choice = improve_fewest(problem, choice.opened, query.time_limit_s)
    if len(choice.opened) > affordable:
        raise UsageError(
            "To reach everyone takes {points} points, and the budget of {budget} pays for {affordable}:"
            " ask for the most people with so many points",
            points=len(choice.opened),
            budget=_told(query.budget),
            affordable=int(affordable),
        )
    return choice


def _is_proven(query: PlacementQuery, choice: Choice, gained: float) -> bool:
    if query.goal is PlacementGoal.EVERYONE:
        return len(choice.opened) <= choice.bound
    return gained >= choice.bound * (1.0 - _PROVEN)
