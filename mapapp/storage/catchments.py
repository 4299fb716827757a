"""Catchments as values: which there are, and by what each is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import sha256

from mapapp.domain.katottg import NATION, Katottg, KatottgLevel
from mapapp.domain.registry import CatchmentArea, ServicePoint
from mapapp.storage.schema import ALWAYS_FROM, ALWAYS_TO

Areas = frozenset[CatchmentArea]
AreaValues = tuple[str, str, date, date]
"""Code, basis, first and last day."""


def catchments_of(points: Iterable[ServicePoint]) -> dict[str, Areas]:
    """Return each different set of areas served, by its fingerprint."""
    different = dict.fromkeys(frozenset(offering.catchment) for it in points for offering in it.offerings)
    return {fingerprint(map(area_values, areas)): areas for areas in different}


def area_values(served: CatchmentArea) -> AreaValues:
    """Return what the database keeps of an area served."""
    return str(served.area), served.basis.value, served.start or ALWAYS_FROM, served.end or ALWAYS_TO


@lru_cache(maxsize=1 << 12)
def is_wide(area: str) -> bool:
    """Tell whether an area served is more than a hromada: a raion, an oblast, Kyiv or the nation."""
    return area == NATION or Katottg(area).level is not KatottgLevel.HROMADA


def fingerprint(areas: Iterable[AreaValues]) -> str:
    """Return the SHA-256 of the areas, whatever their order."""
    lines = sorted(
        f"{area} {basis} {first.isoformat()} {last.isoformat()}" for area, basis, first, last in areas
    )
    return sha256("\n".join(lines).encode()).hexdigest()
