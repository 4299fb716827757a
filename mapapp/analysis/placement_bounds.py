"""What no choice of so many candidates can exceed, proven without solving the problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mapapp.analysis.placement_problem import Flags, Floats, PlacementProblem, by_what_they_add

_ROUNDS: Final = 250
"""Rounds of the subgradient method, each reads every gain once; for 1,600 candidates about 0.2 s."""
_PATIENCE: Final = 25
"""After a 25th of all rounds without a better bound the steps are halved."""
_LEAST_STEP: Final = 1e-4
_NOTHING: Final = 1e-9
"""A smaller share than this is rounding."""


@dataclass(frozen=True, eq=False)
class Ceiling:
    """A value that no choice exceeds, and the candidates (J,) without which none exceeds what is known."""

    bound: float
    may_help: Flags


def greedy_ceiling(problem: PlacementProblem, points: int) -> float:
    """Return the least bound that follows from a greedy choice.

    Either its value over 1 - (1 - 1/p)^p, which is above 1 - 1/e; or what is gained plus the p greatest
    further gains (Nemhauser, Wolsey, Fisher 1978, Mathematical Programming 14: 265-294).
    """
    greedy = [candidate for candidate, _ in by_what_they_add(problem, range(problem.candidates), points)]
    return min(
        problem.value(greedy) / (1.0 - (1.0 - 1.0 / points) ** points),
        _relaxed(problem, problem.gained(greedy), points)[0],
        float(problem.most.sum()),
    )


def ceiling(problem: PlacementProblem, opened: Sequence[int], points: int, rounds: int = _ROUNDS) -> Ceiling:
    """Return a tight bound: the Lagrangean relaxation, led down by the subgradient method.

    Each settlement is given a price. Whatever the prices, their sum plus the p greatest sums of what
    candidates give beyond them is a bound (Cornuéjols, Fisher, Nemhauser 1977, Management Science 23:
    789-810); with the gains of a choice as prices it is that of `greedy_ceiling`, which is never exceeded.
    `opened` is the best choice known.
    """
    known = problem.value(opened)
    gain, settlement, most = problem.gains.data, problem.gains.indices, problem.most
    prices = best_prices = problem.gained(opened) / 2.0
    best = Ceiling(np.inf, np.ones(problem.candidates, np.bool_))
    step, waited, patience = 1.0, 0, max(rounds // _PATIENCE, 1)
    for _ in range(rounds):
        bound, beyond, taken = _relaxed(problem, prices, points)
        waited = 0 if bound < best.bound * (1.0 - 1e-6) else waited + 1
        if bound < best.bound:
            best, best_prices = Ceiling(bound, _may_help(bound, beyond, taken, known)), prices
        if bound <= known * (1.0 + _NOTHING):
            break
        if waited >= patience:
            step, waited, prices = step / 2.0, 0, best_prices
            if step < _LEAST_STEP:
                break
            continue
        is_used = taken[problem.candidate_of_gain] & (gain > prices[settlement])
        slope = 1.0 - np.bincount(settlement[is_used], minlength=len(prices))
        slope[((prices <= 0) & (slope > 0)) | ((prices >= most) & (slope < 0))] = 0.0
        # Prices of large settlements move more: unscaled, the bound for 100 points of the country stays 18 %
        # above the plan after as many rounds as bring it to 0.5 %.
        move = most * slope
        steepness = float(move @ slope)
        if not steepness:
            break
        prices = np.clip(prices - step * (bound - known) / steepness * move, 0.0, most)
    return Ceiling(max(known, min(best.bound, greedy_ceiling(problem, points))), best.may_help)


def _relaxed(problem: PlacementProblem, prices: Floats, points: int) -> tuple[float, Floats, Flags]:
    """Return the bound under these prices (N,), what each candidate gives beyond them, and the p best."""
    beyond = problem.added(prices)
    taken = np.zeros(problem.candidates, np.bool_)
    taken[np.argsort(-beyond, kind="stable")[:points]] = True
    return float(prices.sum() + beyond[taken].sum()), beyond, taken


def _may_help(bound: float, beyond: Floats, taken: Flags, known: float) -> Flags:
    """Tell which candidates (J,) a choice better than the known one may contain."""
    with_it = bound - beyond[taken].min() + beyond
    flags: Flags = taken | (with_it >= known * (1.0 - _NOTHING))
    return flags
