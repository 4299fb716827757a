"""Where a new point may open, and whom it may then serve."""

from __future__ import annotations

import numpy as np

from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.placement_problem import Flags, Ints
from mapapp.analysis.twin_places import centre_settlement
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.placement import CandidatePlaces, PlacementQuery, Serving


def candidates_of(query: PlacementQuery, layout: Layout, gazetteer: Gazetteer) -> Ints:
    """Return the settlements (J,) a point may open in, in code order.

    In the area asked for, not on occupied territory, with coordinates. Settlements named in the query
    (`only_in`) are taken whatever their size.

    Raises
    ------
    NotFoundError
        There is no such area, or no settlement with a code named.
    UsageError
        A settlement named is not in the area, occupied, or has no coordinates.

    """
    is_open = _may_be_opened_in(query, layout)
    if query.only_in:
        return _named(query.only_in, layout, is_open)
    if query.candidates is CandidatePlaces.HROMADA_CENTRES:
        numbers = layout.hromadas_in(query.access.area).tolist()
        centres = [centre_settlement(gazetteer, gazetteer.hromadas[layout.areas[it]]) for it in numbers]
        numbers = sorted(layout.index_of_settlement[centre.katottg] for centre in centres)
    else:
        least = query.fewest_people
        numbers = [it for it, code in enumerate(layout.settlements) if _residents(gazetteer, code) >= least]
    places = np.array(numbers, np.int64)
    return places[is_open[places]]


def may_serve(serving: Serving, layout: Layout, places: Ints, settlements: Ints) -> Flags:
    """Tell of each pair whether a point in the first place may serve the second settlement."""
    from_area, to_area = layout.area[places], layout.area[settlements]
    flags: Flags
    match serving:
        case Serving.OWN_HROMADA:
            flags = from_area == to_area
        case Serving.OWN_RAION:
            raion = layout.area_raion[from_area]
            # Special cities have no raion: there it is the city.
            flags = (from_area == to_area) | ((raion != NONE) & (raion == layout.area_raion[to_area]))
        case Serving.OWN_OBLAST:
            flags = layout.area_oblast[from_area] == layout.area_oblast[to_area]
        case Serving.ANYONE:
            flags = np.ones(len(places), np.bool_)
    return flags


def _may_be_opened_in(query: PlacementQuery, layout: Layout) -> Flags:
    is_asked = np.isin(layout.area, layout.hromadas_in(query.access.area))
    flags: Flags = is_asked & ~layout.is_occupied & np.isfinite(layout.lon)
    return flags


def _named(codes: tuple[Katottg, ...], layout: Layout, is_open: Flags) -> Ints:
    unknown = [code for code in codes if code not in layout.index_of_settlement]
    if unknown:
        raise NotFoundError("There is no settlement with the code {codes}", codes=", ".join(unknown))
    places = np.array(sorted({layout.index_of_settlement[code] for code in codes}), np.int64)
    closed = [layout.settlements[place] for place in places[~is_open[places]]]
    if closed:
        raise UsageError(
            "No point can open in {codes}: occupied, outside the area asked for, or without coordinates",
            codes=", ".join(closed),
        )
    return places


def _residents(gazetteer: Gazetteer, settlement: Katottg) -> int:
    population = gazetteer.settlements[settlement].population
    return 0 if population is None else population.persons
