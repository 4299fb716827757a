"""Scenarios: named what-ifs over the registry, the roads, the territory and the people."""

from __future__ import annotations

from dataclasses import dataclass

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.services import checked_slug


@dataclass(frozen=True, slots=True)
class ClosePoint:
    """A service point closes; with `service` it stops giving that alone."""

    point_id: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A new point opens in a settlement; `serves` are codes of hromadas, raions, oblasts, or `NATION`."""

    name: str
    settlement: Katottg
    services: tuple[str, ...]
    serves: tuple[str, ...]
    capacity: int | None = None
    places: frozenset[PlaceOfProvision] = frozenset({PlaceOfProvision.DAY})

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a new point needs a name")
        if not (self.services and self.serves and self.places):
            raise ValueError("a new point gives at least one service, somewhere, to at least one area")
        if self.capacity is not None and self.capacity < 0:
            raise ValueError(f"capacity cannot be negative: {self.capacity}")


@dataclass(frozen=True, slots=True)
class SignContract:
    """A point begins to serve one more hromada by contract; with `service` with that alone."""

    point_id: str
    hromada: Katottg
    service: str | None = None


@dataclass(frozen=True, slots=True)
class LoseRoads:
    """Every road that passes within so many metres of a place is lost: a bridge, a crossroads, a front."""

    around: LonLat
    radius_m: float

    def __post_init__(self) -> None:
        if not 0 < self.radius_m <= 100_000:  # noqa: PLR2004 - 100 km
            raise ValueError(f"a radius is above 0 and at most 100 km, not {self.radius_m} m")


@dataclass(frozen=True, slots=True)
class Occupy:
    """A hromada becomes temporarily occupied: nothing is known of its people and providers."""

    hromada: Katottg


@dataclass(frozen=True, slots=True)
class Displace:
    """So many people leave a hromada for another one."""

    origin: Katottg
    destination: Katottg
    persons: int

    def __post_init__(self) -> None:
        if self.persons < 1 or self.origin == self.destination:
            raise ValueError("at least one person moves, to another hromada")


ScenarioChange = ClosePoint | OpenPoint | SignContract | LoseRoads | Occupy | Displace


@dataclass(frozen=True, slots=True)
class Scenario:
    """What would be changed, under a name; `id` is a slug."""

    id: str
    name: str
    changes: tuple[ScenarioChange, ...]
    note: str = ""

    def __post_init__(self) -> None:
        checked_slug(self.id)
        if not self.name.strip():
            raise ValueError("a scenario needs a name")
        if not self.changes:
            raise ValueError(f"the scenario «{self.name}» changes nothing")
