"""The annex in its three formats, read back: it says the same in all, safely, in the same bytes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from mapapp.domain.accessibility import PeopleWithin
from mapapp.domain.annex import Annex
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.people import PeopleKind
from mapapp.presentation.annex_content import AnnexTable, Figure, annex_content
from mapapp.presentation.annex_docx import annex_docx
from mapapp.presentation.annex_pdf import annex_pdf
from mapapp.presentation.annex_xlsx import annex_xlsx
from mapapp.presentation.chart_style import font_folder
from mapapp.presentation.facts import Telling
from mapapp.presentation.paper_text import clean, printable

sys.path.insert(0, str(Path(__file__).parent))  # the case files lie beside the tests
from annex_cases import (
    CODES,
    HOSTILE_NAMES,
    NOBODY,
    annex,
    empty_annex,
    exactly,
    telling,
)

WRITERS = {"pdf": annex_pdf, "xlsx": annex_xlsx, "docx": annex_docx}
Write = Callable[[Telling, Annex], bytes]


def told(content: bytes, kind: str) -> str:
    """Return everything that a reader of the file is told, in one line."""
    if kind == "pdf":
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    elif kind == "xlsx":
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
        text = " ".join(str(cell) for sheet in sheets for row in sheet for cell in row)
    else:
        document = Document(BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


@pytest.fixture(scope="module")
def ordinary() -> dict[str, bytes]:
    """An ordinary oblast in Ukrainian."""
    return {kind: write(telling(), annex()) for kind, write in WRITERS.items()}


@pytest.fixture(scope="module")
def hostile() -> dict[str, bytes]:
    """The same with names that try to be markup, formulas, scripts and endless."""
    return {kind: write(telling(names=HOSTILE_NAMES), annex()) for kind, write in WRITERS.items()}


@pytest.mark.parametrize("kind", WRITERS)
def test_equal_annexes_give_equal_bytes(kind, ordinary):
    assert WRITERS[kind](telling(), annex()) == ordinary[kind]


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_names_area_day_hromadas_and_sources(kind, ordinary):
    text = told(ordinary[kind], kind)
    for said in ("Полтавська область", "20.11.2026", "Єлизаветівська", "Держстат", "Мінрозвитку", "812"):
        assert said in text


@pytest.mark.parametrize("kind", WRITERS)
def test_hostile_names_are_text_and_nothing_else(kind, hostile):
    text = told(hostile[kind], kind)
    assert "=cmd|'/C calc'!A0" in text
    assert "#set page(fill: red) $x^2$ [link] *bold* @ref" in text
    assert "<script>alert(1)</script>&" in text
    assert "\u202e" not in text
    assert "\x07" not in text


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(hostile):
    with ZipFile(BytesIO(hostile["xlsx"])) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert sheets
    assert not any("<f>" in sheet or "<f " in sheet or "<hyperlink" in sheet for sheet in sheets)


def test_numbers_of_the_workbook_are_numbers(ordinary):
    book = CalamineWorkbook.from_filelike(BytesIO(ordinary["xlsx"]))
    numbers = {
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if isinstance(cell, int | float)
    }
    assert {12345.0, 5000.0, 40.0, 65.4} <= numbers


@pytest.mark.parametrize("kind", WRITERS)
def test_a_small_number_is_never_printed(kind, ordinary):
    """Three people of the second hromada are out of reach."""
    text = told(ordinary[kind], kind)
    assert "1–4" in text
    table = next(it for it in annex_content(telling(), annex()).tables() if "Ївженківська" in str(it.table))
    assert all(3 not in column.cells for column in table.table.columns if column.title != "№")


@pytest.mark.parametrize("kind", WRITERS)
def test_an_occupied_hromada_is_without_data_and_never_zero(kind):
    text = told(WRITERS[kind](telling(), annex(occupied=(0,))), kind)
    assert "немає даних" in text
    assert "окупован" in text


def test_nothing_is_said_of_an_occupied_hromada_in_any_table():
    for block in annex_content(telling(), annex(occupied=(0,))).tables():
        titles = [column.title for column in block.table.columns]
        for row in block.table.rows():
            if "Єлизаветівська сільська громада" in row:
                judged = {
                    title: cell
                    for title, cell in zip(titles, row, strict=True)
                    if isinstance(cell, int | float)
                }
                assert 0 not in judged.values()


@pytest.mark.parametrize("kind", WRITERS)
def test_an_area_nothing_is_known_of_says_so(kind):
    text = told(WRITERS[kind](telling(), empty_annex()), kind)
    assert "немає даних" in text.casefold()
    assert "Полтавська область" in text


def test_every_page_bears_the_demonstration_notice_and_its_number(ordinary):
    pages = PdfReader(BytesIO(ordinary["pdf"])).pages
    assert len(pages) > 3
    notice = annex_content(telling(), annex()).notices[0]
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert notice in text
        assert re.search(rf"\b{number}\b.*\b{len(pages)}\b", text)


def test_real_registries_bear_no_demonstration_notice():
    assert not any("DEMO" in notice for notice in annex_content(telling("en"), annex(demo=False)).notices)


def test_the_pdf_is_tagged_titled_and_carries_its_fonts(ordinary):
    reader = PdfReader(BytesIO(ordinary["pdf"]))
    assert "Полтавська область" in reader.metadata.title
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = {font["/BaseFont"] for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("DejaVuSans" in font for font in fonts)


def test_word_repeats_headers_and_tells_pictures_in_words(ordinary):
    document = Document(BytesIO(ordinary["docx"]))
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables)
    pictures = document.element.xpath("//wp:docPr")
    assert pictures
    assert all(picture.get("descr") for picture in pictures)
    assert {"Heading 1", "Heading 2"} <= {paragraph.style.name for paragraph in document.paragraphs}


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_figure_has_words_and_every_table_rows(language):
    content = annex_content(telling(language), annex())
    blocks = [block for section in content.sections for block in section.blocks]
    assert all(len(block.words) > 20 for block in blocks if isinstance(block, Figure))
    assert all(len(block.table) for block in blocks if isinstance(block, AnnexTable))


def test_the_whole_is_named_as_the_area_asked_for():
    tables = annex_content(telling(), annex()).tables()
    cells = {cell for block in tables for column in block.table.columns for cell in column.cells}
    assert "Полтавська область" in cells
    assert "уся Україна" not in cells


def test_where_nobody_is_reached_the_way_is_a_dash_and_where_nobody_is_counted_not_known():
    full = annex()
    unreached = PeopleWithin(NOBODY, exactly(700.0), NOBODY, NOBODY, NOBODY)
    hromadas = full.access[0].hromadas
    far = replace(hromadas[CODES[0]], people=unreached, nearest=None, farthest=None)
    access = replace(full.access[0], hromadas={**hromadas, CODES[0]: far})
    assert any("–" in cells and None in cells for cells in _median_ways(replace(full, access=(access,))))
    assert not any("–" in cells for cells in _median_ways(full))


def _median_ways(of: Annex) -> list[tuple[object, ...]]:
    tables = annex_content(telling("en"), of).tables()
    return [
        column.cells for block in tables for column in block.table.columns if column.title == "Median way, km"
    ]


def counting(kind):
    """Return the annex whose people are of a kind."""
    said = annex()
    table = replace(said.access[0].people_table, kind=kind)
    return replace(said, access=tuple(replace(answer, people_table=table) for answer in said.access))


@pytest.mark.parametrize(("kind", "tells_need"), [(PeopleKind.NEEDS, True), (PeopleKind.POPULATION, False)])
def test_only_those_counted_as_in_need_lack_room(kind, tells_need):
    content = annex_content(telling("en"), counting(kind))
    blocks = [block for section in content.sections for block in section.blocks]
    said = " ".join(block for block in blocks if isinstance(block, str))
    assert ("of need within reach" in said) is tells_need
    assert any(isinstance(it, Figure) and it.name.startswith("unmet") for it in blocks) is tells_need
    titles = {column.title for table in content.tables() for column in table.table.columns}
    assert ("No room for" in titles) is tells_need
    assert "Places" in titles


def test_where_nobody_tells_capacity_no_table_of_room_is_drawn():
    titles = [block.title for block in annex_content(telling("en"), empty_annex()).tables()]
    assert not any("room" in title for title in titles)


def test_a_long_table_goes_on_over_pages_under_its_repeated_header():
    searches = tuple(UnmetDemand(CODES[number % 4], "resilience", 300 - number, 100) for number in range(90))
    content = annex_pdf(telling(), replace(annex(), searches=searches))
    title = telling().t("Found nobody")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]
    assert sum(title in page for page in pages) >= 2
    assert sum(str(300 - number) in "".join(pages) for number in range(90)) == 90


def test_signs_the_fonts_lack_are_replaced_and_unseen_ones_dropped():
    assert printable("漢字 \u202eабв\x07") == "\ufffd\ufffd абв"
    assert printable("а" * 45) == "\u200b".join(["а" * 20, "а" * 20, "а" * 5])
    assert clean("12\u00a0345\n\tосіб") == "12\u00a0345 осіб"


def test_both_fonts_have_every_sign_that_is_printed():
    missing = set()
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        known = set(TTFont(font_folder() / name).getBestCmap())
        missing |= {chr(code) for code in range(0x3000) if printable(chr(code)) == chr(code)} - {
            chr(code) for code in known
        }
    assert missing == set()
