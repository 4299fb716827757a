"""A small made-up country, registries drawn or scattered over it, and stores that hold them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyproj import Geod

from mapapp.analysis.layout import layout_of
from mapapp.analysis.presence import reach_of
from mapapp.analysis.supply import supply_of
from mapapp.domain.contacts import Phone
from mapapp.domain.coverage import Reach
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Occupation,
    Population,
    PopulationBasis,
    Raion,
    Settlement,
    SettlementKind,
    StatusPeriod,
    TerritoryStatus,
)
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.progress import no_progress
from mapapp.domain.questions import NearestQuery
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    Organisation,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Registry,
    Sector,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.services import Service
from mapapp.storage.history_schema import RegistryChangeRow
from mapapp.storage.loading import write_registry
from mapapp.storage.registry_store import RegistryStore
from mapapp.storage.store import Store, open_store

HERE = Path(__file__).parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))  # what tests share lies beside them

BOTH_STORES = ["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)]
DAY = date(2026, 1, 15)
WGS84 = Geod(ellps="WGS84")


KYIV = Katottg("UA80000000000093317")


def code(oblast: int, raion: int = 0, hromada: int = 0, settlement: int = 0) -> Katottg:
    """Return a code of the right shape; its unique number says where in the country it stands."""
    unique = (oblast * 1000 + raion * 100 + hromada * 10 + settlement) % 100_000
    return Katottg(f"UA{oblast:02}{raion:02}{hromada:03}{settlement:03}00{unique:05}")


class World:
    """What a test says of the made-up country.

    Oblasts 10 and 20 have two raions of four hromadas each, Kyiv has neither, oblast 1 has a raion alone.
    """

    day = DAY
    kyiv = KYIV
    code = staticmethod(code)

    @staticmethod
    def places(picture: str, west: float = 30.0, north: float = 50.0) -> Mapping[str, LonLat]:
        """Read a map: each column is 0.1° of longitude, each row 0.1° of latitude southwards."""
        rows = [row.split() for row in picture.splitlines() if row.strip()]
        return {
            mark: LonLat(lon=west + column * 0.1, lat=north - line * 0.1)
            for line, row in enumerate(rows)
            for column, mark in enumerate(row)
            if mark != "."
        }

    @staticmethod
    def offering(*areas: str | CatchmentArea, **changes: object) -> Offering:
        """Return home care for the areas, each a code or a `CatchmentArea`."""
        catchment = tuple(area if isinstance(area, CatchmentArea) else CatchmentArea(area) for area in areas)
        offering = Offering("home-care", catchment, TargetGroup.EVERYONE, frozenset({PlaceOfProvision.HOME}))
        return replace(offering, **changes)

    @staticmethod
    def point(record_id: str, at: LonLat | None, *offerings: Offering, **changes: object) -> ServicePoint:
        """Return a point in hromada 10-1-1; without a place it is a shelter withheld from the public."""
        withheld = at is None
        hromada = changes.get("hromada", code(10, 1, 1))
        point = ServicePoint(
            id=record_id,
            organisation="org",
            kind=PointKind.SHELTER if withheld else PointKind.DAY_CARE,
            name=f"Point {record_id}",
            location_policy=LocationPolicy.WITHHELD if withheld else LocationPolicy.PUBLIC,
            oblast=KYIV if hromada == KYIV else code(int(hromada[2:4])),
            hromada=None if withheld else hromada,
            settlement=None,
            point=at,
            precision=None if withheld else PointPrecision.STREET,
            address="" if withheld else "вул. Польова, 1",
            phones=(Phone("15-45"),),
            offerings=offerings,
        )
        return replace(point, **changes)

    @staticmethod
    def registry(*points: ServicePoint, scope: frozenset[Katottg] = frozenset()) -> Registry:
        """Return a registry of points, all of one organisation."""
        return Registry((Organisation("org", "Організація", Sector.NON_STATE),), points, scope)

    @staticmethod
    def reach(store: Store, service: str, day: date = DAY) -> Mapping[Katottg, Reach]:
        """Return whom a service reaches by all that a store tells of its latest state."""
        ground, latest = layout_of(store.gazetteer()), store.registry.change_as_of()
        points = [] if latest is None else store.registry.points_as_of(latest.number)
        return reach_of(ground, supply_of(points, ground, store.services()).on(day), service)


@pytest.fixture(scope="session")
def world():
    return World()


@pytest.fixture(scope="session")
def country():
    places = [(o, r, h) for o in (10, 20) for r in (1, 2) for h in (1, 2, 3, 4)]
    hromadas = [_hromada(*place) for place in places] + [_kyiv()]
    settlements = [_village(*place) for place in places] + [
        _outside_hromadas(code(10, 0, 0, 7), code(10), code(10)),
        _outside_hromadas(code(1, 1, 0, 1), code(1), code(1, 1), raion=code(1, 1)),
        replace(
            _outside_hromadas(KYIV, KYIV, KYIV),
            kind=SettlementKind.SPECIAL_CITY,
            hromada=KYIV,
        ),
    ]
    oblasts = [Oblast(code(o), OblastKind.OBLAST, f"Область {o}", f"Oblast {o}") for o in (1, 10, 20)]
    oblasts.append(Oblast(KYIV, OblastKind.SPECIAL_CITY, "Київ", "Kyiv (city)"))
    raions = [
        Raion(code(o, r), f"Район {r}", "", code(o)) for o, r in ((1, 1), (10, 1), (10, 2), (20, 1), (20, 2))
    ]
    return Gazetteer(
        oblasts={unit.katottg: unit for unit in oblasts},
        raions={unit.katottg: unit for unit in raions},
        hromadas={unit.katottg: unit for unit in hromadas},
        settlements={unit.katottg: unit for unit in settlements},
        status_periods=(
            StatusPeriod(
                code(20, 2, 4), TerritoryStatus.TEMPORARILY_OCCUPIED, date(2022, 3, 1), None, "Громада", True
            ),
            StatusPeriod(
                code(20, 2, 4, 1), TerritoryStatus.ACTIVE_HOSTILITIES, date(2022, 2, 24), DAY, "", False
            ),
        ),
        open_status={
            code(20, 2, 4, 1): frozenset(
                {TerritoryStatus.TEMPORARILY_OCCUPIED, TerritoryStatus.POSSIBLE_HOSTILITIES}
            )
        },
        sources={
            "codifier": SourceEdition("КАТОТТГ", "2025-05-16", "офіційний документ", "КАТОТТГ"),
            "area": SourceEdition("Площі", "", "ODbL", "© учасники OpenStreetMap"),
        },
    )


def _hromada(oblast, raion, hromada):
    return Hromada(
        katottg=code(oblast, raion, hromada),
        kind=HromadaKind.RURAL,
        name=f"Громада {oblast}-{raion}-{hromada}",
        name_en="",
        raion=code(oblast, raion),
        oblast=code(oblast),
        centre=_centre(oblast, raion, hromada),
        population=Population(1000 * hromada, date(2022, 1, 1), "population") if hromada != 3 else None,
        area_km2=100.5 if hromada != 4 else None,
    )


def _centre(oblast, raion, hromada):
    return LonLat(lon=22 + oblast * 0.4 + hromada * 0.3, lat=47 + raion + hromada * 0.11)


def _kyiv():
    return Hromada(
        katottg=KYIV,
        kind=HromadaKind.SPECIAL_CITY,
        name="Київ",
        name_en="Kyiv (city)",
        raion=None,
        oblast=KYIV,
        centre=LonLat(lon=30.52, lat=50.45),
        population=Population(2_952_301, date(2022, 1, 1), "population"),
        area_km2=None,
    )


def _village(oblast, raion, hromada):
    return Settlement(
        katottg=code(oblast, raion, hromada, 1),
        kind=SettlementKind.VILLAGE,
        name=f"Село {hromada}",
        name_en=f"Selo {hromada}",
        former_name="Жовтневе" if hromada == 1 else "",
        hromada=code(oblast, raion, hromada),
        raion=code(oblast, raion),
        oblast=code(oblast),
        area=code(oblast, raion, hromada),
        point=_centre(oblast, raion, hromada) if hromada != 2 else None,
        population=Population(7, date(2022, 1, 1), "population", PopulationBasis.ESTIMATED),
    )


def _outside_hromadas(katottg, oblast, area, raion=None):
    return Settlement(
        katottg=katottg,
        kind=SettlementKind.CITY,
        name="Місто",
        name_en="",
        former_name="",
        hromada=None,
        raion=raion,
        oblast=oblast,
        area=area,
        point=LonLat(lon=30.2, lat=51.3),
        population=None,
    )


@pytest.fixture(scope="session")
def services():
    """Three services in an order that is not the alphabet's; `rare` is offered at very few points."""
    listed = (
        Service("home-care", "Догляд вдома", "Home care", "011.0", 1, is_confidential=False),
        Service("day-care", "Денний догляд", "Day care", None, 1, is_confidential=False),
        Service("shelter", "Надання притулку", "Shelter", None, None, is_confidential=True),
        Service("rare", "Рідкісна", "Rare", None, 17, is_confidential=False),
    )
    return {service.slug: service for service in listed}


