"""Which columns hold what the registry never takes: tax numbers, passports, births, anything of a client.

Law 2297-VI on personal data; the state Registry's own extract does not publish them either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEADER = re.compile(
    r"рнокпп|іпн\b|\bінн\b|ідентифікаційн\w+ (?:код|номер) (?:фізичної )?особи"
    r"|реєстраційний номер облікової картки"
    r"|паспорт|id[- ]?картк|унзр|(?:дата|рік|місце) народження|\bстать\b|громадянств"
    r"|passport|tax ?(?:payer)? ?(?:id|number)|date of birth|birth ?date|\bgender\b|\bdob\b"
    r"|(?:піб|прізвищ\w*|ім[’'ʼ`]?я|по батькові|адрес\w*|телефон\w*|вік|діагноз\w*)[\w ]*"
    r"(?:отримувач|клієнт|підопічн)"
    r"|(?:отримувач|клієнт|підопічн)\w*[\w ]*(?:піб|прізвищ|ім[’'ʼ`]?я|адрес|телефон|діагноз)"
    r"|\bдіагноз|\bclient ?(?:name|phone|address|id)|beneficiary ?(?:name|phone|address|id)",
    re.IGNORECASE,
)
_TAX_NUMBER = re.compile(r"[1-4]\d{9}", re.ASCII)
_WEIGHTS = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
_ENOUGH_VALUES = 3


def is_personal_header(header: str) -> bool:
    """Tell whether the header names data of a person."""
    return _HEADER.search(header.replace("_", " ")) is not None


def is_tax_number(text: str) -> bool:
    """Tell whether the text is a well-formed RNOKPP: ten digits, the last of which checks the others.

    The first five count days from 1900, so that nobody alive has one beginning with 0 or above 4.

    >>> is_tax_number("1759013776"), is_tax_number("1759013770")
    (True, False)
    """
    if _TAX_NUMBER.fullmatch(text) is None:
        return False
    checked = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return checked % 11 % 10 == int(text[9])


def are_tax_numbers(values: Iterable[str]) -> bool:
    """Tell whether a column holds RNOKPP, whatever stands above it: several values and nothing else."""
    count = 0
    for value in values:
        if not is_tax_number(value):
            return False
        count += 1
    return count >= _ENOUGH_VALUES
