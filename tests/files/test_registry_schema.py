"""The JSON Schema for editors says what the loader says."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator

from mapapp.domain.registry import (
    Accessibility,
    CapacityUnit,
    CatchmentBasis,
    LocationPolicy,
    Ownership,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ProviderKind,
    Sector,
    TargetGroup,
    Term,
)
from mapapp.files import registry_fields
from mapapp.files.reference_tables import read_services

SCHEMA = json.loads(files("mapapp.files").joinpath("registry.schema.json").read_text("utf-8"))
PARTS = SCHEMA["$defs"]
POINT = PARTS["point"]
OFFERING = PARTS["offering"]["oneOf"][1]
CATCHMENT = PARTS["catchment"]["oneOf"][1]


class _EditorLoader(yaml.SafeLoader):
    """Reads dates as text, as editors do: they follow YAML 1.2."""


_EditorLoader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def complaints(text: str) -> list[str]:
    return [
        error.message for error in Draft202012Validator(SCHEMA).iter_errors(yaml.load(text, _EditorLoader))
    ]


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (SCHEMA, registry_fields.REGISTRY_FIELDS),
        (PARTS["organisation"], registry_fields.ORGANISATION_FIELDS),
        (POINT, registry_fields.POINT_FIELDS),
        (OFFERING, registry_fields.OFFERING_FIELDS),
        (CATCHMENT, registry_fields.CATCHMENT_FIELDS),
        (PARTS["coordinates"], registry_fields.COORDINATES_FIELDS),
        (PARTS["phone"]["oneOf"][1], registry_fields.PHONE_FIELDS),
        (PARTS["source"], registry_fields.SOURCE_FIELDS),
        (PARTS["contact"], registry_fields.CONTACT_FIELDS),
        (PARTS["address_parts"], registry_fields.ADDRESS_FIELDS),
        (PARTS["week"], registry_fields.WEEK_FIELDS),
        (PARTS["exception"], registry_fields.EXCEPTION_FIELDS),
        (PARTS["closure"], registry_fields.CLOSURE_FIELDS),
        (PARTS["wartime"], registry_fields.WARTIME_FIELDS),
        (PARTS["stop"], registry_fields.STOP_FIELDS),
        (PARTS["tariff"], registry_fields.TARIFF_FIELDS),
        (PARTS["confidential_place"], registry_fields.CONFIDENTIAL_PLACE_FIELDS),
    ],
    ids=lambda part: "+".join(list(part.get("properties", ()))[:3]) or None,
)
def test_each_group_has_the_same_fields_and_requires_the_same(part, fields):
    assert part["properties"].keys() == fields.keys()
    assert set(part["required"]) == {name for name, field in fields.items() if field.is_required}
    assert part["additionalProperties"] is False


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (PARTS["organisation"]["properties"]["sector"], Sector),
        (POINT["properties"]["kind"], PointKind),
        (POINT["properties"]["location_policy"], LocationPolicy),
        (POINT["properties"]["precision"], PointPrecision),
        (PARTS["target_group"], TargetGroup),
        (PARTS["place"], PlaceOfProvision),
        (POINT["properties"]["payment"], Payment),
        (CATCHMENT["properties"]["basis"], CatchmentBasis),
        (PARTS["organisation"]["properties"]["kind"], ProviderKind),
        (PARTS["organisation"]["properties"]["ownership"], Ownership),
        (PARTS["accessibility"], Accessibility),
        (PARTS["confidential_place"]["properties"]["precision"], PointPrecision),
        (OFFERING["properties"]["capacity_unit"], CapacityUnit),
        (OFFERING["properties"]["terms"]["items"], Term),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_each_closed_list_has_the_same_words(part, words):
    assert part["enum"] == [member.name.lower() for member in words]


def test_editors_offer_the_services_of_the_reference_table():
    assert PARTS["service"]["enum"] == list(read_services())


def test_every_field_of_a_point_is_described_in_ukrainian():
    fields = [*POINT["properties"].values(), *OFFERING["properties"].values()]
    described = [{**PARTS.get(part.get("$ref", "").rpartition("/")[2], {}), **part} for part in fields]
    assert all(any("а" <= letter <= "я" for letter in part["description"]) for part in described)


def test_the_shipped_file_is_valid_and_points_editors_to_the_schema(repo_root):
    text = (repo_root / "providers.yaml").read_text("utf-8")
    first_line = text.partition("\n")[0]
    schema = first_line.removeprefix("# yaml-language-server: $schema=")
    assert json.loads((repo_root / schema).read_text("utf-8")) == SCHEMA
    assert complaints(text) == []


@pytest.fixture(scope="module")
def guide(repo_root):
    return (repo_root / "docs" / "providers-file.md").read_text("utf-8")


def test_the_example_of_the_guide_is_a_registry(guide, read):
    example = guide.partition("```yaml\n")[2].partition("```")[0]
    assert complaints(example) == []
    assert [offering.service for offering in read(example).points[0].offerings] == [
        "information",
        "counselling",
        "home-care",
    ]


def test_the_guide_names_every_field_and_every_word(guide):
    groups = (SCHEMA, OFFERING, CATCHMENT, PARTS["phone"]["oneOf"][1], *PARTS.values())
    fields = {field for group in groups for field in group.get("properties", ())}
    lists = (PointKind, LocationPolicy, PointPrecision, Sector, TargetGroup, PlaceOfProvision, Payment, Term)
    lists += (ProviderKind, Ownership, Accessibility, CapacityUnit, CatchmentBasis)
    words = {member.name.lower() for words in lists for member in words}
    assert {name for name in fields | words if not re.search(rf"\b{name}\b", guide)} == set()


SHELTER = """\
scope: [UA53000000000028050]
organisations:
  - {id: council, name: Рада, sector: state_communal}
points:
  - id: shelter
    organisation: council
    kind: shelter
    name: Притулок
    location_policy: withheld
    oblast: UA53000000000028050
    phones: [1547, "116 123"]
    places: [inpatient]
    catchment: [UA53000000000028050]
    offerings: [shelter-survivors]
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    oblast: UA53000000000028050\n", ""),
        ('    phones: [1547, "116 123"]\n', ""),
        ("    places:", "    hromada: UA53080350000070563\n    places:"),
        ("    places:", "    address: вул. Центральна, 1\n    places:"),
        ("    places:", "    coordinates: {lat: 49.96, lon: 34.61}\n    precision: street\n    places:"),
        ("location_policy: withheld", "location_policy: public"),
        ("[UA53000000000028050]\n    off", "[{area: UA53000000000028050, basis: contract}]\n    off"),
        ("sector: state_communal", "sector: state_communal, demo: true"),
        ("    places:", "    demo: true\n    places:"),
        ("    offerings: [shelter-survivors]\n", ""),
        ("    places:", "    stops: [{settlement: UA53080350010044287, day: 2026-05-01}]\n    places:"),
        ("    places:", "    address_parts: {street: вул. Центральна}\n    places:"),
    ],
)
def test_what_only_some_records_must_say_is_in_the_schema_too(faults, old, new):
    assert complaints(SHELTER) == faults(SHELTER) == []
    assert SHELTER.count(old) == 1
    text = SHELTER.replace(old, new)
    assert complaints(text)
    assert faults(text)
