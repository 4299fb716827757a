"""Which candidates to open, by a solver that proves how good the choice is: HiGHS, as scipy brings it.

The linear relaxation comes first: with these problems its solution is often whole, then nothing is left to
do; else its reduced costs tell which candidates no better choice can contain (Dantzig, Fulkerson, Johnson
1954, Journal of the Operations Research Society of America 2: 393-410), and the rest is searched.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array

from mapapp.analysis.placement_bounds import Ceiling
from mapapp.analysis.placement_greedy import choose_fewest
from mapapp.analysis.placement_problem import Choice, Flags, Floats, PlacementProblem

_WHOLE = 1e-6
"""A variable this near to 0 or 1 is; HiGHS keeps whole numbers and limits to this tolerance."""
_SURE = 1e-7
"""A value is worse only by more than this share: the tolerance of the relaxation's optimum."""
_ROUNDING = 1e-9
_GREATEST_COST = 1e6
_LEAST_LIKING = 0.05
"""What the relaxation does not open may still be needed."""


@dataclass(frozen=True, eq=False)
class _Model:
    """Minimise `cost` @ z with `matrix` @ z <= `most`, 0 <= z <= 1; the first J of z are whole."""

    cost: Floats
    matrix: csr_array
    most: Floats
    candidates: int


@dataclass(frozen=True, eq=False)
class _Found:
    """What a solver found: candidates, None for none, and a value that none falls below."""

    opened: tuple[int, ...] | None
    bound: float


def improve_most(
    problem: PlacementProblem, points: int, start: Sequence[int], top: Ceiling, time_limit_s: float
) -> Choice:
    """Return the candidates that gain most together, or the best found in time, and what none exceeds.

    `start` is the best choice known and `top` what bounds it; it is returned where nothing better is found,
    also where others are as good, so that results repeat.
    """
    value = problem.value(start)
    best = tuple(start)
    if top.bound <= value or not problem.gains.nnz:
        return Choice(best, value)
    may_help = np.flatnonzero(top.may_help)
    # Gains in the millions of person-metres would be beyond what tolerances of the solver are made for.
    unit = max(1.0, float(problem.gains.data.max()) / _GREATEST_COST)
    gains = csr_array(problem.gains[may_help])
    model = _model_of_most(PlacementProblem(csr_array(gains / unit)), points)
    found = _solved(model, -value / unit, time_limit_s)
    if found.opened is not None:
        candidates = tuple(may_help[list(found.opened)].tolist())
        best = candidates if problem.value(candidates) > value * (1.0 + _ROUNDING) else best
    # A choice with a candidate that was left out is no better than `start`.
    bound = min(top.bound, -found.bound * unit)
    return Choice(best, max(bound, problem.value(best)))


def improve_fewest(problem: PlacementProblem, start: Sequence[int], time_limit_s: float) -> Choice:
    """Return the fewest candidates that reach all whom any reaches, or the fewest found in time.

    The bound is the number with which it cannot be done with fewer.
    """
    if not problem.gains.nnz:
        return Choice((), 0.0)
    found = _solved(_model_of_fewest(problem), float(len(start)), time_limit_s)
    best = tuple(start)
    if found.opened is not None and len(found.opened) < len(start):
        best = found.opened
    return Choice(best, min(_whole_above(found.bound, problem), float(len(best))))


def relaxed_fewest(problem: PlacementProblem, time_limit_s: float) -> Choice:
    """Return few candidates that reach all whom any reaches, and how many the fewest are at least.

    The bound is the linear relaxation's, rounded up; the choice is greedy, led by what the relaxation opens
    (at 15 km a tenth fewer here than greedy alone).
    """
    plain = choose_fewest(problem)
    if not plain:
        return Choice((), 0.0)
    relaxed = _relaxed(_model_of_fewest(problem), time_limit_s)
    if relaxed is None:
        return Choice(plain, _whole_above(-math.inf, problem))
    led = choose_fewest(problem, relaxed.z + _LEAST_LIKING)
    return Choice(min(plain, led, key=len), _whole_above(relaxed.bound, problem))


def _whole_above(bound: float, problem: PlacementProblem) -> float:
    """Return the bound rounded up, and no fewer than it takes when each reaches as many as the largest."""
    largest = int(np.diff(problem.gains.indptr).max())
    simple = math.ceil(np.count_nonzero(problem.most) / largest)
    return float(simple if math.isinf(bound) else max(simple, math.ceil(bound - _WHOLE)))