@pytest.fixture(scope="session")
def scattered_registry(country):
    """Three thousand points with everything the rules must tell apart, the same ones every time."""
    rng = random.Random(376)
    shared_places = [_somewhere(rng) for _ in range(150)]
    organisations = tuple(Organisation(f"org{n}", f"Організація {n}", Sector.NON_STATE) for n in range(40))
    points = {}
    while len(points) < 3_000:
        point = _scattered_point(rng, country, organisations, shared_places, offers_rare=len(points) < 9)
        points[point.id] = point
    return Registry(organisations, tuple(points.values()), frozenset())


def _scattered_point(rng, country, organisations, shared_places, *, offers_rare):
    hromada = country.hromadas[rng.choice(list(country.hromadas))]
    policy = rng.choices(list(LocationPolicy), weights=[94, 2, 2, 2])[0]
    is_public = policy is LocationPolicy.PUBLIC
    services = (
        ["rare"] if offers_rare else rng.choices(["home-care", "day-care", "shelter"], k=rng.randint(0, 3))
    )
    return ServicePoint(
        id="".join(rng.choices("abc019", k=3)) + "".join(rng.choices("ab01._-", k=5)),
        organisation=rng.choice(organisations).id,
        kind=rng.choice(list(PointKind)),
        name="Точка",
        location_policy=policy,
        oblast=hromada.oblast,
        hromada=hromada.katottg if policy in {LocationPolicy.PUBLIC, LocationPolicy.HROMADA_ONLY} else None,
        settlement=None,
        point=rng.choice([rng.choice(shared_places), _somewhere(rng)]) if is_public else None,
        precision=rng.choice(list(PointPrecision)) if is_public else None,
        address="вул. Садова, 2" if is_public else "",
        phones=(Phone("1545"), Phone("116 123")),
        offerings=tuple(_scattered_offering(rng, country, hromada, service) for service in services),
        valid_from=_near(rng, DAY, or_none=0.8),
        valid_to=_near(rng, DAY + timedelta(days=4), or_none=0.8),
        is_demo=rng.random() < 0.5,
    )


