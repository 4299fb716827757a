"""Whom catchments serve on a day: areas named, raions, oblasts and the nation, told apart by why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.layout import NONE, Layout
from mapapp.domain.katottg import NATION
from mapapp.domain.referral import Basis
from mapapp.domain.registry import CatchmentArea, CatchmentBasis

ALWAYS_FROM: Final = date.min.toordinal()
ALWAYS_TO: Final = date.max.toordinal()
"""Stand for an open start and end: days are kept as their proleptic Gregorian ordinals."""

TERM = np.dtype(
    [("catchment", np.int32), ("unit", np.int32), ("is_contract", np.bool_)]
    + [(bound, np.int32) for bound in ("first", "last")]
)
"""One area of one catchment, in what period; `unit` numbers what may be served."""

Term = tuple[int, bool, int, int]
"""Unit, by a contract or not, first day, last day."""

_NUMBER_OF = {basis: 1 + place for place, basis in enumerate(Basis)}
NAMED: Final = _NUMBER_OF[Basis.NAMED]
CONTRACT: Final = _NUMBER_OF[Basis.CONTRACT]
"""How `reaches` writes a basis: 1 + its place, so that a narrower one is less and 0 is nobody."""


@dataclass(frozen=True, eq=False)
class Units:
    """Whatever a catchment may name, by code, and which areas that is.

    Unit number u is the areas `area[start[u]:start[u + 1]]`, for the reasons `basis` (numbers).
    """

    number: dict[str, int]
    start: NDArray[np.int64]
    area: NDArray[np.int32]
    basis: NDArray[np.int8]


def units_of(layout: Layout) -> Units:
    """Return the hromadas, raions, oblasts and the nation as catchments name them."""
    within: dict[str, list[tuple[int, Basis]]] = {}
    for index, code in enumerate(layout.areas):
        around: list[tuple[str, Basis]] = [(NATION, Basis.NATION)]
        around.append((layout.oblasts[layout.area_oblast[index]], Basis.OBLAST))
        if layout.area_raion[index] != NONE:
            around.append((layout.raions[layout.area_raion[index]], Basis.RAION))
        if layout.is_hromada[index]:
            around.append((code, Basis.NAMED))
        for unit, basis in around:
            within.setdefault(unit, []).append((index, basis))
    members = list(within.values())
    listed = [member for several in members for member in several]
    return Units(
        number={code: number for number, code in enumerate(within)},
        start=np.cumsum([0, *map(len, members)]),
        area=np.array([area for area, _ in listed], np.int32),
        basis=np.array([_NUMBER_OF[basis] for _, basis in listed], np.int8),
    )


def terms_of(catchment: Iterable[CatchmentArea], units: Units) -> tuple[Term, ...]:
    """Return a catchment's areas, the same for equal catchments however they are written.

    What no unit of the country is called serves nobody.
    """
    terms = {
        (
            units.number[area.area],
            area.basis is CatchmentBasis.CONTRACT,
            ALWAYS_FROM if area.start is None else area.start.toordinal(),
            ALWAYS_TO if area.end is None else area.end.toordinal(),
        )
        for area in catchment
        if area.area in units.number
    }
    return tuple(sorted(terms))


def reaches_on(day: date, terms: NDArray[Any], catchments: int, units: Units, areas: int) -> csr_array:
    """Return which areas each catchment serves on a day, and by which narrowest basis (see `OpenSupply`)."""
    today = day.toordinal()
    holding = terms[(terms["first"] <= today) & (today <= terms["last"])]
    row, member = spread(units.start, holding["unit"])
    basis = units.basis[member].astype(np.int64)
    basis[(basis == NAMED) & holding["is_contract"][row]] = CONTRACT
    cell = holding["catchment"][row].astype(np.int64) * areas + units.area[member]
    cell_and_basis = np.sort(cell * len(_NUMBER_OF) + basis - 1)
    cell = cell_and_basis // len(_NUMBER_OF)
    is_narrowest = np.diff(cell, prepend=-1) > 0
    cell, basis = cell[is_narrowest], cell_and_basis[is_narrowest] % len(_NUMBER_OF) + 1
    start = np.searchsorted(cell, np.arange(catchments + 1) * areas)
    return csr_array((basis.astype(np.int8), cell % areas, start), shape=(catchments, areas))


def renumbered(used: NDArray[np.int32], terms: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Number catchments anew by who uses them first, equal ones alike, and drop those nobody uses."""
    content = terms[["unit", "is_contract", "first", "last"]].astype(_CONTENT).tobytes()
    numbers, first_use, again = np.unique(used, return_index=True, return_inverse=True)
    start = np.searchsorted(terms["catchment"], numbers, "left")
    stop = np.searchsorted(terms["catchment"], numbers, "right")
    known: dict[bytes, int] = {}
    kept: list[int] = []
    number = np.empty(len(numbers), np.int32)
    width = _CONTENT.itemsize
    for old in np.argsort(first_use).tolist():
        said = content[start[old] * width : stop[old] * width]
        if said not in known:
            known[said] = len(kept)
            kept.append(old)
        number[old] = known[said]
    length = (stop - start)[kept]
    of, row = spread(np.append(0, np.cumsum(length)), np.arange(len(kept)))
    row += (start[kept] - np.append(0, np.cumsum(length))[:-1])[of]
    rows = terms[row]
    rows["catchment"] = of
    return number[again], rows


_CONTENT = np.dtype([(name, TERM[name]) for name in ("unit", "is_contract", "first", "last")])


def spread(start: NDArray[np.int64], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return every member of the lists wanted, with the place of its list among them.

    List number n is `start[n]` to `start[n + 1]`.
    """
    length = (start[1:] - start[:-1])[wanted]
    of = np.repeat(np.arange(len(wanted)), length)
    before = np.cumsum(length) - length
    return of, np.arange(len(of)) - before[of] + start[:-1][wanted][of]
