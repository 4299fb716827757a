"""How telephones written by people become numbers that can be dialled from anywhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

from mapapp.domain.contacts import Phone
from mapapp.domain.errors import msgid

REGION = "UA"
COUNTRY_CODE = 380

NATIONAL_DIGITS = 9
_RANGE_DIGITS = 4
"""By so many first digits the numbering plan of Ukraine gives out its ranges: the rest change no kind."""
LOCAL_DIGITS = range(5, 8)
"""How many digits a number has within its town."""
_SHORT_DIGITS = range(3, 7)
_MOST_CHUNKS = 24

NO_DIGITS = msgid("phone: «{written}» has no digits")
AREA_CODE_MISSING = msgid("phone: «{written}» lacks its area code; write for example (0432) 65-50-50")
TOO_FEW_DIGITS = msgid("phone: «{written}» has too few digits")
TOO_MANY_DIGITS = msgid("phone: «{written}» has too many digits")
NO_SUCH_NUMBER = msgid("phone: no number of Ukraine looks like «{written}»; check its digits")

# What most numbers are made of: nothing in them is to be corrected or left out.
_ONLY_DIGITS_AND_SIGNS = re.compile(r"[\d\s()+./-]+", re.ASCII)
# Letters that look like digits, beside a digit or a bracket: «О67», «(О63)», «З2».
_LETTER_O = re.compile(r"(?<=[\d(+-])[OОoо]|(?<![^\W\d_])[OОoо](?=[\d)])")
_LETTER_Z = re.compile(r"(?<=[\d(+-])[Зз]|(?<![^\W\d_])[Зз](?=[\d)])")
_EXTENSION = re.compile(
    r"[\s(,]{0,5}(?:дод(?:атковий)?|доб|вн(?:утр(?:ішній)?)?|ext(?:ension)?|#)\.?\s*[№#:]?\s*\d{1,6}\)?\s*$",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"[\W_]*|ні|немає|нема|відсутній|відсутні|no", re.IGNORECASE)
_BETWEEN_NUMBERS = re.compile(r"[;,\n|]+")
_PERHAPS_BETWEEN = tuple(
    map(re.compile, (r"\s{2,}", r"(?<=\d)\.\s+(?=[\d(+])", r"(?<=\d)\s+(?=\()", r"(?<=\d)/(?=[\d(+])"))
)
_AREA_CODE = re.compile(r"\D*(?:\+?38)?\D*(0\d{2,4}|(?<!\d)\d{2,4})[)/\s-]+(\d[\d\s-]*)\D*")


@lru_cache(maxsize=100_000)
def read_phone(written: str) -> Phone:
    """Return the phone as written and in E.164, the latter only for a number that exists and can be dialled.

    Short numbers and 0 800 are dialled as they are, within the country alone: they stay text.

    >>> read_phone("(0432) 65-50-50").e164
    '+380432655050'
    >>> read_phone("1545").e164 is None
    True
    """
    text = " ".join(written.split())
    return Phone(text, _e164(text))


@lru_cache(maxsize=100_000)
def read_phones(text: str) -> tuple[Phone, ...]:
    """Return every phone of a cell in its order; together they hold all that is written but separators.

    A number without its area code is given that of the number before it, where this was written apart.

    >>> [phone.e164 for phone in read_phones("(04142) 50125, 50126; 1545 факс")]
    ['+380414250125', '+380414250126', None]
    """
    if _NOTHING.fullmatch(text.strip()):
        return ()
    phones: list[Phone] = []
    area = ""
    for piece in _pieces(text):
        phone = read_phone(piece)
        if phone.e164 is None and area:
            phone = Phone(phone.written, _local_e164(area, phone.written))
        area = _area_code(phone) or area
        phones.append(phone)
    return tuple(phones)


def phone_problem(phone: Phone) -> str:
    """Return why the phone cannot be dialled, a msgid with the value `written`; empty where it can."""
    if phone.e164 is not None:
        return ""
    digits = _digits(phone.written)
    if _is_domestic(digits):
        return ""
    if not digits:
        return NO_DIGITS
    if len(digits) in LOCAL_DIGITS:
        return AREA_CODE_MISSING
    if len(digits) < NATIONAL_DIGITS:
        return TOO_FEW_DIGITS
    return TOO_MANY_DIGITS if len(digits) > len("380") + NATIONAL_DIGITS else NO_SUCH_NUMBER


def _digits(written: str) -> str:
    """Return the digits to dial, a leading + kept, the extension left out."""
    text = written
    if _ONLY_DIGITS_AND_SIGNS.fullmatch(written) is None:
        text = _LETTER_Z.sub("3", _LETTER_O.sub("0", _LETTER_O.sub("0", _EXTENSION.sub("", written))))
    digits = "".join(filter(str.isdecimal, text))
    has_plus = "+" in text and re.match(r"[^\w+]*\+", text) and not digits.startswith("0")
    return f"+{digits}" if has_plus else digits


def _without_extension(written: str) -> str:
    return written if _ONLY_DIGITS_AND_SIGNS.fullmatch(written) else _EXTENSION.sub("", written)


def _is_domestic(digits: str) -> bool:
    """Tell whether the number is short (101, 1545, 116 123) or free of charge (0 800 …)."""
    if len(digits) in _SHORT_DIGITS and digits.isdecimal():
        number = PhoneNumber(country_code=COUNTRY_CODE, national_number=int(digits))
        return bool(shortnumberinfo.is_valid_short_number_for_region(number, REGION))
    national = _national(digits)
    return national is not None and national.startswith("800")


def _national(digits: str) -> str | None:
    """Return the nine digits that come after the country code, 80, 0 or nothing at all."""
    for prefix in ("+380", "00380", "380", "80", "0", ""):
        if digits.startswith(prefix) and len(digits) == len(prefix) + NATIONAL_DIGITS:
            return digits.removeprefix(prefix)
    return None


def _e164(written: str) -> str | None:
    digits = _digits(written)
    national = _national(digits)
    if national is not None:
        is_valid = not national.startswith(("0", "800")) and number_kind(national) != PhoneNumberType.UNKNOWN
        return f"+{COUNTRY_CODE}{int(national)}" if is_valid else None
    if not digits.startswith("+") or digits.startswith("+380"):
        return None
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def number_kind(national: str) -> int:
    """Return the `PhoneNumberType` of the nine digits of a number of Ukraine, unknown where there is none."""
    return _kind_of_range(national[:_RANGE_DIGITS])


@cache
def _kind_of_range(first_digits: str) -> int:
    number = PhoneNumber(
        country_code=COUNTRY_CODE, national_number=int(first_digits.ljust(NATIONAL_DIGITS, "0"))
    )
    return phonenumbers.number_type(number)


def _area_code(phone: Phone) -> str:
    """Return the area code of a town's number where it is written apart from the rest."""
    if phone.e164 is None or not phone.e164.startswith(f"+{COUNTRY_CODE}"):
        return ""
    found = _AREA_CODE.fullmatch(_without_extension(phone.written))
    if found is None:
        return ""
    area, local = found[1].removeprefix("0"), "".join(filter(str.isdecimal, found[2]))
    is_whole = len(area) + len(local) == NATIONAL_DIGITS and len(local) in LOCAL_DIGITS
    is_fixed = number_kind(phone.e164.removeprefix(f"+{COUNTRY_CODE}")) == PhoneNumberType.FIXED_LINE
    return area if is_whole and is_fixed else ""


