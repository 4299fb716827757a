"""How the geography and the outlines become rows in place of those in the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, LargeBinary, bindparam, delete, insert

from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Population
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.progress import Progress, no_progress
from mapapp.domain.questions import BoundarySet, GeometryLayer
from mapapp.domain.services import Service
from mapapp.storage.bulk import insert_values, references_checked_last
from mapapp.storage.columns import Row, table_of
from mapapp.storage.dialect import outline_from_wkb
from mapapp.storage.geography_schema import (
    AreaRow,
    BoundaryRow,
    BoundarySetRow,
    GeometryLayerRow,
    HromadaRow,
    OblastRow,
    RaionRow,
    SettlementRow,
    SettlementStatusRow,
    SourceEditionRow,
    StatusPeriodRow,
)
from mapapp.storage.schema import ServiceRow

Values = dict[str, Any]


def write_geography(connection: Connection, gazetteer: Gazetteer, progress: Progress) -> None:
    """Put the gazetteer in place of the one in the store."""
    rows: dict[type[Row], Iterator[Values]] = {
        SourceEditionRow: _sources(gazetteer),
        AreaRow: _areas(gazetteer),
        OblastRow: _oblasts(gazetteer),
        RaionRow: _raions(gazetteer),
        HromadaRow: _hromadas(gazetteer),
        SettlementRow: _settlements(gazetteer),
        StatusPeriodRow: _status_periods(gazetteer),
        SettlementStatusRow: _settlement_statuses(gazetteer),
    }
    with references_checked_last(connection, *(table_of(table) for table in rows)):
        for table, values in rows.items():
            if table is SettlementRow:
                _replace(connection, table, values, msgid("Writing settlements"), progress)
            else:
                _replace(connection, table, values)


def write_services(connection: Connection, services: Mapping[str, Service]) -> None:
    """Put the services in place of those in the store."""
    with references_checked_last(connection, table_of(ServiceRow)):
        _replace(connection, ServiceRow, _services(services))


def write_boundaries(
    connection: Connection,
    boundary_set: BoundarySet,
    shapes: Mapping[Katottg, bytes],
    layers: Sequence[GeometryLayer],
) -> None:
    """Put the outlines in place of those in the store."""
    tables = (table_of(BoundarySetRow), table_of(BoundaryRow), table_of(GeometryLayerRow))
    with references_checked_last(connection, *tables):
        _replace(connection, BoundarySetRow, [_boundary_set(boundary_set)])
        connection.execute(delete(BoundaryRow))
        if shapes:
            outlines = [{"area": area, "outline": wkb} for area, wkb in shapes.items()]
            connection.execute(_INSERT_OUTLINE, outlines)
        _replace(connection, GeometryLayerRow, _layers(layers))


_INSERT_OUTLINE = insert(BoundaryRow).values(
    outline=outline_from_wkb(bindparam("outline", type_=LargeBinary))
)


def _replace(
    connection: Connection,
    table: type[Row],
    rows: Iterable[Values],
    step: str = "",
    progress: Progress = no_progress,
) -> None:
    connection.execute(delete(table))
    insert_values(connection, table_of(table), rows, step, progress)


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
            "valid_from": service.valid_from,
            "valid_to": service.valid_to,
            "refresh_days": service.refresh_days,
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
