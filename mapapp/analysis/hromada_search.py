"""Which hromadas may be meant by a text that names a hromada: «Опішнянська громада», «опішнянської ТГ»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from mapapp.analysis.name_matching import Closeness, Hit, Name, Spellings
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada, HromadaKind
from mapapp.domain.names import fold_name
from mapapp.domain.sound import sound_key
from mapapp.domain.transliteration import transliterate

_LIKE_ENOUGH = 75.0
_SAYS_HROMADA = re.compile(r"\b(?:громад\w*|общин\w*|[осмс]?тг|hromad\w*|community)\b")
_KINDS = {
    HromadaKind.URBAN: re.compile(r"\b(?:міськ|misk|urban|city)\w*"),
    HromadaKind.SELYSHCHE: re.compile(r"\b(?:селищн|selyshch|settlement)\w*"),
    HromadaKind.RURAL: re.compile(r"\b(?:сільськ|silsk|rural|village)\w*"),
}
_MORE_KINDS = re.compile(r"\b(?:територіальн|обєднан|terytorialn|territorial|обьединенн|объединенн)\w*")


class HromadaSearch:
    """Finds hromadas by name, in any case of Ukrainian, in Russian and in Latin letters.

    Kyiv and Sevastopol are left to the search for settlements: the city and its stand-in are one place.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def hits(self, text: str) -> Iterator[Hit[Hromada]]:
        """Yield the hromadas that a folded text may name: any likeness, if it says that a hromada is meant.

        Without the word «громада» only a hromada of exactly this name is yielded.
        """
        if _SAYS_HROMADA.search(text) is None:
            yield from (hit for hit in self._cyrillic.begun(text) if hit.closeness is Closeness.SAME)
            return
        said = {kind for kind, word in _KINDS.items() if word.search(text)}
        name = _MORE_KINDS.sub(" ", _SAYS_HROMADA.sub(" ", text))
        for word in _KINDS.values():
            name = word.sub(" ", name)
        hits = list(self._likenesses(fold_name(name)))
        yield from [hit for hit in hits if hit.name.unit.kind in said] or hits

    def says_hromada(self, text: str) -> bool:
        """Tell whether a folded text says that a hromada is meant."""
        return _SAYS_HROMADA.search(text) is not None

    def _likenesses(self, name: str) -> Iterator[Hit[Hromada]]:
        yield from self._cyrillic.begun(name)
        yield from self._latin.begun(name)
        key = sound_key(name)
        yield from self._sounds.same(key)
        yield from self._sounds.alike(key, _LIKE_ENOUGH)

    @cached_property
    def _names(self) -> list[Name[Hromada]]:
        hromadas = self._gazetteer.hromadas.values()
        return [Name(hromada.name, hromada) for hromada in hromadas if not hromada.is_special_city]

    @cached_property
    def _cyrillic(self) -> Spellings[Hromada]:
        return Spellings(self._names, fold_name)

    @cached_property
    def _latin(self) -> Spellings[Hromada]:
        return Spellings(self._names, lambda name: fold_name(transliterate(name)))

    @cached_property
    def _sounds(self) -> Spellings[Hromada]:
        return Spellings(self._names, lambda name: sound_key(fold_name(name)))
