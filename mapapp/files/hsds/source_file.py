"""An HSDS file as its objects: JSON in any of the forms its API answers, or a ZIP of CSV tables.

Both become organisations, locations and services by id, with everything that belongs to them nested.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple
from zipfile import BadZipFile, ZipFile

from mapapp.domain.errors import UsageError
from mapapp.files.hsds.tables import TABLES, Entity, Row, nested
from mapapp.files.tabular.formula_guard import unguarded

MAX_JSON_BYTES: Final = 512 * 2**20
MAX_TABLE_BYTES: Final = 512 * 2**20
"""Of all tables of an archive together, unpacked."""
_MAX_FIELD_CHARACTERS: Final = 1_000_000
_ARCHIVE: Final = b"PK\x03\x04"
_LISTS: Final = ("contents", "services", "data", "items", "organizations")
_TABLE_OF: Final = {form.file: table for table, form in TABLES.items()} | {
    f"{table}.csv": table for table in TABLES
}


class Objects(NamedTuple):
    """The objects of a file by id, in its order."""

    organizations: dict[str, Entity]
    locations: dict[str, Entity]
    services: dict[str, Entity]


def read_objects(source: BinaryIO | Path, file_name: str) -> Objects:
    """Return the objects of the file.

    Raises
    ------
    UsageError
        The file is neither, damaged or too large.

    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                return read_objects(stream, file_name)
        except OSError as error:
            raise UsageError(
                "{file} cannot be read: {problem}", file=file_name, problem=error.strerror or error
            ) from error
    source.seek(0)
    is_archive = source.read(len(_ARCHIVE)) == _ARCHIVE
    source.seek(0)
    return _tables(source, file_name) if is_archive else _json(source, file_name)


# JSON


def _json(source: BinaryIO, file_name: str) -> Objects:
    content = source.read(MAX_JSON_BYTES + 1)
    if len(content) > MAX_JSON_BYTES:
        raise UsageError(
            "{file} is larger than {limit_mb} MB: export it as tables",
            file=file_name,
            limit_mb=MAX_JSON_BYTES // 2**20,
        )
    try:
        root = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            "{file} cannot be read as JSON: {problem}", file=file_name, problem=_short(error)
        ) from error
    objects = Objects({}, {}, {})
    for number, entity in enumerate(_listed(root, file_name)):
        _sort_in(objects, entity, number)
    if not (objects.organizations or objects.locations or objects.services):
        raise UsageError("{file} holds no services, organisations or locations of HSDS", file=file_name)
    return objects


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def _short(error: Exception) -> str:
    return str(error)[:200]


def _listed(root: Any, file_name: str) -> Iterator[Entity]:
    """Yield the objects of a list, of a page or pages, or the one object there is."""
    if isinstance(root, dict):
        lists = [root[name] for name in _LISTS if isinstance(root.get(name), list)]
        is_one = "id" in root and "name" in root
        members = [root] if is_one else [one for members in lists for one in members]
    else:
        members = root if isinstance(root, list) else []
    for member in members:
        if not isinstance(member, dict):
            raise UsageError("{file} is no HSDS: expected objects in its list", file=file_name)
        yield _checked(member, file_name)


def _checked(entity: Entity, file_name: str) -> Entity:
    """Return the object, its lists being lists of objects and its scalars scalars, however deep."""
    for name, value in list(entity.items()):
        if isinstance(value, list):
            if not all(isinstance(one, dict) for one in value):
                raise UsageError(
                    "{file} is no HSDS: «{field}» is no list of objects", file=file_name, field=name
                )
            for one in value:
                _checked(one, file_name)
        elif isinstance(value, dict):
            _checked(value, file_name)
        elif value is None:
            del entity[name]
    return entity


def _sort_in(objects: Objects, entity: Entity, number: int) -> None:
    is_location = "location_type" in entity
    is_service = "status" in entity or "service_at_locations" in entity
    if is_location:
        _add(objects.locations, entity, number)
        return
    if not is_service:
        _add_organization(objects, entity, number)
        for service in entity.pop("services", ()):
            service.setdefault("organization_id", entity.get("id"))
            _sort_in(objects, {"status": "active", **service}, number)
        return
    _add(objects.services, entity, number)
    organization = entity.pop("organization", None)
    if organization:
        entity["organization_id"] = _add_organization(objects, organization, number)
    for link in entity.get("service_at_locations") or ():
        location = link.pop("location", None)
        if location:
            link["location_id"] = _add(objects.locations, location, number)
            if "organization_id" in entity:
                objects.locations[link["location_id"]].setdefault(
                    "organization_id", entity["organization_id"]
                )


def _add_organization(objects: Objects, entity: Entity, number: int) -> str:
    own = _add(objects.organizations, entity, number)
    for location in entity.pop("locations", ()):
        location.setdefault("organization_id", own)
        _add(objects.locations, location, number)
    return own


def _add(known: dict[str, Entity], entity: Entity, number: int) -> str:
    """Keep the object under its id; one told again may add what was not said before."""
    own = str(entity.get("id") or f"{number}")
    entity["id"] = own
    known[own] = {**entity, **known.get(own, {})}
    return own


# Tables


def _tables(source: BinaryIO, file_name: str) -> Objects:
    try:
        with ZipFile(source) as archive:
            tables = _rows_by_table(archive, file_name)
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, csv.Error, UnicodeDecodeError) as error:
        raise UsageError(
            "{file} cannot be read as an archive of tables: {problem}", file=file_name, problem=_short(error)
        ) from error
    if not any(tables.get(table) for table in ("organization", "location", "service")):
        raise UsageError("{file} holds no services, organisations or locations of HSDS", file=file_name)
    _refuse_doubles(tables, file_name)
    found = nested(tables)
    return Objects(found["organization"], found["location"], found["service"])


def _rows_by_table(archive: ZipFile, file_name: str) -> dict[str, list[Row]]:
    left = MAX_TABLE_BYTES
    tables: dict[str, list[Row]] = {}
    for name in archive.namelist():
        table = _TABLE_OF.get(name.rpartition("/")[2].lower())
        if table is None:
            continue
        with archive.open(name) as stream:
            # What the archive says of sizes is not believed: reading stops at the limit.
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise UsageError(
                "{file} unpacks to more than {limit_mb} MB: import it in parts",
                file=file_name,
                limit_mb=MAX_TABLE_BYTES // 2**20,
            )
        tables.setdefault(table, []).extend(_csv_rows(content))
    return tables


def _csv_rows(content: bytes) -> Iterator[Row]:
    csv.field_size_limit(_MAX_FIELD_CHARACTERS)
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    for row in csv.DictReader(text):
        yield {name: unguarded(value) for name, value in row.items() if name and value}


def _refuse_doubles(tables: dict[str, list[Row]], file_name: str) -> None:
    for table in ("organization", "location", "service"):
        seen: set[str] = set()
        for row in tables.get(table, ()):
            own = str(row.get("id") or "")
            if not own or own in seen:
                raise UsageError(
                    "{file}: in {table} the id «{id}» is missing or stands twice: give each row its own",
                    file=file_name,
                    table=TABLES[table].file,
                    id=own,
                )
            seen.add(own)
