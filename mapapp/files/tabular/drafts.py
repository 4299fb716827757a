"""One service point in the making: its rows, what they say together, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mapapp.domain.errors import Fault
from mapapp.files.tabular.parsing import Findings


@dataclass(slots=True)
class Draft:
    """What is said of a point by field, and the places of its rows in the table."""

    rows: list[int]
    findings: Findings
    said: dict[str, Any] = field(default_factory=dict)
    is_faulty: bool = False

    def fault(self, name: str, fault: Fault) -> None:
        """Report a fault of a field; the point is not made."""
        self.is_faulty = True
        self.findings.fault(self.row_of(name), name, fault)

    def faults(self, found: Iterable[tuple[str, Fault]]) -> None:
        """Report faults, except what only follows from a cell that was refused."""
        for name, fault in found:
            if not self.was_refused(name):
                self.fault(name, fault)

    def note(self, name: str, note: Fault) -> None:
        """Report what was taken otherwise than written."""
        self.findings.note(self.row_of(name), name, note)

    def was_refused(self, name: str) -> bool:
        """Tell whether a cell of the field could not be taken."""
        refused = self.findings.refused
        return bool(refused) and any((row, name) in refused for row in self.rows)

    def row_of(self, name: str) -> int:
        """Return the first row that says something of the field, else the first row."""
        if len(self.rows) > 1:
            for row in self.rows:
                if self.findings.text(row, name):
                    return row
        return self.rows[0]

    def collect(self, columns: Iterable[tuple[str, list[Any]]]) -> None:
        """Take what the first row says, and what later ones add; where they disagree is a fault."""
        first = self.rows[0]
        said = self.said
        said.update({name: value for name, values in columns if (value := values[first]) is not None})
        for row in self.rows[1:]:
            for name, values in columns:
                value = values[row]
                if value is None:
                    continue
                before = said.setdefault(name, value)
                if before is not value and before != value:
                    self._disagree(row, name)

    def _disagree(self, row: int, name: str) -> None:
        self.is_faulty = True
        first = self.row_of(name)
        self.findings.fault(
            row,
            name,
            Fault(
                "row {first_row} says «{other}» of the same service point: correct one of them, or give each "
                "point its own id",
                {
                    "first_row": self.findings.rows[first].number,
                    "other": self.findings.text(first, name),
                },
            ),
        )
