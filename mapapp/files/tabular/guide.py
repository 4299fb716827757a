"""The columns told to an editor: the tables of `docs/import-columns.md`, made from the columns themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mapapp.domain.registry import TargetGroup
from mapapp.files.tabular.column import CONFIDENTIAL, OFFERING, ORGANISATION, POINT, Column
from mapapp.files.tabular.columns import COLUMNS
from mapapp.files.tabular.forms import humanised
from mapapp.files.tabular.words import WORDS

MARK: Final = "<!-- made by mapapp.files.tabular.guide: edit the columns there -->"
"""Stands above the part of the page that is made."""

_PARTS: Final = {
    ORGANISATION: "The organisation",
    POINT: "The service point",
    CONFIDENTIAL: "Its place, where that is not for everyone",
    OFFERING: "One service of it",
}


def columns_guide() -> str:
    """Return the made part of the page, as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield MARK
    for part, title in _PARTS.items():
        yield from ("", f"### {title}", "")
        yield "| Header | English header | Field | What is written | Example | Also read |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(column) for column in COLUMNS if column.part == part)
    yield from ("", "## Words", "")
    yield "Each may be written in Ukrainian or English, in any case; so may the other words and the value."
    for vocabulary, words in WORDS.items():
        yield from ("", f"### {humanised(vocabulary).capitalize()}", "")
        yield "| Ukrainian | English | Value | Other words |"
        yield "|---|---|---|---|"
        for member, word in words.items():
            value = member.name.lower() if vocabulary is TargetGroup else member.value
            yield f"| {word.uk} | {word.en} | `{value}` | {', '.join(word.synonyms)} |"


def _row(column: Column) -> str:
    example = f"`{column.form.example}`" if column.form.example else ""
    cells = (
        column.title_uk,
        column.title_en,
        f"`{column.field}`",
        column.form.about,
        example,
        ", ".join(column.synonyms),
    )
    return f"| {' | '.join(cells)} |"
