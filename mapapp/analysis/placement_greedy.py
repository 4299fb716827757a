"""Which candidates to open, fast: a greedy choice, improved by exchanges."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from mapapp.analysis.placement_problem import (
    Flags,
    Floats,
    Ints,
    PlacementProblem,
    by_what_they_add,
)

_NOTHING = 1e-9
"""Less than this share of what is gained is rounding, no improvement."""


def choose_most(problem: PlacementProblem, points: int) -> tuple[int, ...]:
    """Return up to so many candidates, ascending, that together gain much.

    Greedy, then single exchanges as long as one helps (Teitz, Bart 1968, Operations Research 16: 955-961).
    """
    greedy = [candidate for candidate, _ in by_what_they_add(problem, range(problem.candidates), points)]
    return tuple(sorted(_exchanged(problem, greedy)))


def _exchanged(problem: PlacementProblem, opened: Sequence[int]) -> list[int]:
    """Return the choice after every exchange of one opened candidate for another that helps, best first."""
    chosen = list(opened)
    while chosen:
        change = _changes(problem, chosen)
        entering, leaving = np.unravel_index(np.argmax(change), change.shape)
        if change[entering, leaving] <= _NOTHING * problem.value(chosen):
            break
        chosen[leaving] = int(entering)
    return chosen


def _changes(problem: PlacementProblem, opened: Sequence[int]) -> Floats:
    """Return what opening a candidate (J,) instead of an opened one (p,) changes: (J, p).

    All at once, by most and second most (Whitaker 1983, INFOR 21: 95-108).
    """
    best, second, server = _served(problem, opened)
    gain, settlement, candidate = problem.gains.data, problem.gains.indices, problem.candidate_of_gain
    points = len(opened)
    entering = problem.added(best)
    leaving = np.bincount(server, weights=best - second, minlength=points)
    # A settlement whose server leaves falls back on the one that enters, where that beats the second best.
    held = np.clip(np.minimum(gain, best[settlement]) - second[settlement], 0.0, None)
    held_back = np.bincount(
        candidate * points + server[settlement], weights=held, minlength=problem.candidates * points
    )
    changes: Floats = entering[:, None] + held_back.reshape(problem.candidates, points) - leaving
    changes[list(opened)] = -np.inf
    return changes


def _served(problem: PlacementProblem, opened: Sequence[int]) -> tuple[Floats, Floats, Ints]:
    """Return for each settlement (N,) the most and second most it gains, and of which opened one the most."""
    best: Floats = np.zeros(problem.gains.shape[1])
    second = np.zeros_like(best)
    server = np.zeros(len(best), np.int64)
    for place, candidate in enumerate(opened):
        settlements, gain = problem.from_candidate(candidate)
        before = best[settlements]
        second[settlements] = np.maximum(second[settlements], np.minimum(gain, before))
        server[settlements] = np.where(gain > before, place, server[settlements])
        best[settlements] = np.maximum(before, gain)
    return best, second, server


def choose_fewest(problem: PlacementProblem, preference: Floats | None = None) -> tuple[int, ...]:
    """Return candidates that reach every settlement any reaches: greedy, without those not needed after all.

    By the number of settlements newly reached (Chvátal 1979, Mathematics of Operations Research 4: 233-235),
    times how much each candidate (J,) is preferred, above 0.
    """
    liking = np.ones(problem.candidates) if preference is None else preference
    is_reached: Flags = np.zeros(problem.gains.shape[1], np.bool_)
    sizes = np.diff(problem.gains.indptr)
    queue = [(-float(size * liking[candidate]), candidate) for candidate, size in enumerate(sizes) if size]
    heapq.heapify(queue)
    chosen: list[int] = []
    while queue:
        most, candidate = heapq.heappop(queue)
        settlements, _ = problem.from_candidate(candidate)
        reaches = float(np.count_nonzero(~is_reached[settlements]) * liking[candidate])
        if reaches == -most:
            is_reached[settlements] = True
            chosen.append(candidate)
        elif reaches:
            heapq.heappush(queue, (-reaches, candidate))
    return tuple(sorted(_needed(problem, chosen)))


def _needed(problem: PlacementProblem, chosen: Sequence[int]) -> list[int]:
    """Return the chosen without those whose settlements others reach too, asked from the last chosen on."""
    times = np.zeros(problem.gains.shape[1], np.int64)
    for candidate in chosen:
        times[problem.from_candidate(candidate)[0]] += 1
    needed: list[int] = []
    for candidate in reversed(chosen):
        settlements, _ = problem.from_candidate(candidate)
        if np.all(times[settlements] > 1):
            times[settlements] -= 1
        else:
            needed.append(candidate)
    return needed
