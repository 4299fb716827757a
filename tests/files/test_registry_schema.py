"""The JSON Schema for editors says what the loader says."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator

from mapapp.domain.registry import (
    CatchmentBasis,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Sector,
    TargetGroup,
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
    ],
    ids=["registry", "organisation", "point", "offering", "catchment", "coordinates"],
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
    ],
    ids=["sector", "kind", "location_policy", "precision", "target_group", "place", "payment", "basis"],
)
def test_each_closed_list_has_the_same_words(part, words):
    assert part["enum"] == [member.name.lower() for member in words]


def test_editors_offer_the_services_of_the_reference_table():
    assert PARTS["service"]["enum"] == list(read_services())


def test_every_field_of_a_point_is_described_in_ukrainian():
    described = [{**PARTS.get(part.get("$ref", "").rpartition("/")[2], {}), **part} for part in
                 POINT["properties"].values()]  # fmt: skip
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
    groups = (SCHEMA, PARTS["organisation"], POINT, OFFERING, CATCHMENT, PARTS["coordinates"])
    fields = {field for group in groups for field in group["properties"]}
    lists = (PointKind, LocationPolicy, PointPrecision, Sector, TargetGroup, PlaceOfProvision, Payment)
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
    ],
)
def test_what_only_some_records_must_say_is_in_the_schema_too(faults, old, new):
    assert complaints(SHELTER) == faults(SHELTER) == []
    assert SHELTER.count(old) == 1
    text = SHELTER.replace(old, new)
    assert complaints(text)
    assert faults(text)
