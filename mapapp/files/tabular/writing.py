"""Writes a registry, already without what its reader may not know, as a table in each format."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, Final, NamedTuple

import xlsxwriter

from mapapp.domain.errors import UsageError
from mapapp.domain.registry import Registry
from mapapp.files.tabular import forms
from mapapp.files.tabular.column import OFFERING, Column
from mapapp.files.tabular.flat_rows import FlatTable, Marker, flat_table
from mapapp.files.tabular.formula_guard import escaped, guarded, starts_formula
from mapapp.files.tabular.geo_writing import write_geopackage, write_geoparquet
from mapapp.files.tabular.geojson_table import LAT, LON, OFFERINGS
from mapapp.files.tabular.words import Language

_SHEET = {Language.UKRAINIAN: "Реєстр", Language.ENGLISH: "Registry"}
_SHEET_ROWS = 1_048_576
_CELL_SIGNS = 32_767
_NO_XML_SIGN: Final = re.compile("[\ufffe\uffff]")
_WIDE: Final = 40
_NARROW: Final = 18
_PLAIN_JSON: Final = {forms.COUNT: int, forms.DEGREES: float}


def write_csv(registry: Registry, stream: BinaryIO, language: Language = Language.UKRAINIAN) -> None:
    """Write values apart by semicolons in UTF-8 with its mark: a double click opens it in Ukrainian Excel."""
    table = flat_table(registry, language)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(table.headers())
        for row in table.rows():
            writer.writerow([cell if isinstance(cell, Marker) else guarded(cell) for cell in row])
    finally:
        text.detach()


def write_xlsx(registry: Registry, stream: BinaryIO, language: Language = Language.UKRAINIAN) -> None:
    """Write a spreadsheet whose cells are all text, a row at a time.

    Raises
    ------
    UsageError
        A sheet cannot hold so many rows, or a cell so long a text.

    """
    table = flat_table(registry, language)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet(_SHEET[language])
        heading = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        # Excel shows such a cell as it is and makes no formula of it, even when somebody edits it.
        quoted = book.add_format({"quote_prefix": True})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _WIDE if column.form is forms.TEXT else _NARROW)
        for place, header in enumerate(table.headers()):
            sheet.write_string(0, place, header, heading)
        last = 0
        for last, row in enumerate(table.rows(), start=1):
            if last >= _SHEET_ROWS:
                raise UsageError("a sheet holds {limit} rows at most: export as CSV", limit=_SHEET_ROWS)
            for place, cell in enumerate(row):
                if cell:
                    text = cell if isinstance(cell, Marker) else escaped(cell)
                    _check_cell(text, table.columns[place], language)
                    sheet.write_string(last, place, text, quoted if starts_formula(text) else None)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)


def _check_cell(text: str, column: Column, language: Language) -> None:
    if _NO_XML_SIGN.search(text):
        raise UsageError(
            "«{column}» holds a sign that a spreadsheet cannot hold: export as CSV",
            column=column.title(language),
        )
    if len(text) > _CELL_SIGNS:
        raise UsageError(
            "«{column}» has a text longer than the {limit} characters of a cell: export as CSV",
            column=column.title(language),
            limit=_CELL_SIGNS,
        )


def write_geojson(registry: Registry, stream: BinaryIO, language: Language = Language.UKRAINIAN) -> None:
    """Write a feature for each point, a line each, its offerings as a list, under our names of fields."""
    stream.writelines(piece.encode() for piece in _geojson(flat_table(registry, language)))


def _geojson(table: FlatTable) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for feature in _features(table):
        yield separator
        yield json.dumps(feature, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _features(table: FlatTable) -> Iterator[dict[str, Any]]:
    places = [place for place, column in enumerate(table.columns) if column.part != OFFERING]
    offered = [place for place, column in enumerate(table.columns) if column.part == OFFERING]
    columns = table.columns
    point_id = next(place for place, column in enumerate(columns) if column.field == "point.id")
    feature: dict[str, Any] = {}
    last_id = ""
    for row in table.rows():
        offering = {
            columns[place].field.partition(".")[2]: _json(columns[place], row[place])
            for place in offered
            if row[place]
        }
        if row[point_id] and row[point_id] == last_id:
            feature["properties"][OFFERINGS].append(offering)
            continue
        if feature:
            yield feature
        last_id = row[point_id]
        own = {columns[place].field: _json(columns[place], row[place]) for place in places if row[place]}
        lon, lat = own.pop(LON, None), own.pop(LAT, None)
        geometry = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
        if offering:
            own[OFFERINGS] = [offering]
        feature = {"type": "Feature", "geometry": geometry, "properties": own}
    if feature:
        yield feature


def _json(column: Column, cell: str) -> Any:
    if column.form in _PLAIN_JSON:
        return _PLAIN_JSON[column.form](cell)
    return cell if isinstance(cell, Marker) else escaped(cell)


class ExportFormat(NamedTuple):
    """A format a registry can be written in."""

    extension: str
    media_type: str
    write: Callable[[Registry, BinaryIO], None]


EXPORT_FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType(
    {
        "csv": ExportFormat(".csv", "text/csv; charset=utf-8", write_csv),
        "xlsx": ExportFormat(
            ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx
        ),
        "geojson": ExportFormat(".geojson", "application/geo+json", write_geojson),
        "geopackage": ExportFormat(".gpkg", "application/geopackage+sqlite3", write_geopackage),
        "geoparquet": ExportFormat(".parquet", "application/vnd.apache.parquet", write_geoparquet),
    }
)
