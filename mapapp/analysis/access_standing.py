"""Who is within reach of a service: each settlement of the country judged once, for any area asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapapp.analysis.access_costs import Ways
from mapapp.analysis.layout import NONE, Layout
from mapapp.analysis.people import People
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.analysis.two_step import demand_reached, places_per_person, weights_of


@dataclass(frozen=True, eq=False)
class AccessInputs:
    """All that the answer about one service is computed from.

    Parameters
    ----------
    layout, people
        The ground, and who is counted on it.
    scope
        (M,) the registry claims to describe the area's oblast.
    offered
        The offerings of the service alone (`access_costs.of_service`).
    ways
        The ways to them, with the threshold.

    """

    layout: Layout
    people: People
    scope: NDArray[np.bool_]
    offered: OpenSupply
    ways: Ways

    @property
    def demand(self) -> NDArray[np.float64]:
        """People of each settlement who may need the service: nobody where occupied or not known."""
        return np.where(self.layout.is_occupied, 0.0, np.nan_to_num(self.people.persons))


@dataclass(frozen=True, eq=False)
class Standing:
    """How each of N settlements stands; exactly one of the first four is true of it.

    Parameters
    ----------
    is_covered, is_uncovered, is_occupied, is_unknown
        (N,) as `domain.accessibility.PeopleWithin` says. Unknown, too, where nobody is known to be within
        reach but one who serves them may be: nobody knows where he is, or where they are.
    is_remote_only
        (N,) covered, online or by phone alone.
    nearest
        (N,) metres or seconds to the nearest that serves it: 0 where somebody comes, infinite where none can
        be told. Occupied settlements are told nothing.
    places
        (N,) places per person (E2SFCA): 0 where uncovered; NaN where nobody within reach tells a capacity,
        and where occupied or unknown.

    """

    is_covered: NDArray[np.bool_]
    is_uncovered: NDArray[np.bool_]
    is_occupied: NDArray[np.bool_]
    is_unknown: NDArray[np.bool_]
    is_remote_only: NDArray[np.bool_]
    nearest: NDArray[np.float64]
    places: NDArray[np.float64]

    @property
    def is_judged(self) -> NDArray[np.bool_]:
        """Tell which settlements count for or against: (N,)."""
        return self.is_covered | self.is_uncovered


def standing_of(inputs: AccessInputs, reached: NDArray[np.float64] | None = None) -> Standing:
    """Return how each settlement stands.

    `reached` is (K,): the people that each offering reaches, weighted, where the settlements are but a part
    of the country; without it they are counted here.
    """
    layout, ways = inputs.layout, inputs.ways
    offered = inputs.offered
    is_at_site = offered.form == Form.AT_SITE
    kinds = (
        is_at_site,
        is_at_site & (offered.site == NONE),
        offered.form == Form.COMES,
        offered.form == Form.REMOTE,
        offered.form == Form.HIDDEN,
    )
    at_site, has_no_place, comes, remote, hidden = (_reached_by(offered, rows)[layout.area] for rows in kinds)
    has_way = np.zeros(len(layout.area), np.bool_)
    has_way[ways.settlement] = True
    in_person = has_way | comes | hidden
    is_free = ~layout.is_occupied
    is_covered = (in_person | remote) & is_free
    may_be_near = has_no_place | (at_site & ~ways.is_measured)
    is_told = inputs.scope[layout.area] & ~may_be_near
    is_uncovered = ~is_covered & is_told & is_free
    weights = weights_of(layout.area, offered, ways)
    if reached is None:
        reached = demand_reached(weights, inputs.demand)
    places = places_per_person(weights, offered.capacity, reached)
    return Standing(
        is_covered=is_covered,
        is_uncovered=is_uncovered,
        is_occupied=layout.is_occupied,
        is_unknown=is_free & ~is_covered & ~is_told,
        is_remote_only=is_covered & ~in_person,
        nearest=np.where(is_free, np.where(comes, 0.0, ways.nearest), np.inf),
        places=np.where(is_covered, places, np.where(is_uncovered, 0.0, np.nan)),
    )


def has_no_distance(inputs: AccessInputs) -> NDArray[np.bool_]:
    """Tell which settlements somebody reaches for whom no distance counts: (N,)."""
    return _reached_by(inputs.offered, inputs.offered.form != Form.AT_SITE)[inputs.layout.area]


def serves_any(offered: OpenSupply, is_asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which offerings serve any of these areas, (M,) of all: (K,)."""
    serving: NDArray[np.bool_] = offered.reaches @ is_asked.astype(np.int32) > 0
    return serving[offered.catchment]


def _reached_by(offered: OpenSupply, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which areas any of these offerings serves: (M,)."""
    catchments = np.unique(offered.catchment[rows])
    reached = np.zeros(offered.reaches.shape[1], np.bool_)
    reached[offered.reaches[catchments].indices] = True
    return reached
