"""How evenly access is spread: how far the median person has it, the curve of people by cost, inequality."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.access_standing import AccessInputs, Standing, has_no_distance
from mapapp.domain.accessibility import CURVE_STEPS, CurvePoint, Equity

_LORENZ_STEPS = 100
"""The Lorenz curve is told at every hundredth of the people."""


def medians_and_most(
    cost: NDArray[np.float64], persons: NDArray[np.float64], group: NDArray[np.integer], number: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the cost of the median person and of the one who has it farthest, for each group: (number,).

    Rows without people, with an infinite cost or in no group (negative) do not count; NaN where none is left.
    """
    counts = (group >= 0) & (persons > 0) & np.isfinite(cost)
    rows = np.flatnonzero(counts)[np.lexsort((cost[counts], group[counts]))]
    last = np.searchsorted(group[rows], np.arange(number), side="right") - 1
    first = np.searchsorted(group[rows], np.arange(number), side="left")
    has_any = last >= first
    first, last = first[has_any], last[has_any]
    came = np.concatenate(([0.0], np.cumsum(persons[rows])))
    middle = np.searchsorted(came[1:], (came[first] + came[last + 1]) / 2, side="left")
    median, most = np.full(number, np.nan), np.full(number, np.nan)
    median[has_any], most[has_any] = cost[rows[np.clip(middle, first, last)]], cost[rows[last]]
    return median, most


def curve_of(inputs: AccessInputs, standing: Standing, is_there: NDArray[np.bool_]) -> tuple[CurvePoint, ...]:
    """Return the share of the people judged within each cost, from 0 to twice the threshold; none, none.

    Whoever is reached without a distance (at home, online, from a confidential place) is within any cost.
    """
    is_judged = standing.is_judged & is_there
    persons = np.where(is_judged, np.nan_to_num(inputs.people.persons), 0.0)
    total = persons.sum()
    if not total:
        return ()
    cost = np.where(has_no_distance(inputs), 0.0, standing.nearest)
    order = np.argsort(cost)
    came = np.concatenate(([0.0], np.cumsum(persons[order])))
    steps = inputs.ways.limit * 2 * np.arange(CURVE_STEPS + 1) / CURVE_STEPS
    within = came[np.searchsorted(cost[order], steps, side="right")] / total
    return tuple(CurvePoint(*point) for point in zip(steps.tolist(), within.tolist(), strict=True))


def equity_of(inputs: AccessInputs, standing: Standing, is_there: NDArray[np.bool_]) -> Equity:
    """Return how evenly access is spread over people there.

    Places count for those for whom they are known, none for the uncovered; whoever is reached by somebody
    who tells no capacity alone is left out.
    """
    is_told = is_there & np.isfinite(standing.places)
    gini, lorenz = _inequality(standing.places[is_told], inputs.demand[is_told])
    is_urban = inputs.layout.is_urban
    return Equity(
        gini,
        lorenz,
        _covered_share(inputs, standing, is_there & is_urban),
        _covered_share(inputs, standing, is_there & ~is_urban),
    )


def _inequality(
    places: NDArray[np.float64], persons: NDArray[np.float64]
) -> tuple[float | None, tuple[tuple[float, float], ...]]:
    """Return the Gini coefficient of places per person and its Lorenz curve."""
    order = np.argsort(places)
    people = np.concatenate(([0.0], np.cumsum(persons[order])))
    held = np.concatenate(([0.0], np.cumsum((places * persons)[order])))
    if not held[-1] > 0:
        return None, ()
    people, held = people / people[-1], held / held[-1]
    gini = 1.0 - float(((held[1:] + held[:-1]) * np.diff(people)).sum())
    steps = np.arange(_LORENZ_STEPS + 1) / _LORENZ_STEPS
    lorenz = zip(steps.tolist(), np.interp(steps, people, held).tolist(), strict=True)
    return min(max(gini, 0.0), 1.0), tuple(lorenz)


def _covered_share(inputs: AccessInputs, standing: Standing, is_there: NDArray[np.bool_]) -> float | None:
    persons = np.nan_to_num(inputs.people.persons)
    judged = persons[standing.is_judged & is_there].sum()
    return float(persons[standing.is_covered & is_there].sum() / judged) if judged else None
