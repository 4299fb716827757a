"""Where the people counted live: figures of hromadas spread over settlements, and how far that errs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.layout import Layout
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.people import Figures


@dataclass(frozen=True, eq=False)
class People:
    """The people counted, on a layout of N settlements and M areas.

    Parameters
    ----------
    persons
        (N,) people of each settlement, NaN where nobody knows of any in its area. Settlements of an area sum
        to its figure.
    is_counted
        (N,) published for this very settlement; the others have a share of what their hromada has left.
    area_low, area_high
        (M,) the band of the area's own figure; equal where it is exact, NaN where there is none.
    recipients
        (M,) how many get the service, as reported; NaN where nobody says, or the number is withheld.

    """

    persons: NDArray[np.float64]
    is_counted: NDArray[np.bool_]
    area_low: NDArray[np.float64]
    area_high: NDArray[np.float64]
    recipients: NDArray[np.float64]


def gazetteer_people(layout: Layout, gazetteer: Gazetteer) -> People:
    """Return everyone, as the gazetteer counts its settlements; an area's figure is the sum of theirs."""
    said = [gazetteer.settlements[code].population for code in layout.settlements]
    known = np.array([population is not None for population in said])
    persons = np.array([population.persons if population else 0 for population in said], np.float64)
    is_counted = np.array([population is not None and not population.is_estimate for population in said])
    size = len(layout.areas)
    area_persons = np.bincount(layout.area, persons, size).astype(np.float64)
    area_persons[np.bincount(layout.area[known], minlength=size) == 0] = np.nan
    persons[np.isnan(area_persons[layout.area])] = np.nan
    return People(persons, is_counted, area_persons, area_persons.copy(), np.full(size, np.nan))


def spread_people(layout: Layout, base: People, figures: Figures) -> People:
    """Return the people of a table, each hromada's spread over its settlements as those of `base` are.

    Evenly where `base` has nobody in the whole hromada. No settlement is counted by itself then. A hidden
    figure is the middle of what it may be, with its band.
    """
    size = len(layout.areas)
    value, low, high, recipients = (np.full(size, np.nan) for _ in range(4))
    for hromada, figure in figures.items():
        area, estimate = layout.index_of_area[hromada], figure.estimate()
        if estimate is not None:
            value[area], low[area], high[area] = estimate.value, estimate.low, estimate.high
        if figure.recipients is not None:
            recipients[area] = figure.recipients
    weight = np.nan_to_num(base.persons)
    has_nobody = np.bincount(layout.area, weight, size) == 0
    weight[has_nobody[layout.area]] = 1.0
    share = weight / np.bincount(layout.area, weight, size)[layout.area]
    is_counted = np.zeros(len(layout.settlements), bool)
    return People(value[layout.area] * share, is_counted, low, high, recipients)
