"""Scenarios as a YAML file edited by hand, and such a file as scenarios or every fault in it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import NATION, Katottg, KatottgLevel
from mapapp.domain.registry import PlaceOfProvision
from mapapp.domain.scenario import (
    LEAST_RADIUS_M,
    LONGEST_ID,
    MOST_CHANGES,
    MOST_RADIUS_M,
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    ScenarioChange,
    SignContract,
)
from mapapp.domain.services import checked_slug
from mapapp.files.gazetteer_checks import GazetteerChecks
from mapapp.files.registry_fields import COORDINATES_FIELDS
from mapapp.files.registry_values import (
    Field,
    Fields,
    Record,
    Refusal,
    Report,
    cells_of,
    group_of,
    list_of,
    one_of,
    read_area,
    read_count,
    read_katottg,
    read_record,
    read_record_id,
    read_text,
    short_or_group,
    value_of,
)
from mapapp.files.yaml_document import document_of
from mapapp.files.yaml_writing import yaml_degrees, yaml_list, yaml_text, yaml_word

SCHEMA_PATH = "mapapp/files/scenario.schema.json"
"""Where an editor finds the JSON Schema, from the repository's top level."""
MAX_BYTES = 1024 * 1024
MAX_VALUES = 50_000
"""Anybody may hand a file in on a page: 50 scenarios of 200 changes are far below this."""

Judge = Callable[[Scenario], Iterable[Fault]]
"""Tells what speaks against a scenario, with columns such as `changes[2].close.point`."""

_METRES = re.compile(r"\d{1,6}(?:\.\d{1,20})?", re.ASCII)


def _read_id(written: str) -> str:
    try:
        if len(checked_slug(written)) <= LONGEST_ID:
            return written
    except ValueError:
        pass
    raise Refusal(
        Fault(
            "«{value}» is not an id: use up to {limit} lower-case Latin letters, digits and single hyphens",
            {"value": written, "limit": LONGEST_ID},
        )
    )


def _read_served(written: str) -> str:
    area = read_area(written)
    if area != NATION and Katottg(area).level in {KatottgLevel.SETTLEMENT, KatottgLevel.CITY_DISTRICT}:
        raise Refusal(
            Fault("{code} is a settlement: name the hromada, raion or oblast around it", {"code": area})
        )
    return area


def _read_metres(written: str) -> float:
    if _METRES.fullmatch(written) and LEAST_RADIUS_M <= float(written) <= MOST_RADIUS_M:
        return float(written)
    raise Refusal(Fault("«{value}» is not a number of metres from 1 to 100000", {"value": written}))


def _read_persons(written: str) -> int:
    persons = read_count(written)
    if persons < 1:
        raise Refusal(Fault("at least one person moves, not {value}", {"value": written}))
    return persons


_text = value_of(read_text)
_unit = value_of(read_katottg)
_point = value_of(read_record_id)

CLOSE_FIELDS: Fields = {"point": Field(_point, is_required=True), "service": Field(_text)}

OPEN_FIELDS: Fields = {
    "name": Field(_text, is_required=True),
    "settlement": Field(_unit, is_required=True),
    "services": Field(list_of(cells_of(_text)), is_required=True),
    "serves": Field(list_of(cells_of(value_of(_read_served))), is_required=True),
    "capacity": Field(value_of(read_count)),
    "places": Field(list_of(cells_of(one_of(PlaceOfProvision)))),
}

CONTRACT_FIELDS: Fields = {
    "point": Field(_point, is_required=True),
    "hromada": Field(_unit, is_required=True),
    "service": Field(_text),
}

LOSE_ROADS_FIELDS: Fields = {
    "around": Field(group_of(COORDINATES_FIELDS), is_required=True),
    "radius_m": Field(value_of(_read_metres), is_required=True),
}

DISPLACE_FIELDS: Fields = {
    "from": Field(_unit, is_required=True),
    "to": Field(_unit, is_required=True),
    "persons": Field(value_of(_read_persons), is_required=True),
}

