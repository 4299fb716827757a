"""A scenario file is read as written, and every fault in it is told with its line and field."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mapapp.domain.errors import InvalidInputError
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    SignContract,
)
from mapapp.files import scenario_file
from mapapp.files.reference_tables import read_services
from mapapp.files.scenario_file import read_scenarios, write_scenarios
from mapapp.files.scenario_rules import check_scenario

sys.path.insert(0, str(Path(__file__).parent))
from any_scenarios import any_scenarios

sys.path.pop(0)

DAY = date(2026, 5, 12)
OPISHNIA = Katottg("UA53080350000070563")
OPISHNIA_TOWN = Katottg("UA53080350010044287")
POLTAVA = Katottg("UA53080370000025447")
POLTAVA_OBLAST = Katottg("UA53000000000028050")
KYIV = Katottg("UA80000000000093317")
MELITOPOL = Katottg("UA23080070000068953")
"""Occupied as a whole."""
MELITOPOL_TOWN = Katottg("UA23080070010092407")

NOWHERE = "UA99000000000000000"

EVERY_CHANGE = f"""\
scenarios:
  - id: every-change
    name: Усе одразу
    note: "Рядок: так"
    changes:
      - close: centre
      - close: {{point: other, service: home-care}}
      - open:
          name: Новий центр
          settlement: {OPISHNIA_TOWN}
          services: [home-care, day-care]
          serves: [{OPISHNIA}, ua]
          capacity: 40
          places: [day, home]
      - contract:
          point: third
          hromada: {OPISHNIA}
      - contract: {{point: third, hromada: {POLTAVA}, service: home-care}}
      - lose_roads: {{around: {{lat: 49.5, lon: 34.5}}, radius_m: 250.5}}
      - occupy: {POLTAVA}
      - displace: {{from: {POLTAVA}, to: {KYIV}, persons: 12}}
