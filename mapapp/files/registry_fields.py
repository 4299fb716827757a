"""Which fields a registry file has and what each may hold, whatever the country around it looks like.

Hand-written checks rather than `jsonschema`: its errors know no lines and speak of «oneOf», and 250 points
took it 0.55 s. The published JSON Schema says the same to editors; a test keeps the two alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from mapapp.domain.edrpou import is_edrpou
from mapapp.domain.errors import Fault
from mapapp.domain.katottg import NATION, Katottg, fold_look_alikes
from mapapp.domain.registry import (
    CatchmentBasis,
    LocationPolicy,
    Payment,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    Sector,
    TargetGroup,
    check_record_id,
)
from mapapp.files.yaml_document import Entries, Items, Node, Scalar

MAX_TEXT = 1000
"""Characters in one text, so that a stray quotation mark cannot swallow the file into a name."""

_ALIKE_PERCENT = 70
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


class Refusal(Exception):  # noqa: N818 - it carries a Fault, which is the project's word
    """A value that cannot be taken, and why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(slots=True)
class Report:
    """The faults of one file, in the order they were met."""

    file: str
    faults: list[Fault]

    def add(self, fault: Fault, line: int, place: str) -> None:
        """Add the fault as found on a line, at a place such as `points[demo-lubny].hours`."""
        self.faults.append(replace(fault, file=self.file, line=line, column=place))


class Cell(NamedTuple):
    """A checked value and the line it came from."""

    value: Any
    line: int


@dataclass(slots=True)
class Record:
    """One group of fields: `cells` holds what could be taken, `written` names all that is there."""

    place: str
    line: int
    cells: dict[str, Cell]
    written: Collection[str]
    report: Report

    def __contains__(self, field: str) -> bool:
        """Tell whether the field is there with a value that could be taken."""
        return field in self.cells

    def get(self, field: str, default: Any = None) -> Any:
        """Return the field's value, or the default when it is left out."""
        cell = self.cells.get(field)
        return default if cell is None else cell.value

    def values(self, field: str) -> tuple[Any, ...]:
        """Return the plain values of a list, empty when the field is left out."""
        return tuple(cell.value for cell in self.get(field, ()))

    def fault(self, fault: Fault | None, field: str = "", line: int | None = None) -> None:
        """Report the fault, if there is one, at the field or else at the record."""
        if fault is not None:
            where = self.cells[field].line if field in self.cells else self.line
            place = ".".join(filter(None, (self.place, field)))
            self.report.add(fault, where if line is None else line, place)


Reader = Callable[[Node, str, Report], Any]
"""Takes a value from a node or raises `Refusal`; reports faults inside lists and groups by itself."""


class Field(NamedTuple):
    """How a field is read, and whether it may be left out."""

    read: Reader
    is_required: bool = False


