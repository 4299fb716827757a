"""What is written as HSDS is valid by the published 3.1 schemas, with additional properties refused."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry as Schemas
from referencing import Resource
from referencing.jsonschema import DRAFT202012

from mapapp.files.hsds.tables import TABLES
from mapapp.files.hsds.writing import write_hsds_json, write_hsds_tables
from mapapp.files.reference_tables import read_services

TODAY = date(2026, 7, 1)
NOT_IN_THE_PACKAGE = {"service_capacity", "unit"}
"""The published datapackage leaves out most columns of these two; their JSON Schemas have them."""


def closed(schema):
    """Return the schema with additional properties refused everywhere."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: closed(part) for name, part in schema.items()}
    return {**parts, "additionalProperties": False} if isinstance(parts.get("properties"), dict) else parts


@pytest.fixture(scope="module")
def schemas(shared_dir):
    folder = shared_dir / "standards" / "hsds" / "schema"
    return {file.name: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")}


@pytest.fixture(scope="module")
def complaints(schemas):
    """Tell what is wrong with a service."""
    resources = ((name, Resource(closed(one), DRAFT202012)) for name, one in schemas.items())
    registry = Schemas().with_resources(resources)
    validator = Draft202012Validator(
        {"$ref": "service.json"}, registry=registry, format_checker=FormatChecker()
    )
    return lambda service: [f"{error.json_path}: {error.message}" for error in validator.iter_errors(service)]


@pytest.fixture(scope="module")
def packages(shared_dir):
    package = json.loads((shared_dir / "standards" / "hsds" / "datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


@pytest.fixture(scope="module")
def demo(read, repo_root):
    return read((repo_root / "providers.yaml").read_bytes())


def written(writer, registry, gazetteer):
    stream = io.BytesIO()
    writer(registry, gazetteer, read_services(), stream, TODAY)
    return stream


def test_a_misspelt_property_would_be_noticed(complaints):
    service = {"id": "f6b2b2ad-8b3e-4a1c-9b62-0d4f0a3f5a10", "name": "Догляд", "status": "active"}
    assert complaints(service) == []
    assert complaints({**service, "colour": "red"})
    assert complaints({**service, "organization": {"id": service["id"], "name": "Х"}})
    assert complaints({**service, "phones": [{"id": "1", "number": "1545"}]})


def test_any_registry_is_a_page_of_valid_services(gazetteer, any_registry, complaints):
    @settings(max_examples=25)
    @given(any_registry)
    def holds(registry):
        page = json.loads(written(write_hsds_json, registry, gazetteer).getvalue())
        assert page["total_items"] == len(page["contents"])
        for service in page["contents"]:
            assert complaints(service) == []

    holds()


def test_the_page_has_the_fields_of_the_api(gazetteer, demo, schemas):
    page = json.loads(written(write_hsds_json, demo, gazetteer).getvalue())
    fields = schemas["openapi.json"]["components"]["schemas"]["Page"]["properties"]
    assert page.keys() == {*fields, "contents"}


def test_the_shipped_registry_is_valid(gazetteer, demo, complaints):
    services = json.loads(written(write_hsds_json, demo, gazetteer).getvalue())["contents"]
    assert [found for service in services[::20] for found in complaints(service)] == []


def test_every_table_has_the_published_file_and_columns(packages, schemas):
    for name, table in TABLES.items():
        assert packages[name]["path"] == table.file
        if name in NOT_IN_THE_PACKAGE:
            kinds = schemas[f"{name}.json"]["properties"].items()
            expected = tuple(field for field, kind in kinds if kind.get("type", "array") != "array")
        else:
            expected = tuple(field["name"] for field in packages[name]["schema"]["fields"])
        assert table.columns == expected


def rows_of_archive(stream):
    with zipfile.ZipFile(stream) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))
            for name in archive.namelist()
        }


KINDS = {
    "number": lambda text: float(text) is not None,
    "date": lambda text: date.fromisoformat(text) is not None,
    "time": lambda text: re.fullmatch(r"\d\d:\d\d:\d\d", text) is not None,
    "uuid": lambda text: str(UUID(text)) == text,
}


def faults_of_rows(rows, resource):
    fields = resource["schema"]["fields"]
    for row in rows:
        for field in fields:
            text, rules = row[field["name"]], field.get("constraints", {})
            if not text:
                if rules.get("required"):
                    yield f"{field['name']} is missing in {row}"
                continue
            kind = KINDS.get(field.get("format")) or KINDS.get(field["type"])
            if (kind and not kind(text)) or text not in rules.get("enum", [text]):
                yield f"{field['name']}: {text}"
    for field in fields:
        if field.get("constraints", {}).get("unique"):
            values = [row[field["name"]] for row in rows if row[field["name"]]]
            if len(values) != len(set(values)):
                yield f"{field['name']} is not unique"


def faults_of_tables(tables, packages):
    ids = {
        name: {row["id"] for row in tables.get(resource["path"], [])} for name, resource in packages.items()
    }
    for resource in packages.values():
        rows = tables.get(resource["path"], [])
        yield from (f"{resource['name']}: {fault}" for fault in faults_of_rows(rows, resource))
        for key in resource["schema"].get("foreignKeys", []):
            found = {row[key["fields"]] for row in rows} - {""}
            if lost := found - ids[key["reference"]["resource"]]:
                yield f"{resource['name']}.{key['fields']} points at nothing: {lost}"


def test_any_registry_makes_tables_by_the_published_package(gazetteer, any_registry, packages):
    @settings(max_examples=40)
    @given(any_registry)
    def holds(registry):
        tables = rows_of_archive(written(write_hsds_tables, registry, gazetteer))
        assert list(faults_of_tables(tables, packages)) == []

    holds()


def test_the_shipped_registry_makes_tables_by_the_published_package(gazetteer, demo, packages):
    tables = rows_of_archive(written(write_hsds_tables, demo, gazetteer))
    assert list(faults_of_tables(tables, packages)) == []
    assert {"organizations.csv", "services.csv", "locations.csv", "service_areas.csv"} <= tables.keys()


def test_a_wrong_table_would_be_noticed(gazetteer, demo, packages):
    tables = rows_of_archive(written(write_hsds_tables, demo, gazetteer))
    tables["services.csv"][0]["organization_id"] = ""
    tables["services.csv"][1]["status"] = "open"
    tables["attributes.csv"][0]["taxonomy_term_id"] = "00000000-0000-0000-0000-000000000000"
    assert len(list(faults_of_tables(tables, packages))) == 3