CHANGE_FIELDS: Fields = {
    "close": Field(short_or_group("point", CLOSE_FIELDS)),
    "open": Field(group_of(OPEN_FIELDS)),
    "contract": Field(group_of(CONTRACT_FIELDS)),
    "lose_roads": Field(group_of(LOSE_ROADS_FIELDS)),
    "occupy": Field(_unit),
    "displace": Field(group_of(DISPLACE_FIELDS)),
}
"""A change has exactly one of these."""

SCENARIO_FIELDS: Fields = {
    "id": Field(value_of(_read_id), is_required=True),
    "name": Field(_text, is_required=True),
    "note": Field(_text),
    "changes": Field(list_of(group_of(CHANGE_FIELDS)), is_required=True),
}

FILE_FIELDS: Fields = {"scenarios": Field(list_of(group_of(SCENARIO_FIELDS), "id"), is_required=True)}


def read_scenarios(document: bytes, file: str = "", judge: Judge | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios of a YAML document, in its order; `docs/scenarios.md` describes its fields.

    Parameters
    ----------
    document
        The content of a file, UTF-8.
    file
        What to call it in faults.
    judge
        Asked of each scenario that can be read, once nothing else is wrong with the document.

    Raises
    ------
    InvalidInputError
        Something does not hold; every fault is listed with its line and field.

    """
    report = Report(file, [])
    records = _records(document, report)
    for record in records:
        _judge_record(record)
    _judge_ids(records)
    scenarios = () if report.faults else tuple(map(_scenario_of, records))
    if judge is not None:
        for record, scenario in zip(records, scenarios, strict=False):
            for fault in judge(scenario):
                report.add(fault, _line_of(record, fault.column), f"{record.place}.{fault.column}")
    if report.faults:
        raise InvalidInputError(
            "Faults in the scenario file {file}: {count}; nothing was taken from it",
            sorted(report.faults, key=lambda fault: fault.line or 0),
            file=file,
            count=len(report.faults),
        )
    return scenarios


def write_scenarios(scenarios: Iterable[Scenario], gazetteer: Gazetteer) -> bytes:
    """Return the scenarios as a YAML document that `read_scenarios` reads, units named beside their codes."""
    names = GazetteerChecks(gazetteer)
    lines = [f"# yaml-language-server: $schema={SCHEMA_PATH}", "", "scenarios:"]
    for scenario in scenarios:
        lines += [f"  - id: {yaml_text(scenario.id)}", f"    name: {yaml_text(scenario.name)}"]
        if scenario.note:
            lines.append(f"    note: {yaml_text(scenario.note)}")
        lines.append("    changes:")
        for change in scenario.changes:
            first, *others = _change_lines(change, names)
            lines += [f"      - {first}", *(f"          {line}" for line in others)]
    return "".join(f"{line}\n" for line in lines).encode()


def _records(document: bytes, report: Report) -> list[Record]:
    if len(document) > MAX_BYTES:
        report.add(Fault("the file is larger than {limit_mb} MB", {"limit_mb": MAX_BYTES // 2**20}), 1, "")
        return []
    root = document_of(document, report.file, report.faults, MAX_VALUES)
    if root is None:
        if not report.faults:
            report.add(Fault("the file is empty: write scenarios"), 1, "")
        return []
    try:
        records: list[Record] = read_record(root, "", report, FILE_FIELDS).get("scenarios", [])
    except Refusal as refusal:
        report.add(refusal.fault, root.line, "")
        return []
    return records


def _judge_record(scenario: Record) -> None:
    changes: list[Record] = scenario.get("changes", [])
    if len(changes) > MOST_CHANGES:
        values: dict[str, object] = {"limit": MOST_CHANGES, "count": len(changes)}
        scenario.fault(Fault("a scenario makes at most {limit} changes, not {count}", values), "changes")
    for change in changes:
        if len(change.written) != 1:
            allowed = ", ".join(CHANGE_FIELDS)
            change.fault(Fault("one change is one of {allowed}: write each on its own", {"allowed": allowed}))
        moved = change.get("displace")
        if moved is not None and "from" in moved and moved.get("from") == moved.get("to"):
            moved.fault(Fault("people move to another hromada: this is the one they leave"), "to")


def _judge_ids(scenarios: Iterable[Record]) -> None:
    first: dict[str, Record] = {}
    for scenario in scenarios:
        if "id" not in scenario:
            continue
        named = first.setdefault(scenario.get("id"), scenario)
        if named is not scenario:
            values: dict[str, object] = {"id": scenario.get("id"), "first_line": named.cells["id"].line}
            scenario.fault(
                Fault("id «{id}» stands on line {first_line} already: give each its own", values), "id"
            )


def _scenario_of(record: Record) -> Scenario:
    return Scenario(
        id=record.get("id"),
        name=record.get("name"),
        changes=tuple(map(_change_of, record.get("changes"))),
        note=record.get("note", ""),
    )


def _change_of(change: Record) -> ScenarioChange:
    (kind,) = change.written
    said: Any = change.get(kind)
    match kind:
        case "close":
            return ClosePoint(said.get("point"), said.get("service"))
        case "open":
            return _opening_of(said)
        case "contract":
            return SignContract(said.get("point"), said.get("hromada"), said.get("service"))
        case "lose_roads":
            around = said.get("around")
            return LoseRoads(LonLat(lon=around.get("lon"), lat=around.get("lat")), said.get("radius_m"))
        case "occupy":
            return Occupy(said)
        case _:
            return Displace(said.get("from"), said.get("to"), said.get("persons"))


def _opening_of(said: Record) -> OpenPoint:
    opening = OpenPoint(
        name=said.get("name"),
        settlement=said.get("settlement"),
        services=said.values("services"),
        serves=said.values("serves"),
        capacity=said.get("capacity"),
    )
    return replace(opening, places=frozenset(said.values("places"))) if "places" in said else opening


def _line_of(scenario: Record, column: str) -> int:
    """Return the line of a field such as `changes[2].open.serves[1]`, or of what is around it."""
    line = scenario.line
    found: Any = scenario
    for step in re.findall(r"\w+", column):
        if isinstance(found, list):
            found = found[int(step) - 1]
            line = found.line
        elif isinstance(found, Record) and step in found.cells:
            line, found = found.cells[step].line, found.get(step)
    return line


def _change_lines(change: ScenarioChange, names: GazetteerChecks) -> Iterator[str]:
    match change:
        case ClosePoint(point_id=point_id, service=None):
            yield f"close: {yaml_text(point_id)}"
        case ClosePoint():
            yield "close:"
            yield f"point: {yaml_text(change.point_id)}"
            yield f"service: {yaml_text(change.service or '')}"
        case OpenPoint():
            yield "open:"
            yield from _opening_lines(change, names)
        case SignContract():
            yield "contract:"
            yield f"point: {yaml_text(change.point_id)}"
            yield f"hromada: {_unit_text(change.hromada, names)}"
            if change.service is not None:
                yield f"service: {yaml_text(change.service)}"
        case LoseRoads(around=around):
            yield "lose_roads:"
            yield f"around: {{lat: {yaml_degrees(around.lat)}, lon: {yaml_degrees(around.lon)}}}"
            yield f"radius_m: {repr(change.radius_m).removesuffix('.0')}"
        case Occupy():
            yield f"occupy: {_unit_text(change.hromada, names)}"
        case Displace():
            yield "displace:"
            yield f"from: {_unit_text(change.origin, names)}"
            yield f"to: {_unit_text(change.destination, names)}"
            yield f"persons: {change.persons}"


def _opening_lines(opening: OpenPoint, names: GazetteerChecks) -> Iterator[str]:
    yield f"name: {yaml_text(opening.name)}"
    yield f"settlement: {_unit_text(opening.settlement, names)}"
    yield f"services: {yaml_list(map(yaml_text, opening.services))}"
    yield "serves:"
    yield from (f"  - {_unit_text(area, names)}" for area in opening.serves)
    if opening.capacity is not None:
        yield f"capacity: {opening.capacity}"
    yield f"places: {yaml_list(yaml_word(place) for place in PlaceOfProvision if place in opening.places)}"


def _unit_text(area: str, names: GazetteerChecks) -> str:
    name = "Україна" if area == NATION else names.name(Katottg(area))
    return f"{area}  # {name}" if name != area else area
