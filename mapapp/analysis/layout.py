"""Settlements and the areas they lie in, as arrays in a fixed order: the ground coverage is computed on."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Occupation, SettlementKind, TerritoryStatus
from mapapp.domain.katottg import Katottg

NONE = -1
"""Stands in an index array where there is nothing."""


@dataclass(frozen=True, eq=False)
class Layout:
    """N settlements in code order, in M drawn areas in code order.

    A drawn area is a hromada, a special city, or what stands in for hromadas in Crimea and the exclusion zone
    (`Settlement.area`).

    Parameters
    ----------
    settlements, areas
        Their codes.
    lon, lat
        (N,) WGS 84 degrees, NaN where the settlement has no point.
    area
        (N,) which area each lies in.
    is_occupied
        (N,) temporarily occupied at the edition of the status list.
    is_urban
        (N,) a city or selyshche, by its kind; the law of 2023 ended urban-type settlements, so a selyshche
        counts as the State Statistics Service still counts it.
    area_oblast, area_raion
        (M,) index in `oblasts` and `raions`; `NONE` for an area without a raion.
    is_hromada
        (M,) a hromada or special city: the others are told nothing of.

    """

    settlements: tuple[Katottg, ...]
    areas: tuple[Katottg, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    area: NDArray[np.int32]
    is_occupied: NDArray[np.bool_]
    is_urban: NDArray[np.bool_]
    oblasts: tuple[Katottg, ...]
    raions: tuple[Katottg, ...]
    area_oblast: NDArray[np.int32]
    area_raion: NDArray[np.int32]
    is_hromada: NDArray[np.bool_]

    @cached_property
    def index_of_area(self) -> Mapping[Katottg, int]:
        """The number of each area."""
        return MappingProxyType({code: index for index, code in enumerate(self.areas)})

    @cached_property
    def index_of_settlement(self) -> Mapping[Katottg, int]:
        """The number of each settlement."""
        return MappingProxyType({code: index for index, code in enumerate(self.settlements)})

    @cached_property
    def occupation(self) -> tuple[Occupation, ...]:
        """How much of each area is temporarily occupied."""
        settlements = np.bincount(self.area, minlength=len(self.areas))
        occupied = np.bincount(self.area[self.is_occupied], minlength=len(self.areas))
        levels = (Occupation.NONE, Occupation.PARTLY, Occupation.FULLY)
        level = (occupied > 0).astype(int) + ((occupied > 0) & (occupied == settlements))
        return tuple(levels[found] for found in level.tolist())

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of everything the layout says."""
        sha256 = hashlib.sha256()
        for value in self._said:
            sha256.update(value.tobytes() if isinstance(value, np.ndarray) else " ".join(value).encode())
            sha256.update(b"\n")
        return sha256.hexdigest()

    def oblast_of(self, area: int) -> Katottg:
        """Return the oblast of an area."""
        return self.oblasts[int(self.area_oblast[area])]

    def raion_of(self, area: int) -> Katottg | None:
        """Return the raion of an area, None where it has none."""
        raion = int(self.area_raion[area])
        return None if raion == NONE else self.raions[raion]

    def hromadas_in(self, area: Katottg | None) -> NDArray[np.intp]:
        """Return the numbers of the hromadas and special cities in an area, in code order; None asks for all.

        Raises
        ------
        NotFoundError
            There is no such oblast, raion or hromada, or it has no hromadas.

        """
        if area is not None and area not in {*self.oblasts, *self.raions, *self.areas}:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=area)
        prefix = "" if area is None else area.shared_prefix
        inside = np.fromiter((code.startswith(prefix) for code in self.areas), bool, len(self.areas))
        found = np.flatnonzero(inside & self.is_hromada)
        if area is not None and not found.size:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=area)
        return found

    def with_occupied(self, hromadas: Collection[Katottg]) -> Layout:
        """Return the layout in which these hromadas are wholly occupied too."""
        numbers = [self.index_of_area[code] for code in hromadas]
        return replace(self, is_occupied=self.is_occupied | np.isin(self.area, numbers))

    @property
    def _said(self) -> tuple[tuple[str, ...] | NDArray[Any], ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


def layout_of(gazetteer: Gazetteer) -> Layout:
    """Return the settlements and areas of the gazetteer."""
    settlements = [gazetteer.settlements[code] for code in sorted(gazetteer.settlements)]
    areas = tuple(sorted({*gazetteer.hromadas, *(it.area for it in settlements)}))
    number = {code: index for index, code in enumerate(areas)}
    oblasts, raions = tuple(sorted(gazetteer.oblasts)), tuple(sorted(gazetteer.raions))
    oblast_of = {it.area: it.oblast for it in settlements}
    raion_of = {it.area: it.raion for it in settlements}
    for code, hromada in gazetteer.hromadas.items():
        oblast_of[code], raion_of[code] = hromada.oblast, hromada.raion
    occupied = TerritoryStatus.TEMPORARILY_OCCUPIED
    return Layout(
        settlements=tuple(it.katottg for it in settlements),
        areas=areas,
        lon=np.array([np.nan if it.point is None else it.point.lon for it in settlements]),
        lat=np.array([np.nan if it.point is None else it.point.lat for it in settlements]),
        area=np.array([number[it.area] for it in settlements], np.int32),
        is_occupied=np.array([occupied in gazetteer.open_status.get(it.katottg, ()) for it in settlements]),
        is_urban=np.array([it.kind is not SettlementKind.VILLAGE for it in settlements]),
        oblasts=oblasts,
        raions=raions,
        area_oblast=np.array([oblasts.index(oblast_of[code]) for code in areas], np.int32),
        area_raion=_numbers({code: index for index, code in enumerate(raions)}, areas, raion_of),
        is_hromada=np.array([code in gazetteer.hromadas for code in areas]),
    )


def _numbers(
    number: Mapping[Katottg, int], areas: Collection[Katottg], parent_of: Mapping[Katottg, Katottg | None]
) -> NDArray[np.int32]:
    parents = (parent_of[code] for code in areas)
    return np.array([NONE if parent is None else number[parent] for parent in parents], np.int32)
