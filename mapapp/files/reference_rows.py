"""The rows of a reference table (CSV in UTF-8), with everything wrong in it told by line and column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path
from typing import TypeVar

from mapapp.domain.errors import Fault, InvalidInputError

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One row; its values have no spaces around them, and what is wrong with them goes to the table."""

    values: Mapping[str, str]
    file: str
    line: int
    _faults: list[Fault]

    def report(self, fault: Fault, column: str) -> None:
        """Add a fault of the row, which goes on."""
        self._faults.append(replace(fault, file=self.file, line=self.line, column=column))

    def read(self, column: str, parse: Callable[[str], _Parsed], default: _Parsed, problem: str) -> _Parsed:
        """Return the value parsed, or the default where nothing is written.

        Where `parse` raises ValueError or KeyError, the problem is reported, a msgid about the `{value}`.
        """
        text = self.values[column]
        try:
            return parse(text) if text else default
        except (ValueError, KeyError):
            self.report(Fault(problem, {"value": text}), column)
            return default


class ReferenceTable:
    """A table read once, row by row; rows with faults come as well, and `finish` tells all faults at once."""

    def __init__(
        self, source: Path | Traversable, required: Sequence[str], optional: Collection[str] = ()
    ) -> None:
        self._source = source
        self._required = required
        self._known = (*required, *optional)
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[ReferenceRow]:
        """Yield the rows; none of a table that cannot be read or lacks a column."""
        name = self._source.name
        try:
            text = self._source.read_text(encoding="utf-8").removeprefix("\ufeff")
            reader = csv.DictReader(StringIO(text, newline=""), strict=True)
            self._faults += self._column_faults(name, reader.fieldnames or ())
            for cells in () if self._faults else reader:
                values = {column: (cells.get(column) or "").strip() for column in self._known}
                row = ReferenceRow(values, name, reader.line_num, self._faults)
                for column in self._required:
                    if not values[column]:
                        row.report(Fault("nothing is written here"), column)
                yield row
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self._faults.append(
                Fault("the table cannot be read as CSV in UTF-8: {reason}", {"reason": error}, name)
            )

    def finish(self, message: str) -> None:
        """Raise InvalidInputError with the message (a msgid) if anything was wrong."""
        if self._faults:
            raise InvalidInputError(message, self._faults)

    def _column_faults(self, name: str, columns: Sequence[str]) -> Iterator[Fault]:
        for column in self._required:
            if column not in columns:
                yield Fault("column «{column}» is missing", {"column": column}, name, 1)
        for column in columns:
            if column not in self._known:
                yield Fault(
                    "there is no column «{column}» here: use {allowed}",
                    {"column": column, "allowed": ", ".join(self._known)},
                    name,
                    1,
                )
