"""How a word sounds, roughly: one key for its Ukrainian, Russian and Latin spellings.

Ukrainian і stands where Russian has о, е or и (Харків, Харьков), г where Latin has h or g, and people who
transliterate by ear mix all of these. Written so that such spellings agree, a key says nothing exact: it
finds candidates, which the real spellings then put in order.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['’ʼ`´‘ʹ′]")
# «Запоріжжя» is «Запорожье»: a doubled consonant and я against one consonant and е.
_DOUBLED = re.compile(r"([жшчщдтзсцлн])\1я\b")
_DOUBLED_LATIN = re.compile(r"(zh|sh|ch|[dtzsln])\1[iy]a\b")
# «Кам’янське» is «Каменское»: я inside a word sounds like е.
_SOFT_YA = re.compile(r"(?<=[бвгґджзклмнпрстфхцчшщ])я(?=\w)")
_SOFT_YA_LATIN = re.compile(r"(?<=[bvghdzklmnprstfc])[iy]a(?=\w)")
# Latin letters with marks, and marks apart: «Lwów».
_MARKED = re.compile("[\u00c0-\u024f\u0300-\u036f]")
_MARKS = re.compile("[\u0300-\u036f]")
# Capitals stand for whole sounds until the end: the letters they become are letters of the text as well.
_LATIN_GROUPS = {"shch": "X", "sch": "X", "zgh": "zh", "sh": "X", "ch": "Q", "zh": "J", "kh": "h", "ts": "C"}
_GROUP = re.compile("|".join(_LATIN_GROUPS))
_LETTERS = str.maketrans(
    dict(zip("абвгґджзклмнпрстуфхцчшщюя", "abvhhdJzklmnprstufhCQXXua", strict=True))
    | dict.fromkeys("еєёиіїйоыэeiojy", "e")
    | dict.fromkeys('ьъ"', "")
    | {"w": "v", "g": "h", "c": "k", "q": "k", "x": "ks"}
)
_VOWEL_LOST = re.compile("e+(?=[au])")
_REPEATED = re.compile(r"(\w)\1+")
# First names inside names of places that the two languages begin differently.
_BEGINNINGS = (
    (re.compile(r"\balek"), "elek"),  # Олександр, Александр
    (re.compile(r"\bnekela"), "mekela"),  # Микола, Николай
    (re.compile(r"\bekateren"), "kateren"),  # Катерина, Екатерина
    (re.compile(r"\bhan(?=[ae])"), "an"),  # Ганна, Анна
)


def sound_key(text: str) -> str:
    """Return the rough sound of folded or plain text, word by word.

    >>> {sound_key(name) for name in ("Харків", "Харьков", "Kharkiv", "Kharkov", "Harkiv")}
    {'harkev'}
    """
    lower = unicodedata.normalize("NFC", text).lower()
    softened = _SOFT_YA.sub("е", _DOUBLED.sub(r"\1е", _APOSTROPHES.sub("", lower)))
    softened = _SOFT_YA_LATIN.sub("e", _DOUBLED_LATIN.sub(r"\1e", softened))
    if _MARKED.search(softened):
        softened = _MARKS.sub("", unicodedata.normalize("NFKD", softened))
    spelled = _GROUP.sub(lambda group: _LATIN_GROUPS[group.group()], softened).translate(_LETTERS)
    key = _REPEATED.sub(r"\1", _VOWEL_LOST.sub("", spelled)).lower()
    for beginning, same in _BEGINNINGS:
        key = beginning.sub(same, key)
    return key
