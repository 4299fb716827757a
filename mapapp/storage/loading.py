"""How the domain's values become rows, and how many rows are written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Connection, LargeBinary, bindparam, delete, insert, text
from sqlalchemy.exc import DBAPIError

from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Population
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.questions import BoundarySet, GeometryLayer
from mapapp.domain.registry import CatchmentArea, Registry, ServicePoint
from mapapp.domain.services import Service
from mapapp.storage.columns import Row
from mapapp.storage.dialect import outline_from_wkb
from mapapp.storage.schema import (
    ALWAYS_FROM,
    ALWAYS_TO,
    AreaRow,
    BoundaryRow,
    BoundarySetRow,
    CatchmentAreaRow,
    CatchmentRow,
    GeometryLayerRow,
    HromadaRow,
    OblastRow,
    OfferingRow,
    OrganisationRow,
    RaionRow,
    RegistryScopeRow,
    ServicePointRow,
    ServiceRow,
    SettlementRow,
    SettlementStatusRow,
    SourceEditionRow,
    StatusPeriodRow,
)

Values = dict[str, Any]
_BATCH = 5_000


def write_geography(connection: Connection, gazetteer: Gazetteer, progress: Progress) -> None:
    """Put the gazetteer in place of the one in the store."""
    with _references_checked_last(connection) as replace:
        replace(SourceEditionRow, _sources(gazetteer))
        replace(AreaRow, _areas(gazetteer))
        replace(OblastRow, _oblasts(gazetteer))
        replace(RaionRow, _raions(gazetteer))
        replace(HromadaRow, _hromadas(gazetteer))
        replace(SettlementRow, _settlements(gazetteer), msgid("Writing settlements"), progress)
        replace(StatusPeriodRow, _status_periods(gazetteer))
        replace(SettlementStatusRow, _settlement_statuses(gazetteer))


def write_services(connection: Connection, services: Mapping[str, Service]) -> None:
    """Put the services in place of those in the store."""
    with _references_checked_last(connection) as replace:
        replace(ServiceRow, _services(services))


def write_registry(connection: Connection, registry: Registry, progress: Progress) -> None:
    """Put the registry in place of the one in the store."""
    catchments = _numbered_catchments(registry)
    with _references_checked_last(connection) as replace:
        replace(RegistryScopeRow, ({"oblast": oblast} for oblast in sorted(registry.scope)))
        replace(OrganisationRow, _organisations(registry))
        replace(CatchmentRow, ({"id": number} for number in catchments.values()))
        replace(CatchmentAreaRow, _catchment_areas(catchments))
        replace(ServicePointRow, _points(registry), msgid("Writing service points"), progress)
        replace(OfferingRow, _offerings(registry, catchments), msgid("Writing services offered"), progress)


def write_boundaries(
    connection: Connection,
    boundary_set: BoundarySet,
    shapes: Mapping[Katottg, bytes],
    layers: Sequence[GeometryLayer],
) -> None:
    """Put the outlines in place of those in the store."""
    with _references_checked_last(connection) as replace:
        replace(BoundarySetRow, [_boundary_set(boundary_set)])
        replace(BoundaryRow, ({"area": area, "outline": wkb} for area, wkb in shapes.items()))
        replace(GeometryLayerRow, _layers(layers))


class _Replace(Protocol):
    def __call__(
        self, table: type[Row], rows: Iterable[Values], step: str = "", progress: Progress = no_progress
    ) -> None: ...


@contextmanager
def _references_checked_last(connection: Connection) -> Iterator[_Replace]:
    """Yield what replaces a table's rows; in between, a table that others refer to may be empty."""
    on_postgis = connection.dialect.name == "postgresql"
    deferred = "SET CONSTRAINTS ALL DEFERRED" if on_postgis else "PRAGMA defer_foreign_keys = ON"
    connection.execute(text(deferred))
    replaced: list[str] = []

    def replace(
        table: type[Row], rows: Iterable[Values], step: str = "", progress: Progress = no_progress
    ) -> None:
        connection.execute(delete(table))
        _insert(connection, table, list(rows), step, progress)
        replaced.append(table.__tablename__)

    yield replace
    if on_postgis:
        # While the planner still expects tables of the old size: the checks also meet the rows just deleted.
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name in replaced:
        connection.execute(text(f"ANALYZE {name}"))


