"""Names as people type them: one folded form for comparing, one order for listing."""

from __future__ import annotations

import re
import unicodedata

# Apostrophes in all their shapes, and the stress mark of dictionaries.
_APOSTROPHES = re.compile("['’ʼ`´‘ʹ′\"\u0301]")
_SETTLEMENT_TYPE = re.compile(
    r"^(?:селище міського типу|смт|с-ще|селище|село|місто|м|с)(?:\.\s*|\s+)(?=\S)",
)
_SPACES = re.compile(r"[\s\-–—]+")

_ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_RANK = {letter: index for index, letter in enumerate(_ALPHABET)}


def fold_name(text: str) -> str:
    """Return the form in which two spellings of one name are equal.

    NFC, lower case, without apostrophes and the settlement's type, with single spaces for hyphens.

    >>> fold_name("с. Кам`янка-Бузька") == fold_name("Кам’янка Бузька")
    True
    """
    folded = unicodedata.normalize("NFC", text).lower().strip()
    folded = _SETTLEMENT_TYPE.sub("", folded)
    return _SPACES.sub(" ", _APOSTROPHES.sub("", folded)).strip()


def ukrainian_sort_key(text: str) -> tuple[int, ...]:
    """Return a key that puts і after и, ї after і, є after е and ґ after г.

    Code-point order puts Є, І and Ї before А; letters outside the alphabet come first, as in dictionaries.
    """
    return tuple(_RANK.get(letter, -1) for letter in _APOSTROPHES.sub("", text.lower()))
