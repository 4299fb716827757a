"""A small country with providers a slip may lead to: a centre, a hidden shelter, a hotline, a mobile team."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from xml.etree import ElementTree as ET

import shapely

from mapapp.domain.clock import KYIV
from mapapp.domain.contacts import Phone
from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Raion,
    Settlement,
    SettlementKind,
)
from mapapp.domain.hours import Closure, HoursException, OpeningHours, OpenSpan
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import BoundarySet
from mapapp.domain.registry import (
    Accessibility,
    CatchmentArea,
    LocationPolicy,
    MobileStop,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Sector,
    ServicePoint,
    TargetGroup,
    WartimeState,
)
from mapapp.domain.registry_questions import PointRecord
from mapapp.domain.services import Service
from mapapp.domain.slip import Slip
from mapapp.domain.travel import Route, TravelMode, Trip
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import translator
from mapapp.presentation.slip_making import make_slip

DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 12, tzinfo=KYIV)
CODE = "7K4-M9T-2E7"
OBLAST, RAION = Katottg("UA53000000000028050"), Katottg("UA53060000000099999")
HROMADA = Katottg("UA53060250000032741")
VILLAGE, TOWN = Katottg("UA53060250010046738"), Katottg("UA53060250020046738")
VILLAGE_POINT, TOWN_POINT = LonLat(lon=34.60, lat=49.90), LonLat(lon=34.70, lat=49.95)

EVIL = """<script>alert(1)</script> #panic() *a* $x$ @ref \\ [z] `q` "&' {{7*7}} <img src=x onerror=y>"""
"""Markup of HTML, of typst and of templates at once."""

SERVICES = MappingProxyType(
    {
        service.slug: service
        for service in (
            Service("home-care", "Догляд вдома", "Home care", "015.1", 1, is_confidential=False),
            Service("shelter", "Надання притулку", "Shelter", None, 4, is_confidential=True),
        )
    }
)


def _gazetteer() -> Gazetteer:
    places = {
        code: Settlement(code, kind, name, name_en, "", HROMADA, RAION, OBLAST, HROMADA, point, None)
        for code, kind, name, name_en, point in (
            (VILLAGE, SettlementKind.VILLAGE, "Ґалаґани", "Galagany", VILLAGE_POINT),
            (TOWN, SettlementKind.CITY, "Їжаківськ", "Yizhakivsk", TOWN_POINT),
        )
    }
    hromada = Hromada(
        HROMADA, HromadaKind.RURAL, "Їжаківська", "Yizhakivska", RAION, OBLAST, TOWN_POINT, None, None
    )
    return Gazetteer(
        {OBLAST: Oblast(OBLAST, OblastKind.OBLAST, "Полтавська", "Poltavska")},
        {RAION: Raion(RAION, "Лубенський", "Lubenskyi", OBLAST)},
        {HROMADA: hromada},
        places,
        (),
        {},
        {},
    )


