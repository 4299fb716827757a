"""How access to services is computed part by part, in as many processes as there are, and put together.

Every part is a small country of its own: some settlements, and all offerings that serve any of them. Who
serves nobody there is not needed, however near: eligibility is by area. What a part cannot know is how many
people its offerings reach elsewhere. So access takes two rounds, as E2SFCA has two steps: each part finds its
ways and counts the people reached there; these are added over the parts; each part then judges its
settlements. Both rounds call the functions that answer for the whole country.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import Ways, ground_of, of_service, ways_by_distance
from mapapp.analysis.access_people import bands_of
from mapapp.analysis.access_standing import AccessInputs, Standing, standing_of
from mapapp.analysis.accessibility import ServiceAccess
from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.people import People
from mapapp.analysis.supply import OpenSupply
from mapapp.analysis.two_step import demand_reached, weights_of

Map = Callable[..., Iterable[Any]]
"""Calls a function with items of iterables, in order, as `builtins.map` does; wherever it likes."""


@dataclass(frozen=True, eq=False)
class Country:
    """All that access to any service is computed from: N settlements, M areas, K offerings.

    Parameters
    ----------
    layout, people
        The ground, and who is counted on it.
    scope
        (M,) the registry claims to describe the area's oblast.
    supply
        The offerings of all services that are open on the day.

    """

    layout: Layout
    people: People
    scope: NDArray[np.bool_]
    supply: OpenSupply


@dataclass(frozen=True, eq=False)
class Part:
    """Some settlements, with the offerings that serve any of them, as a country; areas keep their numbers.

    Parameters
    ----------
    country
        The part itself. Its layout names no settlements: nothing asks a part for names, and codes are slow to
        send.
    settlements, offerings
        The numbers that its settlements and offerings have in the whole country, ascending.

    """

    country: Country
    settlements: NDArray[np.intp]
    offerings: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Reached:
    """What the first round tells of a part and a service, in the part's own numbers.

    `people` is (K,): how many people of the part each offering reaches, weighted.
    """

    ways: Ways
    people: NDArray[np.float64]


def by_oblast(layout: Layout) -> NDArray[np.intp]:
    """Return a part for each settlement: its oblast."""
    return layout.area_oblast[layout.area].astype(np.intp)


def by_longitude(layout: Layout, parts: int) -> NDArray[np.intp]:
    """Return a part for each settlement: strips from west to east with equally many in each.

    Those without a point go last.
    """
    rank = np.empty(len(layout.lon), np.intp)
    rank[np.argsort(layout.lon, kind="stable")] = np.arange(len(rank))
    return rank * parts // max(len(rank), 1)


def split(country: Country, part_of: NDArray[np.integer]) -> tuple[Part, ...]:
    """Return the parts of a country; `part_of` is (N,): any number for each settlement's part."""
    return tuple(_part(country, np.flatnonzero(part_of == number)) for number in np.unique(part_of))


def access_by_parts(
    country: Country, parts: Sequence[Part], services: Sequence[str], limit_m: float, run: Map = map
) -> dict[str, ServiceAccess]:
    """Return the whole country's access to each service, by slug, computed part by part.

    Who stands how, the ways and their costs are exactly those of `service_access`. Places per person may
    differ in the last digits: the people an offering reaches are added in another order. Nothing depends on
    `run`.

    Parameters
    ----------
    country, parts
        The whole, and what it was split into.
    services
        Slugs. Ways to all of them are held at once: ask for fewer where memory is short.
    limit_m
        The threshold, metres.
    run
        Where the parts are computed. What it is called with can be pickled.

    Raises
    ------
    NotFoundError
        There is no such service.

    """
    offered = {service: of_service(country.supply, service) for service in services}
    rows = [[_rows_in(country, part, service) for service in services] for part in parts]
    first_round = partial(reached_in, services=services, limit_m=limit_m)
    reached: list[list[Reached]] = list(run(first_round, parts))
    totals = [np.zeros(len(offered[service].form)) for service in services]
    for rows_of_part, reached_there in zip(rows, reached, strict=True):
        for total, row, there in zip(totals, rows_of_part, reached_there, strict=True):
            total[row] += there.people
    shares = [[total[row] for total, row in zip(totals, rows_of_part, strict=True)] for rows_of_part in rows]
    second_round = partial(standings_in, services=services)
    standings: list[list[Standing]] = list(run(second_round, parts, reached, shares))
    found = {}
    for number, service in enumerate(services):
        ways = [
            _in_whole(part, there[number].ways, rows_of_part[number])
            for part, there, rows_of_part in zip(parts, reached, rows, strict=True)
        ]
        standing = _together(parts, [there[number] for there in standings])
        inputs = AccessInputs(
            country.layout, country.people, country.scope, offered[service], _joined(parts, ways)
        )
        bands = bands_of(country.layout, country.people, standing)
        found[service] = ServiceAccess(inputs, standing, bands)
    return found


