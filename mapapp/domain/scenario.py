"""Scenarios: named what-ifs over the registry, the roads, the territory and the people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.services import checked_slug

LONGEST_ID = 40
"""A new point's id is made of the scenario's, and ids of records end at 63 characters."""
MOST_CHANGES = 200
"""More is another registry and no what-if."""
LEAST_RADIUS_M = 1.0
MOST_RADIUS_M = 100_000.0

_Change = TypeVar("_Change", bound="ScenarioChange")


@dataclass(frozen=True, slots=True)
class ClosePoint:
    """A service point closes; with `service` it stops giving that alone."""

    point_id: str
    service: str | None = None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A new point opens in a settlement; `serves` are codes of hromadas, raions, oblasts, or `NATION`.

    `capacity` is how many persons each of its services takes at once, None where nobody has said.
    """

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
        # Kept as folded: areas are compared with codes, and a look-alike letter would match none.
        areas = tuple(area if area == NATION else Katottg(area) for area in self.serves)
        object.__setattr__(self, "serves", areas)


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
        if not LEAST_RADIUS_M <= self.radius_m <= MOST_RADIUS_M:
            raise ValueError(f"a radius is at least 1 m and at most 100 km, not {self.radius_m} m")


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
    """What would be changed, under a name; `id` is a slug of at most `LONGEST_ID` characters."""

    id: str
    name: str
    changes: tuple[ScenarioChange, ...]
    note: str = ""

    def __post_init__(self) -> None:
        checked_slug(self.id)
        if len(self.id) > LONGEST_ID:
            raise ValueError(f"the id of a scenario has at most {LONGEST_ID} characters, not {len(self.id)}")
        if not self.name.strip():
            raise ValueError("a scenario needs a name")
        if not self.changes:
            raise ValueError(f"the scenario «{self.name}» changes nothing")
        if len(self.changes) > MOST_CHANGES:
            raise ValueError(f"a scenario makes at most {MOST_CHANGES} changes, not {len(self.changes)}")

    def changes_of(self, kind: type[_Change]) -> tuple[_Change, ...]:
        """Return its changes of one kind, in their order."""
        return tuple(change for change in self.changes if isinstance(change, kind))


@dataclass(frozen=True, slots=True)
class SavedScenario:
    """A scenario as everybody may read it; who saved it and why is empty for those who may not know."""

    scenario: Scenario
    saved_at: datetime
    who: str = ""
    why: str = ""