def _model_of_most(problem: PlacementProblem, points: int) -> _Model:
    """Return the model with one y for each level of a settlement's gain.

    The levels of a settlement descend; y of a level is 1 when an opened candidate gives so much or more:
    y <= y of the level above + the x of those who give just so much. With one level each this is the
    formulation of Church, ReVelle 1974; with more the one of Elloumi 2010 (Journal of Combinatorial
    Optimization 19: 69-83) for the p-median.
    """
    settlement, gain = problem.gains.indices, problem.gains.data
    order = np.lexsort((problem.candidate_of_gain, -gain, settlement))
    settlement, gain = settlement[order], gain[order]
    is_first = np.append(True, settlement[1:] != settlement[:-1])
    opens_level = is_first | np.append(True, gain[1:] != gain[:-1])
    level = np.cumsum(opens_level) - 1
    begins = np.flatnonzero(opens_level)
    levels, candidates = len(begins), problem.candidates
    is_top = is_first[begins]
    below = np.append(np.where(is_top[1:], 0.0, gain[begins][1:]), 0.0)
    lower = np.flatnonzero(~is_top)
    row = np.concatenate([level, np.arange(levels), lower, np.full(candidates, levels)])
    column = np.concatenate(
        [
            problem.candidate_of_gain[order],
            candidates + np.arange(levels),
            candidates + lower - 1,
            np.arange(candidates),
        ]
    )
    value = np.concatenate([-np.ones(len(level)), np.ones(levels), -np.ones(len(lower)), np.ones(candidates)])
    shape = (levels + 1, candidates + levels)
    return _Model(
        cost=np.concatenate([np.zeros(candidates), below - gain[begins]]),
        matrix=coo_array((value, (row, column)), shape=shape).tocsr(),
        most=np.append(np.zeros(levels), float(points)),
        candidates=candidates,
    )


def _model_of_fewest(problem: PlacementProblem) -> _Model:
    """Return the model of Toregas et al. 1971; settlements that the same candidates reach stand once."""
    reached = problem.gains.T.tocsr()
    reached.sort_indices()
    by_candidates: dict[bytes, int] = {}
    for settlement in np.flatnonzero(np.diff(reached.indptr)):
        begin, end = reached.indptr[settlement : settlement + 2]
        by_candidates.setdefault(reached.indices[begin:end].tobytes(), int(settlement))
    matrix = reached[list(by_candidates.values())].copy()
    matrix.data = -np.ones_like(matrix.data)
    return _Model(np.ones(problem.candidates), matrix, -np.ones(matrix.shape[0]), problem.candidates)


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """The optimum of the linear relaxation: its value, z, and how much raising each of z from 0 costs."""

    bound: float
    z: Floats
    reduced_cost: Floats


def _solved(model: _Model, incumbent: float, time_limit_s: float) -> _Found:
    """Return the best of the model whose value is at most the incumbent's, or what is known in time."""
    began = time.monotonic()
    relaxed = _relaxed(model, time_limit_s)
    if relaxed is None:
        return _Found(None, -math.inf)
    x = relaxed.z[: model.candidates]
    if np.all(np.minimum(x, 1.0 - x) < _WHOLE):
        return _Found(_opened(x), relaxed.bound)
    tolerance = _SURE * max(1.0, abs(incumbent))
    can_help = relaxed.bound + relaxed.reduced_cost[: model.candidates] <= incumbent + tolerance
    left_s = time_limit_s - (time.monotonic() - began)
    if left_s <= 0:
        return _Found(None, relaxed.bound)
    found = _searched(model, can_help, left_s)
    # What was left out is no better than the incumbent.
    return _Found(found.opened, max(relaxed.bound, min(found.bound, incumbent)))


def _relaxed(model: _Model, time_limit_s: float) -> _Relaxed | None:
    # Interior point with crossover: at 15 km five times faster here than the dual simplex.
    answer = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
        model.cost,
        A_ub=model.matrix,
        b_ub=model.most,
        bounds=(0.0, 1.0),
        method="highs-ipm",
        options={"time_limit": time_limit_s},
    )
    if answer.status != 0:
        return None
    return _Relaxed(float(answer.fun), np.asarray(answer.x), np.asarray(answer.lower.marginals))


def _searched(model: _Model, may_open: Flags, time_limit_s: float) -> _Found:
    others = len(model.cost) - model.candidates
    is_whole = np.concatenate([np.ones(model.candidates), np.zeros(others)])
    upper = np.concatenate([may_open.astype(np.float64), np.ones(others)])
    answer = milp(
        model.cost,
        integrality=is_whole,
        bounds=Bounds(np.zeros(len(upper)), upper),
        constraints=LinearConstraint(model.matrix, -np.inf, model.most),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    bound = answer.mip_dual_bound
    opened = None if answer.x is None else _opened(answer.x[: model.candidates])
    return _Found(opened, -math.inf if bound is None or math.isnan(bound) else float(bound))


def _opened(x: Floats) -> tuple[int, ...]:
    return tuple(int(candidate) for candidate in np.flatnonzero(x > 0.5))  # noqa: PLR2004 - whole by now