def _insert(
    connection: Connection, table: type[Row], rows: Sequence[Values], step: str, progress: Progress
) -> None:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        if table is BoundaryRow:
            connection.execute(_INSERT_OUTLINE, batch)
        elif connection.dialect.name == "postgresql":
            _copy(connection, table, batch)
        else:
            connection.execute(insert(table), batch)
        progress(step, start + len(batch), len(rows))


_INSERT_OUTLINE = insert(BoundaryRow).values(
    outline=outline_from_wkb(bindparam("outline", type_=LargeBinary))
)


def _copy(connection: Connection, table: type[Row], rows: Sequence[Values]) -> None:
    """Write by PostgreSQL's COPY, several times faster than INSERT."""
    names = list(rows[0])
    types = [table.__table__.columns[name].type.dialect_impl(connection.dialect) for name in names]
    as_written = [type_.bind_processor(connection.dialect) for type_ in types]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.__tablename__), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                values = zip(row.values(), as_written, strict=True)
                copy.write_row([value if write is None else write(value) for value, write in values])
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error) from error


def _sources(gazetteer: Gazetteer) -> Iterator[Values]:
    for position, (key, source) in enumerate(gazetteer.sources.items()):
        yield {
            "key": key,
            "position": position,
            "title": source.title,
            "edition": source.edition,
            "licence": source.licence,
            "attribution": source.attribution,
        }


def _areas(gazetteer: Gazetteer) -> Iterator[Values]:
    for code in {NATION, *gazetteer.oblasts, *gazetteer.raions, *gazetteer.hromadas}:
        yield {"code": code}


def _oblasts(gazetteer: Gazetteer) -> Iterator[Values]:
    for oblast in gazetteer.oblasts.values():
        yield {
            "katottg": oblast.katottg,
            "kind": oblast.kind,
            "name": oblast.name,
            "name_en": oblast.name_en,
        }


def _raions(gazetteer: Gazetteer) -> Iterator[Values]:
    for raion in gazetteer.raions.values():
        yield {
            "katottg": raion.katottg,
            "name": raion.name,
            "name_en": raion.name_en,
            "oblast": raion.oblast,
        }


def _hromadas(gazetteer: Gazetteer) -> Iterator[Values]:
    for hromada in gazetteer.hromadas.values():
        yield {
            "katottg": hromada.katottg,
            "kind": hromada.kind,
            "name": hromada.name,
            "name_en": hromada.name_en,
            "raion": hromada.raion,
            "oblast": hromada.oblast,
            "lon": hromada.centre.lon,
            "lat": hromada.centre.lat,
            **_population(hromada.population),
            "area_km2": hromada.area_km2,
        }


def _settlements(gazetteer: Gazetteer) -> Iterator[Values]:
    for place in gazetteer.settlements.values():
        yield {
            "katottg": place.katottg,
            "kind": place.kind,
            "name": place.name,
            "name_en": place.name_en,
            "former_name": place.former_name,
            "hromada": place.hromada,
            "raion": place.raion,
            "oblast": place.oblast,
            "area": place.area,
            "lon": None if place.point is None else place.point.lon,
            "lat": None if place.point is None else place.point.lat,
            **_population(place.population),
        }


def _status_periods(gazetteer: Gazetteer) -> Iterator[Values]:
    for position, period in enumerate(gazetteer.status_periods):
        yield {
            "position": position,
            "katottg": period.katottg,
            "status": period.status,
            "start_on": period.start,
            "end_on": period.end,
            "as_listed": period.as_listed,
            "excludes_part": period.excludes_part,
        }


def _settlement_statuses(gazetteer: Gazetteer) -> Iterator[Values]:
    for code, statuses in gazetteer.open_status.items():
        for status in sorted(statuses):
            yield {"settlement": code, "status": status}


