"""EDRPOU: the state code of a legal person, eight digits of which the last one checks the others.

Rule: the weighted sum of seven digits modulo 11, with other weights for codes from 30000000 to 59999999; a
remainder of 10 is recomputed with each weight two larger, and 10 again counts as 0 (as in python-stdnum).
"""

from __future__ import annotations

import re

_SHAPE = re.compile(r"\d{8}", re.ASCII)
_WEIGHTS = (1, 2, 3, 4, 5, 6, 7)
_WEIGHTS_FROM_30_TO_60_MILLION = (7, 1, 2, 3, 4, 5, 6)
_NO_DIGIT = 10


def is_edrpou(text: str) -> bool:
    """Tell whether the text is a code with a right check digit.

    >>> is_edrpou("00032129"), is_edrpou("32855968")
    (True, False)
    """
    return _SHAPE.fullmatch(text) is not None and _check_digit(text) == int(text[7])


def _check_digit(code: str) -> int:
    weights = _WEIGHTS_FROM_30_TO_60_MILLION if code[0] in "345" else _WEIGHTS
    for extra in (0, 2):
        remainder = (
            sum((weight + extra) * int(digit) for weight, digit in zip(weights, code, strict=False)) % 11
        )
        if remainder != _NO_DIGIT:
            return remainder
    return 0
