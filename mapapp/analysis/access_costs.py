"""What it takes people to get where a service is given: metres, or seconds by road, to who serves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.road_network import ranges
from mapapp.analysis.supply import OpenSupply
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import TravelMode

_CURVATURE_M: Final = 6_380_000.0
"""Between the radii of curvature of WGS 84 in Ukraine; it bends straight lines through the Earth back."""
_FEW_PLACES: Final = 8
"""To so many places each distance is computed; more are worth a tree."""

_WIDER: Final = (2.0, 4.0)
"""So many times the limit is looked by road before the whole network is searched."""
_MANY_TOGETHER: Final = 300
"""One search of the whole network is cheaper than one around each of so many settlements."""

_Told: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Pairs: settlement, site or offering, cost."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The settlements of a layout as places in space, made once for all services.

    Whatever a scenario changes, occupied hromadas too, the ground stays.

    Parameters
    ----------
    places
        (N, 3) metres from the Earth's centre (EPSG:4978), NaN where the settlement has no point.
    area
        (N,) which of M areas each lies in.
    located
        (L,) the settlements that have a point, by area.
    first
        (M + 1,) where each area's settlements begin in `located`.
    tree
        The places of `located`.

    """

    places: NDArray[np.float64]
    area: NDArray[np.int32]
    located: NDArray[np.int64]
    first: NDArray[np.int64]
    tree: cKDTree

    @property
    def has_point(self) -> NDArray[np.bool_]:
        """Tell which settlements have a point: (N,)."""
        return np.isfinite(self.places[:, 0])


def ground_of(layout: Layout) -> Ground:
    """Return the ground of a layout."""
    places = _in_space(layout.lon, layout.lat)
    by_area = np.argsort(layout.area, kind="stable")
    located = by_area[np.isfinite(places[by_area, 0])]
    first = np.searchsorted(layout.area[located], np.arange(len(layout.areas) + 1))
    return Ground(places, layout.area, located, first, cKDTree(places[located].reshape(-1, 3)))


def site_costs(
    ground: Ground, lon: NDArray[np.float64], lat: NDArray[np.float64], limit_m: float
) -> csr_array:
    """Return geodesic metres from N settlements to Q sites that are at most `limit_m` away.

    (N, Q), sparse: what is not stored is farther; a stored zero is a settlement at the very site. Within
    100 km the error is under 1 m.
    """
    settlement, site, metres = _pairs_within(ground, _in_space(lon, lat), limit_m)
    shape = (len(ground.places), len(lon))
    return coo_array((metres, (settlement, site)), shape=shape).tocsr()


def road_costs(
    layout: Layout, sites: Sequence[LonLat], graph: RoadGraph, mode: TravelMode, limit_s: float
) -> csr_array:
    """Return seconds by road from N settlements to Q sites that are at most `limit_s` away.

    (N, Q), sparse: what is not stored is farther, or no road leads. No stored time is zero.
    """
    located = np.flatnonzero(np.isfinite(layout.lon))
    settlement, site, seconds = _road_pairs(_points(layout, located), sites, graph, mode, limit_s)
    shape = (len(layout.settlements), len(sites))
    return coo_array((seconds, (located[settlement], site)), shape=shape).tocsr()


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways that clients of a service may go: from settlements to offerings at a site that serve them.

    Parameters
    ----------
    settlement, offering, cost
        (W,) ways of at most `limit`: settlement, row of the service's supply, metres or seconds.
    nearest
        (N,) the cost of the cheapest way, however long; infinite where there is none.
    is_measured
        (N,) ways can be told at all: the settlement has a point (and a road near it).
    limit
        The threshold, metres or seconds.

    """

    settlement: NDArray[np.int64]
    offering: NDArray[np.int64]
    cost: NDArray[np.float64]
    nearest: NDArray[np.float64]
    is_measured: NDArray[np.bool_]
    limit: float


def of_service(supply: OpenSupply, service: str) -> OpenSupply:
    """Return the offerings of one service, over the same points, sites and catchments.

    Raises
    ------
    NotFoundError
        There is no such service.

    """
    if service not in supply.services:
        raise NotFoundError("There is no service «{service}» in the classifier", service=service)
    is_of = supply.service == supply.services.index(service)
    rows = {
        it.name: getattr(supply, it.name)[is_of]
        for it in fields(supply)
        if it.name in {"service", "point", "form", "site", "home", "catchment", "capacity", "is_first"}
    }
    return replace(supply, **rows)


def serves(offered: OpenSupply, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which areas these offerings serve: (rows, M)."""
    catchments, which = np.unique(offered.catchment[rows], return_inverse=True)
    reaching: NDArray[np.bool_] = offered.reaches[catchments].toarray() != 0
    return reaching[which]