def _population(population: Population | None) -> Values:
    return {
        "population": None if population is None else population.persons,
        "population_as_of": None if population is None else population.as_of,
        "population_source": None if population is None else population.source,
        "population_basis": None if population is None else population.basis,
    }


def _services(services: Mapping[str, Service]) -> Iterator[Values]:
    for position, service in enumerate(services.values()):
        yield {
            "slug": service.slug,
            "position": position,
            "name_uk": service.name_uk,
            "name_en": service.name_en,
            "official_code": service.official_code,
            "basic_point": service.basic_point,
            "is_confidential": service.is_confidential,
        }


def _organisations(registry: Registry) -> Iterator[Values]:
    for organisation in registry.organisations:
        yield {
            "id": organisation.id,
            "name": organisation.name,
            "sector": organisation.sector,
            "edrpou": organisation.edrpou,
            "successor_of": organisation.successor_of,
            "is_demo": organisation.is_demo,
        }


def _numbered_catchments(registry: Registry) -> dict[frozenset[CatchmentArea], int]:
    """Return a number for each different set of areas: most offerings of an organisation share one."""
    catchments = (frozenset(offering.catchment) for point in registry.points for offering in point.offerings)
    return {catchment: number for number, catchment in enumerate(dict.fromkeys(catchments), start=1)}


def _catchment_areas(catchments: Mapping[frozenset[CatchmentArea], int]) -> Iterator[Values]:
    for catchment, number in catchments.items():
        for served in catchment:
            yield {
                "catchment": number,
                "area": served.area,
                "basis": served.basis,
                "valid_from": served.start or ALWAYS_FROM,
                "valid_to": served.end or ALWAYS_TO,
            }


def _points(registry: Registry) -> Iterator[Values]:
    for point in registry.points:
        yield {
            "id": point.id,
            "organisation": point.organisation,
            "kind": point.kind,
            "name": point.name,
            "location_policy": point.location_policy,
            "oblast": point.oblast,
            "hromada": point.hromada,
            "settlement": point.settlement,
            **_shared_with_offerings(point),
            "precision": point.precision,
            "address": point.address,
            "phones": tuple(phone.written for phone in point.phones),
            "hours": point.hours,
            "referral_note": point.referral_note,
            "relocated_from": point.relocated_from,
            "last_verified": point.last_verified,
            "is_demo": point.is_demo,
        }


def _offerings(registry: Registry, catchments: Mapping[frozenset[CatchmentArea], int]) -> Iterator[Values]:
    for point in registry.points:
        for ordinal, offering in enumerate(point.offerings):
            yield {
                "point": point.id,
                "ordinal": ordinal,
                "service": offering.service,
                "catchment": catchments[frozenset(offering.catchment)],
                **_shared_with_offerings(point),
                "target_groups": int(offering.target_groups),
                "places": tuple(sorted(offering.places)),
                "payment": offering.payment,
                "capacity": offering.capacity,
            }


def _shared_with_offerings(point: ServicePoint) -> Values:
    return {
        "lon": None if point.point is None else point.point.lon,
        "lat": None if point.point is None else point.point.lat,
        "valid_from": point.valid_from or ALWAYS_FROM,
        "valid_to": point.valid_to or ALWAYS_TO,
    }


def _boundary_set(boundary_set: BoundarySet) -> Values:
    return {
        "id": 1,
        "title": boundary_set.title,
        "is_approximate": boundary_set.is_approximate,
        "licence": boundary_set.licence,
        "attribution": boundary_set.attribution,
        "checksum": boundary_set.checksum,
        "installed_at": boundary_set.installed_at,
    }


def _layers(layers: Sequence[GeometryLayer]) -> Iterator[Values]:
    for layer in layers:
        yield {
            "name": layer.name,
            "tolerance_m": layer.tolerance_m,
            "content_hash": layer.content_hash,
            "gzip_bytes": layer.gzip_bytes,
            "brotli_bytes": layer.brotli_bytes,
        }
