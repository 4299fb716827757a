"""A table as pages show it and as people take it away: for Excel by a double click, or as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook

from mapapp.presentation.csv_table import excel_csv
from mapapp.presentation.messages import Translator

Cell = str | int | float | date | None
"""None is unknown: an empty cell, never a zero."""


class Kind(StrEnum):
    """How the cells of a column are written."""

    TEXT = "text"
    COUNT = "count"
    """Whole numbers, grouped by thousands."""
    DECIMAL = "decimal"
    SHARE = "share"
    """Of 0 to 1, shown as per cent."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `help` says more than its title has room for."""

    title: str
    cells: tuple[Cell, ...]
    kind: Kind = Kind.TEXT
    help: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length; `notes` are sentences that go with it into a file: sources, dates, meanings."""

    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len({len(column.cells) for column in self.columns}) > 1:
            raise ValueError("columns of a table are of one length")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0].cells) if self.columns else 0

    def as_columns(self) -> dict[str, list[Cell]]:
        """Return the cells by title."""
        return {column.title: list(column.cells) for column in self.columns}

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        """Return the cells row by row."""
        return zip(*(column.cells for column in self.columns), strict=True)


def table_csv(t: Translator, table: Table) -> bytes:
    """Return the table for Excel as it is set up in the language's country."""
    kinds = [column.kind for column in table.columns]
    body = ([_plain(t, cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows())
    return excel_csv([column.title for column in table.columns], body)


def table_xlsx(t: Translator, table: Table, title: str) -> bytes:
    """Return a workbook: the table with numbers that stay numbers, then a sheet with its notes."""
    file = BytesIO()
    # Text from people stays text: neither a formula nor a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(t("Table"))
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _NUMBER_FORMATS.items()}
        for number, column in enumerate(table.columns):
            sheet.write_string(0, number, column.title, head)
            for row, cell in enumerate(column.cells, start=1):
                if isinstance(cell, date):
                    sheet.write_string(row, number, t.date(cell))
                elif isinstance(cell, str):
                    sheet.write_string(row, number, cell)
                elif cell is not None:
                    sheet.write_number(row, number, cell, formats[column.kind])
            sheet.set_column(number, number, _width(column))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
        notes = book.add_worksheet(t("Notes"))
        notes.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        for row, note in enumerate([title, *table.notes]):
            notes.write_string(row, 0, note)
    return file.getvalue()


_NUMBER_FORMATS: Final = {
    Kind.TEXT: "General",
    Kind.COUNT: "#,##0",
    Kind.DECIMAL: "#,##0.0",
    Kind.SHARE: "0%",
}
_WIDEST: Final = 48
_NARROWEST: Final = 11


def _width(column: Column) -> int:
    longest = max((len(cell) for cell in column.cells if isinstance(cell, str)), default=0)
    return min(max(longest + 1, _NARROWEST), _WIDEST)


def _plain(t: Translator, cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell
    if kind is Kind.COUNT:
        return str(round(cell))
    written = f"{cell:.3f}" if kind is Kind.SHARE else f"{cell:.1f}"
    return written.replace(".", ",") if t.language == "uk" else written