def reached_in(part: Part, services: Sequence[str], limit_m: float) -> list[Reached]:
    """Return, for each service, the ways in a part and the people that each offering reaches there."""
    ground = ground_of(part.country.layout)
    found = []
    for service in services:
        offered = of_service(part.country.supply, service)
        ways = ways_by_distance(ground, offered, limit_m)
        inputs = _inputs(part, offered, ways)
        weights = weights_of(inputs.layout.area, offered, ways)
        found.append(Reached(ways, demand_reached(weights, inputs.demand)))
    return found


def standings_in(
    part: Part, reached: Sequence[Reached], people: Sequence[NDArray[np.float64]], services: Sequence[str]
) -> list[Standing]:
    """Return, for each service, how the settlements of a part stand.

    `people` are (K,) for each service: how many its offerings reach in the whole country.
    """
    return [
        standing_of(_inputs(part, of_service(part.country.supply, service), there.ways), everywhere)
        for service, there, everywhere in zip(services, reached, people, strict=True)
    ]


def _inputs(part: Part, offered: OpenSupply, ways: Ways) -> AccessInputs:
    it = part.country
    return AccessInputs(it.layout, it.people, it.scope, offered, ways)


def _part(country: Country, settlements: NDArray[np.intp]) -> Part:
    layout, people = country.layout, country.people
    is_there = np.zeros(len(layout.areas), np.bool_)
    is_there[layout.area[settlements]] = True
    offerings, supply = _serving(country.supply, is_there)
    own = Country(
        layout=replace(
            layout,
            settlements=(),
            lon=layout.lon[settlements],
            lat=layout.lat[settlements],
            area=layout.area[settlements],
            is_occupied=layout.is_occupied[settlements],
            is_urban=layout.is_urban[settlements],
        ),
        people=replace(
            people, persons=people.persons[settlements], is_counted=people.is_counted[settlements]
        ),
        scope=country.scope,
        supply=supply,
    )
    return Part(own, settlements, offerings)


def _serving(supply: OpenSupply, is_there: NDArray[np.bool_]) -> tuple[NDArray[np.intp], OpenSupply]:
    """Return the offerings that serve any of these areas, and a supply of them and those areas alone.

    Catchments are kept whole or not at all and in their order, so that ways are found just as in the whole.
    """
    serving = supply.reaches @ is_there.astype(np.int32) > 0
    rows = np.flatnonzero(serving[supply.catchment])
    catchments, catchment = np.unique(supply.catchment[rows], return_inverse=True)
    points, point = np.unique(supply.point[rows], return_inverse=True)
    site = supply.site[rows]
    sites = np.unique(site[site != NONE])
    return rows, OpenSupply(
        services=supply.services,
        point_ids=tuple(supply.point_ids[number] for number in points.tolist()),
        service=supply.service[rows],
        point=point.astype(np.int32),
        form=supply.form[rows],
        site=np.where(site == NONE, NONE, np.searchsorted(sites, site)).astype(np.int32),
        site_lon=supply.site_lon[sites],
        site_lat=supply.site_lat[sites],
        home=supply.home[rows],
        catchment=catchment.astype(np.int32),
        reaches=_reaching(supply.reaches[catchments], is_there),
        capacity=supply.capacity[rows],
        is_first=supply.is_first[rows],
    )


def _reaching(reaches: csr_array, is_there: NDArray[np.bool_]) -> csr_array:
    is_kept = is_there[reaches.indices]
    before = np.concatenate(([0], np.cumsum(is_kept)))
    kept = (reaches.data[is_kept], reaches.indices[is_kept], before[reaches.indptr])
    return csr_array(kept, shape=reaches.shape)


def _rows_in(country: Country, part: Part, service: str) -> NDArray[np.intp]:
    """Return which of the whole country's offerings of a service the part's are."""
    number = country.supply.services.index(service)
    everywhere = np.flatnonzero(country.supply.service == number)
    there = part.offerings[part.country.supply.service == number]
    rows: NDArray[np.intp] = np.searchsorted(everywhere, there)
    return rows


def _in_whole(part: Part, ways: Ways, rows: NDArray[np.intp]) -> Ways:
    """Return ways in the numbers of the whole country; those of settlements alone stay the part's."""
    return replace(ways, settlement=part.settlements[ways.settlement], offering=rows[ways.offering])


def _joined(parts: Sequence[Part], ways: Sequence[Ways]) -> Ways:
    return Ways(
        settlement=np.concatenate([it.settlement for it in ways]),
        offering=np.concatenate([it.offering for it in ways]),
        cost=np.concatenate([it.cost for it in ways]),
        nearest=_placed(parts, [it.nearest for it in ways]),
        is_measured=_placed(parts, [it.is_measured for it in ways]),
        limit=ways[0].limit,
    )


def _together(parts: Sequence[Part], standings: Sequence[Standing]) -> Standing:
    return Standing(
        **{
            field.name: _placed(parts, [getattr(it, field.name) for it in standings])
            for field in fields(Standing)
        }
    )


def _placed(parts: Sequence[Part], told: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return what parts tell of their settlements, in the order of the whole country: (N,)."""
    everything = np.concatenate(told)
    placed = np.empty_like(everything)
    placed[np.concatenate([part.settlements for part in parts])] = everything
    return placed