"""


def told(text: str | bytes, judge=None) -> list[str]:
    """Return the faults of a document as `line [field]: sentence`."""
    with pytest.raises(InvalidInputError, match="nothing was taken") as refusal:
        read_scenarios(text if isinstance(text, bytes) else text.encode(), "file.yaml", judge)
    return [str(fault).removeprefix("file.yaml:") for fault in refusal.value.faults]


def with_changes(*changes: str) -> str:
    return "scenarios:\n  - id: a\n    name: А\n    changes:\n" + "".join(f"      - {it}\n" for it in changes)


def test_every_change_is_read_as_written():
    (scenario,) = read_scenarios(EVERY_CHANGE.encode())
    assert scenario == Scenario(
        "every-change",
        "Усе одразу",
        (
            ClosePoint("centre"),
            ClosePoint("other", "home-care"),
            OpenPoint(
                "Новий центр",
                OPISHNIA_TOWN,
                ("home-care", "day-care"),
                (OPISHNIA, "UA"),
                40,
                frozenset({PlaceOfProvision.DAY, PlaceOfProvision.HOME}),
            ),
            SignContract("third", OPISHNIA),
            SignContract("third", POLTAVA, "home-care"),
            LoseRoads(LonLat(lon=34.5, lat=49.5), 250.5),
            Occupy(POLTAVA),
            Displace(POLTAVA, KYIV, 12),
        ),
        "Рядок: так",
    )


def test_a_new_point_receives_people_by_day_unless_it_says_otherwise():
    text = with_changes(f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [x], serves: [UA]}}")
    (opening,) = read_scenarios(text.encode())[0].changes
    assert (opening.places, opening.capacity) == (frozenset({PlaceOfProvision.DAY}), None)


def test_what_is_written_is_read_as_the_same(gazetteer):
    @given(any_scenarios(gazetteer))
    @settings(max_examples=150)
    def holds(scenarios):
        assert read_scenarios(write_scenarios(scenarios, gazetteer)) == scenarios

    holds()


def test_codes_are_written_with_the_names_of_their_units(gazetteer):
    text = write_scenarios(read_scenarios(EVERY_CHANGE.encode()), gazetteer).decode()
    for line in (f"from: {POLTAVA}  # Полтавська", f"to: {KYIV}  # Київ", "- UA  # Україна"):
        assert line in text


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_do_anything_but_be_read_or_refused(content):
    try:
        read_scenarios(content)
    except InvalidInputError as error:
        assert error.faults  # noqa: PT017 - a few of these bytes might be scenarios


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["1: the file is empty: write scenarios"]),
        ("- a", ["1: expected a group of fields, each as «name: value»"]),
        ("scenario: []", [
            "1 [scenario]: there is no field «scenario»: did you mean «scenarios»?",
            "1: field «scenarios» is missing",
        ]),
        ("scenarios: []", ["1 [scenarios]: the list is empty: fill it in or remove the field"]),
        (b"scenarios: \xff", ["1: the file is not UTF-8 text: save it in that encoding"]),
        ("scenarios: [a\nb: c",
         ["2: a list in [ ] is not closed, or a comma is missing in it (character 2)"]),
        ("scenarios:\n  - id: a\n    name: А", ["2 [scenarios[a]]: field «changes» is missing"]),
        ("scenarios:\n  - id: A b\n    name: А\n    changes: [close: a]", [
            ("2 [scenarios[1].id]: «A b» is not an id: "
             "use up to 40 lower-case Latin letters, digits and single hyphens"),
        ]),
        ("scenarios:\n- {id: a, name: А, changes: [close: a]}\n- {id: a, name: Б, changes: [close: a]}", [
            "3 [scenarios[a].id]: id «a» stands on line 2 already: give each its own",
        ]),
        ("scenarios: [{id: a, name: А, changes: [close: a]}, {id: a, name: Б, changes: [close: a]}]", [
            "1 [scenarios[a].id]: id «a» stands on line 1 already: give each its own",
        ]),
    ],
)  # fmt: skip
def test_a_document_that_is_no_scenario_file_is_told_so(text, faults):
    assert told(text) == faults


def test_every_wrong_field_is_told_at_once():
    changes = (
        "{}",
        "close: centre\n        occupy: Полтава",
        "shut: centre",
        "close: {service: home-care}",
        f"displace: {{from: {POLTAVA}, to: {POLTAVA}, persons: 0}}",
        "lose_roads: {around: {lat: 49.5}, radius_m: 0.5}",
        f"open: {{name: А, settlement: {POLTAVA}, services: [], serves: [{OPISHNIA_TOWN}], capacity: -1}}",
        "contract: {point: Б, hromada: 53}",
    )
    one_of_six = "close, open, contract, lose_roads, occupy, displace"
    around_it = "name the hromada, raion or oblast around it"
    usable = "use up to 63 lower-case Latin letters, digits, dots and dashes"
    expected = [
        f"5 [changes[1]]: one change is one of {one_of_six}: write each on its own",
        f"6 [changes[2]]: one change is one of {one_of_six}: write each on its own",
        "7 [changes[2].occupy]: «Полтава» is not a KATOTTG code: write UA and 17 digits",
        f"8 [changes[3].shut]: there is no field «shut» here: use {one_of_six}",
        "9 [changes[4].close]: field «point» is missing",
        "10 [changes[5].displace.persons]: at least one person moves, not 0",
        "10 [changes[5].displace.to]: people move to another hromada: this is the one they leave",
        "11 [changes[6].lose_roads.around]: field «lon» is missing",
        "11 [changes[6].lose_roads.radius_m]: «0.5» is not a number of metres from 1 to 100000",
        "12 [changes[7].open.services]: the list is empty: fill it in or remove the field",
        f"12 [changes[7].open.serves[1]]: {OPISHNIA_TOWN} is a settlement: {around_it}",
        "12 [changes[7].open.capacity]: «-1» is not a whole number, zero or more",
        f"13 [changes[8].contract.point]: «Б» is not an id: {usable}",
        "13 [changes[8].contract.hromada]: «53» is not a KATOTTG code: write UA and 17 digits",
    ]
    assert [fault.replace("scenarios[a].", "") for fault in told(with_changes(*changes))] == expected


def test_a_file_cannot_be_endless():
    assert told(b"#" * (scenario_file.MAX_BYTES + 1)) == ["1: the file is larger than 1 MB"]
    assert told("[" * 100_000) == ["1: lists and fields are nested more than 40 deep"]
    grows = "\n".join(f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else '1'}]" for n in range(9))
    assert any("unfolds into more than 50000 values" in fault for fault in told(grows))
    assert "5 [scenarios[a].changes]: a scenario makes at most 200 changes, not 201" in [
        fault.replace("4 [", "5 [") for fault in told(with_changes(*[f"close: p{n}" for n in range(201)]))
    ]


# What is right in itself and speaks against the registry, the country or itself


def point(record_id: str, *offerings: Offering, **changes: object) -> ServicePoint:
    made = ServicePoint(
        id=record_id,
        organisation="org",
        kind=PointKind.DAY_CARE,
        name=record_id,
        location_policy=LocationPolicy.PUBLIC,
        oblast=POLTAVA_OBLAST,
        hromada=POLTAVA,
        settlement=None,
        point=LonLat(lon=34.55, lat=49.59),
        precision=PointPrecision.SETTLEMENT,
        address="",
        phones=(),
        offerings=offerings,
    )
    return replace(made, **changes)


def offering(service: str, *areas: str | CatchmentArea) -> Offering:
    catchment = tuple(area if isinstance(area, CatchmentArea) else CatchmentArea(area) for area in areas)
    return Offering(service, catchment, TargetGroup.EVERYONE, frozenset({PlaceOfProvision.DAY}))


ENDED = CatchmentArea(OPISHNIA, CatchmentBasis.CONTRACT, date(2025, 1, 1), date(2025, 12, 31))
POINTS = {
    it.id: it
    for it in (
        point("centre", offering("home-care", POLTAVA, ENDED), offering("day-care", POLTAVA_OBLAST)),
        point(
            "shelter",
            offering("shelter-survivors", POLTAVA),
            location_policy=LocationPolicy.WITHHELD,
            hromada=None,
            point=None,
            precision=None,
        ),
        point("relocated", offering("day-care", POLTAVA), relocated_from=MELITOPOL),
    )
}


@pytest.fixture(scope="module")
def judged(gazetteer):
    """Tell what speaks against these changes, as `line [field]: sentence`; nothing where nothing does."""
    services = read_services()

    def judge(scenario):
        return check_scenario(scenario, gazetteer, services, POINTS, DAY)

    def judged(*changes):
        text = with_changes(*changes)
        try:
            read_scenarios(text.encode(), "file.yaml", judge)
        except InvalidInputError:
            return [fault.replace("scenarios[a].", "") for fault in told(text, judge)]
        return []

    return judged


@pytest.mark.parametrize(
    "change",
    [
        "close: centre",
        "close: {point: centre, service: home-care}",
        "close: shelter",
        f"contract: {{point: centre, hromada: {OPISHNIA}}}",
        f"contract: {{point: centre, hromada: {OPISHNIA}, service: home-care}}",
        f"contract: {{point: shelter, hromada: {OPISHNIA}}}",
        f"contract: {{point: relocated, hromada: {MELITOPOL}}}",
        f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [day-care], serves: [UA]}}",
        f"occupy: {OPISHNIA}",
        f"displace: {{from: {MELITOPOL}, to: {KYIV}, persons: 5}}",
        "lose_roads: {around: {lat: 49.5, lon: 34.5}, radius_m: 100}",
    ],
)
def test_what_can_be_is_not_spoken_against(judged, change):
    assert judged(change) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("close: nobody-here", "close.point]: no service point «nobody-here» is in the registry"),
        ("close: shelterr",
         "close.point]: no service point «shelterr» is in the registry: did you mean «shelter»?"),
        ("close: {point: centre, service: fly}", "close.service]: no service is called «fly»"),
        ("close: {point: centre, service: mediation}",
         "close.service]: the point «centre» does not give the service «mediation»"),
        (f"contract: {{point: centre, hromada: {OPISHNIA}, service: day-care}}",
         "contract.hromada]: the point «centre» serves Опішнянська already"),
        (f"contract: {{point: centre, hromada: {POLTAVA}}}",
         "contract.hromada]: the point «centre» serves Полтавська already"),
        (f"contract: {{point: centre, hromada: {OPISHNIA_TOWN}}}",
         (f"contract.hromada]: {OPISHNIA_TOWN} is the settlement Опішня: "
          f"its hromada is {OPISHNIA} (Опішнянська)")),
        (f"contract: {{point: centre, hromada: {MELITOPOL}}}",
         "contract.hromada]: Мелітопольська is temporarily occupied: nothing can be said of services there"),
        (f"open: {{name: А, settlement: {OPISHNIA}, services: [day-care], serves: [UA]}}",
         f"open.settlement]: {OPISHNIA} is Опішнянська, not a settlement"),
        (f"open: {{name: А, settlement: {MELITOPOL_TOWN}, services: [day-care], serves: [UA]}}",
         "open.settlement]: Мелітополь is temporarily occupied: nothing can be said of services there"),
        (f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [day-car], serves: [UA]}}",
         "open.services[1]]: no service is called «day-car»: did you mean «day-care»?"),
        (f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [day-care, day-care], serves: [UA]}}",
         "open.services[2]]: «day-care» stands in this list twice"),
        (f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [day-care], serves: [{NOWHERE}]}}",
         f"open.serves[1]]: no unit has the code {NOWHERE}"),
        (f"occupy: {MELITOPOL}", "occupy]: Мелітопольська is temporarily occupied already"),
        (f"displace: {{from: {OPISHNIA}, to: {MELITOPOL}, persons: 5}}",
         "displace.to]: Мелітопольська is temporarily occupied: nothing can be said of services there"),
        ("lose_roads: {around: {lat: 34.5, lon: 49.5}, radius_m: 100}",
         "lose_roads.around]: lat 34.5 and lon 49.5 are exchanged: write lat: 49.5, lon: 34.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_line(judged, change, fault):
    assert judged(change) == [f"5 [changes[1].{fault}"]


def test_a_missing_point_is_the_only_thing_said_of_it(judged):
    assert judged(f"contract: {{point: nobody-here, hromada: {OPISHNIA}, service: mediation}}") == [
        "5 [changes[1].contract.point]: no service point «nobody-here» is in the registry"
    ]


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        ("close: centre", "close: centre", "close]: change 1 says the same: remove one of them"),
        (f"occupy: {OPISHNIA}", f"occupy: {OPISHNIA}", "occupy]: change 1 says the same: remove one of them"),
        ("close: centre", "close: {point: centre, service: day-care}",
         "close]: change 1 speaks of the same point, and one of the two closes it: keep one of them"),
        (f"contract: {{point: centre, hromada: {OPISHNIA}, service: home-care}}",
         "close: {point: centre, service: home-care}",
         "close]: change 1 speaks of the same point, and one of the two closes it: keep one of them"),
        (f"occupy: {OPISHNIA}",
         f"open: {{name: А, settlement: {OPISHNIA_TOWN}, services: [day-care], serves: [UA]}}",
         "open.settlement]: Опішня is temporarily occupied: nothing can be said of services there"),
        (f"occupy: {OPISHNIA}", f"contract: {{point: centre, hromada: {OPISHNIA}}}",
         "contract.hromada]: Опішнянська is temporarily occupied: nothing can be said of services there"),
        (f"occupy: {OPISHNIA}", f"displace: {{from: {POLTAVA}, to: {OPISHNIA}, persons: 5}}",
         "displace.to]: Опішнянська is temporarily occupied: nothing can be said of services there"),
    ],
)  # fmt: skip
def test_changes_that_contradict_one_another_are_told(judged, first, second, fault):
    assert judged(first, second) == [f"6 [changes[2].{fault}"]


def test_changes_that_only_look_alike_are_no_contradiction(judged):
    changes = (
        "close: {point: centre, service: day-care}",
        f"contract: {{point: centre, hromada: {OPISHNIA}, service: home-care}}",
        "close: shelter",
        f"occupy: {POLTAVA}",
        f"displace: {{from: {POLTAVA}, to: {OPISHNIA}, persons: 5}}",
        f"displace: {{from: {POLTAVA}, to: {KYIV}, persons: 5}}",
    )
    assert judged(*changes) == []


def test_a_fault_of_a_longer_form_is_told_on_its_own_line(judged):
    text = (
        "open:\n          name: А\n          settlement: "
        f"{OPISHNIA_TOWN}\n          services:\n            - day-care\n            - fly\n"
        "          serves: [UA]"
    )
    assert judged(text) == ["10 [changes[1].open.services[2]]: no service is called «fly»"]


def test_a_confidential_point_is_never_described_in_a_fault(judged):
    (fault,) = judged(f"contract: {{point: shelter, hromada: {POLTAVA}}}")
    assert fault == "5 [changes[1].contract.hromada]: the point «shelter» serves Полтавська already"


# What editors and readers of the guide are told

SCHEMA = json.loads(files("mapapp.files").joinpath("scenario.schema.json").read_text("utf-8"))
PARTS = SCHEMA["$defs"]


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (SCHEMA, scenario_file.FILE_FIELDS),
        (PARTS["scenario"], scenario_file.SCENARIO_FIELDS),
        (PARTS["change"], scenario_file.CHANGE_FIELDS),
        (PARTS["close"], scenario_file.CLOSE_FIELDS),
        (PARTS["open"], scenario_file.OPEN_FIELDS),
        (PARTS["contract"], scenario_file.CONTRACT_FIELDS),
        (PARTS["lose_roads"], scenario_file.LOSE_ROADS_FIELDS),
        (PARTS["displace"], scenario_file.DISPLACE_FIELDS),
    ],
    ids=lambda part: "+".join(list(part.get("properties", ()))[:3]) or None,
)
def test_each_group_has_the_same_fields_and_requires_the_same(part, fields):
    assert part["properties"].keys() == fields.keys()
    assert set(part.get("required", ())) == {name for name, field in fields.items() if field.is_required}
    assert part["additionalProperties"] is False


def test_editors_offer_the_words_the_reader_knows():
    assert PARTS["service"]["enum"] == list(read_services())
    assert PARTS["open"]["properties"]["places"]["items"]["enum"] == [
        place.name.lower() for place in PlaceOfProvision
    ]


def complaints(text: str) -> list[str]:
    return [it.message for it in Draft202012Validator(SCHEMA).iter_errors(yaml.safe_load(text))]


@pytest.fixture(scope="module")
def guide(repo_root):
    return (repo_root / "docs" / "scenarios.md").read_text("utf-8")


def test_the_example_of_the_guide_is_read_and_valid(guide, gazetteer):
    example = guide.partition("```yaml\n")[2].partition("```")[0]
    assert complaints(example) == []
    scenarios = read_scenarios(example.encode())
    assert [scenario.id for scenario in scenarios] == ["poltava-day-closes", "lubny-served", "stepne-lost"]
    assert complaints(write_scenarios(scenarios, gazetteer).decode()) == []
    assert complaints(EVERY_CHANGE) == []


def test_the_schema_refuses_what_the_reader_refuses():
    for changes in (
        ("{}",),
        (f"close: a\n        occupy: {POLTAVA}",),
        ("close: {service: home-care}",),
        ("lose_roads: {around: {lat: 49.5, lon: 34.5}, radius_m: 0.5}",),
    ):
        assert complaints(with_changes(*changes))
        assert told(with_changes(*changes))


def test_the_guide_names_every_field(guide):
    fields = {name for part in (SCHEMA, *PARTS.values()) for name in part.get("properties", ())}
    assert {name for name in fields if not re.search(rf"\b{name}\b", guide)} == set()
