"""How many people of each area stand how, and how far the numbers may err."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.access_standing import Standing
from mapapp.analysis.layout import Layout
from mapapp.analysis.people import People
from mapapp.domain.accessibility import PeopleWithin
from mapapp.domain.people import NOBODY, Estimate


def sums(amount: NDArray[np.float64], group: NDArray[np.integer], number: int) -> NDArray[np.float64]:
    """Return the sum of the amounts of each of so many groups."""
    return np.bincount(group, amount, number).astype(np.float64)


def known_sums(amount: NDArray[np.float64], group: NDArray[np.integer], number: int) -> NDArray[np.float64]:
    """Return the sum of what is known in each group, NaN where nothing is; negative groups do not count."""
    is_known = (group >= 0) & np.isfinite(amount)
    total = sums(amount[is_known], group[is_known], number)
    return np.where(np.bincount(group[is_known], minlength=number) > 0, total, np.nan)


@dataclass(frozen=True, eq=False)
class PeopleBands:
    """People of M areas by how they stand, in the order of `PeopleWithin`; (5, M) each.

    What is counted for the very settlement is certain. The rest of an area's people may live in any of its
    settlements that nobody counted: `low` puts them outside, `high` inside, wherever there is a choice.
    """

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    is_known: NDArray[np.bool_]
    """(M,) the source says something of the area."""

    def of_groups(self, group: NDArray[np.integer], number: int) -> list[PeopleWithin | None]:
        """Return the people of so many groups of areas; None where nothing is known of any of its areas.

        `group` is (M,): which group an area belongs to, negative for none.
        """
        is_in = (group >= 0) & self.is_known
        is_told = np.bincount(group[is_in], minlength=number) > 0
        low, value, high = (
            np.stack([sums(part[is_in], group[is_in], number) for part in parts], axis=1).tolist()
            for parts in (self.low, self.value, self.high)
        )
        return [
            PeopleWithin(*map(_estimate, value[it], low[it], high[it])) if is_told[it] else None
            for it in range(number)
        ]


def bands_of(layout: Layout, people: People, standing: Standing) -> PeopleBands:
    """Return the people of each area by how they stand."""
    members = (
        standing.is_covered,
        standing.is_uncovered,
        standing.is_occupied,
        standing.is_unknown,
        standing.is_remote_only,
    )
    rest = _rest_of(layout, people)
    value, low, high = (
        np.stack(parts)
        for parts in zip(*(_band(layout, people, rest, is_member) for is_member in members), strict=True)
    )
    is_known = np.bincount(layout.area[np.isfinite(people.persons)], minlength=len(layout.areas)) > 0
    return PeopleBands(value, low, high, is_known)


def settlement_estimates(
    layout: Layout, people: People, settlements: NDArray[np.intp]
) -> list[Estimate | None]:
    """Return the people of each of these settlements; None where nobody knows."""
    rest, area = _rest_of(layout, people), layout.area[settlements]
    persons, may_live = people.persons[settlements], rest.may_live[settlements]
    certain = np.where(people.is_counted[settlements], persons, 0.0)
    low = certain + np.where(rest.settlements[area] == 1, rest.low[area], np.minimum(rest.low[area], 0.0))
    low, high = _around(persons, low, certain + np.maximum(rest.high[area], 0.0))
    low, high = np.where(may_live, low, persons), np.where(may_live, high, persons)
    return [
        None if np.isnan(value) else Estimate(value, *band)
        for value, *band in zip(persons.tolist(), low.tolist(), high.tolist(), strict=True)
    ]


@dataclass(frozen=True, eq=False)
class _Rest:
    """The people of M areas who are not counted by settlement, and where they may live."""

    may_live: NDArray[np.bool_]
    settlements: NDArray[np.intp]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def _rest_of(layout: Layout, people: People) -> _Rest:
    """Return what an area's figure has beyond its counted settlements.

    Where all are counted it is what the area's band leaves open: somebody in any of them.
    """
    size = len(layout.areas)
    is_known = np.isfinite(people.persons)
    is_certain = is_known & people.is_counted
    certain = sums(people.persons[is_certain], layout.area[is_certain], size)
    has_uncounted = np.bincount(layout.area[is_known & ~people.is_counted], minlength=size) > 0
    may_live = is_known & ~(people.is_counted & has_uncounted[layout.area])
    settlements = np.bincount(layout.area[may_live], minlength=size)
    low, high = (np.nan_to_num(edge) - certain for edge in (people.area_low, people.area_high))
    return _Rest(may_live, settlements, low, high)


def _band(
    layout: Layout, people: People, rest: _Rest, is_member: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    size = len(layout.areas)
    is_in = is_member & np.isfinite(people.persons)
    is_certain = is_in & people.is_counted
    value = sums(people.persons[is_in], layout.area[is_in], size)
    certain = sums(people.persons[is_certain], layout.area[is_certain], size)
    members = np.bincount(layout.area[is_in & rest.may_live], minlength=size)
    has_all = (members > 0) & (members == rest.settlements)
    low = certain + np.where(has_all, rest.low, np.minimum(rest.low, 0.0))
    high = certain + np.where(members > 0, np.maximum(rest.high, 0.0), 0.0)
    return value, *_around(value, low, high)


def _around(
    value: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the band without what rounding added: none is below zero or beside the value."""
    low = np.where(np.isclose(low, value, rtol=1e-9, atol=1e-6), value, np.clip(low, 0.0, value))
    return low, np.where(np.isclose(high, value, rtol=1e-9, atol=1e-6), value, np.maximum(high, value))


def _estimate(value: float, low: float, high: float) -> Estimate:
    """Return the number with its band; sums of many parts may be a rounding apart."""
    return Estimate(value, min(low, value), max(high, value)) if high else NOBODY