def _local_e164(area: str, written: str) -> str | None:
    digits = _digits(written)
    if len(area) + len(digits) != NATIONAL_DIGITS or _is_domestic(digits):
        return None
    return _e164(f"0{area}{digits}")


def _pieces(text: str) -> list[str]:
    """Return the text as pieces of one phone each; what has no number of its own stays with its neighbour."""
    pieces: list[str] = []
    waiting = ""
    start = 0
    for end in [*(gap.start() for gap in _BETWEEN_NUMBERS.finditer(text)), len(text)]:
        piece = waiting + text[start:end]
        if any(map(str.isdecimal, _without_extension(piece))):
            pieces += _apart(piece.strip(" ;,\n|"))
            waiting = ""
        elif pieces:
            pieces[-1] += piece.rstrip()
        else:
            waiting = piece
        start = end
    return [piece for piece in pieces if piece] or [text.strip()]


def _apart(piece: str) -> list[str]:
    """Return the numbers of a piece that no comma parts."""
    if _is_phone(piece):
        return [piece]
    for gap in _PERHAPS_BETWEEN:
        parts = [part.strip() for part in gap.split(piece) if part.strip()]
        if len(parts) > 1 and all(_may_be_phone(part) for part in parts):
            return [number for part in parts for number in _apart(part)]
    return list(_partition(piece.split())) or [piece]


def _is_phone(text: str) -> bool:
    return read_phone(text).e164 is not None or _is_domestic(_digits(text))


def _may_be_phone(text: str) -> bool:
    return len(_digits(text)) >= LOCAL_DIGITS.start or _is_phone(text)


def _partition(chunks: Sequence[str]) -> tuple[str, ...]:
    """Return the chunks joined to whole numbers, in the one order they have; nothing when some do not fit."""
    if len(chunks) > _MOST_CHUNKS:
        return ()
    best: list[tuple[str, ...] | None] = [(), *[None] * len(chunks)]
    for end in range(1, len(chunks) + 1):
        for start in range(end):
            so_far = best[start]
            if so_far is not None and _is_phone(" ".join(chunks[start:end])):
                best[end] = (*so_far, " ".join(chunks[start:end]))
                break
    return best[-1] or ()
