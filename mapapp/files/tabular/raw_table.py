"""A table as its file has it: headers, and rows of text under the numbers a person sees beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

from mapapp.domain.errors import Fault, UsageError
from mapapp.domain.imports import SourceRow
from mapapp.files.tabular.personal_data import are_tax_numbers, is_personal_header

SURPLUS = ""
"""The header of cells that stand right of the last header."""

_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused at once; unpacked is what a spreadsheet's archive holds."""

    bytes: int = 200_000_000
    rows: int = 1_000_000
    columns: int = 500
    unpacked_bytes: int = 2_000_000_000
    unpacked_ratio: int = 200
    """Times the archive's size; ordinary sheets reach some 20, and little ones are never refused for it."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """What was read of a file.

    `format` is csv, xlsx or geojson, `sheet` the one read of `sheets`. A row's values leave empty cells out;
    `notes` tell what was done to the table, with the row where there is one.
    """

    format: str
    sheet: str
    columns: tuple[str, ...]
    rows: Sequence[SourceRow]
    notes: tuple[Fault, ...] = ()
    sheets: tuple[str, ...] = ()
    personal_columns: tuple[str, ...] = ()
    """Headers of columns that hold data of persons; they are not in `columns` and rows have none of them."""


def too_many_rows(file_name: str, limits: Limits) -> UsageError:
    """Return the refusal of a table with too many rows."""
    return UsageError(
        "{file} has more than {limit} rows: import it in parts", file=file_name, limit=limits.rows
    )


def check_size(size_bytes: int, file_name: str, limits: Limits) -> None:
    """Refuse a file that is too large, and one with nothing in it."""
    if size_bytes > limits.bytes:
        raise UsageError(
            "{file} is larger than {limit_mb} MB: import it in parts",
            file=file_name,
            limit_mb=limits.bytes // 1_000_000,
        )
    if size_bytes == 0:
        raise UsageError("{file} is empty", file=file_name)


def make_table(
    file_format: str,
    header: Sequence[str],
    records: Iterable[tuple[int, Sequence[str]]],
    *,
    file_name: str,
    limits: Limits,
    notes: Iterable[Fault] = (),
    sheet: str = "",
    sheets: tuple[str, ...] = (),
) -> RawTable:
    """Return the table of numbered records under a header; columns of personal data are left behind."""
    told = list(notes)
    columns = _unique_headers(header, told)
    if not any(columns):
        raise UsageError(
            "{file} has no row of headers: write above each column what it holds", file=file_name
        )
    if len(columns) > limits.columns:
        raise UsageError(
            "{file} has more than {limit} columns: keep those to be imported",
            file=file_name,
            limit=limits.columns,
        )
    personal = {column for column in columns if is_personal_header(column)}
    rows = _rows(columns, personal, records, file_name, limits)
    filled = set[str]().union(*(row.values for row in rows))
    personal |= _with_tax_numbers(filled - {SURPLUS}, rows)
    # A column without a header that is empty all the way down is only a margin.
    margins = {column for column in columns if column.startswith("[")} - personal - filled
    left_behind = tuple(column for column in columns if column in personal)
    told += [
        Fault("column «{column}» holds data of persons: nothing of it was taken", {"column": column})
        for column in left_behind
    ]
    return RawTable(
        file_format,
        sheet,
        tuple(column for column in columns if column not in personal and column not in margins),
        rows,
        tuple(told),
        sheets,
        left_behind,
    )


def _rows(
    columns: Sequence[str],
    personal: Collection[str],
    records: Iterable[tuple[int, Sequence[str]]],
    file_name: str,
    limits: Limits,
) -> list[SourceRow]:
    rows: list[SourceRow] = []
    width = len(columns)
    for number, cells in records:
        values = dict(zip(compress(columns, cells), filter(None, cells), strict=False))
        for column in personal:
            values.pop(column, None)
        if len(cells) > width and (surplus := " ".join(cells[width:]).strip()):
            values[SURPLUS] = surplus
        if not values:
            continue
        if len(rows) >= limits.rows:
            raise too_many_rows(file_name, limits)
        rows.append(SourceRow(number, values))
    return rows


def _with_tax_numbers(columns: Iterable[str], rows: Sequence[SourceRow]) -> set[str]:
    """Take columns of tax numbers out of the rows and return their headers."""
    found = {
        column
        for column in columns
        if are_tax_numbers(row.values[column] for row in rows if column in row.values)
    }
    if found:
        for place, row in enumerate(rows):
            kept = {column: value for column, value in row.values.items() if column not in found}
            # The list is ours until the table is made.
            rows[place] = SourceRow(row.number, kept)  # type: ignore[index]
    return found


def _unique_headers(header: Sequence[str], notes: list[Fault]) -> list[str]:
    """Return headers that differ; a column without one is called by its letter."""
    filled = len(header)
    while filled and not header[filled - 1].strip():
        filled -= 1
    found: dict[str, None] = {}
    for place, text in enumerate(header[:filled]):
        name = " ".join(text.split()) or f"[{column_letter(place)}]"
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name} ({number})"
        if number > 1:
            notes.append(
                Fault(
                    "two columns are called «{column}»: the second is taken as «{name}»",
                    {"column": name, "name": unique},
                )
            )
        found[unique] = None
    return list(found)


def column_letter(place: int) -> str:
    """Return what a spreadsheet calls a column.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
