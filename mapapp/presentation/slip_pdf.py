"""A slip on paper: one A4 page as PDF, with a small map and a QR code of its address."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

import segno
import typst

from mapapp.domain.slip import Slip
from mapapp.presentation.facts import Telling
from mapapp.presentation.paper_text import drawable, printable
from mapapp.presentation.slip_map import map_words
from mapapp.presentation.slip_sheet import SlipSheet, slip_sheet

_LONGEST: Final = 500
"""No text goes further into the template, which shortens each as the page needs."""

# What Libertinus Serif and DejaVu Sans Mono, both inside typst, have signs for, as a test proves: Latin,
# Greek, Cyrillic without the old letters, punctuation, currencies, arrows. The rest prints as U+FFFD. Marks
# that combine are left out: with one «а́» in a document every «а» would be copied from it with an accent.
_PRINTED: Final = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u024f\u0384-\u038a\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u04c4"
    "\u1e00-\u1e9b\u2010-\u2015\u2018-\u2027\u2030-\u2037\u2039\u203a\u20a0-\u20b5\u2116\u2122"
    "\u2190-\u2193\u2713\u26a0\ufffd]"
)


def slip_pdf(slip: Slip, telling: Telling, *, link: str, map_svg: str | None = None) -> bytes:
    """Return the slip as a tagged PDF (PDF/UA-1) of exactly one page; equal questions give equal bytes.

    Texts go in as data and are never read as markup. They shrink from 12.5 to 7.5 pt to fit the page; where
    that is not enough the longest of them are shortened, and end in «…».
    """
    compiled = typst.compile(
        _template(),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"slip": json.dumps(_told(slip, telling, link, map_svg), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(slip.day, time(), UTC),
    )
    assert isinstance(compiled, bytes)
    return compiled


def _told(slip: Slip, telling: Telling, link: str, map_svg: str | None) -> dict[str, object]:
    """Return what the template shows, each text fit to be printed."""
    t, sheet = telling.t, slip_sheet(slip, telling, link)
    texts = {
        "heading": f"{sheet.title} {sheet.code}",
        "title": sheet.title,
        "language": t.language,
        "code_term": t("Code"),
        "code": sheet.code,
        "issued_on": sheet.day,
        "demo": sheet.demo,
        "service": sheet.service,
        "provider": sheet.provider,
        "organisation": sheet.organisation,
        "phones_term": t("Phone"),
        "phones": ", ".join(phone.written for phone in sheet.phones),
        "note_term": t("Note"),
        "note": sheet.note,
        "issued_term": t("Issued by"),
        "issued": sheet.issued,
        "verified": sheet.verified,
        "protection": sheet.protection,
        "qr_words": t("Up-to-date information by this code"),
        "map_words": map_words(slip, t),
    }
    told: dict[str, object] = {name: _printable(text) for name, text in texts.items()}
    told["warnings"] = [_printable(warning) for warning in sheet.warnings]
    told["facts"] = _facts(sheet)
    told["link"] = link
    told["map"] = drawable(map_svg or "", _PRINTED)
    told["qr"] = _qr(link)
    return told


def _facts(sheet: SlipSheet) -> list[dict[str, str]]:
    return [{"term": fact.term, "text": _printable(fact.text)} for fact in sheet.facts]


def _qr(link: str) -> str:
    """Return the code as SVG, with the quiet zone of four modules the standard asks for."""
    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False, light="#fff")
    return drawn.getvalue().decode()


def _printable(text: str) -> str:
    return printable(text, _PRINTED, _LONGEST)


@cache
def _template() -> bytes:
    return files("mapapp.presentation").joinpath("slip.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts inside typst alone, so that a slip looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
