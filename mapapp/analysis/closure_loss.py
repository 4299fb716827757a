"""Which single closure hurts most: what each point's closing alone would take from people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.access_costs import areas_served
from mapapp.analysis.access_people import known_sums, sums
from mapapp.analysis.access_standing import AccessInputs, serves_any
from mapapp.analysis.layout import NONE
from mapapp.analysis.supply import Form
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.placement import ClosureLoss


def closure_losses(
    inputs: AccessInputs, area: Katottg | None = None, limit: int = 20
) -> tuple[ClosureLoss, ...]:
    """Return the points whose closing alone would hurt most, not named yet, the worst first; ties by id.

    People are lost who have this one point within reach and no other; hromadas are left without whom no other
    point serves, near or far. Both are told of the area asked; of a confidential point the whole country's
    loss is told and no hromada, wherever it serves, so that nothing tells where it is.

    Parameters
    ----------
    inputs
        What access to the service is computed from.
    area
        Oblast, raion or hromada, None for the country.
    limit
        How many points at most.

    Raises
    ------
    NotFoundError
        There is no such area.

    """
    layout, offered = inputs.layout, inputs.offered
    asked = layout.hromadas_in(area)
    points, point = np.unique(offered.point, return_inverse=True)
    is_asked = np.zeros(len(layout.areas), np.bool_)
    is_asked[asked] = True
    home = np.full(len(points), NONE)
    home[point] = offered.home
    is_secret = home == NONE
    sole = _sole_points(inputs, point)
    lost_there, lost_anywhere = (
        _summed(inputs.demand, sole, is_told[layout.area], len(points))
        for is_told in (is_asked, layout.is_hromada)
    )
    people = np.where(is_secret, lost_anywhere, lost_there)
    capacity = known_sums(offered.capacity, point, len(points))
    is_there = np.zeros(len(points), np.bool_)
    is_there[point[serves_any(offered, is_asked)]] = True
    sole_of = _sole_points_of_areas(inputs, point)[asked]
    worst = np.lexsort((points, -np.nan_to_num(capacity), -people))
    return tuple(
        ClosureLoss(
            point_id=offered.point_ids[points[it]],
            hromada=None if is_secret[it] else layout.areas[home[it]],
            people_lost=float(people[it]),
            capacity_lost=None if np.isnan(capacity[it]) else round(capacity[it]),
            hromadas_left_without=()
            if is_secret[it]
            else tuple(layout.areas[number] for number in asked[sole_of == it].tolist()),
        )
        for it in worst[(is_there | is_secret)[worst]][:limit].tolist()
    )


def _sole_points(inputs: AccessInputs, point: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the one point within reach of each settlement, `NONE` where not exactly one is: (N,).

    `point` is (K,): the number of each offering's point.
    """
    rows = np.flatnonzero(inputs.offered.form != Form.AT_SITE)
    least, most = _extremes(inputs, rows, point)
    least, most = least[inputs.layout.area], most[inputs.layout.area]
    np.minimum.at(least, inputs.ways.settlement, point[inputs.ways.offering])
    np.maximum.at(most, inputs.ways.settlement, point[inputs.ways.offering])
    return np.where(least == most, least, NONE)


def _sole_points_of_areas(inputs: AccessInputs, point: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the one point that serves each area, near or far, `NONE` where not exactly one does: (M,)."""
    least, most = _extremes(inputs, np.arange(len(point)), point)
    is_judged = np.array([it is not Occupation.FULLY for it in inputs.layout.occupation])
    return np.where((least == most) & is_judged, least, NONE)


def _extremes(
    inputs: AccessInputs, rows: NDArray[np.intp], point: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the least and the greatest number of a point of these offerings that serves each area: (M,)."""
    area, of = areas_served(inputs.offered, rows)
    size = len(inputs.layout.areas)
    least, most = np.full(size, len(point)), np.full(size, NONE)
    np.minimum.at(least, area, point[rows[of]])
    np.maximum.at(most, area, point[rows[of]])
    return least, most


def _summed(
    demand: NDArray[np.float64], sole: NDArray[np.intp], is_told: NDArray[np.bool_], number: int
) -> NDArray[np.float64]:
    counts = is_told & (sole != NONE)
    return sums(demand[counts], sole[counts], number)
