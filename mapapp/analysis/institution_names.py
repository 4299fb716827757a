"""Whether two names may be of one institution: legal forms and typos do not matter, another number does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, auto

from rapidfuzz import fuzz

from mapapp.domain.names import fold_name

_SAME_WORD = 78.0
"""Per cent: «полтавська» and «полтавської» reach 86, a typo in a word of five letters 80."""
_SHORTEST_WITH_TYPO = 4
"""Shorter words must be equal: in «дім» and «дар» a typo is as likely as another word."""

_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
_SETTLEMENT_TYPE = re.compile(r"\b(?:с-ще|смт|с|м)\.\s*(?=\w)")
# A Latin letter inside a Cyrillic word is a slip nobody sees.
_LATIN_LIKE = str.maketrans("aceiopxy", "асеіорху")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-яєіїґ]")

# Say what kind of person in law it is or whose it is, not which institution.
_NOISE = frozenset(
    """
    ку кз кнп кп ду дз го бо бф мбф мго тов пп фоп нвк комунальна комунальний комунальне комунального
    державна державний некомерційне підприємство установа заклад громадська благодійна благодійний
    організація фонд товариство обмеженою відповідальністю
    виконавчий виконавчого комітет комітету міська міської міського селищна селищної сільська сільської
    районна районної обласна обласної рада ради раді територіальна територіальної громада громади області
    область району район місто міста апарату
    в у на з із та і й при для до від по
    """.split()  # noqa: SIM905 - a long list of words is read more easily so
)
_ABBREVIATIONS = {
    "цнсп": "центр надання соціальних послуг",
    "цсс": "центр соціальних служб",
    "цсссдм": "центр соціальних служб сімї дітей молоді",
    "тцсо": "територіальний центр соціального обслуговування",
    "терцентр": "територіальний центр",
    "цнап": "центр надання адміністративних послуг",
    "врм": "віддалене робоче місце",
    "впо": "внутрішньо переміщених осіб",
}
# Whose it is tells two apart where both say it: the oblast's centre is not the city's.
_LEVEL = re.compile(r"\b(?:обласн|районн|міськ|селищн|сільськ)")
# A part of an institution is not the institution, though its name holds the other's whole.
_PARTS = ("відділенн", "філі", "підрозділ", "віддален", "мобільн", "бригад", "притулок", "кімнат", "хоспіс")


class NameLikeness(IntEnum):
    """How far two names agree."""

    DIFFERENT = auto()
    """Each has a word or number the other lacks, or one is of a part of the other."""
    WITHIN = auto()
    """One says all that the other says, and more."""
    LIKE = auto()
    """They differ by typos or endings."""
    SAME = auto()


@dataclass(frozen=True, slots=True)
class InstitutionName:
    """A name as compared: its telling words in order, its numbers, and of what level it is."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    levels: frozenset[str]

    @property
    def text(self) -> str:
        """The words and numbers as one string, for a first rough comparison."""
        return " ".join((*self.words, *sorted(self.numbers)))


def institution_name(text: str) -> InstitutionName:
    """Return the name without quotes, legal form and council, with abbreviations written out.

    >>> institution_name("КУ «ЦНСП» Полтавської міської ради").text
    'центр надання соціальних послуг полтавської'
    """
    folded = _SETTLEMENT_TYPE.sub("", fold_name(text))
    words = _WORD.findall(folded)
    if _LATIN.search(folded):
        words = [word.translate(_LATIN_LIKE) if _CYRILLIC.search(word) else word for word in words]
    if not _ABBREVIATIONS.keys().isdisjoint(words):
        words = [whole for word in words for whole in _ABBREVIATIONS.get(word, word).split()]
    # A name of nothing but legal form is compared as it stands.
    telling = [word for word in words if word not in _NOISE] or words
    numbers = frozenset(_DIGITS.findall(folded))
    plain = tuple(word for word in telling if not _DIGITS.search(word)) if numbers else tuple(telling)
    return InstitutionName(plain, numbers, levels=frozenset(_LEVEL.findall(folded)))


def likeness(one: InstitutionName, other: InstitutionName) -> NameLikeness:
    """Return how far the names agree; neither order of words nor order of names matters."""
    if _contradict(one.levels, other.levels) or _contradict(one.numbers, other.numbers):
        return NameLikeness.DIFFERENT
    if one.numbers == other.numbers and sorted(one.words) == sorted(other.words):
        return NameLikeness.SAME
    only_one, only_other = _unmatched(one.words, other.words)
    if only_one and only_other:
        # A word cut in two, or two that grew together.
        is_cut = fuzz.ratio("".join(only_one), "".join(only_other)) >= _SAME_WORD
        return NameLikeness.LIKE if is_cut and one.numbers == other.numbers else NameLikeness.DIFFERENT
    one_says_more = bool(only_one or one.numbers - other.numbers)
    other_says_more = bool(only_other or other.numbers - one.numbers)
    names_a_part = any(word.startswith(_PARTS) for word in (*only_one, *only_other))
    if names_a_part or (one_says_more and other_says_more):
        return NameLikeness.DIFFERENT
    return NameLikeness.WITHIN if one_says_more or other_says_more else NameLikeness.LIKE


def _contradict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and one != other)


def _unmatched(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the words of each that have no like in the other."""
    only_one: list[str] = []
    rest = [word for word in other if word not in one]
    for word in (word for word in one if word not in other):
        match = next((like for like in rest if _same_word(word, like)), None)
        if match is None:
            only_one.append(word)
        else:
            rest.remove(match)
    return only_one, rest


def _same_word(one: str, other: str) -> bool:
    is_long = min(len(one), len(other)) >= _SHORTEST_WITH_TYPO
    return is_long and fuzz.ratio(one, other) >= _SAME_WORD
