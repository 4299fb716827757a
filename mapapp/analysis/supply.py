"""Who offers what to whom, from where, as arrays: the registry as coverage sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


class Form(IntEnum):
    """How an offering reaches the client."""

    AT_SITE = 0
    """Where the provider receives people: distance matters."""
    COMES = 1
    """At home or in the street: as near to everybody it serves."""
    REMOTE = 2
    """Online or by phone alone."""
    HIDDEN = 3
    """At a confidential point: serves whom it serves, and no distance is told or used."""


@dataclass(frozen=True, eq=False)
class OpenSupply:
    """The K offerings that are open on a day, by point id, ordinal and site.

    An offering of a team with stops stands once at its point and once at each stop, sharing its capacity
    equally; what counts offerings counts `is_first` alone.

    Parameters
    ----------
    services
        The S slugs, in the classifier's order.
    point_ids
        The P service points, sorted.
    service, point, form
        (K,) int: index in `services`, in `point_ids`, a `Form`.
    site
        (K,) int32: index in `site_lon` and `site_lat`, `NONE` for a form other than `AT_SITE`.
    site_lon, site_lat
        (Q,) WGS 84 degrees of the distinct places.
    home
        (K,) int32: the area the point is located in, `NONE` for a confidential point.
    catchment
        (K,) int32: a row of `reaches`.
    reaches
        (C, M) int8, sparse: which areas a catchment serves that day; the value is 1 + the place in `Basis`
        of the narrowest reason why: `NAMED`, `CONTRACT`, `RAION`, `OBLAST` or `NATION`.
    capacity
        (K,) float64: persons (places, families) it takes at once, NaN where it does not tell.
    is_first
        (K,) bool: the row of the offering itself, not of a further stop.

    """

    services: tuple[str, ...]
    point_ids: tuple[str, ...]
    service: NDArray[np.int16]
    point: NDArray[np.int32]
    form: NDArray[np.int8]
    site: NDArray[np.int32]
    site_lon: NDArray[np.float64]
    site_lat: NDArray[np.float64]
    home: NDArray[np.int32]
    catchment: NDArray[np.int32]
    reaches: csr_array
    capacity: NDArray[np.float64]
    is_first: NDArray[np.bool_]
