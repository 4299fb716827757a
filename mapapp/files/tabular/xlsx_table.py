"""A spreadsheet: which sheet, which cells are merged, and what dates and numbers in it were as text."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from mapapp.domain.errors import Fault, UsageError
from mapapp.files.tabular.cells import DateCell
from mapapp.files.tabular.raw_table import Limits, RawTable, column_letter, make_table, too_many_rows

OLD_SPREADSHEET: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls begins, and an .xlsx with a password too."""

_SMALL_BYTES = 20_000_000
"""Whatever its ratio, an archive that unpacks to no more harms nobody."""
_ROWS_BEFORE_HEADER = 20
_Range = tuple[tuple[int, int], tuple[int, int]]


def read_xlsx_table(stream: BinaryIO, file_name: str, limits: Limits, sheet: str | None = None) -> RawTable:
    """Return the table of a sheet, by default of the first visible one that is not empty.

    A value merged downwards holds for each of its rows; cells merged across columns are refused, because
    nobody can say which column the value belongs to.

    Raises
    ------
    UsageError
        It is no spreadsheet, it is damaged or unpacks to too much; the sheet is absent, or has merged cells.

    """
    _check_archive(stream, file_name, limits)
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        chosen = _sheet(book, sheet, file_name)
    except (CalamineError, zipfile.BadZipFile, ValueError) as error:
        raise UsageError(
            "{file} is not a spreadsheet that can be read ({problem}): save it anew as XLSX",
            file=file_name,
            problem=error,
        ) from error
    if chosen.height > limits.rows + _ROWS_BEFORE_HEADER:
        raise too_many_rows(file_name, limits)
    rows = _numbered(chosen)
    header_number, header = _header(rows, file_name)
    merged, notes = _merged(chosen, header_number, file_name)
    return make_table(
        "xlsx",
        header,
        _filled_down(rows, merged),
        file_name=file_name,
        limits=limits,
        notes=notes,
        sheet=chosen.name,
        sheets=tuple(book.sheet_names),
    )


def _check_archive(stream: BinaryIO, file_name: str, limits: Limits) -> None:
    """Refuse a zip bomb before anything is parsed: the sizes it tells first, then those it really has."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            packed = sum(member.compress_size for member in members)
            unpacked = sum(member.file_size for member in members)
            is_bomb = unpacked > _SMALL_BYTES and unpacked > limits.unpacked_ratio * max(packed, 1)
            if is_bomb or unpacked > limits.unpacked_bytes:
                raise UsageError(
                    "{file} would unpack to {unpacked_mb} MB: it was refused as unsafe. Copy the rows into a "
                    "new spreadsheet",
                    file=file_name,
                    unpacked_mb=unpacked // 1_000_000,
                )
            if any(member.flag_bits & 1 for member in members):
                raise _locked(file_name)
            # An entry larger than it says fails its checksum here, before another library unpacks all of it.
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise UsageError(
            "{file} is damaged ({problem}): save it anew as XLSX", file=file_name, problem=error
        ) from error
    if damaged is not None:
        raise UsageError(
            "{file} is damaged ({problem}): save it anew as XLSX", file=file_name, problem=damaged
        )


def _locked(file_name: str) -> UsageError:
    return UsageError("{file} is locked with a password: save it without one", file=file_name)


def refuse_old_spreadsheet(stream: BinaryIO, file_name: str) -> None:
    """Say whether the file is an old .xls, or a new one with a password: both are kept the same way."""
    stream.seek(0)
    start = stream.read(1 << 20)
    if "EncryptedPackage".encode("utf-16-le") in start:
        raise _locked(file_name)
    raise UsageError("{file} is an old spreadsheet (.xls): save it as XLSX", file=file_name)


def _sheet(book: CalamineWorkbook, wanted: str | None, file_name: str) -> CalamineSheet:
    sheets = [
        one.name
        for one in book.sheets_metadata
        if one.typ is SheetTypeEnum.WorkSheet and one.visible is SheetVisibleEnum.Visible
    ]
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise UsageError(
                "{file} has no sheet «{sheet}»: use one of {sheets}",
                file=file_name,
                sheet=wanted,
                sheets=", ".join(book.sheet_names),
            )
        return book.get_sheet_by_name(wanted)
    for name in sheets:
        found = book.get_sheet_by_name(name)
        if found.height:
            return found
    raise UsageError("{file} has no sheet with anything in it", file=file_name)


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows as text, each with the number beside it and from column A on."""
    if sheet.start is None:
        return
    # Calamine yields the empty rows above the first cell, and not the empty columns left of it.
    left = [""] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        yield number, left + [_text(cell) for cell in row]


def _header(rows: Iterator[tuple[int, list[str]]], file_name: str) -> tuple[int, list[str]]:
    """Return the first row with two filled cells (or one, in a table of one column) and its number."""
    single: tuple[int, list[str]] | None = None
    for number, cells in rows:
        filled = sum(bool(cell) for cell in cells)
        if filled > 1 or (filled and len(cells) == 1):
            return number, cells
        if filled and single is None:
            single = number, cells
        if number >= _ROWS_BEFORE_HEADER:
            break
    raise UsageError("{file} has no row of headers: write above each column what it holds", file=file_name)


def _merged(
    sheet: CalamineSheet, header_number: int, file_name: str
) -> tuple[Mapping[tuple[int, int], int], list[Fault]]:
    """Return from which row each cell merged downwards takes its value, by (row, column), and notes."""
    taken_from: dict[tuple[int, int], int] = {}
    notes = []
    for (top, left), (bottom, right) in sorted(sheet.merged_cell_ranges or ()):
        if bottom < header_number - 1:
            continue  # A title above the table.
        place = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
        if top <= header_number - 1 and (bottom > header_number - 1 or right > left):
            raise UsageError(
                "the headers of {file} are merged ({cells}): write one header above each column, in one row",
                file=file_name,
                cells=place,
            )
        if right > left:
            raise UsageError(
                "cells {cells} of {file} are merged across columns: unmerge them and write each value in its "
                "column",
                file=file_name,
                cells=place,
            )
        taken_from |= {(row, left): top for row in range(top + 1, bottom + 1)}
        notes.append(
            Fault(
                "merged cells {cells}: the value was taken for each of the rows",
                {"cells": place},
                line=top + 1,
            )
        )
    return taken_from, notes


def _filled_down(
    rows: Iterator[tuple[int, list[str]]], merged: Mapping[tuple[int, int], int]
) -> Iterator[tuple[int, Sequence[str]]]:
    if not merged:
        yield from rows
        return
    columns = sorted({column for _, column in merged})
    above: dict[int, str] = {}
    for number, cells in rows:
        for column in columns:
            if (number - 1, column) in merged:
                cells[column] = above.get(column, "")
            elif column < len(cells):
                above[column] = cells[column]
        yield number, cells


def _text(cell: Any) -> str:
    """Return a cell as a person reads it; a date keeps the mark that it is one."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "так" if cell else "ні"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return DateCell(_date_text(cell))


def _date_text(cell: date | time | timedelta) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
