"""What people ask of the atlas and what they get back: plain values, no database, no widgets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mapapp.domain.changes import RecordKey
from mapapp.domain.coverage import CoverageState, HromadaCoverage
from mapapp.domain.evidence import SearchRecord, UnmetDemand
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import BoundingBox, LonLat, Offset
from mapapp.domain.geography import Hromada, Settlement
from mapapp.domain.katottg import Katottg
from mapapp.domain.planner import Planner
from mapapp.domain.quality import QualityReport
from mapapp.domain.referral import ReferralAnswer, ReferralQuestion
from mapapp.domain.registry import (
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    TargetGroup,
)
from mapapp.domain.registry_questions import (
    ExportedFile,
    ExportFormat,
    PointRecord,
    RecordSummary,
    RegistryPage,
    RegistryQuery,
)
from mapapp.domain.services import Hotline, Service
from mapapp.domain.travel import Route, TravelMode


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """Which providers of a service are nearest to a point.

    `serving` keeps only offerings whose catchment includes that hromada on the day; `radius_m` None is no
    limit. Confidential points are never ranked by distance: they come apart, unordered by place.
    """

    service: str
    origin: LonLat
    day: date
    serving: Katottg | None = None
    radius_m: float | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ValueError(f"limit must be at least 1, not {self.limit}")
        if self.radius_m is not None and not self.radius_m > 0:
            raise ValueError(f"radius must be a positive number of metres, not {self.radius_m}")


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """One offering found, with its point as the public may know it.

    `distance_m` is geodesic (WGS 84), None for a confidential point. `serves_hromada` is None when no hromada
    was asked about.
    """

    point_id: str
    name: str
    organisation_name: str
    kind: PointKind
    service: str
    location_policy: LocationPolicy
    oblast: Katottg
    hromada: Katottg | None
    position: LonLat | None
    precision: PointPrecision | None
    address: str
    phones: tuple[str, ...]
    hours: str
    referral_note: str
    target_groups: TargetGroup
    places: frozenset[PlaceOfProvision]
    payment: Payment
    capacity: int | None
    relocated_from: Katottg | None
    last_verified: date | None
    is_demo: bool
    distance_m: float | None = None
    serves_hromada: bool | None = None


@dataclass(frozen=True, slots=True)
class NearestAnswer:
    """Ranked points (distance, then id) and, apart, the confidential ones that serve the place."""

    ranked: tuple[FoundPoint, ...]
    confidential: tuple[FoundPoint, ...]


@dataclass(frozen=True, slots=True)
class CoverageQuery:
    """Whether a service reaches each hromada on a day; `area` narrows the answer to an oblast or raion."""

    service: str
    day: date
    area: Katottg | None = None


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """One state per hromada (special cities included), in code order."""

    service: str
    day: date
    hromadas: Mapping[Katottg, HromadaCoverage]

    def count(self, state: CoverageState) -> int:
        """Return how many hromadas are in the state."""
        return sum(found.state is state for found in self.hromadas.values())


@dataclass(frozen=True, slots=True)
class PointsQuery:
    """Which public service points to draw: with a service or any, in an area or everywhere, on a day."""

    day: date
    service: str | None = None
    area: Katottg | None = None


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A public service point as the map draws it."""

    point_id: str
    name: str
    kind: PointKind
    hromada: Katottg
    position: LonLat
    services: tuple[str, ...]
    phones: tuple[str, ...]
    address: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A settlement that may be the one typed; `score` is 0 to 100, `by_former_name` says which name hit.

    `known_as` is that former name. `hromada` is set where the hromada itself was named: then the settlement
    is its centre, which stands for it. `from_centre` is where the settlement lies from its hromada's centre,
    told of settlements that share their name with another one of the same hromada.
    """

    settlement: Settlement
    score: float
    by_former_name: bool
    known_as: str = ""
    hromada: Hromada | None = None
    from_centre: Offset | None = None


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """A service that may be the one meant; `by` is the name, synonym, code or life situation that hit."""

    service: Service
    score: float
    by: str


@dataclass(frozen=True, slots=True)
class WhereToApply:
    """Where people of a hromada apply: its points of administrative services, and hotlines.

    `points` stand in the hromada, by id; `hotlines` are national ones and those of its oblast.
    """

    points: tuple[MapPoint, ...]
    hotlines: tuple[Hotline, ...]


@dataclass(frozen=True, slots=True)
class BoundarySet:
    """Which boundaries are drawn: ours, reconstructed and approximate, or imported real ones."""

    title: str
    is_approximate: bool
    licence: str
    attribution: str
    checksum: str
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class GeometryLayer:
    """One ready-made file of outlines for the browser.

    `name` is `hromadas`, `raions` or `oblasts`; `tolerance_m` is the simplification; `content_hash` names the
    immutable URL; the bytes are GeoJSON, precompressed, its features in code order with the property `code`.
    """

    name: str
    tolerance_m: int
    content_hash: str
    gzip_bytes: bytes
    brotli_bytes: bytes


@dataclass(frozen=True, slots=True)
class Health:
    """What `/healthz` says."""

    store: str
    hromadas: int
    settlements: int
    service_points: int
    boundaries_approximate: bool
    demo_records: bool


class Atlas(Protocol):
    """Everything the pages and the public side may ask; made once, safe to share between threads."""

    @property
    def gazetteer(self) -> Gazetteer:
        """All units of the country."""
        ...

    @property
    def services(self) -> Mapping[str, Service]:
        """The services by slug, in the classifier's order."""
        ...

    @property
    def planner(self) -> Planner:
        """What is asked of coverage beyond one service's states."""
        ...

    def health(self) -> Health:
        """Return counts and flags, read from the store now."""
        ...

    def registry_scope(self) -> frozenset[Katottg]:
        """Return the oblasts the registry claims to describe fully."""
        ...

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        """Return the nearest providers of a service; raise NotFoundError for an unknown service."""
        ...

    def coverage(self, query: CoverageQuery) -> CoverageAnswer:
        """Return where the service reaches; raise NotFoundError for an unknown service or area."""
        ...

    def points(self, query: PointsQuery) -> Sequence[MapPoint]:
        """Return the public service points to draw, by id."""
        ...

    def find_places(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:
        """Return settlements whose present or former name is like the text, best first."""
        ...

    def hromada_at(self, point: LonLat) -> Katottg | None:
        """Return the hromada (or special city) drawn around the point, None outside all of them."""
        ...

    def bounds_of(self, area: Katottg | None) -> BoundingBox:
        """Return the box around a hromada, raion or oblast, or around the country."""
        ...

    def boundary_set(self) -> BoundarySet:
        """Return which boundaries are drawn."""
        ...

    def layer(self, name: str, tolerance_m: int | None = None) -> GeometryLayer:
        """Return a layer of outlines: the named simplification, or the coarsest."""
        ...

    def find_records(self, query: RegistryQuery) -> RegistryPage:
        """Return a page of the registry's service points; raise NotFoundError for an unknown service."""
        ...

    def point_record(self, point_id: str) -> PointRecord:
        """Return all the public may know of a service point; raise NotFoundError for an unknown id."""
        ...

    def summaries(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, RecordSummary]:
        """Return what tells the records apart; those no longer in the registry are left out."""
        ...

    def quality(self) -> QualityReport:
        """Return what may be wrong with the registry today, computed over what the public may know."""
        ...

    def export(self, query: RegistryQuery, file_format: ExportFormat) -> ExportedFile:
        """Return everything the query lists, past its limit, as a file with what the public may know."""
        ...

    def refer(self, question: ReferralQuestion) -> ReferralAnswer:
        """Return who will take the client and why the others do not; NotFoundError for an unknown service."""
        ...

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:
        """Return the way by road; None without roads or where none leads."""
        ...

    def find_services(self, text: str, limit: int = 8) -> Sequence[ServiceMatch]:
        """Return services whose name, synonym, code or life situation is like the text, best first."""
        ...

    def where_to_apply(self, hromada: Katottg) -> WhereToApply:
        """Return where people of the hromada apply."""
        ...

    def outline(self, area: Katottg) -> bytes:
        """Return the polygon drawn for a hromada, special city or other drawn area, as WKB in WGS 84."""
        ...

    def record_search(self, record: SearchRecord) -> None:
        """Keep the anonymous record of a search; a store that cannot keep it now is no reason to fail."""
        ...

    def unmet_demand(self, first: date, last: date, service: str | None = None) -> Sequence[UnmetDemand]:
        """Return counts of searches by hromada and service in the days, small ones left out, by code."""
        ...
