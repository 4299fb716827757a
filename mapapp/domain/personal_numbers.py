"""Which digits in a text may be a person's: telephones, tax numbers, numbers of documents.

Dates are expected to be taken out before. Opening hours, short and toll-free telephones, KATOTTG and EDRPOU
codes are nobody's and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BETWEEN: Final = r"[ ().-]{0,3}"
_TIME: Final = re.compile(
    r"(?<![\d.:+-])(?:[01]?\d|2[0-4])[:.][0-5]\d(?:\s?-\s?(?:[01]?\d|2[0-4])[:.][0-5]\d)?(?![:.]?\d)"
)
_KATOTTG: Final = re.compile(r"\bUA\d{17}(?!\d)|\bУА\d{17}(?!\d)", re.IGNORECASE)

_PHONE: Final = re.compile(
    # +380 67 123 45 67, 8 (067) 123-45-67, 067.123.45.67; abroad only with a plus
    rf"(?<!\d)(?:\+?{_BETWEEN}3?{_BETWEEN}8{_BETWEEN})?\(?{_BETWEEN}0(?:{_BETWEEN}\d){{9}}(?!\d)"
    rf"|\+{_BETWEEN}[1-9](?:{_BETWEEN}\d){{7,14}}(?!\d)"
    # 2-34-56, 23-45-67, 234-56-78: a number within a town
    r"|(?<![\d-])(?:\d{1,3}-\d{2}|\d{2}-\d)-\d{2}(?![\d-]|\s?(?:грн|₴|uah))"
    # (05353) 92345, with a digit too many or too few
    r"|\(0\d{2,5}\) ?\d(?:[ -]?\d){3,7}(?!\d)"
    # «тел. 234567»
    rf"|\b(?:тел(?:ефон\w*)?|моб(?:ільн\w+|ил\w+)?|дзвон\w+|звон\w+|вайбер|телеграм|viber|whatsapp|telegram|signal|phone"
    rf"|tel|call|mobile)\b\.?(?:\s?(?:номер|за|по|number|:|№|no))*\s?(?:\d{_BETWEEN}){{4,12}}\d(?!\d)",
    re.IGNORECASE,
)
_TOLL_FREE: Final = re.compile(r"(?:38)?0800")
_FEWEST_LOCAL: Final = 5

_DOCUMENT: Final = re.compile(
    # «АА 123456», «FE123456»: a series and six digits
    r"(?-i:\b[А-ЯІЇЄҐA-Z]{2}) ?(?:№|No|N|#)?\.? ?\d{3} ?\d{3}(?!\d)"
    # «паспорт № 001234567», «посвідчення серія А № 12345 67»
    r"|\b(?:паспорт\w*|id-?\s?карт\w*|айді|посвідчен\w+|свідоцтв\w+|довідк\w+|посвідк\w+|удостоверен\w+|свидетельств\w+"
    r"|справк\w+|унзр|passport|id card|certificate|снілс|снилс|справ[аи])\b"
    r"[^\d.;]{0,24}\d(?:[ -]{0,2}\d){5,}"
    # УНЗР: the date of birth and five digits
    r"|(?<!\d)(?:19|20)\d{6}-\d{5}(?!\d)"
    # an ID card, or whatever else is so long; an e-referral or a bank card in fours
    r"|(?<!\d)\d{9}(?!\d)|(?<!\d)\d{11,}(?!\d)|(?<!\d)\d{4}(?:[ -]\d{4}){3}(?!\d)",
    re.IGNORECASE,
)

_CHAIN: Final = re.compile(rf"\d(?:{_BETWEEN}\d)*")
_TAX_DIGITS: Final = 10
_WEIGHTS: Final = (-1, 5, 7, 9, 4, 6, 10, 5, 7)


def phone_numbers(text: str) -> tuple[list[str], str]:
    """Return what looks like telephones of a person, and the text without telephones, codes and hours."""
    rest = _KATOTTG.sub("¦", _TIME.sub(_unless_in_a_number, text))
    found = [match.group() for match in _PHONE.finditer(rest) if not _is_public(match.group())]
    return found, _PHONE.sub("¦", rest)


def document_numbers(text: str) -> tuple[list[str], str]:
    """Return what looks like numbers of a person's documents, and the text without them."""
    return [match.group() for match in _DOCUMENT.finditer(text)], _DOCUMENT.sub("¦", text)


def tax_numbers(text: str) -> tuple[list[str], str]:
    """Return every ten digits, spaced or not, and the text as it was.

    Ten digits that stand alone are refused even if the check digit of a RNOKPP does not fit: it may be a
    mistyped one. Among more digits only those it fits are.
    """
    return [words for chain in _CHAIN.finditer(text) for words in _tax_numbers_of(chain.group())], text


def _tax_numbers_of(chain: str) -> Iterator[str]:
    if len(_digits(chain)) == _TAX_DIGITS:
        yield chain
        return
    groups = list(re.finditer(r"\d+", chain))
    for index, first in enumerate(groups):
        for last in groups[index : index + _TAX_DIGITS]:
            words = chain[first.start() : last.end()]
            if len(_digits(words)) == _TAX_DIGITS and (first is last or _checks(_digits(words))):
                yield words


def _checks(digits: str) -> bool:
    """Tell whether ten digits are a well-formed RNOKPP; its first five count days from 1900."""
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return digits[0] in "1234" and weighted % 11 % 10 == int(digits[9])


def _is_public(words: str) -> bool:
    """Tell whether the number is toll-free or so short that no person has it."""
    digits = _digits(words)
    return len(digits) < _FEWEST_LOCAL or _TOLL_FREE.match(digits) is not None


def _unless_in_a_number(found: re.Match[str]) -> str:
    """Keep «12.34» where digits stand before it, as inside a telephone."""
    before = found.string[: found.start()].rstrip(" (")
    return found.group() if before[-1:].isdecimal() or before[-1:] == ")" else "¦"


def _digits(words: str) -> str:
    return "".join(sign for sign in words if sign.isdecimal())
