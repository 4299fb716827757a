"""Whether the totals a table states are the sums of its numbers: compared, told, and never kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from mapapp.domain.errors import Fault
from mapapp.domain.imports import SourceRow
from mapapp.files.people_columns import Number, PeopleColumns
from mapapp.files.people_places import Report
from mapapp.files.tabular.cells import fold_word

Numbers = Mapping[str, int | None]
"""The numbers of a row by header, None where one is unknown."""
_Key = tuple[str, str]
"""A header, and whom the row counts."""


@dataclass(slots=True)
class _Sum:
    known: int = 0
    has_unknown: bool = False

    def add(self, number: int | None) -> None:
        self.known += number or 0
        self.has_unknown = self.has_unknown or number is None

    def agrees(self, total: int) -> bool:
        """Tell whether the total may be right: what is unknown can only add to it."""
        return total == self.known or (self.has_unknown and total > self.known)


class Totals:
    """Adds up the rows as they come, and compares each row of totals with those above it."""

    def __init__(self, columns: PeopleColumns, note: Report) -> None:
        self._columns = columns
        self._note = note
        self._all: defaultdict[_Key, _Sum] = defaultdict(_Sum)
        self._since: defaultdict[_Key, _Sum] = defaultdict(_Sum)

    def add(self, row: SourceRow, numbers: Numbers) -> None:
        """Take a row into the sums, and compare the total of its own where it states one."""
        for header, number in numbers.items():
            for about in {"", self._about(row)}:
                self._all[header, about].add(number)
                self._since[header, about].add(number)
        self._compare_across(row, numbers)

    def check(self, row: SourceRow, numbers: Numbers) -> None:
        """Compare a row of totals with the rows since the last one, or with all above it."""
        about = self._about(row)
        for header, total in numbers.items():
            sums = (self._since[header, about], self._all[header, about])
            if total is not None and not any(one.agrees(total) for one in sums):
                self._tell(row, header, total, self._all[header, about].known)
        for key in [key for key in self._since if about in {"", key[1]}]:
            del self._since[key]

    def _about(self, row: SourceRow) -> str:
        """Return whom a row of a long table counts, empty where it does not say or the table is wide."""
        header = self._columns.subject
        return "" if header is None else fold_word(row.values.get(header, ""))

    def _compare_across(self, row: SourceRow, numbers: Numbers) -> None:
        stated = numbers.get(self._columns.total or "")
        if stated is None:
            return
        across = _Sum()
        for one in self._columns.counts:
            if one.number is Number.PERSONS and one.subject is not None and one.subject.group is not None:
                across.add(numbers.get(one.header))
        if not across.agrees(stated):
            self._tell(row, self._columns.total or "", stated, across.known)

    def _tell(self, row: SourceRow, header: str, total: int, summed: int) -> None:
        self._note(
            row,
            header,
            Fault(
                "the total says {total} and the numbers add up to {sum}: look which is right",
                {"total": total, "sum": summed},
            ),
        )
