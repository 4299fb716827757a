"""Which settlements may be meant by what a person typed: near spellings, former names, Latin letters."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from rapidfuzz import fuzz, process

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Settlement
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.names import fold_name
from mapapp.domain.questions import PlaceMatch
from mapapp.domain.transliteration import transliterate

_EXACTLY = 100.0
_LIKE_ENOUGH = 60.0
"""Of 30,000 names with one typo in each, 99 of 100 are then among the first five found."""
_ALMOST_THE_SAME = 85.0
"""Once some name begins with the text, a mere likeness must be this close to be offered too."""

# What comes out when Ukrainian is typed with the keyboard left in English: «Gjknfdf» is «Полтава».
_KEYBOARD = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.\\", "йцукенгшщзхїфівапролджєячсмитьбюґ")
_LATIN_LETTER = re.compile("[a-z]")
_CYRILLIC_LETTER = re.compile("[а-яєіїґ]")
# A Latin letter inside a Cyrillic word is a slip nobody sees: «Львiв».
_LOOK_ALIKES = str.maketrans("aceiopxy", "асеіорху")
_WORD = re.compile(r"\w+")

# Words of a full address that tell no unit from another.
_KINDS_OF_UNIT = frozenset(
    [
        "область",
        "обл",
        "район",
        "р",
        "н",
        "громада",
        "міська",
        "селищна",
        "сільська",
        "територіальна",
        "oblast",
        "raion",
        "hromada",
    ]
)


class PlaceSearch:
    """Finds settlements by name; the spellings are folded once, when it is made.

    Understood: any apostrophe or hyphen; «с.», «м.», «смт» before the name; a typo or two; former names;
    Latin transliteration; a keyboard left in English; a KATOTTG code; and after a comma the beginning of the
    hromada's, raion's or oblast's name, which tells homonyms apart.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        settlements = gazetteer.settlements.values()
        self._cyrillic = _Spellings(settlements, fold_name)
        self._latin = _Spellings(settlements, lambda name: fold_name(transliterate(name)))

    def find(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:
        """Return at most `limit` settlements, the likeliest first; none for an empty text."""
        code = parse_katottg(text)
        if code is not None:
            named = self._gazetteer.settlements.get(code)
            return () if named is None else (PlaceMatch(named, _EXACTLY, by_former_name=False),)
        best: dict[Katottg, _Hit] = {}
        for hit in self._hits(text):
            code = hit.settlement.katottg
            if code not in best or hit.order < best[code].order:
                best[code] = hit
        _, _, whereabouts = text.partition(",")
        hints = [word for word in _WORD.findall(fold_name(whereabouts)) if word not in _KINDS_OF_UNIT]
        hinted = [hit for hit in best.values() if self._lies_in(hit.settlement, hints)]
        ordered = sorted(hinted or best.values(), key=lambda hit: hit.order)
        return tuple(PlaceMatch(hit.settlement, hit.score, hit.by_former_name) for hit in ordered[:limit])

    def _hits(self, text: str) -> Iterator[_Hit]:
        """Yield what each way of reading the text finds; a settlement may come several times."""
        # With the keyboard left in English a comma is a letter, so that reading takes the whole text.
        mistyped = fold_name(text.strip().lower().translate(_KEYBOARD))
        name = fold_name(re.split(r"[,(]", text, maxsplit=1)[0])
        if _CYRILLIC_LETTER.search(name) or not _LATIN_LETTER.search(name):
            yield from self._cyrillic.hits(name.translate(_LOOK_ALIKES))
            return
        yield from self._latin.hits(name)
        yield from self._cyrillic.hits(mistyped)

    def _lies_in(self, place: Settlement, hints: Sequence[str]) -> bool:
        units = self._gazetteer
        names = [units.oblasts[place.oblast].name]
        if place.raion is not None:
            names.append(units.raions[place.raion].name)
        if place.hromada is not None:
            names.append(units.hromadas[place.hromada].name)
        cyrillic = fold_name(" ".join(names))
        words = (cyrillic + " " + transliterate(cyrillic)).split()
        return all(any(word.startswith(hint) for word in words) for hint in hints)


class _Closeness(IntEnum):
    """How a name agrees with the text, best first."""

    SAME = auto()
    SAME_AS_FORMER = auto()
    BEGINS = auto()
    WORD_BEGINS = auto()
    LIKE = auto()


@dataclass(frozen=True, slots=True)
class _Hit:
    closeness: _Closeness
    score: float
    settlement: Settlement
    by_former_name: bool

    @property
    def order(self) -> tuple[_Closeness, float, int, bool, str]:
        """Closest first; among equals the more populous; then the code, so that answers repeat."""
        likeness = self.score if self.closeness is _Closeness.LIKE else 0.0
        population = self.settlement.population
        persons = 0 if population is None else population.persons
        return self.closeness, -likeness, -persons, self.by_former_name, self.settlement.katottg


class _Spellings:
    """Every present and former name in one alphabet, folded, with the settlements that bear it."""

    def __init__(self, settlements: Iterable[Settlement], fold: Callable[[str], str]) -> None:
        self._bearers: defaultdict[str, list[tuple[Settlement, bool]]] = defaultdict(list)
        for place in settlements:
            self._bearers[fold(place.name)].append((place, False))
            if place.former_name:
                self._bearers[fold(place.former_name)].append((place, True))
        self._names = list(self._bearers)

    def hits(self, text: str) -> Iterator[_Hit]:
        """Yield every settlement a name of which is, begins with or resembles the folded text."""
        if not text:
            return
        begun = [name for name in self._names if name.startswith(text) or f" {text}" in name]
        for name in begun:
            score = fuzz.ratio(text, name)
            for place, is_former in self._bearers[name]:
                yield _Hit(_closeness(text, name, is_former=is_former), score, place, is_former)
        cutoff = _ALMOST_THE_SAME if begun else _LIKE_ENOUGH
        for name, score, _ in process.extract(
            text, self._names, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
        ):
            for place, is_former in self._bearers[name]:
                yield _Hit(_Closeness.LIKE, score, place, is_former)


def _closeness(text: str, name: str, *, is_former: bool) -> _Closeness:
    if text == name:
        return _Closeness.SAME_AS_FORMER if is_former else _Closeness.SAME
    return _Closeness.BEGINS if name.startswith(text) else _Closeness.WORD_BEGINS
