"""The annex on paper: an A4 document as PDF, with its charts as drawings and its words as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from mapapp.domain.annex import Annex
from mapapp.presentation.annex_content import AnnexContent, AnnexTable, Block, Figure, annex_content
from mapapp.presentation.chart_style import chart_svg, font_folder
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import Translator
from mapapp.presentation.paper_text import cell_text, drawable, printable
from mapapp.presentation.tables import Column, Kind

_WIDTH_MM: Final = 176.0
_HEIGHT_MM: Final = 232.0
_MM_A_PX: Final = 0.22
"""Signs of 11 pixels are 2.4 mm high: what is smaller is not read."""
_SIZE: Final = re.compile(r'<svg[^>]*? width="([\d.]+)(?:px)?"[^>]*? height="([\d.]+)(?:px)?"')
_WIDTH_PT: Final = _WIDTH_MM / 25.4 * 72
_WIDEST_COLUMN: Final = 34
_LONGEST_WORD: Final = 22
_SIGN_EM: Final = 0.62
"""How wide a sign of DejaVu Sans is on average; a bold one is wider by `_BOLD_SIGN`."""
_BOLD_SIGN: Final = 1.12
_GAP_PT: Final = 6.5
_TYPE_PT: Final = 7.6
_LEAST_TYPE_PT: Final = 5.0


def annex_pdf(telling: Telling, annex: Annex) -> bytes:
    """Return the annex as a tagged PDF (PDF/UA-1); equal annexes give equal bytes.

    Texts go in as data and are never read as markup; no font and nothing else of the machine is used.
    """
    content = annex_content(telling, annex)
    compiled = typst.compile(
        _template(),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"annex": json.dumps(_told(telling.t, content), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=datetime.combine(annex.query.day, time(), UTC),
    )
    assert isinstance(compiled, bytes)
    return compiled


def _told(t: Translator, content: AnnexContent) -> dict[str, Any]:
    return {
        "language": content.language,
        "title": printable(content.title),
        "subtitle": printable(content.subtitle),
        "notices": [printable(notice) for notice in content.notices],
        "page": printable(t("page {number} of {count}", number="#1", count="#2")),
        "sections": [
            {
                "title": printable(section.title),
                "blocks": [_block(t, block) for block in section.blocks if _is_on_paper(block)],
            }
            for section in content.sections
        ],
    }


def _is_on_paper(block: Block) -> bool:
    return not isinstance(block, AnnexTable) or block.is_on_paper


def _block(t: Translator, block: Block) -> dict[str, Any]:
    if isinstance(block, str):
        return {"kind": "text", "text": printable(block)}
    if isinstance(block, Figure):
        return _figure(block)
    table = block.table
    kinds = [column.kind for column in table.columns]
    widths_pt, size_pt = _widths(t, table.columns)
    return {
        "kind": "table",
        "title": printable(block.title),
        "heads": [printable(column.title) for column in table.columns],
        "aligns": [_align(column) for column in table.columns],
        "widths": widths_pt,
        "size_pt": size_pt,
        "rows": [
            [printable(cell_text(t, cell, kind)) for cell, kind in zip(row, kinds, strict=True)]
            for row in table.rows()
        ],
        "notes": [printable(note) for note in table.notes] if block.has_notes else [],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    svg = drawable(chart_svg(figure.chart))
    found = _SIZE.search(svg)
    assert found is not None
    width_px, height_px = map(float, found.groups())
    mm_a_px = min(_WIDTH_MM / width_px, _HEIGHT_MM / height_px, _MM_A_PX)
    return {"kind": "figure", "svg": svg, "words": printable(figure.words), "width_mm": width_px * mm_a_px}


def _align(column: Column) -> str:
    if column.kind is not Kind.TEXT:
        return "right"
    return "center" if _longest(column) <= 1 else "left"


def _longest(column: Column) -> int:
    return max((len(cell) for cell in column.cells if isinstance(cell, str)), default=0)


def _widths(t: Translator, columns: Sequence[Column]) -> tuple[list[float], float]:
    """Return the columns' widths in points and the size of type in which their longest words fit.

    Each has room for its longest word; what is left goes to those whose cells are longer.
    """
    least, wanted = [], []
    for column in columns:
        texts = [cell_text(t, cell, column.kind) for cell in column.cells]
        # Numbers are grouped by spaces that do not break.
        words = [len(word) for text in texts for word in text.split(" ")]
        heads = [len(word) * _BOLD_SIGN for word in column.title.split()]
        word = min(max([*words, *heads, 1.0]), _LONGEST_WORD)
        least.append(word)
        wanted.append(max(word, min(max(map(len, texts), default=0), _WIDEST_COLUMN)))
    gaps_pt = _GAP_PT * len(columns)
    size_pt = max(min((_WIDTH_PT - gaps_pt) / (_SIGN_EM * sum(least)), _TYPE_PT), _LEAST_TYPE_PT)
    sign_pt = _SIGN_EM * size_pt
    spare_pt = max(_WIDTH_PT - gaps_pt - sign_pt * sum(least), 0.0)
    longing = [want - word for want, word in zip(wanted, least, strict=True)]
    each_pt = spare_pt / (sum(longing) or len(columns))
    return [
        round(_GAP_PT + sign_pt * word + each_pt * (more if sum(longing) else 1.0), 2)
        for word, more in zip(least, longing, strict=True)
    ], round(size_pt, 2)


@cache
def _template() -> bytes:
    return files("mapapp.presentation").joinpath("annex.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with mapapp alone, so that an annex looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
    )
