"""How a value, a list or a group of fields is taken from a node of a registry file, or refused in words.

Hand-written checks rather than `jsonschema`: its errors know no lines and speak of «oneOf», and 250 points
took it 0.55 s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from mapapp.domain.edrpou import is_edrpou
from mapapp.domain.errors import Fault
from mapapp.domain.hours import OpenSpan
from mapapp.domain.katottg import NATION, Katottg, fold_look_alikes
from mapapp.domain.registry import check_record_id
from mapapp.files.yaml_document import Entries, Items, Node, Scalar

MAX_TEXT = 1000
"""Characters in one text, so that a stray quotation mark cannot swallow the file into a name."""

_ALIKE_PERCENT = 70
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_MONEY = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)", re.ASCII)
_SPAN_DASH = re.compile(r"\s*[-–—]\s*")
_MIDNIGHT = "24:00"


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


def list_of(item: Reader, label: str = "", *, may_be_empty: bool = False) -> Reader:
    """Read a list of one item or more, or of none where that says something.

    Items are named in faults by their field `label`, else counted.
    """

    def read(node: Node, place: str, report: Report) -> list[Any]:
        if not isinstance(node, Items):
            raise Refusal(Fault("expected a list: «- » before each item, or [one, another]"))
        if not node.items and not may_be_empty:
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


def read_text(written: str) -> str:
    """Return the text; it has a length and no control characters."""
    if len(written) > MAX_TEXT:
        raise Refusal(Fault("the text is longer than {limit} characters", {"limit": MAX_TEXT}))
    if _CONTROL.search(written):
        raise Refusal(Fault("the text holds a control character: type it anew"))
    return written


def read_record_id(written: str) -> str:
    """Return the id of a record."""
    try:
        return check_record_id(written)
    except ValueError:
        raise Refusal(
            Fault(
                "«{value}» is not an id: use up to 63 lower-case Latin letters, digits, dots and dashes",
                {"value": written},
            )
        ) from None


def read_flag(written: str) -> bool:
    """Return what true or false says."""
    if written.lower() not in {"true", "false"}:
        raise Refusal(Fault("«{value}» is neither true nor false", {"value": written}))
    return written.lower() == "true"


def read_day(written: str) -> date:
    """Return the day of `2026-03-31`."""
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise Refusal(Fault("«{value}» is not a date: write year-month-day as 2026-03-31", {"value": written}))


def read_degrees(written: str) -> float:
    """Return degrees with a decimal point."""
    if _DEGREES.fullmatch(written):
        return float(written)
    if _DEGREES.fullmatch(written.replace(",", ".")):
        raise Refusal(Fault("write «{value}» with a decimal point, not a comma", {"value": written}))
    raise Refusal(Fault("«{value}» is not a number of degrees such as 49.5894", {"value": written}))


def read_count(written: str) -> int:
    """Return a whole number, zero or more."""
    if not _WHOLE.fullmatch(written):
        raise Refusal(Fault("«{value}» is not a whole number, zero or more", {"value": written}))
    return int(written)


def read_katottg(written: str) -> Katottg:
    """Return the code."""
    try:
        return Katottg(written)
    except ValueError:
        raise Refusal(
            Fault("«{value}» is not a KATOTTG code: write UA and 17 digits", {"value": written})
        ) from None


def read_area(written: str) -> str:
    """Return the code of an area, or the nation."""
    return NATION if fold_look_alikes(written.upper()) == NATION else read_katottg(written)


def read_money(written: str) -> Decimal:
    """Return hryvnias with a decimal point."""
    if _MONEY.fullmatch(written):
        return Decimal(written)
    if _MONEY.fullmatch(written.replace(",", ".")):
        raise Refusal(Fault("write «{value}» with a decimal point, not a comma", {"value": written}))
    raise Refusal(Fault("«{value}» is not a sum in hryvnias such as 125.50", {"value": written}))


def read_email(written: str) -> str:
    """Return the e-mail address."""
    if not _EMAIL.fullmatch(written):
        raise Refusal(
            Fault("«{value}» is not an e-mail address such as centre@example.com", {"value": written})
        )
    return read_text(written)


def read_e164(written: str) -> str:
    """Return the number as it is dialled from anywhere."""
    if not _E164.fullmatch(written):
        raise Refusal(
            Fault("«{value}» is not an international number such as +380442345678", {"value": written})
        )
    return written


def read_clock(written: str) -> time:
    """Return the time of `9:00`; 24:00 is the midnight that ends the day."""
    found = _CLOCK.fullmatch(written)
    if found is None or (found[1] == "24" and written != _MIDNIGHT):
        raise Refusal(Fault("«{value}» is not a time of day such as 9:00", {"value": written}))
    return time(int(found[1]) % 24, int(found[2]))


def read_span(written: str) -> OpenSpan:
    """Return the stretch of work of `9:00-18:00`."""
    parts = _SPAN_DASH.split(written)
    if len(parts) != 2:  # noqa: PLR2004 - from and until
        raise Refusal(Fault("«{value}» is not a stretch of work such as 9:00-18:00", {"value": written}))
    return OpenSpan(*map(read_clock, parts))


def read_edrpou(written: str) -> str:
    """Return the code; its check digit is right."""
    if not is_edrpou(written):
        raise Refusal(
            Fault("«{value}» is not an EDRPOU code: check its 8 digits, zeros included", {"value": written})
        )
    return written


def one_of(words: type[Enum]) -> Reader:
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
