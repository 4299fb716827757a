"""Reads a table from a file of any of the formats; a file that cannot be read is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from mapapp.domain.errors import UsageError
from mapapp.files.tabular.csv_table import read_csv_table
from mapapp.files.tabular.geojson_table import read_geojson_table
from mapapp.files.tabular.raw_table import Limits, RawTable, check_size
from mapapp.files.tabular.xlsx_table import OLD_SPREADSHEET, read_xlsx_table, refuse_old_spreadsheet

_ARCHIVE = b"PK\x03\x04"
_DEFAULT_LIMITS = Limits()


def read_table(
    source: BinaryIO | Path, file_name: str, limits: Limits = _DEFAULT_LIMITS, *, sheet: str | None = None
) -> RawTable:
    """Return the table of a CSV, XLSX or GeoJSON file, told apart by what is in it, not by its name.

    Parameters
    ----------
    source
        The file, or an open one that can go back to its beginning.
    file_name
        What a person calls it.
    limits
        Beyond these a file is refused before it is read.
    sheet
        Which sheet of a spreadsheet; by default the first one with anything in it.

    Raises
    ------
    UsageError
        The file is too large, damaged or no table; the sentence says what to do.

    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as stream:
                return read_table(stream, file_name, limits, sheet=sheet)
        except OSError as error:
            raise UsageError(
                "{file} cannot be read: {problem}", file=file_name, problem=error.strerror or error
            ) from error
    check_size(source.seek(0, 2), file_name, limits)
    source.seek(0)
    start = source.read(1 << 10)
    if start.startswith(OLD_SPREADSHEET):
        refuse_old_spreadsheet(source, file_name)
    if start.startswith(_ARCHIVE):
        return read_xlsx_table(source, file_name, limits, sheet)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return read_geojson_table(source, file_name, limits)
    return read_csv_table(source, file_name, limits)
