"""The annex as a Word document, for whoever goes on writing it: headings, tables and pictures with words."""

from __future__ import annotations

from datetime import datetime, time
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mapapp.domain.annex import Annex
from mapapp.presentation.annex_content import AnnexContent, AnnexTable, Figure, annex_content
from mapapp.presentation.chart_style import chart_png
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import Translator
from mapapp.presentation.paper_text import cell_text, clean
from mapapp.presentation.tables import Kind

_FONT: Final = "Arial"
_WIDTH_MM: Final = 176.0
_HEIGHT_MM: Final = 225.0
_MM_A_PX: Final = 0.22
_SCALE: Final = 2.0
_ACCENT: Final = RGBColor(0x17, 0x50, 0x6F)
_FIRST_ZIP_DAY: Final = (1980, 1, 1, 0, 0, 0)


def annex_docx(telling: Telling, annex: Annex) -> bytes:
    """Return the annex as a document of Word; equal annexes give equal bytes."""
    content = annex_content(telling, annex)
    document = Document()
    _set_up(document, telling.t, content)
    made = datetime.combine(annex.query.day, time())
    core = document.core_properties
    core.title, core.author, core.language = clean(content.title), "mapapp", content.language
    core.created = core.modified = made
    core.last_modified_by, core.comments, core.revision = "mapapp", "", 1
    document.add_heading(clean(content.title), level=0)
    document.add_paragraph(clean(content.subtitle), style="Subtitle")
    for notice in content.notices:
        document.add_paragraph(clean(notice), style="Intense Quote")
    for section in content.sections:
        document.add_heading(clean(section.title), level=1)
        for block in section.blocks:
            if isinstance(block, str):
                document.add_paragraph(clean(block))
            elif isinstance(block, Figure):
                _add_figure(document, block)
            elif block.is_on_paper:
                _add_table(document, telling.t, block)
    return _repacked(document)


def _set_up(document: DocumentObject, t: Translator, content: AnnexContent) -> None:
    """Set page, type, and the lines on every page: what and when, notices, the page's number."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(17)
    page.top_margin, page.bottom_margin = Mm(20), Mm(18)
    styles = document.styles
    for name, size in (("Normal", 10), ("Title", 22), ("Subtitle", 13), ("Heading 1", 14), ("Heading 2", 11)):
        style = styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        if name != "Normal":
            style.font.color.rgb = _ACCENT
    header = page.header.paragraphs[0]
    header.text = clean(" · ".join([content.subtitle, *content.notices]))
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = t("page {number} of {count}", number="\x00", count="\x00").split("\x00")
    footer.add_run(before)
    _add_field(footer, "PAGE")
    footer.add_run(between)
    _add_field(footer, "NUMPAGES")
    footer.add_run(after)
    for paragraph in (header, footer):
        for run in paragraph.runs:
            run.font.size = Pt(8)


def _add_field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields of its own


def _add_figure(document: DocumentObject, figure: Figure) -> None:
    picture = chart_png(figure.chart, _SCALE)
    width_px, height_px = (int.from_bytes(picture[at : at + 4]) / _SCALE for at in (16, 20))
    mm_a_px = min(_WIDTH_MM / width_px, _HEIGHT_MM / height_px, _MM_A_PX)
    shape = document.add_picture(BytesIO(picture), width=Mm(width_px * mm_a_px))
    told = shape._inline.docPr  # noqa: SLF001 - where Word keeps the words for a picture
    told.set("descr", clean(figure.words))
    told.set("name", figure.name)


def _add_table(document: DocumentObject, t: Translator, block: AnnexTable) -> None:
    document.add_heading(clean(block.title), level=2)
    columns = block.table.columns
    table = document.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        _write(cell.paragraphs[0], column.title, is_number=column.kind is not Kind.TEXT, is_head=True)
    # Word repeats this row on every page.
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001
    for row in block.table.rows():
        added = table.add_row()
        unbroken = OxmlElement("w:cantSplit")
        added._tr.get_or_add_trPr().append(unbroken)  # noqa: SLF001
        for cell, value, column in zip(added.cells, row, columns, strict=True):
            is_number = column.kind is not Kind.TEXT
            _write(cell.paragraphs[0], cell_text(t, value, column.kind), is_number=is_number)
    for note in block.table.notes if block.has_notes else ():
        document.add_paragraph(clean(note)).runs[0].font.size = Pt(8)


def _write(paragraph: Paragraph, text: str, *, is_number: bool, is_head: bool = False) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size, run.bold = Pt(7.5), is_head
    if is_number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repacked(document: DocumentObject) -> bytes:
    """Return the document's file with no hour of writing in it."""
    written, repacked = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as source, ZipFile(repacked, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, _FIRST_ZIP_DAY)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return repacked.getvalue()
