"""How many persons a cell says: a whole number, or unknown, which is never nobody."""

from __future__ import annotations

import re
from typing import Final

from mapapp.domain.errors import Fault
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import DateCell
from mapapp.files.tabular.formula_guard import is_dashes, unguarded

UNKNOWN_WORDS: Final = (
    "немає",
    "немає даних",
    "нема даних",
    "дані відсутні",
    "невідомо",
    "н/д",
    "х",
    "n/a",
    "na",
    "no data",
    "unknown",
    "…",
    "...",
)
"""What people write where a number is unknown; dashes and empty cells say the same."""

_MOST_DIGITS = 8
"""More persons than there are in the country is a slip."""
_SPACES = re.compile(r"\s+")
_WHOLE = re.compile(r"(\d+)(?:[.,]0{1,2})?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_NUMBER = re.compile(r"\d+[.,]\d+", re.ASCII)
_NEGATIVE = re.compile(r"[-–−]\s*\d[\d\s.,]*", re.ASCII)


def read_persons(written: str) -> int | None:
    """Return the number, None where it is unknown.

    >>> read_persons("1 204"), read_persons("н/д"), read_persons("0")
    (1204, None, 0)

    Raises
    ------
    Refusal
        It is negative, no whole number, too large, or a word that is not one of `UNKNOWN_WORDS`.

    """
    if isinstance(written, DateCell):
        raise Refusal(
            Fault("the spreadsheet keeps this as a date: make the column a number and type the value anew")
        )
    text = unguarded(written).strip()
    if not text or is_dashes(text) or " ".join(text.lower().split()) in UNKNOWN_WORDS:
        return None
    digits = _SPACES.sub("", text)
    if found := _WHOLE.fullmatch(digits):
        return _in_range(found[1], written)
    if _NEGATIVE.fullmatch(text):
        raise Refusal(Fault("«{value}» is negative: persons are none or more", {"value": written}))
    if _THOUSANDS.fullmatch(digits):
        raise Refusal(
            Fault(
                "«{value}» may be thousands or a fraction: write the number in digits alone",
                {"value": written},
            )
        )
    if _NUMBER.fullmatch(digits):
        raise Refusal(Fault("«{value}» is a fraction: persons are whole", {"value": written}))
    raise Refusal(
        Fault(
            "«{value}» is not a number of persons: write a whole one; where it is unknown leave the cell "
            "empty or write one of –, {words}",
            {"value": written, "words": ", ".join(UNKNOWN_WORDS)},
        )
    )


def _in_range(digits: str, written: str) -> int:
    if len(digits.lstrip("0")) > _MOST_DIGITS:
        raise Refusal(Fault("«{value}» is more persons than there are in the country", {"value": written}))
    return int(digits.lstrip("0") or "0")
