"""The annex as a workbook: a sheet per table with numbers that stay numbers, charts, method and sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mapapp.domain.annex import Annex
from mapapp.presentation.annex_content import AnnexContent, AnnexTable, Figure, annex_content
from mapapp.presentation.annex_method import method_sentences
from mapapp.presentation.chart_style import chart_png
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import Translator
from mapapp.presentation.paper_text import cell_text, clean
from mapapp.presentation.tables import Column, Kind

_LONGEST_NAME: Final = 31
"""Of a sheet, by Excel's rule."""
_WIDEST: Final = 52
_NARROWEST: Final = 9
_PICTURE_SCALE: Final = 1.5
_ROW_PX: Final = 20
_SHAPES: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "General",
    Kind.COUNT: "#,##0",
    Kind.DECIMAL: "#,##0.0#",
    Kind.SHARE: "0%",
}


def annex_xlsx(telling: Telling, annex: Annex) -> bytes:
    """Return the annex as a workbook; equal annexes give equal bytes.

    Text from people is written as text: neither a formula nor a link, whatever it begins with.
    """
    content = annex_content(telling, annex)
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        made = datetime.combine(annex.query.day, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": clean(f"{content.title}. {content.subtitle}"), "created": made})
        _Book(telling.t, content, book).write()
    return file.getvalue()


class _Book:
    """One workbook being written: first what it says, then its tables, then its charts."""

    def __init__(self, t: Translator, content: AnnexContent, book: Workbook) -> None:
        self._t, self._content, self._book = t, content, book
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._bold = book.add_format({"bold": True, "font_size": 13, "text_wrap": True})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._formats = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
        self._taken: set[str] = set()

    def write(self) -> None:
        tables = [table for table in self._content.tables() if table.is_in_workbook]
        names = {id(table): self._sheet_name(table.sheet) for table in tables}
        self._write_summary([(names[id(table)], table.title) for table in tables])
        for table in tables:
            self._write_table(self._sheet(names[id(table)]), table)
        self._write_charts()

    def _write_summary(self, listed: list[tuple[str, str]]) -> None:
        t, content = self._t, self._content
        sheet = self._sheet(self._sheet_name(t("Summary")))
        sheet.set_column(0, 0, 110)
        said: list[tuple[str, Format]] = [
            (content.title, self._bold),
            (content.subtitle, self._wrapped),
            *((notice, self._bold) for notice in content.notices),
            *((block, self._wrapped) for block in content.sections[0].blocks if isinstance(block, str)),
            (t("Sheets"), self._bold),
            *((f"{name}: {title}", self._wrapped) for name, title in listed),
            (t("How this was counted"), self._bold),
            *((sentence, self._wrapped) for sentence in method_sentences(t)),
        ]
        for row, (text, style) in enumerate(said):
            sheet.write_string(row, 0, clean(text), style)

    def _write_table(self, sheet: Worksheet, told: AnnexTable) -> None:
        table = told.table
        for number, column in enumerate(table.columns):
            sheet.write_string(0, number, clean(column.title), self._head)
            sheet.set_column(number, number, self._width(column))
            for row, cell in enumerate(column.cells, start=1):
                if cell is None or isinstance(cell, str | date):
                    sheet.write_string(row, number, clean(cell_text(self._t, cell, column.kind)))
                else:
                    sheet.write_number(row, number, cell, self._formats[column.kind])
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if len(table):
            sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        for row, note in enumerate(table.notes, start=len(table) + 2):
            sheet.write_string(row, 0, clean(note))

    def _write_charts(self) -> None:
        figures = [
            block
            for section in self._content.sections
            for block in section.blocks
            if isinstance(block, Figure)
        ]
        if not figures:
            return
        sheet, row = self._sheet(self._sheet_name(self._t("Charts"))), 0
        for figure in figures:
            picture = chart_png(figure.chart, _PICTURE_SCALE)
            placed: dict[str, Any] = {
                "image_data": BytesIO(picture),
                "description": clean(figure.words)[:250],
                "x_scale": 1 / _PICTURE_SCALE,
                "y_scale": 1 / _PICTURE_SCALE,
            }
            sheet.insert_image(row, 0, f"{figure.name}.png", placed)
            row += round(_png_height(picture) / _PICTURE_SCALE / _ROW_PX) + 2

    def _sheet(self, name: str) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(name)
        said = " · ".join([self._content.subtitle, *self._content.notices])
        # In a header & begins an instruction; a header is at most 255 signs long.
        sheet.set_header("&C" + clean(said).replace("&", "&&")[:250])
        sheet.set_footer("&C&P / &N")
        return sheet

    def _sheet_name(self, wanted: str) -> str:
        """Return a name that no other sheet has, in Excel's signs and length."""
        base = clean("".join(" " if sign in "[]:*?/\\'" else sign for sign in wanted))[:_LONGEST_NAME]
        name, number = base, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{base[: _LONGEST_NAME - 4]} {number}"
        self._taken.add(name.casefold())
        return name

    def _width(self, column: Column) -> int:
        longest = max((len(cell) for cell in column.cells if isinstance(cell, str)), default=0)
        return min(max(longest + 1, _NARROWEST, min(len(column.title), 14)), _WIDEST)


def _png_height(picture: bytes) -> int:
    """Return the height in pixels, from the file's first chunk (PNG 3rd edition, 11.2.1)."""
    return int.from_bytes(picture[20:24])
