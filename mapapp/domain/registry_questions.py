"""What people ask of the registry itself: which providers there are and everything known about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mapapp.domain.changes import ChangeKind, FieldDifference, RecordKey
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import Organisation, PointKind, Sector, ServicePoint


class Freshness(StrEnum):
    """Whether a record was verified within the refresh interval of its services."""

    FRESH = "fresh"
    STALE = "stale"
    NEVER_VERIFIED = "never_verified"


def freshness_on(day: date, last_verified: date | None, refresh_days: int) -> Freshness:
    """Return how fresh a record is on a day: until `refresh_days` after it was verified, and not after.

    `refresh_days` is the shortest among the services of the point.
    """
    if last_verified is None:
        return Freshness.NEVER_VERIFIED
    return Freshness.STALE if day - last_verified > timedelta(days=refresh_days) else Freshness.FRESH


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


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What tells one record from another at a glance, as the public may know it.

    Of an organisation `organisation_name` is empty; of a confidential point so is `address`.
    """

    key: RecordKey
    name: str
    organisation_name: str
    edrpou: str
    address: str
    phones: tuple[str, ...]
    is_confidential: bool


class ExportFormat(StrEnum):
    """As what a list of the registry can be taken away."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"
    GEOPARQUET = "parquet"
    YAML = "yaml"
    HSDS = "hsds"

    @property
    def media_type(self) -> str:
        """What a browser is told the file is."""
        return _MEDIA_TYPES[self]

    def file_name(self, day: date) -> str:
        """Return the name of a file made on a day."""
        suffix = "hsds.json" if self is ExportFormat.HSDS else self.value
        return f"registry-{day.isoformat()}.{suffix}"


_MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GEOPACKAGE: "application/geopackage+sqlite3",
    ExportFormat.GEOPARQUET: "application/vnd.apache.parquet",
    ExportFormat.YAML: "application/yaml",
    ExportFormat.HSDS: "application/json",
}


class ExportedFile(NamedTuple):
    """A file to take away; confidential places are in none of them."""

    name: str
    media_type: str
    content: bytes
