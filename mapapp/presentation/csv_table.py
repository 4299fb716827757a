"""A table as a file that Excel in Ukraine opens by a double click."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

# A cell that begins so is a formula to a spreadsheet, whoever wrote it (OWASP, CSV injection).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[-+]\d+([.,]\d+)?")


def excel_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows in UTF-8 with its mark, semicolons, no live formulas."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    is_formula = cell.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell
