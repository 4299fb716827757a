"""Presence: which services reach which hromada, from where, and how raions and oblasts fare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.catchments import CONTRACT
from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.domain.coverage import (
    AreaPresence,
    PresenceColumn,
    PresenceMatrix,
    PresenceQuery,
    PresenceRow,
    Reach,
    count_states,
    coverage_state,
)
from mapapp.domain.errors import NotFoundError
from mapapp.domain.katottg import Katottg, KatottgLevel
from mapapp.domain.services import Service


def reach_of(layout: Layout, open_supply: OpenSupply, service: str) -> Mapping[Katottg, Reach]:
    """Return how many open offerings of a service reach each hromada and special city, by code.

    Raises
    ------
    NotFoundError
        There is no such service.

    """
    (counted,) = _counted(layout, open_supply, [PresenceColumn((service,))])
    hromadas = np.flatnonzero(layout.is_hromada)
    found = map(Reach, *counted[:, hromadas].tolist())
    return MappingProxyType(
        {layout.areas[area]: reach for area, reach in zip(hromadas.tolist(), found, strict=True)}
    )


def presence_matrix(
    query: PresenceQuery,
    layout: Layout,
    open_supply: OpenSupply,
    services: Mapping[str, Service],
    scope: frozenset[Katottg],
) -> PresenceMatrix:
    """Return the matrix of an area, with roll-ups of the raions and oblasts that lie wholly in it.

    Raises
    ------
    NotFoundError
        A service or the area is not known.

    """
    columns = columns_of(query, services)
    hromadas = layout.hromadas_in(query.area)
    reached = _counted(layout, open_supply, columns)[:, :, hromadas].transpose(2, 0, 1).tolist()
    rows = []
    for area, cells in zip(hromadas.tolist(), reached, strict=True):
        in_scope = layout.oblast_of(area) in scope
        occupation = layout.occupation[area]
        states = (coverage_state(Reach(*cell), occupation, in_scope=in_scope) for cell in cells)
        rows.append(PresenceRow(layout.areas[area], occupation, tuple(states)))
    asks_for_raions = query.area is None or query.area.level in {KatottgLevel.OBLAST, KatottgLevel.RAION}
    asks_for_oblasts = query.area is None or query.area.level is KatottgLevel.OBLAST
    raions = map(layout.raion_of, hromadas.tolist() if asks_for_raions else ())
    oblasts = map(layout.oblast_of, hromadas.tolist() if asks_for_oblasts else ())
    return PresenceMatrix(
        query=query,
        columns=columns,
        rows=tuple(rows),
        raions=_rolled_up(raions, rows, len(columns)),
        oblasts=_rolled_up(oblasts, rows, len(columns)),
        whole=count_states(None, rows, len(columns)),
    )


def columns_of(query: PresenceQuery, services: Mapping[str, Service]) -> tuple[PresenceColumn, ...]:
    """Return what is asked: the services named, or the basic ones in the order of the law.

    Raises
    ------
    NotFoundError
        A service is not in the classifier.

    """
    for slug in query.services:
        if slug not in services:
            raise NotFoundError("There is no service «{service}» in the classifier", service=slug)
    if query.services:
        return tuple(PresenceColumn((slug,)) for slug in query.services)
    basic = [(service.basic_point, slug) for slug, service in services.items() if service.basic_point]
    by_point = groupby(sorted(basic, key=lambda listed: listed[0]), key=lambda listed: listed[0])
    return tuple(PresenceColumn(tuple(slug for _, slug in listed), point) for point, listed in by_point)


def _counted(layout: Layout, supply: OpenSupply, columns: Sequence[PresenceColumn]) -> NDArray[np.int64]:
    """Return how many offerings reach each area, (columns, 4, areas) in the order of `Reach`."""
    is_in_column = _is_in_column(supply.services, columns)
    is_remote = supply.form == Form.REMOTE
    in_person = _by_catchment(supply, is_in_column, supply.is_first & ~is_remote)
    remote = _by_catchment(supply, is_in_column, supply.is_first & is_remote)
    named = _kept(supply.reaches, supply.reaches.data <= CONTRACT)
    wider = _kept(supply.reaches, supply.reaches.data > CONTRACT)
    from_named, from_wider = (in_person @ named).toarray(), (in_person @ wider).toarray()
    # Who sits in a hromada and serves it was counted above by the reason why.
    local = np.flatnonzero(supply.is_first & ~is_remote & (supply.home != NONE))
    basis = supply.basis_of(local, supply.home[local])
    shape = (len(columns), len(layout.areas))
    named_here = _at_home(supply, local[(basis > 0) & (basis <= CONTRACT)], is_in_column, shape)
    wider_here = _at_home(supply, local[basis > CONTRACT], is_in_column, shape)
    from_remote = (remote @ _kept(supply.reaches, supply.reaches.data > 0)).toarray()
    return np.stack(
        [named_here + wider_here, from_named - named_here, from_wider - wider_here, from_remote], axis=1
    )


def _is_in_column(services: tuple[str, ...], columns: Sequence[PresenceColumn]) -> csr_array:
    """Return which services (S) each column asks for, (columns, S)."""
    number = {slug: index for index, slug in enumerate(services)}
    asked = [(row, slug) for row, column in enumerate(columns) for slug in column.services]
    for _, slug in asked:
        if slug not in number:
            raise NotFoundError("There is no service «{service}» in the classifier", service=slug)
    cells = [row for row, _ in asked], [number[slug] for _, slug in asked]
    return csr_array((np.ones(len(asked), np.int64), cells), shape=(len(columns), len(services)))


def _by_catchment(supply: OpenSupply, is_in_column: csr_array, counted: NDArray[np.bool_]) -> csr_array:
    """Return how many of the offerings counted each column has in each catchment."""
    cells = supply.service[counted], supply.catchment[counted]
    shape = (len(supply.services), supply.reaches.shape[0])
    return is_in_column @ csr_array((np.ones(len(cells[0]), np.int64), cells), shape=shape)


def _at_home(
    supply: OpenSupply, rows: NDArray[np.intp], is_in_column: csr_array, shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Return how many of these offerings each column has in each area they sit in."""
    cells = supply.service[rows], supply.home[rows]
    counted = csr_array((np.ones(len(rows), np.int64), cells), shape=(len(supply.services), shape[1]))
    found: NDArray[np.int64] = (is_in_column @ counted).toarray()
    return found


def _kept(reaches: csr_array, kept: NDArray[np.bool_]) -> csr_array:
    """Return a one wherever a catchment reaches an area by what is kept; shares no array with `reaches`."""
    row = np.repeat(np.arange(reaches.shape[0]), np.diff(reaches.indptr))[kept]
    ones = np.ones(len(row), np.int64)
    return csr_array((ones, (row, reaches.indices[kept])), shape=reaches.shape)


def _rolled_up(
    areas: Iterable[Katottg | None], rows: Iterable[PresenceRow], columns: int
) -> tuple[AreaPresence, ...]:
    """Return the roll-up of the rows of each area; `areas` says which one each row is in."""
    members: dict[Katottg, list[PresenceRow]] = {}
    for area, row in zip(areas, rows, strict=False):
        if area is not None:
            members.setdefault(area, []).append(row)
    return tuple(count_states(area, members[area], columns) for area in sorted(members))