def _scattered_offering(rng, country, hromada, service):
    some_hromada = rng.choice(list(country.hromadas))
    own, *around = country.parents_of(hromada.katottg)
    contract = CatchmentArea(
        some_hromada,
        CatchmentBasis.CONTRACT,
        _near(rng, DAY, or_none=0.3),
        _near(rng, DAY + timedelta(days=4), or_none=0.3),
    )
    catchment = rng.choice(
        [
            (CatchmentArea(own),),
            (CatchmentArea(own), contract),
            (contract,),
            (CatchmentArea(some_hromada),),
            tuple(CatchmentArea(area) for area in around) or (CatchmentArea(own),),
            (CatchmentArea(own), *(CatchmentArea(area) for area in around)),
            (CatchmentArea(rng.choice([*around, NATION])),),
        ]
    )
    return Offering(
        service=service,
        catchment=catchment,
        target_groups=TargetGroup(rng.randrange(1, 1 << len(TargetGroup))),
        places=frozenset(rng.sample(list(PlaceOfProvision), rng.randint(1, 3))),
        payment=rng.choice(list(Payment)),
        capacity=rng.choice([None, 0, 12]),
    )


def _somewhere(rng):
    return LonLat(lon=rng.uniform(22.2, 40.1), lat=rng.uniform(44.4, 52.3))


def _near(rng, day, *, or_none):
    return None if rng.random() < or_none else day + timedelta(days=rng.randint(-2, 2))


