"""What the cells of a table say, column by column: each different text is read once.

Columns rather than rows: of 20,000 rows most cells repeat, and what repeats costs one look into a dictionary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from mapapp.domain.errors import Fault, UsageError, msgid
from mapapp.domain.imports import SourceRow
from mapapp.domain.progress import Progress
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular import forms
from mapapp.files.tabular.cells import DateCell, Noted
from mapapp.files.tabular.column import CONFIDENTIAL, POINT, Column
from mapapp.files.tabular.columns import BY_FIELD, COLUMNS
from mapapp.files.tabular.forms import Reference
from mapapp.files.tabular.formula_guard import is_dashes, unguarded
from mapapp.files.tabular.raw_table import SURPLUS

STEP: Final = msgid("Reading the columns")


class _Nothing:
    """The mark «–» in a column that is otherwise found out from another one: there is nothing."""

    __slots__ = ()


EXPLICIT_NOTHING: Final = _Nothing()

_UNKNOWN: Final = frozenset({"none", "null", "n/a", "немає даних", "невідомо", "не визначено", "unknown"})
"""Words for an empty cell, in columns that are not free text."""

_FREE_TEXT: Final = frozenset(
    column.field for column in COLUMNS if column.form in {forms.TEXT, forms.HOURS, forms.CONTACTS}
)

_MAY_BE_MARKED: Final = frozenset(
    {"point.opening_hours"}
    | {f"{part}.{name}" for part in (POINT, CONFIDENTIAL) for name in ("postcode", "address_note")}
)


@dataclass(slots=True)
class Findings:
    """Faults and notes by the place of their row in the table."""

    rows: Sequence[SourceRow]
    headers: Mapping[str, str]
    """The header of each field."""
    faults: defaultdict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    notes: defaultdict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    refused: set[tuple[int, str]] = field(default_factory=set)
    """Cells that could not be taken: what they lack is not missing as well."""

    def fault(self, row: int, name: str, fault: Fault) -> None:
        """Report what is wrong with a field of a row."""
        self.faults[row].append(self._placed(row, name, fault))

    def note(self, row: int, name: str, note: Fault) -> None:
        """Report what was taken otherwise than written."""
        self.notes[row].append(self._placed(row, name, note))

    def text(self, row: int, name: str) -> str:
        """Return what is written in a field of a row."""
        return self.rows[row].values.get(self.headers.get(name, ""), "")

    def _placed(self, row: int, name: str, fault: Fault) -> Fault:
        values = fault.values if "value" in fault.values else {**fault.values, "value": self.text(row, name)}
        header = self.headers.get(name, name)
        return replace(fault, values=values, line=self.rows[row].number, column=header)


@dataclass(slots=True)
class ParsedTable:
    """The values of each field by row: None where a cell is empty or was refused."""

    rows: Sequence[SourceRow]
    values: dict[str, list[Any]]
    findings: Findings
    mapped: frozenset[str]
    """The fields that have a column; others have a default."""

    def column(self, name: str) -> list[Any]:
        """Return the values of a field, none in a table without it."""
        found = self.values.get(name)
        return [None] * len(self.rows) if found is None else found


def parse_table(
    rows: Sequence[SourceRow],
    mapping: Mapping[str, str],
    defaults: Mapping[str, str],
    reference: Reference,
    progress: Progress,
) -> ParsedTable:
    """Read every mapped cell; what a cell leaves empty the field's default fills.

    Raises
    ------
    UsageError
        A default is not what its field takes.

    """
    headers = {name: header for header, name in mapping.items() if name}
    findings = Findings(rows, headers)
    values: dict[str, list[Any]] = {}
    for done, (name, header) in enumerate(headers.items()):
        progress(STEP, done, len(headers))
        values[name] = _parse_column(BY_FIELD[name], header, reference, findings)
    for name, text in defaults.items():
        value = _default(BY_FIELD[name], text, reference)
        column = values.get(name)
        values[name] = (
            [value] * len(rows)
            if column is None
            else [
                value if one is None and (row, name) not in findings.refused else one
                for row, one in enumerate(column)
            ]
        )
    for place, row in enumerate(rows):
        if SURPLUS in row.values:
            fault = Fault(
                "the row has more cells than there are headers («{value}»): a separator may be in a value",
                {"value": row.values[SURPLUS]},
            )
            findings.faults[place].append(replace(fault, line=row.number))
    progress(STEP, len(headers), len(headers))
    return ParsedTable(rows, values, findings, frozenset(headers))


def _default(column: Column, text: str, reference: Reference) -> Any:
    try:
        value = column.form.read(text, reference)
    except Refusal as refusal:
        raise UsageError(
            "the value «{value}» for all rows does not suit {column}: {problem}",
            value=text,
            column=column.field,
            problem=refusal.fault,
        ) from None
    return value.value if isinstance(value, Noted) else value


def _parse_column(column: Column, header: str, reference: Reference, findings: Findings) -> list[Any]:
    texts = [row.values.get(header, "") for row in findings.rows]
    if not any(texts):
        return [None] * len(texts)
    # A date of a spreadsheet is not the same as the same text, though it looks so.
    keys: list[Any] = texts if DateCell not in set(map(type, texts)) else [(type(one), one) for one in texts]
    read = _reader(column, reference)
    read_texts = {key: read(text) for key, text in dict(zip(keys, texts, strict=True)).items()}
    parsed = list(map(read_texts.__getitem__, keys))
    if not any(isinstance(value, (Refusal, Noted)) for value in read_texts.values()):
        return parsed
    for place, value in enumerate(parsed):
        if isinstance(value, Noted):
            findings.note(place, column.field, value.note)
            parsed[place] = value.value
        elif isinstance(value, Refusal):
            findings.fault(place, column.field, value.fault)
            findings.refused.add((place, column.field))
            parsed[place] = None
    return parsed


def _reader(column: Column, reference: Reference) -> Callable[[str], Any]:
    """Return the reader of a column's texts, which returns its refusal instead of raising it."""
    read_form = column.form.read
    nothing = EXPLICIT_NOTHING if column.field in _MAY_BE_MARKED else None

    def read(written: str) -> Any:
        # Stripped, a date of a spreadsheet would be a text like any other.
        text = written.strip() if written.__class__ is str else written
        if not text:
            return None
        if is_dashes(text):
            return nothing
        if text.lower() in _UNKNOWN and column.field not in _FREE_TEXT:
            return None
        if text.startswith("'"):
            text = unguarded(text)
        try:
            return read_form(text, reference)
        except Refusal as refusal:
            return refusal

    return read
