"""The atlas: every question the pages and the public side may ask, answered from the store."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from threading import Lock

from mapapp.analysis.drawn_areas import DrawnAreas
from mapapp.analysis.place_search import PlaceSearch
from mapapp.analysis.quality import check_quality
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.service_search import ServiceSearch
from mapapp.coverage_inputs import RoadGraphOn
from mapapp.domain.changes import RecordKey
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import HromadaCoverage, Reach, coverage_state
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.evidence import SearchRecord, UnmetDemand
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.quality import QualityReport
from mapapp.domain.questions import (
    BoundarySet,
    CoverageAnswer,
    CoverageQuery,
    GeometryLayer,
    Health,
    MapPoint,
    NearestAnswer,
    NearestQuery,
    PlaceMatch,
    PointsQuery,
    ServiceMatch,
    WhereToApply,
)
from mapapp.domain.referral import ReferralAnswer, ReferralQuestion
from mapapp.domain.registry import PointKind
from mapapp.domain.registry_questions import (
    ExportedFile,
    ExportFormat,
    PointRecord,
    RecordSummary,
    RegistryPage,
    RegistryQuery,
)
from mapapp.domain.services import Hotline, Service, hotlines_for
from mapapp.domain.travel import Route, TravelMode
from mapapp.files.reference_tables import read_former_names, read_hotlines, read_service_words
from mapapp.planner import StorePlanner
from mapapp.referral import Referral, no_roads
from mapapp.registry_export import exported, registry_part
from mapapp.storage.store import Store

_LOG = logging.getLogger(__name__)


class StoreAtlas:
    """An `Atlas` (see `domain.questions`) over a store; made once per process, shared between threads.

    The gazetteer, services and outlines change only when an administrator replaces them, so they are read
    once; everything about providers is read from the store each time. `roads` returns those open on a day.
    """

    def __init__(self, store: Store, roads: RoadGraphOn = no_roads) -> None:
        self._store = store
        self._load_roads = roads
        self._gazetteer = store.gazetteer()
        self._services = store.services()
        self._quality: tuple[tuple[date, int | None], QualityReport] | None = None
        self._quality_lock = Lock()

    @property
    def gazetteer(self) -> Gazetteer:
        """All units of the country."""
        return self._gazetteer

    @property
    def services(self) -> Mapping[str, Service]:
        """The services by slug, in the classifier's order."""
        return self._services

    def health(self) -> Health:
        """Return counts and flags, read from the store now."""
        counts = self._store.counts()
        return Health(
            store=self._store.kind,
            hromadas=counts.hromadas,
            settlements=counts.settlements,
            service_points=counts.service_points,
            boundaries_approximate=self.boundary_set().is_approximate,
            demo_records=counts.demo_records > 0,
        )

    def registry_scope(self) -> frozenset[Katottg]:
        """Return the oblasts the registry claims to describe fully."""
        return self._store.registry_scope()

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        """Return the nearest providers of a service; raise NotFoundError for an unknown service."""
        self._check_service(query.service)
        return self._store.nearest(query)

    def refer(self, question: ReferralQuestion) -> ReferralAnswer:
        """Return who will take the client and why the others do not; NotFoundError for an unknown service."""
        return self._referral.refer(question)

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:
        """Return the way by road; None without roads or where none leads."""
        roads = self._roads(today_in_kyiv())
        return None if roads is None else roads.route(origin, to, mode)

    def where_to_apply(self, hromada: Katottg) -> WhereToApply:
        """Return where people of the hromada apply; raise NotFoundError for an unknown one."""
        points = self._store.points(PointsQuery(today_in_kyiv(), area=hromada))
        return WhereToApply(
            points=tuple(it for it in points if it.kind is PointKind.ADMINISTRATIVE_SERVICE_POINT),
            hotlines=tuple(hotlines_for(self._hotlines, self._gazetteer.hromadas[hromada].oblast)),
        )

    def coverage(self, query: CoverageQuery) -> CoverageAnswer:
        """Return where the service reaches; raise NotFoundError for an unknown service or area."""
        self._check_service(query.service)
        reach = self.planner.reach(query.service, query.day)
        scope = self.planner.scope_on(query.day)
        nothing = Reach()
        found = {}
        for code in self._hromadas_in(query.area):
            reached = reach.get(code, nothing)
            occupation = self._gazetteer.occupation.get(code, Occupation.NONE)
            in_scope = self._gazetteer.hromadas[code].oblast in scope
            state = coverage_state(reached, occupation, in_scope=in_scope)
            found[code] = HromadaCoverage(code, state, reached, occupation)
        return CoverageAnswer(query.service, query.day, found)

    def points(self, query: PointsQuery) -> Sequence[MapPoint]:
        """Return the public service points to draw, by id."""
        if query.service is not None:
            self._check_service(query.service)
        return self._store.points(query)

    def find_records(self, query: RegistryQuery) -> RegistryPage:
        """Return a page of the registry's service points; raise NotFoundError for an unknown service."""
        return self._store.find_records(query)

    def point_record(self, point_id: str) -> PointRecord:
        """Return all the public may know of a service point; raise NotFoundError for an unknown id."""
        return self._store.point_record(point_id)

    def summaries(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, RecordSummary]:
        """Return what tells the records apart; those no longer in the registry are left out."""
        return self._store.summaries(keys)

    def quality(self) -> QualityReport:
        """Return what may be wrong with the registry today, computed over what the public may know.

        Kept until the registry or the day changes: at 20,000 points it takes seconds.
        """
        latest = next(iter(self._store.registry.changes(limit=1)), None)
        asked = (today_in_kyiv(), None if latest is None else latest.number)
        with self._quality_lock:
            if self._quality is None or self._quality[0] != asked:
                locate = None if self.boundary_set().is_approximate else self.hromada_at
                registry = self._store.registry.registry().disclosed()
                self._quality = (
                    asked,
                    check_quality(registry, self._gazetteer, self._services, asked[0], locate),
                )
            return self._quality[1]

    def export(self, query: RegistryQuery, file_format: ExportFormat) -> ExportedFile:
        """Return everything the query lists, past its limit, as a file with what the public may know."""
        registry = registry_part(self._store, self._store.listed_ids(query)).disclosed()
        content = exported(registry, self._gazetteer, self._services, file_format)
        return ExportedFile(file_format.file_name(today_in_kyiv()), file_format.media_type, content)

    def find_places(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:
        """Return settlements whose present or former name is like the text, best first."""
        return self._place_search.find(text, limit)

    def find_services(self, text: str, limit: int = 8) -> Sequence[ServiceMatch]:
        """Return services whose name, synonym, code or life situation is like the text, best first."""
        return self._service_search.find(text, limit)

    def hromada_at(self, point: LonLat) -> Katottg | None:
        """Return the hromada (or special city) drawn around the point, None outside all of them."""
        area = self._drawn.at(point)
        return area if area in self._gazetteer.hromadas else None

    def bounds_of(self, area: Katottg | None) -> BoundingBox:
        """Return the box around a hromada, raion or oblast, or around the country."""
        box = self._drawn.bounds("" if area is None else area.shared_prefix)
        if box is None:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=area)
        return box

    def outline(self, area: Katottg) -> bytes:
        """Return the polygon drawn for a hromada, special city or other drawn area, as WKB in WGS 84."""
        shape = self._shapes.get(area)
        if shape is None:
            raise NotFoundError("There is no outline of {code}", code=area)
        return shape

    def record_search(self, record: SearchRecord) -> None:
        """Keep the anonymous record of a search; a store that cannot keep it now is no reason to fail."""
        try:
            self._store.evidence.record(record)
        except UsageError as error:
            # The reason and no more: a log must not tell what anyone looked for.
            _LOG.warning("a search was not counted: %s", error)

    def unmet_demand(self, first: date, last: date, service: str | None = None) -> Sequence[UnmetDemand]:
        """Return counts of searches by hromada and service in the days, small ones left out, by code."""
        return self._store.evidence.published_demand(first, last, service)

    def boundary_set(self) -> BoundarySet:
        """Return which boundaries are drawn."""
        return self._store.boundary_set()

    def layer(self, name: str, tolerance_m: int | None = None) -> GeometryLayer:
        """Return a layer of outlines: the named simplification, or the coarsest."""
        return self._store.layer(name, tolerance_m)

    def _check_service(self, slug: str) -> None:
        if slug not in self._services:
            raise NotFoundError("There is no service «{service}» in the classifier", service=slug)

    def _hromadas_in(self, area: Katottg | None) -> list[Katottg]:
        if area is None:
            return list(self._gazetteer.hromadas)
        prefix = area.shared_prefix
        inside = [code for code in self._gazetteer.hromadas if code.startswith(prefix)]
        if not inside:
            raise NotFoundError("There is no oblast, raion or hromada with the code {code}", code=area)
        return inside

    @cached_property
    def planner(self) -> StorePlanner:
        """What is asked of coverage."""
        return StorePlanner(self._store, self._gazetteer, self._services, self._roads)

    @cached_property
    def _place_search(self) -> PlaceSearch:
        return PlaceSearch(self._gazetteer, read_former_names())

    @cached_property
    def _service_search(self) -> ServiceSearch:
        return ServiceSearch(self._services, read_service_words())

    @cached_property
    def _hotlines(self) -> Sequence[Hotline]:
        return read_hotlines()

    def _roads(self, day: date) -> RoadGraph | None:
        """Return the roads open on a day; damaged ones are as good as none, and the log says so."""
        try:
            return self._load_roads(day)
        except UsageError as error:
            _LOG.warning("distances are in a straight line: %s", error)
            return None

    @cached_property
    def _referral(self) -> Referral:
        return Referral(self._store, self._gazetteer, self._services, self._roads)

    @cached_property
    def _shapes(self) -> Mapping[Katottg, bytes]:
        return self._store.shapes()

    @cached_property
    def _drawn(self) -> DrawnAreas:
        return DrawnAreas(self._shapes)


_shared: list[StoreAtlas] = []


def share_atlas(atlas: StoreAtlas) -> None:
    """Make the atlas the one that pages of this process use."""
    _shared[:] = [atlas]


def shared_atlas() -> StoreAtlas:
    """Return the process's atlas; raise RuntimeError before `share_atlas`."""
    if not _shared:
        raise RuntimeError("no atlas is shared yet: start the application with `mapapp serve`")
    return _shared[0]
