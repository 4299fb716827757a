"""Which place may be meant by what a person typed: near spellings, former names, other alphabets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from rapidfuzz import fuzz

from mapapp.analysis.hromada_search import HromadaSearch
from mapapp.analysis.name_matching import Hit, Name, Spellings
from mapapp.analysis.twin_places import centre_settlement, twin_offsets
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import Offset
from mapapp.domain.geography import Hromada, Settlement
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.keyboard import from_english_keyboard
from mapapp.domain.names import fold_name
from mapapp.domain.questions import PlaceMatch
from mapapp.domain.sound import sound_key
from mapapp.domain.transliteration import transliterate

_EXACTLY = 100.0
_LIKE_ENOUGH = 60.0
"""Of 30,000 names with one typo in each, 99 of 100 are then among the first five found."""
_ALMOST_THE_SAME = 85.0
"""Once some name begins with the text, a mere likeness must be this close to be offered too."""
_SOUNDS_LIKE = 75.0
_HINT_SOUNDS_LIKE = 80.0
_BEGINS_BY_SOUND = 80.0
"""As like as one wrong letter in five; of these the most populous comes first: «Харьк»."""

_LONGEST_TEXT = 250
"""Characters: an address with all it lies in is shorter."""

_LATIN_LETTER = re.compile("[a-z]")
_UKRAINIAN_LETTER = re.compile("[іїєґ]")
_CYRILLIC_LETTER = re.compile("[а-яєіїґ]")
# A Latin letter inside a Cyrillic word is a slip nobody sees: «Львiв».
_LOOK_ALIKES = str.maketrans("aceiopxy", "асеіорху")
_WORD = re.compile(r"\w+")
_RUSSIAN_TYPE = re.compile(
    r"^(?:посёлок городского типа|пгт|посёлок|поселок|пос|город|деревня|г|д)(?:\.\s*|\s+)(?=\S)"
)

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
    """Finds settlements and hromadas by name; each kind of spelling is folded once, when first needed.

    Understood: any apostrophe or hyphen; «с.», «м.», «смт» before the name; a typo or two; former names; the
    Russian name; Latin letters by the official table or by ear; a keyboard left in English; a KATOTTG code; a
    hromada by its name; and after a comma the beginning of the hromada's, raion's or oblast's name, which
    tells homonyms apart.

    `former_names` are known beside those of the gazetteer; codes of no settlement in it are left aside.
    """

    def __init__(
        self, gazetteer: Gazetteer, former_names: Mapping[Katottg, Sequence[str]] | None = None
    ) -> None:
        self._gazetteer = gazetteer
        self._names = list(_names(gazetteer, former_names or {}))
        self._cyrillic = Spellings(self._names, fold_name)
        self._hromadas = HromadaSearch(gazetteer)

    def find(self, text: str, limit: int = 8) -> Sequence[PlaceMatch]:
        """Return at most `limit` places, the likeliest first, each settlement once; none for an empty text.

        Where a hromada is named, it is found as its centre (see `PlaceMatch.hromada`).
        """
        text = text[:_LONGEST_TEXT]
        code = parse_katottg(text)
        if code is not None:
            return tuple(self._by_code(code))
        written, _, whereabouts = text.replace("(", ",", 1).partition(",")
        name = _RUSSIAN_TYPE.sub("", fold_name(written))
        hromadas = list(self._hromadas.hits(name))
        hits: list[_Hit] = list(hromadas)
        if not (hromadas and self._hromadas.says_hromada(name)):
            hits += self._hits(name, text)
        found: dict[Katottg, PlaceMatch] = {}
        for match in map(self._match, self._ordered(hits, whereabouts)):
            # The centre of a hromada may be found by its own name as well: the better place is enough.
            found.setdefault(match.settlement.katottg, match)
            if len(found) == limit:
                break
        return tuple(found.values())

    def _ordered(self, hits: Iterable[_Hit], whereabouts: str) -> Sequence[_Hit]:
        """Return the best hit of each unit, the best first, of those that lie in what was said, if any do."""
        best: dict[Katottg, _Hit] = {}
        for hit in hits:
            code = hit.name.unit.katottg
            if code not in best or hit.order < best[code].order:
                best[code] = hit
        hints = [word for word in _WORD.findall(fold_name(whereabouts)) if word not in _KINDS_OF_UNIT]
        hinted = [hit for hit in best.values() if self._lies_in(hit.name.unit, hints)] if hints else []
        return sorted(hinted or best.values(), key=lambda hit: hit.order)

    def _by_code(self, code: Katottg) -> Iterator[PlaceMatch]:
        if code in self._gazetteer.settlements:
            place = self._gazetteer.settlements[code]
            yield PlaceMatch(place, _EXACTLY, by_former_name=False, from_centre=self._twins.get(code))
        elif code in self._gazetteer.hromadas:
            yield self._centre(self._gazetteer.hromadas[code], _EXACTLY)

    def _match(self, hit: _Hit) -> PlaceMatch:
        name = hit.name
        if isinstance(name.unit, Hromada):
            return self._centre(name.unit, hit.score)
        return PlaceMatch(
            settlement=name.unit,
            score=hit.score,
            by_former_name=name.is_former,
            known_as=name.written if name.is_former else "",
            from_centre=self._twins.get(name.unit.katottg),
        )

    def _centre(self, hromada: Hromada, score: float) -> PlaceMatch:
        centre = centre_settlement(self._gazetteer, hromada)
        return PlaceMatch(centre, score, by_former_name=False, hromada=hromada)

    def _hits(self, name: str, text: str) -> Iterator[Hit[Settlement]]:
        """Yield what each way of reading the text finds; a settlement may come several times."""
        readings = list(self._readings(name, text))
        is_begun = False
        for spellings, asked in readings:
            for hit in spellings.begun(asked):
                is_begun = True
                yield hit
        for spellings, asked in readings:
            yield from spellings.alike(asked, _ALMOST_THE_SAME if is_begun else _LIKE_ENOUGH)
        if _UKRAINIAN_LETTER.search(name) is None:
            yield from self._heard(readings, is_begun=is_begun)

    def _heard(self, readings: Sequence[_Reading], *, is_begun: bool) -> Iterator[Hit[Settlement]]:
        """Yield the names that sound like the text; unless it begins some name, also those nearly like it."""
        for _, asked in readings:
            yield from self._sounds.same(sound_key(asked))
        for spellings, asked in readings[:1] if not is_begun else ():
            key = sound_key(asked)
            yield from self._sounds.beginning(key, _BEGINS_BY_SOUND)
            for hit in self._sounds.alike(key, _SOUNDS_LIKE):
                # The key blurs much, so that the letters have half the say.
                letters = fuzz.ratio(asked, spellings.fold(hit.name.written))
                yield replace(hit, score=(hit.score + letters) / 2)

    def _readings(self, name: str, text: str) -> Iterator[_Reading]:
        if _CYRILLIC_LETTER.search(name):
            yield self._cyrillic, name.translate(_LOOK_ALIKES)
        elif _LATIN_LETTER.search(name):
            yield self._latin, name
            # With the keyboard left in English a comma is a letter, so that reading takes the whole text.
            yield self._cyrillic, fold_name(from_english_keyboard(text.strip()))

    def _lies_in(self, place: Settlement | Hromada, hints: Sequence[str]) -> bool:
        units = self._gazetteer
        names = [units.oblasts[place.oblast].name]
        if place.raion is not None:
            names.append(units.raions[place.raion].name)
        hromada = place.katottg if isinstance(place, Hromada) else place.hromada
        if hromada is not None:
            names.append(units.hromadas[hromada].name)
        words = [word for name in names for word in fold_name(name).split()]
        return all(any(_is_hinted(word, hint) for word in words) for hint in hints)

    @cached_property
    def _latin(self) -> Spellings[Settlement]:
        return Spellings(self._names, lambda name: fold_name(transliterate(name)))

    @cached_property
    def _sounds(self) -> Spellings[Settlement]:
        return Spellings(self._names, lambda name: sound_key(fold_name(name)))

    @cached_property
    def _twins(self) -> Mapping[Katottg, Offset]:
        return twin_offsets(self._gazetteer)


def _is_hinted(word: str, hint: str) -> bool:
    """Tell whether the hint begins the word, as it is spelled or sounds, or sounds much like it."""
    sound, hinted = sound_key(word), sound_key(hint)
    return word.startswith(hint) or sound.startswith(hinted) or fuzz.ratio(sound, hinted) >= _HINT_SOUNDS_LIKE


_Hit = Hit[Settlement] | Hit[Hromada]
_Reading = tuple[Spellings[Settlement], str]


def _names(gazetteer: Gazetteer, former_names: Mapping[Katottg, Sequence[str]]) -> Iterator[Name[Settlement]]:
    for place in gazetteer.settlements.values():
        yield Name(place.name, place)
        formerly = (place.former_name, *former_names.get(place.katottg, ()))
        yield from (Name(name, place, is_former=True) for name in dict.fromkeys(formerly) if name)
