"""Writes a registry as HSDS 3.1: JSON as its API answers, or a ZIP of tables with their description."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO, Final, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.registry import Registry
from mapapp.domain.services import Service
from mapapp.files.hsds.organisations import organization_of
from mapapp.files.hsds.points import location_of
from mapapp.files.hsds.services import ServiceWriter, is_carried_as_active
from mapapp.files.hsds.tables import TABLES, Entity, Row, rows_of
from mapapp.files.hsds.terms import taxonomies
from mapapp.files.tabular.formula_guard import guarded

_HARMLESS = re.compile(r"[+-][\d ().-]*")
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The same registry makes the same archive."""


class _Written(NamedTuple):
    """What a registry becomes: services point at the locations, organisations are found by id."""

    organizations: Mapping[str, Entity]
    locations: tuple[Entity, ...]
    services: tuple[Entity, ...]
    carriers: tuple[Entity, ...]


def write_hsds_json(
    registry: Registry,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    stream: BinaryIO,
    today: date | None = None,
) -> None:
    """Write one page of fully nested services, as `GET /services?full=true` answers.

    What has no service (a predecessor, an administrative service point) is nested in a service that says so
    by the fact `no_offering`. The public half of confidential points is written, never their place. `today`
    decides which services are `defunct` or `temporarily closed`; by default the day in Kyiv.
    """
    written = _written(registry, gazetteer, services, today)
    count = len(written.services) + len(written.carriers)
    page = {
        "total_items": count,
        "total_pages": 1,
        "page_number": 1,
        "size": count,
        "first_page": True,
        "last_page": True,
        "empty": count == 0,
    }
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
    try:
        text.write(json.dumps(page)[:-1] + ', "contents": [')
        for number, service in enumerate((*written.services, *written.carriers)):
            text.write(",\n" if number else "\n")
            text.write(json.dumps(service, ensure_ascii=False, separators=(",", ":")))
        text.write("\n]}\n")
    finally:
        text.detach()


def write_hsds_tables(
    registry: Registry,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    stream: BinaryIO,
    today: date | None = None,
) -> None:
    """Write a ZIP of CSV tables, UTF-8, with the columns and file names of the published datapackage.

    Texts that a spreadsheet would take for formulas get an apostrophe in front; phones and numbers do not.
    """
    written = _written(registry, gazetteer, services, today)
    tables: dict[str, list[Row]] = {table: [] for table in TABLES}
    seen: set[tuple[str, str]] = set()
    for table, entities in (
        ("organization", written.organizations.values()),
        ("location", written.locations),
        ("service", written.services),
    ):
        for entity in entities:
            for name, row in rows_of(table, entity):
                if (name, row["id"]) not in seen:
                    seen.add((name, row["id"]))
                    tables[name].append(row)
    tables["taxonomy"] += taxonomies(term["taxonomy_id"] for term in tables["taxonomy_term"])
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for table, rows in tables.items():
            if rows:
                content = ZipInfo(TABLES[table].file, _LONG_AGO)
                content.compress_type = ZIP_DEFLATED
                archive.writestr(content, _csv(TABLES[table].columns, rows))


def _csv(columns: tuple[str, ...], rows: list[Row]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return repr(value)
    return value if _HARMLESS.fullmatch(value) else guarded(value)


def _written(
    registry: Registry, gazetteer: Gazetteer, services: Mapping[str, Service], today: date | None
) -> _Written:
    day = today or today_in_kyiv()
    writer = ServiceWriter(gazetteer, services, day)
    organizations = {one.id: organization_of(one) for one in registry.organisations}
    locations: list[Entity] = []
    found: list[Entity] = []
    carriers: list[Entity] = []
    served: set[str] = set()
    for point in registry.points:
        location = location_of(point.disclosed(), gazetteer)
        locations.append(location)
        own = list(writer.services_of(point, location))
        if not own:
            is_active = is_carried_as_active(point)
            carriers.append(writer.carrier(point.id, point.name, location, is_active=is_active))
        for service in own or carriers[-1:]:
            service["organization_id"] = location["organization_id"]
            _belong(service, organizations.get(point.organisation))
        served.add(point.organisation)
        found += own
    for organisation in registry.organisations:
        if organisation.id not in served:
            carrier = writer.carrier(organisation.id, organisation.name, None, is_active=False)
            _belong(carrier, organizations[organisation.id])
            carriers.append(carrier)
    return _Written(organizations, tuple(locations), tuple(found), tuple(carriers))


def _belong(service: Entity, organization: Entity | None) -> None:
    if organization is not None:
        service["organization"] = organization
