"""How a text that a spreadsheet would take for a formula is written so that it is none, and read back.

OWASP's rule: a cell beginning with = + - @, a tab or a carriage return gets an apostrophe in front. So does a
cell that already looks guarded, which makes taking the apostrophe off exact; and one of dashes alone, which
people write where there is nothing.
"""

from __future__ import annotations

import re

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_GUARDED = re.compile(r"'+(?:[=+\-@\t\r＝＋－＠]|[–—‒−]+$)")
_DASHES = re.compile(r"[-–—‒−]+")


def is_dashes(text: str) -> bool:
    """Tell whether the text is what people write where there is nothing."""
    return _DASHES.fullmatch(text) is not None


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take the text for a formula."""
    return text.startswith(_FORMULA_STARTS)


def guarded(text: str) -> str:
    """Return the text as it may stand in a cell of a text file.

    >>> guarded("+380432655050"), guarded("вул. Соборна"), guarded("'=1")
    ("'+380432655050", 'вул. Соборна', "''=1")
    """
    return f"'{text}" if starts_formula(text) else escaped(text)


def escaped(text: str) -> str:
    """Return the text as it may stand where no text is taken for a formula: only so that it is read back."""
    return f"'{text}" if is_dashes(text) or _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """Return the text without its guard."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
