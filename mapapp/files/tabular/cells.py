"""What one cell says: text, days, numbers, flags and codes, read as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from rapidfuzz import fuzz, process

from mapapp.domain.edrpou import is_edrpou
from mapapp.domain.errors import Fault
from mapapp.domain.katottg import Katottg
from mapapp.files.registry_values import Refusal

MAX_TEXT = 1000
"""Characters in one text, as in a registry file: a stray quotation mark cannot swallow the table."""

EDRPOU_DIGITS = 8

_ALIKE_PERCENT = 70
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: ?р\.?)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,20})?", re.ASCII)
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[eE][-+]?\d{1,3}", re.ASCII)
"""What programs write of very small numbers."""
_WHOLE = re.compile(r"(\d{1,9})(?:[.,]0+)?", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)
_SPACES = re.compile(r"\s+")
_NOT_IN_WORDS = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile("['’ʼ`´‘ʹ′\u0301]")
_EMAIL = re.compile(r"[^\s@;,<>]+@[^\s@;,<>]+")
_YES = frozenset({"так", "yes", "true", "1", "є", "y", "т", "+"})
_NO = frozenset({"ні", "no", "false", "0", "немає", "n", "н", "нема"})


@dataclass(frozen=True, slots=True)
class Noted:
    """A value taken otherwise than written, in a way a person should know."""

    value: Any
    note: Fault


class DateCell(str):
    """A cell that a spreadsheet keeps as a date, in ISO form: perhaps not what a person typed."""

    __slots__ = ()


Read = Callable[[str], Any]
"""Takes a stripped text that is not empty; returns a value or `Noted`, or raises `Refusal`."""


def fold_word(text: str) -> str:
    """Return the form in which two spellings of a word or a header are equal.

    >>> fold_word("Код ЄДРПОУ:") == fold_word("код_єдрпоу"), fold_word("сім’ї")
    (True, 'сімї')
    """
    return _NOT_IN_WORDS.sub(" ", _APOSTROPHES.sub("", text.lower())).strip()


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like the given one, None when nothing is alike."""
    found = process.extractOne(word, tuple(known), scorer=fuzz.ratio, score_cutoff=_ALIKE_PERCENT)
    return None if found is None else found[0]


def read_text(written: str) -> str:
    """Return the text, which a spreadsheet has not turned into a date."""
    if isinstance(written, DateCell):
        raise Refusal(
            Fault("the spreadsheet keeps this as a date: make the column text and type the value anew")
        )
    text = written.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_TEXT:
        raise Refusal(Fault("the text is longer than {limit} characters", {"limit": MAX_TEXT}))
    if _CONTROL.search(text):
        raise Refusal(Fault("the text holds a control character: type it anew"))
    return text


def read_flag(written: str) -> bool:
    """Return the answer to a yes-or-no question."""
    word = written.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refusal(Fault("«{value}» is neither yes nor no: write так or ні", {"value": written}))


def read_day(written: str) -> date:
    """Return the day of `31.03.2026` or `2026-03-31`."""
    text = written.strip()
    try:
        if found := _ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_MONTH_YEAR.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise Refusal(Fault("«{value}» is not a date: write it as 31.03.2026 or 2026-03-31", {"value": written}))


def read_time(written: str) -> time:
    """Return the time of `09:00` or `9.00`."""
    found = _TIME.fullmatch(written.strip())
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise Refusal(Fault("«{value}» is not a time: write it as 09:00", {"value": written}))


def read_degrees(written: str) -> float:
    """Return a number of degrees, with a decimal point or comma."""
    text = written.strip().removesuffix("°")
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    if _SCIENTIFIC.fullmatch(text):
        return float(text)
    raise Refusal(Fault("«{value}» is not a number of degrees such as 49.5894", {"value": written}))


def read_count(written: str) -> int:
    """Return a whole number; a spreadsheet may have made it `12.0` or `1 200`."""
    found = _WHOLE.fullmatch(_SPACES.sub("", written))
    if found is None:
        raise Refusal(Fault("«{value}» is not a whole number, zero or more", {"value": written}))
    return int(found[1])


def read_money(written: str) -> Decimal:
    """Return an amount in hryvnias, with a decimal point or comma."""
    text = _SPACES.sub("", written)
    if _NUMBER.fullmatch(text) is None or text.startswith("-"):
        raise Refusal(Fault("«{value}» is not an amount in hryvnias such as 120,50", {"value": written}))
    return Decimal(text.replace(",", "."))


def read_edrpou(written: str) -> str | Noted:
    """Return the code; zeros that a spreadsheet lost are put back where the check digit proves it."""
    code = written.removesuffix(".0")
    if is_edrpou(code):
        return code
    restored = code.zfill(EDRPOU_DIGITS)
    if code.isascii() and code.isdecimal() and code.strip("0") and len(code) < EDRPOU_DIGITS:
        if is_edrpou(restored):
            note = Fault(
                "EDRPOU «{value}» lost its leading zeros: taken as {restored}, which its check digit proves",
                {"value": written, "restored": restored},
            )
            return Noted(restored, note)
        raise Refusal(
            Fault(
                "EDRPOU «{value}» has {count} digits instead of 8, and {restored} has a wrong check digit: "
                "write all digits as text",
                {"value": written, "count": len(code), "restored": restored},
            )
        )
    raise Refusal(
        Fault("«{value}» is not an EDRPOU code: check its 8 digits, zeros included", {"value": written})
    )


def read_code(written: str) -> Katottg | Noted | None:
    """Return the KATOTTG code, noting look-alike letters; None where the text is rather a name."""
    if not any(sign.isdecimal() for sign in written[2:]) or " " in written.strip():
        return None
    try:
        code = Katottg(written)
    except ValueError:
        if len(written) < len("UA00000"):
            return None
        raise Refusal(
            Fault("«{value}» is not a KATOTTG code: write UA and 17 digits", {"value": written})
        ) from None
    if not written.isascii():
        return Noted(code, Fault("Cyrillic letters in the code «{value}» taken as Latin", {"value": written}))
    return code


def read_email(written: str) -> str:
    """Return the address."""
    text = written.strip().removeprefix("mailto:")
    if _EMAIL.fullmatch(text) is None:
        raise Refusal(
            Fault("«{value}» is not an e-mail address such as centre@example.com", {"value": written})
        )
    return text