@dataclass(frozen=True)
class PlainRules:
    """The answers as the docstrings of `questions` and `coverage` define them: every record is looked at."""

    registry: Registry
    country: Gazetteer

    def ranked(self, query: NearestQuery) -> list[tuple[str, int, float]]:
        """Return point id, which of its offerings, and metres."""
        found = [
            (self.metres(point.point, query.origin), point.id, ordinal)
            for point, ordinal, offering in self._open_offerings(query.service, query.day)
            if not point.is_confidential
            and (query.serving is None or self._serves(offering, query.serving, query.day))
        ]
        within = [hit for hit in found if query.radius_m is None or hit[0] <= query.radius_m]
        return [(point_id, ordinal, metres) for metres, point_id, ordinal in sorted(within)[: query.limit]]

    def confidential(self, query: NearestQuery) -> list[tuple[str, int]]:
        """Return point id and which of its offerings."""
        return sorted(
            (point.id, ordinal)
            for point, ordinal, offering in self._open_offerings(query.service, query.day)
            if point.is_confidential
            and query.serving is not None
            and self._serves(offering, query.serving, query.day)
        )

    def reach(self, service: str, day: date) -> dict[Katottg, Reach]:
        """Return the reach of every hromada."""
        counted = {hromada: [0, 0, 0, 0] for hromada in self.country.hromadas}
        for point, _, offering in self._open_offerings(service, day):
            if self.country.occupation.get(point.hromada) is Occupation.FULLY and not point.is_confidential:
                continue  # nothing is known of work there
            for hromada, tally in counted.items():
                if self._serves(offering, hromada, day):
                    tally[self._from(point, offering, hromada, day)] += 1
        return {hromada: Reach(*tally) for hromada, tally in counted.items()}

    @staticmethod
    def _from(point: ServicePoint, offering: Offering, hromada: Katottg, day: date) -> int:
        """Return from where the offering reaches the hromada, as a place in `Reach`."""
        if offering.places <= {PlaceOfProvision.ONLINE, PlaceOfProvision.PHONE}:
            return 3
        if not point.is_confidential and point.hromada == hromada:
            return 0
        is_named = any(area.area == hromada and area.holds_on(day) for area in offering.catchment)
        return 1 if is_named else 2

    @staticmethod
    def metres(one: LonLat, other: LonLat) -> float:
        """Return the geodesic distance, without the noise of its last digits."""
        return round(WGS84.inv(one.lon, one.lat, other.lon, other.lat)[2], 8)

    def _open_offerings(self, service: str, day: date) -> Iterator[tuple[ServicePoint, int, Offering]]:
        for point in self.registry.points:
            starts, ends = point.valid_from or date.min, point.valid_to or date.max
            if starts <= day <= ends:
                for ordinal, offering in enumerate(point.offerings):
                    if offering.service == service:
                        yield point, ordinal, offering

    def _serves(self, offering: Offering, hromada: Katottg, day: date) -> bool:
        unit = self.country.hromadas[hromada]
        return any(
            served.area in {hromada, unit.raion, unit.oblast, NATION} and served.holds_on(day)
            for served in offering.catchment
        )


@pytest.fixture(scope="session")
def plain_rules(scattered_registry, country):
    return PlainRules(scattered_registry, country)


@pytest.fixture(params=BOTH_STORES)
def store_url(request) -> str:
    """The address of each store in turn, still without anything in it."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def empty_store(store_url) -> Iterator[Store]:
    """Each store in turn, without a schema."""
    with closed_at_the_end(store_url) as store:
        yield store


@pytest.fixture(scope="module", params=BOTH_STORES)
def module_store_url(request, tmp_path_factory) -> str:
    """The address of each store in turn, shared by the tests of a module."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('module')}/store.sqlite3"
    return request.getfixturevalue("module_postgis_url")


@pytest.fixture(
    scope="module",
    params=[
        "sqlite",
        *(pytest.param(way, marks=pytest.mark.postgis) for way in ("postgis", "postgis-login")),
    ],
)
def way(request) -> str:
    """How the public reaches the store: the program was given the owner's address, or a login made for it."""
    return request.param


@pytest.fixture(scope="module")
def attacked_url(request, way, tmp_path_factory) -> str:
    """The address of each store in turn, to be filled by its owner and asked by the public."""
    if way == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('attacked')}/store.sqlite3"
    return request.getfixturevalue("module_postgis_url")


@pytest.fixture(scope="module")
def country_store(module_store_url, country, services) -> Iterator[Store]:
    """Each store in turn, with the country and the services in it."""
    with closed_at_the_end(module_store_url) as store:
        store.migrate()
        store.replace_geography(country, no_progress)
        store.replace_services(services)
        yield store


@pytest.fixture
def store(country_store) -> Store:
    """The same with an empty registry, for a test to put its own in."""
    country_store.replace_registry(Registry((), (), frozenset()), no_progress)
    return country_store


@pytest.fixture(scope="module")
def scattered_store(country_store, scattered_registry) -> Store:
    """The same with thousands of scattered points; a module that asks for this asks for no `store`."""
    country_store.replace_registry(scattered_registry, no_progress)
    return country_store


@contextmanager
def closed_at_the_end(url: str) -> Iterator[Store]:
    store = open_store(url, create=True)
    try:
        yield store
    finally:
        store.dispose()


@pytest.fixture
def history(country_store) -> RegistryStore:
    """The registry of each store in turn, as if nothing had ever been in it."""
    with country_store._writing() as connection:
        for table in reversed(RegistryChangeRow.metadata.sorted_tables):
            if table.name in _HISTORY:
                connection.execute(table.delete())
        write_registry(connection, Registry((), (), frozenset()), no_progress)
    return RegistryStore(country_store._database)


_HISTORY = {
    "registry_change", "change_note", "record_version", "sealed_version", "import_run", "import_file",
    "import_row", "column_memory", "purge_log",
}  # fmt: skip