Fields = Mapping[str, Field]


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like the given one, None when nothing is alike."""
    found = process.extractOne(word, tuple(known), scorer=fuzz.ratio, score_cutoff=_ALIKE_PERCENT)
    return None if found is None else found[0]


def read_record(node: Node, place: str, report: Report, fields: Fields) -> Record:
    """Return the group of fields, reporting each that is unknown, missing or wrong."""
    if not isinstance(node, Entries):
        raise Refusal(Fault("expected a group of fields, each as «name: value»"))
    record = Record(place, node.line, {}, node.values.keys(), report)
    for name, value in node.values.items():
        line = node.lines[name]
        at = f"{place}.{name}" if place else name
        if name not in fields:
            report.add(_unknown_field(name, fields), line, at)
            continue
        try:
            record.cells[name] = Cell(fields[name].read(value, at, report), line)
        except Refusal as refusal:
            report.add(refusal.fault, value.line, at)
    for name, field in fields.items():
        if field.is_required and name not in node.values:
            record.fault(Fault("field «{field}» is missing", {"field": name}))
    return record


def _unknown_field(name: str, fields: Fields) -> Fault:
    suggestion = closest(name, fields)
    if suggestion is not None:
        return Fault(
            "there is no field «{field}»: did you mean «{suggestion}»?",
            {"field": name, "suggestion": suggestion},
        )
    return Fault(
        "there is no field «{field}» here: use {allowed}", {"field": name, "allowed": ", ".join(fields)}
    )


def value_of(parse: Callable[[str], Any]) -> Reader:
    """Read one value with the parser, which is given the text as written."""

    def read(node: Node, _place: str, _report: Report) -> Any:
        if not isinstance(node, Scalar):
            raise Refusal(Fault("expected one value, found a list or a group of fields"))
        if node.is_empty:
            raise Refusal(Fault("nothing is written here: fill it in or remove the field"))
        return parse(node.text.strip())

    return read


def list_of(item: Reader, label: str = "") -> Reader:
    """Read a list of one item or more; items are named in faults by their field `label`, else counted."""

    def read(node: Node, place: str, report: Report) -> list[Any]:
        if not isinstance(node, Items):
            raise Refusal(Fault("expected a list: «- » before each item, or [one, another]"))
        if not node.items:
            raise Refusal(Fault("the list is empty: fill it in or remove the field"))
        taken = []
        for number, entry in enumerate(node.items, start=1):
            at = f"{place}[{_label(entry, label) or number}]"
            try:
                taken.append(item(entry, at, report))
            except Refusal as refusal:
                report.add(refusal.fault, entry.line, at)
        return taken

    return read


def _label(node: Node, field: str) -> str:
    named = node.values.get(field) if isinstance(node, Entries) else node
    if not field or not isinstance(named, Scalar):
        return ""
    try:
        return check_record_id(named.text)
    except ValueError:
        return ""


def cells_of(read_value: Reader) -> Reader:
    """Read a value together with its line, for checks that come later."""

    def read(node: Node, place: str, report: Report) -> Cell:
        return Cell(read_value(node, place, report), node.line)

    return read


def group_of(fields: Fields) -> Reader:
    """Read a group of fields."""

    def read(node: Node, place: str, report: Report) -> Record:
        return read_record(node, place, report, fields)

    return read


def short_or_group(field: str, fields: Fields) -> Reader:
    """Read a group of fields, or a bare value that stands for a group with that one field."""

    def read(node: Node, place: str, report: Report) -> Record:
        if isinstance(node, Scalar):
            cell = Cell(fields[field].read(node, place, report), node.line)
            return Record(place, node.line, {field: cell}, (field,), report)
        return read_record(node, place, report, fields)

    return read


def _text(written: str) -> str:
    if len(written) > MAX_TEXT:
        raise Refusal(Fault("the text is longer than {limit} characters", {"limit": MAX_TEXT}))
    if _CONTROL.search(written):
        raise Refusal(Fault("the text holds a control character: type it anew"))
    return written


def _record_id(written: str) -> str:
    try:
        return check_record_id(written)
    except ValueError:
        raise Refusal(
            Fault(
                "«{value}» is not an id: use up to 63 lower-case Latin letters, digits, dots and dashes",
                {"value": written},
            )
        ) from None


def _flag(written: str) -> bool:
    if written.lower() not in {"true", "false"}:
        raise Refusal(Fault("«{value}» is neither true nor false", {"value": written}))
    return written.lower() == "true"


def _day(written: str) -> date:
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise Refusal(Fault("«{value}» is not a date: write year-month-day as 2026-03-31", {"value": written}))


def _degrees(written: str) -> float:
    if _DEGREES.fullmatch(written):
        return float(written)
    if _DEGREES.fullmatch(written.replace(",", ".")):
        raise Refusal(Fault("write «{value}» with a decimal point, not a comma", {"value": written}))
    raise Refusal(Fault("«{value}» is not a number of degrees such as 49.5894", {"value": written}))


def _count(written: str) -> int:
    if not _WHOLE.fullmatch(written):
        raise Refusal(Fault("«{value}» is not a whole number, zero or more", {"value": written}))
    return int(written)


def _katottg(written: str) -> Katottg:
    try:
        return Katottg(written)
    except ValueError:
        raise Refusal(
            Fault("«{value}» is not a KATOTTG code: write UA and 17 digits", {"value": written})
        ) from None


def _area(written: str) -> str:
    return NATION if fold_look_alikes(written.upper()) == NATION else _katottg(written)


def _edrpou(written: str) -> str:
    if not is_edrpou(written):
        raise Refusal(
            Fault("«{value}» is not an EDRPOU code: check its 8 digits, zeros included", {"value": written})
        )
    return written


def _one_of(words: type[Enum]) -> Reader:
    """Read a member by its name in lower case."""
    members = {member.name.lower(): member for member in words}

    def parse(written: str) -> Enum:
        if written not in members:
            raise Refusal(
                Fault(
                    "«{value}» is not known here: use one of {allowed}",
                    {"value": written, "allowed": ", ".join(members)},
                )
            )
        return members[written]

    return value_of(parse)


CATCHMENT_FIELDS: Fields = {
    "area": Field(value_of(_area), is_required=True),
    "basis": Field(_one_of(CatchmentBasis)),
    "start": Field(value_of(_day)),
    "end": Field(value_of(_day)),
}

_TERMS: Fields = {
    "catchment": Field(list_of(short_or_group("area", CATCHMENT_FIELDS))),
    "target_groups": Field(list_of(cells_of(_one_of(TargetGroup)))),
    "places": Field(list_of(cells_of(_one_of(PlaceOfProvision)))),
    "payment": Field(_one_of(Payment)),
}
"""What an offering inherits from its point unless it says otherwise."""

OFFERING_FIELDS: Fields = {
    "service": Field(value_of(_text), is_required=True),
    "capacity": Field(value_of(_count)),
    **_TERMS,
}

COORDINATES_FIELDS: Fields = {
    "lat": Field(value_of(_degrees), is_required=True),
    "lon": Field(value_of(_degrees), is_required=True),
}

POINT_FIELDS: Fields = {
    "id": Field(value_of(_record_id), is_required=True),
    "organisation": Field(value_of(_record_id), is_required=True),
    "kind": Field(_one_of(PointKind), is_required=True),
    "name": Field(value_of(_text), is_required=True),
    "location_policy": Field(_one_of(LocationPolicy)),
    "oblast": Field(value_of(_katottg)),
    "hromada": Field(value_of(_katottg)),
    "settlement": Field(value_of(_katottg)),
    "coordinates": Field(group_of(COORDINATES_FIELDS)),
    "precision": Field(_one_of(PointPrecision)),
    "address": Field(value_of(_text)),
    "phones": Field(list_of(cells_of(value_of(_text)))),
    "hours": Field(value_of(_text)),
    "referral_note": Field(value_of(_text)),
    "relocated_from": Field(value_of(_katottg)),
    "valid_from": Field(value_of(_day)),
    "valid_to": Field(value_of(_day)),
    "last_verified": Field(value_of(_day)),
    "demo": Field(value_of(_flag)),
    **_TERMS,
    "offerings": Field(list_of(short_or_group("service", OFFERING_FIELDS), "service"), is_required=True),
}

ORGANISATION_FIELDS: Fields = {
    "id": Field(value_of(_record_id), is_required=True),
    "name": Field(value_of(_text), is_required=True),
    "sector": Field(_one_of(Sector), is_required=True),
    "edrpou": Field(value_of(_edrpou)),
    "successor_of": Field(list_of(cells_of(value_of(_record_id)))),
    "demo": Field(value_of(_flag)),
}

REGISTRY_FIELDS: Fields = {
    "scope": Field(list_of(cells_of(value_of(_katottg))), is_required=True),
    "organisations": Field(list_of(group_of(ORGANISATION_FIELDS), "id"), is_required=True),
    "points": Field(list_of(group_of(POINT_FIELDS), "id"), is_required=True),
}
