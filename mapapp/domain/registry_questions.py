"""What people ask of the registry itself: which providers there are and everything known about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mapapp.domain.changes import ChangeKind, FieldDifference
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import Organisation, PointKind, Sector, ServicePoint


class Freshness(StrEnum):
    """Whether a record was verified within the refresh interval of its services."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER_VERIFIED = "never_verified"


@dataclass(frozen=True, slots=True)
class RegistryQuery:
    """Which service points to list; a filter that is None (or empty) lets all pass.

    `text` is looked for in names of points and organisations, EDRPOU, ids, addresses and phones, folded so
    that apostrophes and case do not matter; every word must be found. `area` is an oblast, raion or hromada.
    `open_on` keeps the points valid that day.
    """

    text: str = ""
    area: Katottg | None = None
    service: str | None = None
    kind: PointKind | None = None
    sector: Sector | None = None
    freshness: Freshness | None = None
    open_on: date | None = None
    today: date = date.min
    """The day freshness is judged on."""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """One line of the list, as the public may know it."""

    id: str
    name: str
    organisation_name: str
    kind: PointKind
    sector: Sector
    oblast: Katottg
    hromada: Katottg | None
    services: tuple[str, ...]
    last_verified: date | None
    freshness: Freshness
    valid_to: date | None
    is_confidential: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class RegistryPage:
    """A page of the list, by name and id, and how many there are in all."""

    total: int
    points: tuple[ListedPoint, ...]


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """What one change did to what the public may know of a record, without who and why."""

    number: int
    at: datetime
    kind: ChangeKind
    differences: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class PointRecord:
    """Everything the public may know about one service point; newest version first."""

    point: ServicePoint
    organisation: Organisation
    predecessors: tuple[Organisation, ...]
    version: int
    history: tuple[PublicVersion, ...]