GAZETTEER = _gazetteer()
AREA = (CatchmentArea(HROMADA),)
DAYTIME = (OpenSpan(time(9), time(18)),)
HOME_CARE = Offering(
    "home-care",
    AREA,
    TargetGroup.OLDER_PEOPLE | TargetGroup.ADULTS_WITH_DISABILITIES,
    frozenset({PlaceOfProvision.HOME}),
    Payment.DIFFERENTIATED,
    age_from=60,
    conditions="За рішенням міської ради",
)
CENTRE = ServicePoint(
    id="centre",
    organisation="org",
    kind=PointKind.SOCIAL_SERVICES_CENTRE,
    name="Центр «Об’єднання»",
    location_policy=LocationPolicy.PUBLIC,
    oblast=OBLAST,
    hromada=HROMADA,
    settlement=TOWN,
    point=TOWN_POINT,
    precision=PointPrecision.BUILDING,
    address="вул. Соборна, 1",
    phones=(Phone("(05361) 2-34-56", "+380536123456"), Phone("15 45")),
    offerings=(HOME_CARE, replace(HOME_CARE, conditions="Для ветеранів")),
    hours="Пн–Пт 9:00–18:00",
    opening_hours=OpeningHours(
        (*[DAYTIME] * 5, (), ()),
        (HoursException(date(2026, 12, 25), date(2026, 12, 25)), HoursException(DAY, DAY)),
    ),
    closures=(Closure(date(2026, 12, 1), date(2026, 12, 3), "ремонт"), Closure(date(2027, 6, 1))),
    languages=("uk",),
    accessibility=frozenset({Accessibility.STEP_FREE_ENTRANCE}),
    no_accessibility=frozenset({Accessibility.LIFT}),
    last_verified=date(2026, 11, 1),
)
SHELTER = replace(
    CENTRE,
    id="shelter",
    name="Притулок",
    kind=PointKind.SHELTER,
    location_policy=LocationPolicy.WITHHELD,
    hromada=None,
    settlement=None,
    point=None,
    precision=None,
    address="",
    phones=(Phone("116 123"),),
    offerings=(replace(HOME_CARE, service="shelter", places=frozenset({PlaceOfProvision.INPATIENT})),),
    referral_note="Направляє поліція",
    opening_hours=None,
    hours="",
    closures=(),
    last_verified=None,
)
HOTLINE = replace(
    CENTRE, id="hotline", offerings=(replace(HOME_CARE, places=frozenset({PlaceOfProvision.PHONE})),)
)
TEAM = replace(
    CENTRE,
    id="team",
    kind=PointKind.MOBILE_TEAM,
    stops=(
        MobileStop(VILLAGE, date(2026, 11, 27), time(10), time(12), "біля клубу"),
        MobileStop(VILLAGE, date(2027, 11, 27)),
    ),
)
SUSPENDED = replace(CENTRE, id="suspended", wartime=WartimeState(is_suspended=True), is_demo=True)
HOSTILE = replace(
    CENTRE,
    id="hostile",
    name=EVIL,
    address=EVIL,
    hours=EVIL,
    referral_note=EVIL,
    phones=(Phone(EVIL),),
    offerings=(replace(HOME_CARE, conditions=EVIL),),
)
ORGANISATION = Organisation("org", "Комунальна установа «Ґанок»", Sector.STATE_COMMUNAL)


class SlipAtlas:
    """The part of an `Atlas` that slips ask; `road` is what it answers to every route."""

    gazetteer = GAZETTEER
    services = SERVICES

    def __init__(self) -> None:
        self.points = {point.id: point for point in (CENTRE, SHELTER, HOTLINE, TEAM, SUSPENDED, HOSTILE)}
        self.organisation = ORGANISATION
        self.road: Route | None = None
        self.broken: Exception | None = None

    def point_record(self, point_id: str) -> PointRecord:
        if self.broken is not None:
            raise self.broken
        if point_id not in self.points:
            raise NotFoundError("There is no service point «{id}» in the registry", id=point_id)
        return PointRecord(self.points[point_id], self.organisation, (), 1, ())

    def route(self, origin: LonLat, to: LonLat, mode: TravelMode) -> Route | None:  # noqa: ARG002
        return self.road

    def outline(self, area: Katottg) -> bytes:
        if area != HROMADA:
            raise NotFoundError("There is no outline of {code}", code=area)
        return shapely.to_wkb(shapely.box(34.5, 49.8, 34.8, 50.0))

    def boundary_set(self) -> BoundarySet:
        return BoundarySet(
            "Drawing", True, "CC0", "Drawn & shared", "drawn", datetime(2026, 1, 1, tzinfo=UTC)
        )


ROAD = Route(
    Trip(900.0, 11_000.0),
    (LonLat(lon=34.601, lat=49.901), LonLat(lon=34.66, lat=49.9), LonLat(lon=34.7, lat=49.949)),
)


def telling(language: str = "uk") -> Telling:
    return Telling(translator(language), GAZETTEER, SERVICES, NOW)


def slip_to(point: str = "centre", atlas: SlipAtlas | None = None, **asked: object) -> Slip:
    service = "shelter" if point == "shelter" else "home-care"
    return make_slip(atlas or SlipAtlas(), point, service, **{"code": CODE, "day": DAY} | asked)


def map_texts(svg: str) -> list[str]:
    """Return the words drawn on a map."""
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("text")]
