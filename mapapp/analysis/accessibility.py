"""How well a service is within reach of people: the answer for hromadas, raions, oblasts and all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.access_people import PeopleBands, bands_of, known_sums, settlement_estimates, sums
from mapapp.analysis.access_spread import curve_of, equity_of, medians_and_most
from mapapp.analysis.access_standing import AccessInputs, Standing, serves_any, standing_of
from mapapp.analysis.layout import NONE, Layout
from mapapp.domain.accessibility import AccessAnswer, AccessQuery, AreaAccess, SettlementAccess
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import Estimate, PeopleTable


@dataclass(frozen=True, eq=False)
class ServiceAccess:
    """The access of the whole country to one service, from which any area can be told.

    Made once for the inputs; what an area asks for beyond is a matter of milliseconds.
    """

    inputs: AccessInputs
    standing: Standing
    bands: PeopleBands

    @cached_property
    def places_held(self) -> NDArray[np.float64]:
        """(N,) places within reach of all the people of each settlement; NaN where not known."""
        held: NDArray[np.float64] = self.standing.places * self.inputs.demand
        return held


def service_access(inputs: AccessInputs) -> ServiceAccess:
    """Return the access of the whole country to a service."""
    standing = standing_of(inputs)
    return ServiceAccess(inputs, standing, bands_of(inputs.layout, inputs.people, standing))


def answer_access(query: AccessQuery, table: PeopleTable, access: ServiceAccess) -> AccessAnswer:
    """Return the answer for the area asked, filtered from the whole country's.

    Of a raion or oblast is told only where the area asked holds all of it.

    Raises
    ------
    NotFoundError
        There is no such area.

    """
    layout, offered = access.inputs.layout, access.inputs.offered
    asked = layout.hromadas_in(query.area)
    is_asked = np.zeros(len(layout.areas), np.bool_)
    is_asked[asked] = True
    hromada = np.full(len(layout.areas), NONE)
    hromada[asked] = np.arange(len(asked))
    is_there = is_asked[layout.area]
    counts = offered.is_first & serves_any(offered, is_asked)
    return AccessAnswer(
        query=query,
        people_table=table,
        hromadas={
            layout.areas[number]: told
            for number, told in zip(
                asked.tolist(),
                areas_told(access, hromada, [layout.areas[number] for number in asked.tolist()]),
                strict=True,
            )
        },
        raions=_units_told(access, is_asked, layout.area_raion, layout.raions),
        oblasts=_units_told(access, is_asked, layout.area_oblast, layout.oblasts),
        whole=areas_told(access, np.where(is_asked, 0, NONE), [None])[0],
        curve=curve_of(access.inputs, access.standing, is_there),
        equity=equity_of(access.inputs, access.standing, is_there),
        offerings=int(counts.sum()),
        without_capacity=int((counts & np.isnan(offered.capacity)).sum()),
    )


def settlement_access(access: ServiceAccess, hromada: Katottg) -> tuple[SettlementAccess, ...]:
    """Return the settlements of a hromada, by code.

    Raises
    ------
    NotFoundError
        There is no such hromada.

    """
    layout, standing = access.inputs.layout, access.standing
    settlements = np.flatnonzero(np.isin(layout.area, layout.hromadas_in(hromada)))
    people = settlement_estimates(layout, access.inputs.people, settlements)
    return tuple(
        SettlementAccess(
            layout.settlements[number],
            persons,
            nearest,
            bool(standing.is_covered[number]),
            bool(standing.is_occupied[number]),
        )
        for number, persons, nearest in zip(
            settlements.tolist(), people, _told(standing.nearest[settlements]), strict=True
        )
    )


def areas_told(
    access: ServiceAccess, group: NDArray[np.integer], codes: Sequence[Katottg | None]
) -> list[AreaAccess]:
    """Return access of groups of areas.

    `group` is (M,): which of `codes` an area belongs to, negative for none.
    """
    inputs, standing, number = access.inputs, access.standing, len(codes)
    of = group[inputs.layout.area]
    persons = inputs.demand
    median, farthest = medians_and_most(standing.nearest, persons, of, number)
    capacity = known_sums(inputs.offered.capacity, _located_in(group, inputs.offered.home), number)
    within, served = _places_and_served(access, of, number)
    recipients = known_sums(inputs.people.recipients, group, number)
    occupation = _occupation(inputs.layout, of, number)
    people = access.bands.of_groups(group, number)
    need = sums(persons[of >= 0], of[of >= 0], number)
    per_person = np.divide(capacity, need, out=np.full(number, np.nan), where=need > 0)
    columns = (median, farthest, capacity, 1000 * per_person, 1000 * within, served, recipients)
    rows = zip(codes, occupation, people, *map(_told, columns), strict=True)
    return [
        AreaAccess(
            area=code,
            occupation=occupied,
            people=living,
            nearest=nearest,
            farthest=most,
            capacity=None if places is None else round(places),
            capacity_per_1000=located,
            places_per_1000=reachable,
            served=None if living is None else room,
            recipients=None if getting is None else Estimate(getting, getting, getting),
        )
        for code, occupied, living, nearest, most, places, located, reachable, room, getting in rows
    ]


def _units_told(
    access: ServiceAccess, is_asked: NDArray[np.bool_], unit: NDArray[np.int32], codes: Sequence[Katottg]
) -> tuple[AreaAccess, ...]:
    """Return the raions or oblasts all of whose hromadas are asked for."""
    is_hromada = access.inputs.layout.is_hromada & (unit != NONE)
    has_any, lacks_any = np.zeros(len(codes), np.bool_), np.zeros(len(codes), np.bool_)
    has_any[unit[is_hromada]] = True
    lacks_any[unit[is_hromada & ~is_asked]] = True
    whole = np.flatnonzero(has_any & ~lacks_any)
    number = np.full(len(codes), NONE)
    number[whole] = np.arange(len(whole))
    group = np.where(is_hromada, number[unit], NONE)
    return tuple(areas_told(access, group, [codes[it] for it in whole.tolist()]))


def _places_and_served(
    access: ServiceAccess, of: NDArray[np.integer], number: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places per person of each group, and how many people they have room for; NaN where not known.

    Those for whom nothing is within reach hold none; those reached by somebody who tells no capacity alone
    are left out. Where nobody within reach of a whole group tells one, nothing is known.
    """
    demand, places = access.inputs.demand, access.standing.places
    is_told = (of >= 0) & np.isfinite(places)
    is_known = np.bincount(of[is_told & access.standing.is_covered], minlength=number) > 0
    group, persons, held = of[is_told], demand[is_told], access.places_held[is_told]
    total, places_held = sums(persons, group, number), sums(held, group, number)
    served = np.where(is_known, sums(np.minimum(persons, held), group, number), np.nan)
    per_person = np.divide(places_held, total, out=np.full(number, np.nan), where=is_known & (total > 0))
    return per_person, served


def _located_in(group: NDArray[np.integer], home: NDArray[np.int32]) -> NDArray[np.integer]:
    return np.where(home == NONE, NONE, group[home])


def _occupation(layout: Layout, of: NDArray[np.integer], number: int) -> list[Occupation]:
    occupied = np.bincount(of[layout.is_occupied & (of >= 0)], minlength=number)
    free = np.bincount(of[~layout.is_occupied & (of >= 0)], minlength=number)
    return [
        Occupation.NONE if not some else Occupation.PARTLY if others else Occupation.FULLY
        for some, others in zip(occupied.tolist(), free.tolist(), strict=True)
    ]


def _told(values: NDArray[np.float64]) -> list[float | None]:
    """Return the numbers, None for each that is not known."""
    return [value if isfinite(value) else None for value in values.tolist()]
