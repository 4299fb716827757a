"""An atlas in memory: the real gazetteer, a handful of providers around Poltava, no store and no outlines."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import pytest
import streamlit as st
from pyproj import Geod
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from mapapp import atlas as shared
from mapapp.analysis.place_search import PlaceSearch
from mapapp.domain.changes import RecordKey
from mapapp.domain.contacts import Phone
from mapapp.domain.coverage import HromadaCoverage, Reach, coverage_state
from mapapp.domain.eligibility import judge
from mapapp.domain.errors import NotFoundError
from mapapp.domain.evidence import SearchRecord, UnmetDemand
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import BoundingBox, LonLat
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.quality import QualityReport
from mapapp.domain.questions import (
    BoundarySet,
    CoverageAnswer,
    CoverageQuery,
    FoundPoint,
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
from mapapp.domain.ranking import ranked_answer
from mapapp.domain.referral import Candidate, Match, ReferralAnswer, ReferralQuestion, Way
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ServicePoint,
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
from mapapp.domain.travel import Route, TravelMode, rough_travel_s
from mapapp.files.gazetteer import read_gazetteer
from mapapp.files.reference_tables import read_services

HERE = Path(__file__).resolve().parent
# pytest imports test files by their path, so the folder itself is on no path.
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from hand_planner import HandPlanner  # noqa: E402
from registry_records import Records, quality_report, summaries_of  # noqa: E402

WGS84 = Geod(ellps="WGS84")
POLTAVSKA = Katottg("UA53000000000028050")
OPISHNIA_HROMADA = Katottg("UA53080350000070563")
POLTAVA_HROMADA = Katottg("UA53080370000025447")
LONG_NAME = "Дуже-довга-назва-без-жодного-пробілу-" * 6
EVIL_NAME = "<img src=x onerror=alert(1)>Турбота & Ко"


@dataclass
class MemoryAtlas:
    """Answers from the service points it was given."""

    gazetteer: Gazetteer
    services: Mapping[str, Service]
    service_points: tuple[ServicePoint, ...]
    scope: frozenset[Katottg]
    records: Records
    searches: list[SearchRecord] = field(default_factory=list)
    demand: tuple[UnmetDemand, ...] = ()
    route_line: tuple[LonLat, ...] = ()

    @cached_property
    def planner(self) -> HandPlanner:
        return HandPlanner(self)

    def health(self) -> Health:
        return Health(
            store="memory",
            hromadas=sum(not hromada.is_special_city for hromada in self.gazetteer.hromadas.values()),
            settlements=len(self.gazetteer.settlements),
            service_points=len(self.service_points),
            boundaries_approximate=True,
            demo_records=any(point.is_demo for point in self.service_points),
        )

    def registry_scope(self) -> frozenset[Katottg]:
        return self.scope

    def nearest(self, query: NearestQuery) -> NearestAnswer:
        found = [
            _found(point, offering, query, serves=self._serves(offering, query.serving, query.day))
            for point in self.service_points
            for offering in point.offerings
            if offering.service == query.service
        ]
        if query.serving is not None:
            found = [answer for answer in found if answer.serves_hromada]
        ranked = sorted(
            (answer for answer in found if answer.distance_m is not None),
            key=lambda answer: (answer.distance_m, answer.point_id),
        )
        return NearestAnswer(
            ranked=tuple(ranked[: query.limit]),
            confidential=tuple(answer for answer in found if answer.distance_m is None),
        )

    def coverage(self, query: CoverageQuery) -> CoverageAnswer:
        found = {}
        for code in self.gazetteer.hromadas:
            if query.area is not None and query.area not in self.gazetteer.parents_of(code):
                continue
            reach = self._reach(code, query)
            occupation = self.gazetteer.occupation.get(code, Occupation.NONE)
            in_scope = self.gazetteer.hromadas[code].oblast in self.scope
            state = coverage_state(reach, occupation, in_scope=in_scope)
            found[code] = HromadaCoverage(code, state, reach, occupation)
        return CoverageAnswer(query.service, query.day, found)

    def points(self, query: PointsQuery) -> Sequence[MapPoint]:
        raise NotImplementedError("the browser asks for points, and these tests have none")

    def find_places(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:
        return self._search.find(text, limit)

    def hromada_at(self, point: LonLat) -> Katottg | None:
        return min(self.gazetteer.hromadas.values(), key=lambda h: _metres(h.centre, point)).katottg

    def bounds_of(self, area: Katottg | None) -> BoundingBox:
        centres = [
            hromada.centre
            for code, hromada in self.gazetteer.hromadas.items()
            if area is None or area in self.gazetteer.parents_of(code)
        ]
        lons, lats = [centre.lon for centre in centres], [centre.lat for centre in centres]
        return BoundingBox(min(lons) - 0.1, min(lats) - 0.1, max(lons) + 0.1, max(lats) + 0.1)

    def boundary_set(self) -> BoundarySet:
        return BoundarySet(
            title="Межі за населеними пунктами",
            is_approximate=True,
            licence="CC BY-IGO",
            attribution="OCHA",
            checksum="0" * 8,
            installed_at=datetime(2026, 1, 2, tzinfo=UTC),
        )

    def layer(self, name: str, tolerance_m: int | None = None) -> GeometryLayer:
        return GeometryLayer(name, tolerance_m or 500, "0" * 8, b"", b"")

    def find_records(self, query: RegistryQuery) -> RegistryPage:
        return self.records.page(query, self.services, self.gazetteer)

    def point_record(self, point_id: str) -> PointRecord:
        found = self.records.record(point_id)
        if found is None:
            raise NotFoundError("There is no service point «{id}» in the registry", id=point_id)
        return found

    def summaries(self, keys: Collection[RecordKey]) -> Mapping[RecordKey, RecordSummary]:
        return summaries_of(self.records.points, keys)

    def quality(self) -> QualityReport:
        return quality_report()

    def export(self, query: RegistryQuery, file_format: ExportFormat) -> ExportedFile:
        listed = self.find_records(replace(query, offset=0, limit=1_000_000)).points
        content = "\n".join(point.id for point in listed).encode()
        return ExportedFile(file_format.file_name(query.today), file_format.media_type, content)

    def refer(self, question: ReferralQuestion) -> ReferralAnswer:
        matches = [
            self._judged(point, ordinal, question)
            for point in self.service_points
            for ordinal, offering in enumerate(point.offerings)
            if offering.service == question.service
        ]
        fitting = [match for match in matches if match.verdict.fits]
        left_out = [match for match in matches if not match.verdict.fits and match.way is not None]
        return ranked_answer(question, fitting, left_out, by_road=bool(self.route_line))

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:  # noqa: ARG002
        return None

    def find_services(self, text: str, limit: int = 8) -> Sequence[ServiceMatch]:
        if text == "нікому доглянути бабусю":
            found = [ServiceMatch(self.services["home-care"], 90.0, text)]
        else:
            found = [
                ServiceMatch(service, 100.0, service.name_uk)
                for service in self.services.values()
                if text.casefold() in service.name_uk.casefold()
            ]
        return found[:limit]

    def where_to_apply(self, hromada: Katottg) -> WhereToApply:
        centre = MapPoint(
            point_id="cnap",
            name="ЦНАП <b>громади</b>",
            kind=PointKind.ADMINISTRATIVE_SERVICE_POINT,
            hromada=hromada,
            position=self.gazetteer.hromadas[hromada].centre,
            services=(),
            phones=("0 800 500 335",),
            address="вул. Прикладна, 2",
            is_demo=True,
        )
        points = (centre,) if hromada == POLTAVA_HROMADA else ()
        return WhereToApply(
            points,
            (
                Hotline("1545", "Урядова гаряча лінія", "national", "24/7"),
                Hotline("116 123", "Запобігання насильству", "national", "", is_verified=False),
            ),
        )

    def outline(self, area: Katottg) -> bytes:
        raise NotFoundError("There is no outline of {code}", code=area)

    def record_search(self, record: SearchRecord) -> None:
        self.searches.append(record)

    def unmet_demand(self, first: date, last: date, service: str | None = None) -> Sequence[UnmetDemand]:
        assert first < last
        return [count for count in self.demand if service in {None, count.service}]

    def _judged(self, point: ServicePoint, ordinal: int, question: ReferralQuestion) -> Match:
        way = None
        distance_m = None if point.point is None else _metres(question.origin, point.point)
        candidate = _candidate(point, ordinal, distance_m)
        verdict = judge(candidate, question, self.gazetteer, refresh_days=180)
        if point.point is not None and distance_m is not None and not candidate.is_remote:
            way = Way(point.point, distance_m, rough_travel_s(distance_m, question.mode))
        return Match(candidate, verdict, way)

    @cached_property
    def _search(self) -> PlaceSearch:
        return PlaceSearch(self.gazetteer)

    def _serves(self, offering: Offering, hromada: Katottg | None, day: date) -> bool | None:
        if hromada is None:
            return None
        parents = {NATION, *self.gazetteer.parents_of(hromada)}
        return any(area.area in parents and area.holds_on(day) for area in offering.catchment)

    def _reach(self, hromada: Katottg, query: CoverageQuery) -> Reach:
        serving = [
            point
            for point in self.service_points
            for offering in point.offerings
            if offering.service == query.service and self._serves(offering, hromada, query.day)
        ]
        here = sum(point.hromada == hromada and not point.is_confidential for point in serving)
        return Reach(from_here=here, from_wider=len(serving) - here)


def _metres(a: LonLat, b: LonLat) -> float:
    return WGS84.inv(a.lon, a.lat, b.lon, b.lat)[2]


def _found(
    point: ServicePoint, offering: Offering, query: NearestQuery, *, serves: bool | None
) -> FoundPoint:
    return FoundPoint(
        point_id=point.id,
        name=point.name,
        organisation_name="Організація",
        kind=point.kind,
        service=offering.service,
        location_policy=point.location_policy,
        oblast=point.oblast,
        hromada=point.hromada,
        position=point.point,
        precision=point.precision,
        address=point.address,
        phones=tuple(phone.written for phone in point.phones),
        hours=point.hours,
        referral_note=point.referral_note,
        target_groups=offering.target_groups,
        places=offering.places,
        payment=offering.payment,
        capacity=offering.capacity,
        relocated_from=point.relocated_from,
        last_verified=point.last_verified,
        is_demo=point.is_demo,
        distance_m=None if point.point is None else _metres(query.origin, point.point),
        serves_hromada=serves,
    )


def _candidate(point: ServicePoint, ordinal: int, distance_m: float | None) -> Candidate:
    """Return an offering of a point as the store tells it: most fields are called the same."""
    held = {
        part.name: getattr(record, part.name)
        for record in (point, point.offerings[ordinal])
        for part in fields(record)
        if part.name in {wanted.name for wanted in fields(Candidate)}
    }
    return Candidate(
        **held,
        point_id=point.id,
        ordinal=ordinal,
        organisation_name="Організація",
        position=point.point,
        distance_m=distance_m,
    )


def _point(name: str, hromada: Katottg, at: LonLat, *offerings: Offering, **more: object) -> ServicePoint:
    return ServicePoint(
        id=more.pop("id"),
        organisation="org",
        kind=more.pop("kind", PointKind.SOCIAL_SERVICES_CENTRE),
        name=name,
        location_policy=LocationPolicy.PUBLIC,
        oblast=POLTAVSKA,
        hromada=hromada,
        settlement=None,
        point=at,
        precision=PointPrecision.BUILDING,
        phones=more.pop("phones", (Phone("1545"), Phone("0 800 500 335"))),
        address=more.pop("address", "вул. Прикладна, 1"),
        offerings=offerings,
        is_demo=True,
        **more,
    )


def _offering(service: str, *areas: str | CatchmentArea, **more: object) -> Offering:
    return Offering(
        service=service,
        catchment=tuple(area if isinstance(area, CatchmentArea) else CatchmentArea(area) for area in areas),
        target_groups=TargetGroup.OLDER_PEOPLE | TargetGroup.ADULTS_WITH_DISABILITIES,
        places=more.pop("places", frozenset({PlaceOfProvision.HOME})),
        payment=Payment.DIFFERENTIATED,
        **more,
    )


def service_points(gazetteer: Gazetteer) -> tuple[ServicePoint, ...]:
    """Home care in Opishnia (own) and Poltava (oblast-wide), day care in Poltava, a hidden shelter."""
    opishnia, poltava = (gazetteer.hromadas[code].centre for code in (OPISHNIA_HROMADA, POLTAVA_HROMADA))
    shelter = ServicePoint(
        id="shelter",
        organisation="org",
        kind=PointKind.SHELTER,
        name="Притулок «Надія»",
        location_policy=LocationPolicy.WITHHELD,
        oblast=POLTAVSKA,
        hromada=None,
        settlement=None,
        point=None,
        precision=None,
        address="",
        phones=(Phone("116 123"),),
        referral_note="За направленням служби у справах дітей",
        offerings=(_offering("shelter-survivors", POLTAVSKA), _offering("counselling", POLTAVSKA)),
        is_demo=True,
    )
    return (
        _point(
            "Центр в Опішні",
            OPISHNIA_HROMADA,
            opishnia,
            _offering("home-care", OPISHNIA_HROMADA, capacity=0),
            id="opishnia",
            hours="Пн–Чт 9:00–18:00",
            last_verified=date(2026, 1, 15),
        ),
        _point(EVIL_NAME, POLTAVA_HROMADA, poltava, _offering("home-care", POLTAVSKA), id="evil"),
        _point("Лише Полтава", POLTAVA_HROMADA, poltava, _offering("day-care", POLTAVA_HROMADA), id="day"),
        shelter,
    )


def referral_points(gazetteer: Gazetteer) -> tuple[ServicePoint, ...]:
    """Palliative care from Poltava: in person by a contract with Opishnia, by phone for the nation."""
    poltava = gazetteer.hromadas[POLTAVA_HROMADA].centre
    return (
        _point(
            LONG_NAME,
            POLTAVA_HROMADA,
            poltava,
            _offering(
                "palliative-care",
                CatchmentArea(OPISHNIA_HROMADA, CatchmentBasis.CONTRACT, end=date(2099, 12, 31)),
                age_from=18,
            ),
            _offering("palliative-care", NATION, places=frozenset({PlaceOfProvision.PHONE})),
            id="long",
        ),
    )


@pytest.fixture(scope="session")
def memory_atlas() -> MemoryAtlas:
    """The providers above, in a registry that describes Poltava oblast fully and no other."""
    gazetteer = read_gazetteer(Path(__file__).resolve().parents[2] / "geodata")
    points = service_points(gazetteer)
    asked = (*points, *referral_points(gazetteer))
    return MemoryAtlas(gazetteer, read_services(), asked, frozenset({POLTAVSKA}), Records(points))


@pytest.fixture
def pages(memory_atlas: MemoryAtlas, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """The real script of the pages over the atlas in memory."""
    monkeypatch.setattr(shared, "_shared", [memory_atlas])
    memory_atlas.searches.clear()
    st.cache_resource.clear()
    yield Pages()
    st.cache_resource.clear()


class Pages:
    """Opens a page by its address, as a browser would."""

    def open(self, page: str = "", /, **parameters: str) -> AppTest:
        script = Path(shared.__file__).with_name("app.py")
        app = AppTest.from_file(str(script), default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app._page_hash = calc_hash(page)
        return app.run()
