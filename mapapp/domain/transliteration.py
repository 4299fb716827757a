"""How a Ukrainian name is written in Latin letters: the table of Cabinet resolution 55 of 2010-01-27."""

from __future__ import annotations

import re

_WORD_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_LETTERS = {
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "h",
    "ґ": "g",
    "д": "d",
    "е": "e",
    "є": "ie",
    "ж": "zh",
    "з": "z",
    "и": "y",
    "і": "i",
    "ї": "i",
    "й": "i",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
    "ь": "",
}
_TABLE = str.maketrans(
    {"’": ""} | _LETTERS | {letter.upper(): latin.capitalize() for letter, latin in _LETTERS.items()}
)
_FIRST_LETTER = re.compile(r"\b[єїйюяЄЇЙЮЯ]")


def transliterate(text: str) -> str:
    """Return the text in Latin letters.

    «зг» is `zgh`, apart from «ж» (`zh`); the soft sign and the apostrophe are dropped.

    >>> transliterate("Згурівка, Кам’янське, Єлизаветівка, Пасіка-Йосипівка")
    'Zghurivka, Kamianske, Yelyzavetivka, Pasika-Yosypivka'
    """
    text = text.replace("’", "").replace("зг", "зgh").replace("Зг", "Зgh")
    return _FIRST_LETTER.sub(_word_start, text).translate(_TABLE)


def _word_start(first: re.Match[str]) -> str:
    letter = first.group()
    latin = _WORD_START[letter.lower()]
    return latin if letter.islower() else latin.capitalize()
