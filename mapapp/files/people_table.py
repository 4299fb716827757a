"""Reads a table of people by hromada, CSV or XLSX: wide or long, every fault at once, nothing made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from mapapp.domain.errors import Fault, InvalidInputError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.imports import SourceRow
from mapapp.domain.katottg import Katottg
from mapapp.domain.names import ukrainian_sort_key
from mapapp.domain.people import PeopleFigure, PeopleKind, Subject
from mapapp.domain.services import Service
from mapapp.files.people_columns import (
    Number,
    PeopleColumns,
    SubjectWords,
    understand_columns,
)
from mapapp.files.people_numbers import read_persons
from mapapp.files.people_places import PeoplePlaces
from mapapp.files.people_totals import Totals
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import fold_word
from mapapp.files.tabular.raw_table import SURPLUS, Limits, RawTable
from mapapp.files.tabular.reading import read_table

_LIMITS = Limits(bytes=50_000_000, rows=200_000)
"""A row for every hromada and every service there is makes 50,000."""


@dataclass(frozen=True, slots=True)
class ReadPeople:
    """What a table says.

    `figures` are exact, in the order of the rows. `missing` are the hromadas, by name, that the table leaves
    out of the oblasts it speaks of. `notes` tell what is to be known of it, with the row where there is one.
    """

    subjects: tuple[Subject, ...]
    figures: tuple[PeopleFigure, ...]
    missing: tuple[Katottg, ...]
    notes: tuple[Fault, ...]


def read_people_table(
    source: BinaryIO | Path,
    file_name: str,
    kind: PeopleKind,
    gazetteer: Gazetteer,
    services: Mapping[str, Service],
    *,
    sheet: str | None = None,
) -> ReadPeople:
    """Return what a table of people says.

    Parameters
    ----------
    source
        The file, or an open one that can go back to its beginning. A wide table has a row for each hromada
        and columns headed by whom they count; a long one a row for each hromada and subject.
    file_name
        What a person calls it.
    kind
        What the table counts: it decides what a column of a plain total means.
    gazetteer, services
        The hromadas and services there are.
    sheet
        Which sheet of a spreadsheet; by default the first one with anything in it.

    Raises
    ------
    UsageError
        The file cannot be read as a table; the sentence says what to do.
    InvalidInputError
        The table has faults; every one is listed with its row and column, and nothing was taken.

    """
    table = read_table(source, file_name, _LIMITS, sheet=sheet)
    words = SubjectWords(services, kind)
    columns, faults = understand_columns(table.columns, words, kind)
    faults += [
        Fault("this column holds data of persons, and a table of numbers has none: remove it", column=header)
        for header in table.personal_columns
    ]
    if faults:
        # With a column that is not understood, what the rows say would be guessed.
        raise _faulty(faults, file_name)
    rows = _Rows(table, columns, words, gazetteer)
    rows.read()
    if rows.faults:
        raise _faulty(rows.faults, file_name)
    return rows.found()


def _faulty(faults: Iterable[Fault], file_name: str) -> InvalidInputError:
    ordered = sorted(faults, key=lambda fault: fault.line or 0)
    return InvalidInputError(
        "The table of people {file} has faults; nothing of it was taken",
        [replace(fault, file=file_name) for fault in ordered],
        file=file_name,
    )


class _Rows:
    """Reads the rows of a table whose columns are understood."""

    def __init__(
        self, table: RawTable, columns: PeopleColumns, words: SubjectWords, gazetteer: Gazetteer
    ) -> None:
        self._table = table
        self._columns = columns
        self._words = words
        self._gazetteer = gazetteer
        self.faults: list[Fault] = []
        self._notes = list(table.notes)
        self._places = PeoplePlaces(gazetteer, columns, self._fault, self._note)
        self._totals = Totals(columns, self._note)
        self._headers = {(one.number, one.subject): one.header for one in columns.counts}
        self._wide_subjects = columns.subjects
        self._figures: dict[tuple[Katottg, Subject], PeopleFigure] = {}
        self._seen: dict[tuple[Katottg, Subject], int] = {}
        self._unknown: Counter[str] = Counter()

    def read(self) -> None:
        if not self._table.rows:
            self.faults.append(Fault("the table has headers and no rows"))
        for row in self._table.rows:
            self._read_row(row)

    def _read_row(self, row: SourceRow) -> None:
        if SURPLUS in row.values:
            self._fault(
                row, "", Fault("«{value}» stands right of the last header", {"value": row.values[SURPLUS]})
            )
        numbers = self._numbers(row)
        if self._places.is_total(row):
            self._totals.check(row, numbers)
            return
        hromada = self._places.hromada(row)
        subjects = self._subjects(row)
        self._totals.add(row, numbers)
        if hromada is None or subjects is None or not self._is_first(row, hromada, subjects):
            return
        for subject in subjects:
            self._keep(row, PeopleFigure(hromada, subject, *self._counted(numbers, subject)))

    def _subjects(self, row: SourceRow) -> tuple[Subject, ...] | None:
        """Return whom the row counts, None where a long one does not say it."""
        header = self._columns.subject
        if header is None:
            return self._wide_subjects
        written = row.values.get(header, "")
        if not written:
            self._fault(
                row, header, Fault("this row does not say whom it counts: write a group or a service")
            )
            return None
        found = self._words.find(fold_word(written))
        if found is None:
            self._fault(row, header, self._words.unknown(written))
            return None
        return (found,)

    def _numbers(self, row: SourceRow) -> dict[str, int | None]:
        """Return the numbers of the row by header; those that cannot be read are reported and left out."""
        found: dict[str, int | None] = {}
        headers = [one.header for one in self._columns.counts]
        for header in (*headers, *([self._columns.total] if self._columns.total else [])):
            written = row.values.get(header, "")
            try:
                found[header] = read_persons(written)
            except Refusal as refusal:
                self._fault(row, header, refusal.fault)
                continue
            if written and found[header] is None:
                self._unknown[written] += 1
        return found

    def _is_first(self, row: SourceRow, hromada: Katottg, subjects: tuple[Subject, ...]) -> bool:
        first = min(self._seen.setdefault((hromada, subject), row.number) for subject in subjects)
        if first == row.number:
            return True
        name = f"{self._gazetteer.hromadas[hromada].name} ({hromada})"
        self._fault(row, "", Fault("row {first} is of {name} too: keep one", {"first": first, "name": name}))
        return False

    def _counted(self, numbers: Mapping[str, int | None], subject: Subject) -> tuple[int | None, int | None]:
        persons, recipients = (self._header_of(number, subject) for number in Number)
        return numbers.get(persons), numbers.get(recipients)

    def _keep(self, row: SourceRow, figure: PeopleFigure) -> None:
        self._figures[figure.hromada, figure.subject] = figure
        if (
            figure.persons is not None
            and figure.recipients is not None
            and figure.recipients > figure.persons
        ):
            recipients = self._header_of(Number.RECIPIENTS, figure.subject)
            self._note(
                row,
                recipients,
                Fault(
                    "{recipients} get what {persons} need: kept as written, look whether both are right",
                    {"recipients": figure.recipients, "persons": figure.persons},
                ),
            )

    def _header_of(self, number: Number, subject: Subject) -> str:
        """Return the header of the subject's numbers, or of everyone's in a long table; empty for none."""
        return self._headers.get((number, subject)) or self._headers.get((number, None), "")

    def found(self) -> ReadPeople:
        """Return what the rows say, once none of them has a fault."""
        subjects = self._wide_subjects or tuple(dict.fromkeys(subject for _, subject in self._figures))
        return ReadPeople(
            subjects, tuple(self._figures.values()), tuple(self._missing()), (*self._told(), *self._notes)
        )

    def _told(self) -> Iterator[Fault]:
        """Yield what is to be known of the table as a whole."""
        for header in self._columns.not_taken:
            yield Fault("this column is not taken", column=header)
        if self._columns.total:
            yield Fault(
                "this column adds up the others: it was compared and not taken", column=self._columns.total
            )
        for written, count in self._unknown.most_common():
            yield Fault("«{value}» was taken as unknown, cells: {count}", {"value": written, "count": count})

    def _missing(self) -> list[Katottg]:
        hromadas = self._gazetteer.hromadas
        named = {hromada for hromada, _ in self._figures}
        oblasts = {hromadas[hromada].oblast for hromada in named}
        missing = [unit for unit in hromadas.values() if unit.oblast in oblasts and unit.katottg not in named]
        missing.sort(key=lambda unit: (ukrainian_sort_key(unit.name), unit.katottg))
        return [unit.katottg for unit in missing]

    def _fault(self, row: SourceRow, header: str, fault: Fault) -> None:
        self.faults.append(replace(fault, line=row.number, column=header))

    def _note(self, row: SourceRow, header: str, note: Fault) -> None:
        self._notes.append(replace(note, line=row.number, column=header))
