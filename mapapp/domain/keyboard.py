"""What was meant by text typed in Ukrainian with the keyboard left in English: «Gjknfdf» is «Полтава»."""

from __future__ import annotations

_PLAIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.\\`"
_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>|~'
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбюґ’"
_KEYS = str.maketrans(_PLAIN + _SHIFTED, _UKRAINIAN + _UKRAINIAN)


def from_english_keyboard(text: str) -> str:
    """Return the Ukrainian letters of the keys, in lower case; whatever is not on such a key stays.

    >>> from_english_keyboard("Gjknfdf"), from_english_keyboard("<fhdsyrjdt")
    ('полтава', 'барвінкове')
    """
    return text.translate(_KEYS).lower()
