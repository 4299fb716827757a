"""The page for editors says what the columns are."""

from __future__ import annotations

from mapapp.files.tabular.guide import MARK, columns_guide


def test_the_page_lists_the_columns_as_they_are(repo_root):
    page = (repo_root / "docs" / "import-columns.md").read_text("utf-8")
    assert page[page.index(MARK) :] == columns_guide(), "write columns_guide() below the mark of the page"
