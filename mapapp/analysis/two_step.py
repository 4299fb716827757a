"""How many places a person has within reach when all who can come compete for them (E2SFCA).

Two steps (Luo, Qi 2009, Health & Place 15: 1100-1107): each offering shares its capacity among the people it
reaches, weighted by zone; each settlement then sums the shares of what reaches it. Eligibility is inside
the weights: an offering reaches nobody whom it does not serve. The first step is a sum over settlements, so
it may be taken part by part and added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import Ways, areas_served
from mapapp.analysis.supply import Form, OpenSupply
from mapapp.domain.accessibility import ZONE_WEIGHTS


@dataclass(frozen=True, eq=False)
class Weights:
    """How strongly each of K offerings of a service reaches each of N settlements.

    Parameters
    ----------
    at_site
        (N, K), sparse: the weight of the zone, for offerings given at a site.
    elsewhere
        (M, K), sparse: 1 in every area served, for offerings that come, work from afar or have no distance
        to tell.
    area
        (N,) which of M areas each settlement lies in.

    """

    at_site: csr_array
    elsewhere: csr_array
    area: NDArray[np.int32]


def zone_weights(cost: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    """Return the weight of each cost; zones are equal parts of the limit, a border is of the nearer one."""
    borders = [limit * zone / len(ZONE_WEIGHTS) for zone in range(1, len(ZONE_WEIGHTS))]
    zone = np.searchsorted(borders, cost, side="left")
    return np.where(cost <= limit, np.array(ZONE_WEIGHTS)[zone], 0.0)


def weights_of(area: NDArray[np.int32], offered: OpenSupply, ways: Ways) -> Weights:
    """Return the weights of the offerings of a service."""
    number = len(offered.form)
    coords = (ways.settlement, ways.offering)
    at_site = csr_array((zone_weights(ways.cost, ways.limit), coords), shape=(len(area), number))
    return Weights(at_site, elsewhere(offered), area)


def elsewhere(offered: OpenSupply) -> csr_array:
    """Return which areas offerings serve that are not given at a site: (M, K), sparse, ones."""
    rows = np.flatnonzero(offered.form != Form.AT_SITE)
    area, of = areas_served(offered, rows)
    shape = (offered.reaches.shape[1], len(offered.form))
    return csr_array((np.ones(len(area)), (area, rows[of])), shape=shape)


def demand_reached(weights: Weights, demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many people each offering reaches, weighted: (K,), from people of each settlement: (N,)."""
    by_area = np.bincount(weights.area, demand, minlength=weights.elsewhere.shape[0])
    reached: NDArray[np.float64] = weights.at_site.T @ demand + weights.elsewhere.T @ by_area
    return reached


def places_per_person(
    weights: Weights, capacity: NDArray[np.float64], reached: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return places within reach per person of each settlement: (N,).

    Offerings that do not tell their capacity, or reach nobody, are left out; NaN where no other is within
    reach: that is unknown, not zero.
    """
    is_told = np.isfinite(capacity) & (reached > 0)
    share = np.divide(capacity, reached, out=np.zeros(len(capacity)), where=is_told)
    told = is_told.astype(np.float64)
    places = weights.at_site @ share + (weights.elsewhere @ share)[weights.area]
    is_reached = weights.at_site @ told + (weights.elsewhere @ told)[weights.area] > 0
    return np.where(is_reached, places, np.nan)
