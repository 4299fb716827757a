"""How a telephone written by people becomes a number that can be dialled from anywhere."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from mapapp.domain.contacts import Phone


@lru_cache(maxsize=100_000)
def read_phone(written: str) -> Phone:
    """Return the phone as written and in E.164, the latter only for a valid number of an ordinary length.

    >>> read_phone("(0432) 65-50-50").e164
    '+380432655050'
    >>> read_phone("1545").e164 is None
    True
    """
    text = " ".join(written.split())
    try:
        number = phonenumbers.parse(text, "UA")
    except phonenumbers.NumberParseException:
        return Phone(text)
    if not phonenumbers.is_valid_number(number):
        return Phone(text)
    return Phone(text, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
