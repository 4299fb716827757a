"""How text and numbers stand on paper: in signs that the fonts have, and «no data» where nothing is known."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from babel.numbers import format_decimal

from mapapp.presentation.messages import Translator
from mapapp.presentation.tables import Cell, Kind

_LONGEST: Final = 3000
_LONGEST_WORD: Final = 20
"""A longer one gets places to break at."""

# What both weights of DejaVu Sans have, as a test proves: Latin, Greek, Cyrillic, punctuation, currencies,
# arrows, geometric signs. Marks that combine are left out, as in `slip_pdf`.
_PRINTED: Final = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02e9\u0384-\u038a\u038e-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u0525"
    "\u1e00-\u1efb\u2010-\u2015\u2018-\u2027\u202f-\u2037\u2039\u203a\u20a0-\u20b5\u2116\u2122"
    "\u2190-\u21ff\u2200-\u22ff\u2500-\u269c\u2713\u2715\u2717\ufffd]"
)
_UNSEEN: Final = frozenset({"Cf", "Cc", "Co", "Cs", "Cn"})
_SPACE: Final = re.compile("[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
"""Not the spaces that do not break: they hold numbers together."""
_ENDLESS: Final = re.compile(rf"[^\s\u200b]{{{_LONGEST_WORD}}}(?=\S)")


def clean(text: str, longest: int = _LONGEST) -> str:
    """Return the text on one line without signs that nobody sees: they turn text around or break a file."""
    line = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    seen = "".join(sign for sign in line if unicodedata.category(sign) not in _UNSEEN)
    return seen if len(seen) <= longest else f"{seen[: longest - 1].rstrip()}…"


def printable(text: str, printed: re.Pattern[str] = _PRINTED, longest: int = _LONGEST) -> str:
    """Return the cleaned text with U+FFFD for signs the fonts lack, and places to break endless words at.

    `printed` matches the signs that the fonts have, DejaVu Sans unless others are used.
    """
    return _ENDLESS.sub(lambda word: f"{word.group()}\u200b", drawable(clean(text, longest), printed))


def drawable(text: str, printed: re.Pattern[str] = _PRINTED) -> str:
    """Return the text, an SVG for instance, with U+FFFD for signs the fonts lack."""
    return "".join(
        sign
        if sign == "\n" or printed.match(sign)
        else ""
        if unicodedata.category(sign) in _UNSEEN | {"Mn", "Me"}
        else "\ufffd"
        for sign in text
    )


def cell_text(t: Translator, cell: Cell, kind: Kind) -> str:
    """Return what stands in a cell; an unknown number is «no data», never zero and never empty."""
    if cell is None:
        return t("no data")
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return t.date(cell)
    if kind is Kind.SHARE:
        return t.percent(cell)
    if kind is Kind.DECIMAL:
        return format_decimal(cell, format="#,##0.0#", locale=t.locale)
    return t.number(cell)
