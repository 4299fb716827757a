"""How rows become the domain's values again."""

from __future__ import annotations

import gc
from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, select

from mapapp.domain.errors import NotFoundError
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    Oblast,
    Population,
    Raion,
    Settlement,
    StatusPeriod,
    TerritoryStatus,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.questions import FoundPoint, MapPoint
from mapapp.domain.registry import PlaceOfProvision, TargetGroup
from mapapp.domain.services import Service
from mapapp.storage.geography_schema import (
    HromadaRow,
    OblastRow,
    RaionRow,
    SettlementRow,
    SettlementStatusRow,
    SourceEditionRow,
    StatusPeriodRow,
)
from mapapp.storage.schema import ServiceRow

_ROWS_AT_ONCE = 2_000


def fetched(connection: Connection, statement: Select[*tuple[Any, ...]], asked: Any = None) -> list[Any]:
    """Return all rows as named tuples: in SQLAlchemy's own rows a name is looked up ten times as slowly."""
    result = connection.execute(statement, asked)
    return list(map(row_type(tuple(result.keys()))._make, result.all()))


def streamed(connection: Connection, statement: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """Yield the rows like `fetched`, holding some thousand of them at a time."""
    result = connection.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
    make = row_type(tuple(result.keys()))._make
    for rows in result.partitions():
        yield from map(make, rows)


@cache
def row_type(names: tuple[str, ...]) -> Any:
    """Return the named tuple with these names."""
    return namedtuple("Row", names)  # noqa: PYI024 - the names come from the statement


def check_service(connection: Connection, slug: str | None) -> None:
    """Raise NotFoundError for a service that is not in the store; None asks for none."""
    known = select(ServiceRow.slug).where(ServiceRow.slug == slug)
    if slug is not None and connection.scalar(known) is None:
        raise NotFoundError("There is no service «{service}» in the classifier", service=slug)


def read_gazetteer(connection: Connection) -> Gazetteer:
    """Return every unit, in code order."""
    with nothing_collected():
        return _gazetteer(connection)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Keep the garbage collector out: it would look again and again at objects that all stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _gazetteer(connection: Connection) -> Gazetteer:
    oblasts = {Katottg(row.katottg): _oblast(row) for row in _all(connection, OblastRow, OblastRow.katottg)}
    raions = {Katottg(row.katottg): _raion(row) for row in _all(connection, RaionRow, RaionRow.katottg)}
    hromadas = {
        Katottg(row.katottg): _hromada(row) for row in _all(connection, HromadaRow, HromadaRow.katottg)
    }
    return Gazetteer(
        oblasts=MappingProxyType(oblasts),
        raions=MappingProxyType(raions),
        hromadas=MappingProxyType(hromadas),
        settlements=MappingProxyType(dict(_settlements(connection, {*oblasts, *raions, *hromadas}))),
        status_periods=tuple(
            StatusPeriod(
                Katottg(row.katottg), row.status, row.start_on, row.end_on, row.as_listed, row.excludes_part
            )
            for row in _all(connection, StatusPeriodRow, StatusPeriodRow.position)
        ),
        open_status=MappingProxyType(_open_status(connection)),
        sources=MappingProxyType(
            {
                row.key: SourceEdition(row.title, row.edition, row.licence, row.attribution)
                for row in _all(connection, SourceEditionRow, SourceEditionRow.position)
            }
        ),
    )


def read_services(connection: Connection) -> Mapping[str, Service]:
    """Return the services by slug, in the classifier's order."""
    services = (
        Service(
            slug=row.slug,
            name_uk=row.name_uk,
            name_en=row.name_en,
            official_code=row.official_code,
            basic_point=row.basic_point,
            is_confidential=row.is_confidential,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            refresh_days=row.refresh_days,
        )
        for row in _all(connection, ServiceRow, ServiceRow.position)
    )
    return MappingProxyType({service.slug: service for service in services})


def found_point(row: Any, *, serves_hromada: bool | None) -> FoundPoint:
    """Return an offering found, from a row of the nearest search or of the confidential list."""
    return FoundPoint(
        point_id=row.id,
        name=row.name,
        organisation_name=row.organisation_name,
        kind=row.kind,
        service=row.service,
        location_policy=row.location_policy,
        oblast=_area(row.oblast),
        hromada=None if row.hromada is None else _area(row.hromada),
        position=_point(row.lon, row.lat),
        precision=row.precision,
        address=row.address,
        phones=row.phones,
        hours=row.hours,
        referral_note=row.referral_note,
        target_groups=TargetGroup(row.target_groups),
        places=_places(row.places),
        payment=row.payment,
        capacity=row.capacity,
        relocated_from=None if row.relocated_from is None else _area(row.relocated_from),
        last_verified=row.last_verified,
        is_demo=row.is_demo,
        distance_m=getattr(row, "distance_m", None),
        serves_hromada=serves_hromada,
    )


def map_point(row: Any) -> MapPoint:
    """Return a point to draw; its services stand in the order of their slugs."""
    return MapPoint(
        point_id=row.id,
        name=row.name,
        kind=row.kind,
        hromada=_area(row.hromada),
        position=LonLat(lon=row.lon, lat=row.lat),
        services=tuple(sorted(set((row.services or "").split()))),
        phones=row.phones,
        address=row.address,
        is_demo=row.is_demo,
    )


def _all(connection: Connection, table: Any, order: Any) -> list[Any]:
    return fetched(connection, select(*table.__table__.columns).order_by(order))


def _oblast(row: Any) -> Oblast:
    return Oblast(Katottg(row.katottg), row.kind, row.name, row.name_en)


def _raion(row: Any) -> Raion:
    return Raion(Katottg(row.katottg), row.name, row.name_en, Katottg(row.oblast))


def _hromada(row: Any) -> Hromada:
    return Hromada(
        katottg=Katottg(row.katottg),
        kind=row.kind,
        name=row.name,
        name_en=row.name_en,
        raion=None if row.raion is None else Katottg(row.raion),
        oblast=Katottg(row.oblast),
        centre=LonLat(lon=row.lon, lat=row.lat),
        population=_population(row),
        area_km2=row.area_km2,
    )


def _settlements(connection: Connection, units: Iterable[Katottg]) -> Iterator[tuple[Katottg, Settlement]]:
    known: dict[str, Katottg] = {code: code for code in units}
    for row in _all(connection, SettlementRow, SettlementRow.katottg):
        code = Katottg(row.katottg)
        yield (
            code,
            Settlement(
                katottg=code,
                kind=row.kind,
                name=row.name,
                name_en=row.name_en,
                former_name=row.former_name,
                hromada=None if row.hromada is None else known[row.hromada],
                raion=None if row.raion is None else known[row.raion],
                oblast=known[row.oblast],
                area=known[row.area],
                point=_point(row.lon, row.lat),
                population=_population(row),
            ),
        )


def _open_status(connection: Connection) -> dict[Katottg, frozenset[TerritoryStatus]]:
    statuses: defaultdict[str, set[TerritoryStatus]] = defaultdict(set)
    for row in _all(connection, SettlementStatusRow, SettlementStatusRow.settlement):
        statuses[row.settlement].add(row.status)
    return {Katottg(code): frozenset(found) for code, found in statuses.items()}


def _population(row: Any) -> Population | None:
    if row.population is None:
        return None
    return Population(row.population, row.population_as_of, row.population_source, row.population_basis)


def _point(lon: float | None, lat: float | None) -> LonLat | None:
    return None if lon is None or lat is None else LonLat(lon=lon, lat=lat)


@cache
def _area(code: str) -> Katottg:
    """Return the code of one of the 1,635 areas, which rows repeat over and over."""
    return Katottg(code)


@cache
def _places(words: tuple[str, ...]) -> frozenset[PlaceOfProvision]:
    return frozenset(map(PlaceOfProvision, words))
