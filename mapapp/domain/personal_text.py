"""Does free text look like data of a client, and why: a slip, a link and a log must never carry any.

Recognised by form alone, since nothing is known of who the client is. What is public stays allowed: dates of
orders and closures, opening hours, short and toll-free numbers, streets and institutions named after people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import msgid
from mapapp.domain.personal_dates import birth_dates
from mapapp.domain.personal_names import person_names
from mapapp.domain.personal_numbers import document_numbers, phone_numbers, tax_numbers


class PersonalKind(StrEnum):
    """What kind of personal data a text seems to hold."""

    NAME = "name"
    PHONE = "phone"
    TAX_NUMBER = "tax_number"
    BIRTH_DATE = "birth_date"
    DOCUMENT = "document"
    ACCOUNT = "account"
    """An e-mail address, or a name in a messenger."""
    HOME_ADDRESS = "home_address"


_REASONS: Final = {
    PersonalKind.NAME: msgid("«{words}» looks like a person's name: a slip names nobody, so leave it out"),
    PersonalKind.PHONE: msgid(
        "«{words}» looks like a telephone: the slip has the provider's already, and no client's is written"
    ),
    PersonalKind.TAX_NUMBER: msgid("«{words}» looks like a tax number (RNOKPP): leave it out"),
    PersonalKind.BIRTH_DATE: msgid(
        "«{words}» looks like a date of birth: leave it out, the age group is enough"
    ),
    PersonalKind.DOCUMENT: msgid(
        "«{words}» looks like the number of a passport or another document of a person: leave it out"
    ),
    PersonalKind.ACCOUNT: msgid("«{words}» looks like somebody's e-mail or account: leave it out"),
    PersonalKind.HOME_ADDRESS: msgid("«{words}» looks like a home address: the settlement is enough"),
}

_ACCOUNT: Final = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|\(собака\))\s?[\w-]+(?:\s?\.\s?[\w-]{2,})+|(?<![\w@])@[a-z]\w{3,}"
    r"|\b(?:t\.me|wa\.me|instagram\.com|facebook\.com|fb\.com)/\S+",
    re.IGNORECASE,
)
_STREET: Final = (
    r"(?:вул|вулиц|пров|провул|просп|пр-т|бульв|б-р|площ|узвіз|шосе|ул\b|улиц|пер\b|переул|street\b|st\b)"
)
_HOME_ADDRESS: Final = re.compile(
    r"(?<![^\W\d_])(?:кв|квартир[аиіу]|квартире|квартиру|apt|apartment|flat)(?![^\W\d_])\.?\s?(?:№|no|n|#|номер)?\s?\d{1,4}"
    r"|\b(?:прожива\w+|мешка\w+|живе\w*|прописан\w+|зареєстрован\w+|живет|живёт|зарегистрирован\w+"
    r"|lives|resides|домашн\w+ адрес\w*|адрес\w* (?:клієнт|отримувач|заявни|клиент|получател)\w*)\b"
    rf"[^;]{{0,40}}?\b{_STREET}[^;]{{0,40}}",
    re.IGNORECASE,
)

# Letters that look the same, Latin to Cyrillic: «Пeтpeнкo» typed with a few Latin ones is still a name.
_TO_CYRILLIC: Final = str.maketrans("ABCEHIKMOPTXYaceikopxyï", "АВСЕНІКМОРТХУасеікорхуї")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile(r"[а-яіїєґё]", re.IGNORECASE)
_ZERO_LETTER: Final = re.compile(r"(?<![^\W\d_])[OoОо](?=\d)|(?<=\d)[OoОо](?![^\W\d_])")
_SIGNS: Final = str.maketrans(dict.fromkeys("’ʼ‘`´′", "'") | dict.fromkeys("‐‑‒–—―−", "-"))


@dataclass(frozen=True, slots=True)
class PersonalTrace:
    """A piece of text that looks like personal data; `words` are that piece, look-alikes put right."""

    kind: PersonalKind
    words: str

    @property
    def reason(self) -> str:
        """The sentence that refuses it: a msgid with the place `{words}`."""
        return _REASONS[self.kind]


def personal_traces(text: str, today: date | None = None) -> tuple[PersonalTrace, ...]:
    """Return what in a text looks like data of a person, in the order of the kinds.

    `today`, by default the one in Kyiv, decides which dates are past.

    >>> [trace.kind.value for trace in personal_traces("клієнтка Олена Петренко, 067 123-45-67")]
    ['name', 'phone']
    >>> personal_traces("Приходити з паспортом, пандус із двору, кабінет 12, обід 13:00-14:00")
    ()
    """
    plain = _plain(text)
    day = today or today_in_kyiv()
    found = [PersonalTrace(kind, words) for kind, words in _recognised(plain, day)]
    return tuple(sorted(dict.fromkeys(found), key=lambda trace: list(PersonalKind).index(trace.kind)))


def _recognised(text: str, today: date) -> Iterator[tuple[PersonalKind, str]]:
    """Take what is recognised out of the text, the surest form first, so that nothing is told twice."""
    readers: tuple[tuple[PersonalKind, Callable[[str], tuple[list[str], str]]], ...] = (
        (PersonalKind.ACCOUNT, _accounts),
        (PersonalKind.BIRTH_DATE, lambda rest: birth_dates(rest, today)),
        (PersonalKind.HOME_ADDRESS, _home_addresses),
        (PersonalKind.PHONE, phone_numbers),
        (PersonalKind.DOCUMENT, document_numbers),
        (PersonalKind.TAX_NUMBER, tax_numbers),
        (PersonalKind.NAME, lambda rest: (person_names(rest), rest)),
    )
    for kind, read in readers:
        words, text = read(text)
        yield from ((kind, found.strip(" ,.;:-")) for found in words)


def _accounts(text: str) -> tuple[list[str], str]:
    return _ACCOUNT.findall(text), _ACCOUNT.sub("¦", text)


def _home_addresses(text: str) -> tuple[list[str], str]:
    # The text stays whole: a name may stand inside the same sentence.
    return [found.group() for found in _HOME_ADDRESS.finditer(text)], text


def _plain(text: str) -> str:
    """Return the text as it looks: one form of every letter, digit, dash and space, nothing invisible."""
    # «№» alone keeps its shape: as «No» it would run into the letters beside it.
    plain = "".join(sign if sign == "№" else unicodedata.normalize("NFKC", sign) for sign in text)
    composed = unicodedata.normalize("NFC", plain)
    visible = "".join(
        sign
        for sign in composed
        if unicodedata.category(sign) not in {"Cf", "Mn", "Me", "Cc"} or sign.isspace()
    )
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in visible).translate(_SIGNS)
    one_alphabet = _WORD.sub(_in_one_alphabet(is_cyrillic=bool(_CYRILLIC.search(digits))), digits)
    return " ".join(_ZERO_LETTER.sub("0", one_alphabet).split())


def _in_one_alphabet(*, is_cyrillic: bool) -> Callable[[re.Match[str]], str]:
    def replaced(found: re.Match[str]) -> str:
        word = found.group()
        is_initial = len(word) == 1 and is_cyrillic
        return word.translate(_TO_CYRILLIC) if is_initial or _CYRILLIC.search(word) else word

    return replaced