def areas_served(
    offered: OpenSupply, rows: NDArray[np.integer]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return each pair of an area and an offering, by its place in `rows`, that serves it."""
    begin = offered.reaches.indptr[offered.catchment[rows]]
    end = offered.reaches.indptr[offered.catchment[rows] + 1]
    area: NDArray[np.int32] = offered.reaches.indices[ranges(begin, end)]
    return area, np.repeat(np.arange(len(rows)), end - begin)


def ways_by_distance(ground: Ground, offered: OpenSupply, limit_m: float) -> Ways:
    """Return the ways in geodesic metres to the offerings of a service."""
    rows = np.flatnonzero(offered.site != NONE)
    site = offered.site[rows]
    place = _in_space(offered.site_lon[site], offered.site_lat[site])
    _, which, number = np.unique(offered.catchment[rows], return_inverse=True, return_counts=True)
    is_few = number[which] <= _FEW_PLACES
    nearest = np.full(len(ground.places), np.inf)
    told = []
    if is_few.any():
        settlement, of = _eligible(ground, offered, rows[is_few])
        metres = _bent(np.sqrt(((ground.places[settlement] - place[is_few][of]) ** 2).sum(axis=1)))
        np.minimum.at(nearest, settlement, metres)
        is_near = metres <= limit_m
        told.append((settlement[is_near], rows[is_few][of[is_near]], metres[is_near]))
    if not is_few.all():
        for catchment in np.unique(which[~is_few]):
            some = np.flatnonzero(which == catchment)
            served, _ = _eligible(ground, offered, rows[some[:1]])
            away = np.asarray(cKDTree(place[some]).query(ground.places[served])[0])
            nearest[served] = np.minimum(nearest[served], _bent(away))
        settlement, of, metres = _pairs_within(ground, place[~is_few], limit_m)
        many = rows[~is_few]
        is_served = serves(offered, many)[of, ground.area[settlement]]
        told.append((settlement[is_served], many[of[is_served]], metres[is_served]))
    return _ways(told, nearest, ground.has_point, limit_m)


def ways_by_road(
    layout: Layout, offered: OpenSupply, graph: RoadGraph, mode: TravelMode, limit_s: float
) -> Ways:
    """Return the ways in seconds by road to the offerings of a service.

    Settlements with nothing within the limit are searched to any distance: many that the same offerings serve
    by one search of the whole network, the others some way around first.
    """
    rows = np.flatnonzero(offered.site != NONE)
    site = offered.site[rows]
    sites = _lon_lat(offered.site_lon[site], offered.site_lat[site])
    serving = serves(offered, rows)
    is_measured = np.isfinite(layout.lon)
    # A closed road leads nowhere, and that is known: whoever lives by it is cut off.
    open_roads = graph.with_closed(())
    is_measured[is_measured] = open_roads.covers_each(_points(layout, np.flatnonzero(is_measured)), mode)
    nearest = np.full(len(layout.settlements), np.inf)

    def ways_of(some: NDArray[np.int64], reach_s: float) -> _Told:
        """Return the ways of these settlements, and note the cheapest."""
        settlement, of, seconds = _road_pairs(_points(layout, some), sites, graph, mode, reach_s)
        is_served = serving[of, layout.area[some[settlement]]]
        told = some[settlement[is_served]], rows[of[is_served]], seconds[is_served]
        np.minimum.at(nearest, told[0], told[2])
        return told

    is_served_at_all: NDArray[np.bool_] = np.asarray(serving.any(axis=0))
    is_asked = is_measured & is_served_at_all[layout.area]
    told = ways_of(np.flatnonzero(is_asked), limit_s)
    for times in _WIDER:
        alike = _alike(layout, serving, is_asked & np.isinf(nearest))
        some = [settlements for settlements, _ in alike if len(settlements) < _MANY_TOGETHER]
        if some:
            ways_of(np.sort(np.concatenate(some)), limit_s * times)
    for settlements, targets in _alike(layout, serving, is_asked & np.isinf(nearest)):
        to = [sites[target] for target in targets.tolist()]
        nearest[settlements] = 60 * graph.nearest_minutes(_points(layout, settlements), to, mode)
    return _ways([told], nearest, is_measured, limit_s)


def _road_pairs(
    origins: Sequence[LonLat], sites: Sequence[LonLat], graph: RoadGraph, mode: TravelMode, limit_s: float
) -> _Told:
    """Return origin, site and seconds of all pairs at most `limit_s` apart."""
    found = graph.travel_minutes(origins, sites, mode, limit_s / 60).tocoo()
    origin, site = (it.astype(np.int64) for it in found.coords)
    return origin, site, found.data * 60


def _alike(
    layout: Layout, serving: NDArray[np.bool_], is_left: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the settlements left that the same offerings serve, and those offerings."""
    areas = np.unique(layout.area[is_left])
    alike: dict[bytes, list[int]] = {}
    for area in areas.tolist():
        alike.setdefault(np.packbits(serving[:, area]).tobytes(), []).append(area)
    for members in alike.values():
        some = np.flatnonzero(is_left & np.isin(layout.area, members))
        yield some, np.flatnonzero(serving[:, members[0]])


def _ways(
    told: Sequence[_Told],
    nearest: NDArray[np.float64],
    is_measured: NDArray[np.bool_],
    limit: float,
) -> Ways:
    if not told:
        nothing = np.zeros(0, np.int64)
        return Ways(nothing, nothing, np.zeros(0), nearest, is_measured, limit)
    settlement, offering, cost = (np.concatenate(it) for it in zip(*told, strict=True))
    return Ways(settlement, offering, cost, nearest, is_measured, limit)


def _eligible(
    ground: Ground, offered: OpenSupply, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of a located settlement and an offering, by its place in `rows`, that serves it."""
    area, of = areas_served(offered, rows)
    first, last = ground.first[area], ground.first[area + 1]
    return ground.located[ranges(first, last)], np.repeat(of, last - first)


def _pairs_within(ground: Ground, places: NDArray[np.float64], limit_m: float) -> _Told:
    """Return settlement, place and metres of all pairs at most `limit_m` apart."""
    straight_m = 2 * _CURVATURE_M * np.sin(limit_m / (2 * _CURVATURE_M)) + 1e-6
    found = ground.tree.sparse_distance_matrix(cKDTree(places), straight_m, output_type="ndarray")
    metres = _bent(found["v"])
    is_near = metres <= limit_m
    return ground.located[found["i"][is_near]], found["j"][is_near].astype(np.int64), metres[is_near]


def _in_space(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres from the Earth's centre, (n, 3), NaN for a place without coordinates."""
    to_space = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    places = np.full((len(lon), 3), np.nan)
    is_known = np.isfinite(lon) & np.isfinite(lat)
    on_ground = np.zeros(int(is_known.sum()))
    places[is_known] = np.stack(to_space.transform(lon[is_known], lat[is_known], on_ground), axis=1)
    return places


def _bent(straight_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return metres along the Earth's surface of straight lines through it."""
    bent_m: NDArray[np.float64] = 2 * _CURVATURE_M * np.arcsin(straight_m / (2 * _CURVATURE_M))
    return bent_m


def _points(layout: Layout, settlements: NDArray[np.int64]) -> list[LonLat]:
    return _lon_lat(layout.lon[settlements], layout.lat[settlements])


def _lon_lat(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[LonLat]:
    return [LonLat(*place) for place in zip(lon.tolist(), lat.tolist(), strict=True)]
