"""A placement problem as arrays: what each settlement gains when a point opens in each place."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which candidate may serve which settlement, and at what cost; no pair stands twice.

    Parameters
    ----------
    candidate, settlement
        (R,) int: places in the J candidates and the N settlements.
    cost
        (R,) metres or seconds.

    """

    candidate: Ints
    settlement: Ints
    cost: Floats

    def __getitem__(self, chosen: Flags) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.candidate[chosen], self.settlement[chosen], self.cost[chosen])

    def reached_from(self, opened: Sequence[int]) -> Ints:
        """Return the settlements that any of these candidates may serve."""
        return np.unique(self.settlement[np.isin(self.candidate, opened)])


@dataclass(frozen=True, eq=False)
class PlacementProblem:
    """J candidates, in the order that breaks ties, and N settlements.

    A settlement gains once: from that opened candidate of which it gains most. So the value of a set grows
    with every candidate more, and by ever less (it is monotone and submodular; Cornuéjols, Fisher, Nemhauser
    1977, Management Science 23: 789-810): the greedy rule and its bounds rest on that.

    Parameters
    ----------
    gains
        (J, N) sparse, stored only where above 0: people reached, or person-metres (person-seconds) saved.

    """

    gains: csr_array

    @classmethod
    def of_reach(cls, demand: Floats, pairs: Pairs, candidates: int) -> Self:
        """Return the problem of reaching most of the demand (N,) (MCLP), or all that can be (LSCP)."""
        return cls._of(pairs, demand[pairs.settlement], (candidates, len(demand)))

    @classmethod
    def of_travel(cls, demand: Floats, cost_now: Floats, pairs: Pairs, candidates: int) -> Self:
        """Return the problem of shortening the ways of the demand (N,) most: p-median, existing points fixed.

        `cost_now` (N,) is finite: the caller says how much counts where there is no way.
        """
        saved = demand[pairs.settlement] * (cost_now[pairs.settlement] - pairs.cost)
        return cls._of(pairs, saved, (candidates, len(demand)))

    @classmethod
    def _of(cls, pairs: Pairs, gain: Floats, shape: tuple[int, int]) -> Self:
        counts = gain > 0
        places = (pairs.candidate[counts], pairs.settlement[counts])
        gains = coo_array((gain[counts], places), shape=shape).tocsr()
        gains.sort_indices()
        return cls(gains)

    @property
    def candidates(self) -> int:
        """How many places there are to choose among."""
        return int(self.gains.shape[0])

    @cached_property
    def candidate_of_gain(self) -> Ints:
        """The candidate of each stored gain."""
        return np.repeat(np.arange(self.candidates), np.diff(self.gains.indptr))

    @cached_property
    def most(self) -> Floats:
        """What each settlement (N,) gains when every candidate is opened."""
        most: Floats = np.zeros(self.gains.shape[1])
        np.maximum.at(most, self.gains.indices, self.gains.data)
        return most

    def from_candidate(self, candidate: int) -> tuple[NDArray[np.int32], Floats]:
        """Return the settlements that gain from a candidate, and how much each."""
        begin, end = self.gains.indptr[candidate : candidate + 2]
        return self.gains.indices[begin:end], self.gains.data[begin:end]

    def gained(self, opened: Sequence[int]) -> Floats:
        """Return what each settlement (N,) gains when these are opened."""
        gained: Floats = np.zeros(self.gains.shape[1])
        for candidate in opened:
            settlements, gain = self.from_candidate(candidate)
            gained[settlements] = np.maximum(gained[settlements], gain)
        return gained

    def value(self, opened: Sequence[int]) -> float:
        """Return what these gain together."""
        return float(self.gained(opened).sum())

    def added(self, gained: Floats) -> Floats:
        """Return what each candidate (J,) alone adds to what settlements gain already (N,)."""
        more = np.maximum(self.gains.data - gained[self.gains.indices], 0.0)
        return np.bincount(self.candidate_of_gain, more, self.candidates).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Choice:
    """Candidates to open, ascending, and what no other choice exceeds (for the fewest: falls below)."""

    opened: tuple[int, ...]
    bound: float


def by_what_they_add(problem: PlacementProblem, among: Sequence[int], points: int) -> list[tuple[int, float]]:
    """Return up to so many candidates, each the one that adds most to those before it, and what it adds.

    Of equal ones the first; one that adds nothing is left out. Lazy: what a candidate adds only shrinks, so
    it is computed anew only when it comes first (Minoux 1978, Optimization Techniques: 234-243).
    """
    gained: Floats = np.zeros(problem.gains.shape[1])
    alone = problem.added(gained)
    queue = [(-float(alone[candidate]), candidate, 0) for candidate in among]
    heapq.heapify(queue)
    chosen: list[tuple[int, float]] = []
    while queue and len(chosen) < points:
        most, candidate, known_at = heapq.heappop(queue)
        if most >= 0:
            break
        settlements, gain = problem.from_candidate(candidate)
        if known_at == len(chosen):
            gained[settlements] = np.maximum(gained[settlements], gain)
            chosen.append((candidate, -most))
        else:
            adds = float(np.maximum(gain - gained[settlements], 0.0).sum())
            heapq.heappush(queue, (-adds, candidate, len(chosen)))
    return chosen
