"""Which oblast, raion, hromada or settlement a person means by a code or a name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from mapapp.domain.errors import Fault
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Hromada, HromadaKind, Oblast, Raion, Settlement
from mapapp.domain.katottg import NATION, Katottg, fold_look_alikes
from mapapp.domain.names import fold_name
from mapapp.files.registry_values import Refusal
from mapapp.files.tabular.cells import Noted, closest, read_code

_SHOWN_CANDIDATES = 5
_PARTS = re.compile(r"[,()]")
_OBLAST_WORD = re.compile(r"\b(?:область|обл|oblast|region)\b\.?", re.IGNORECASE)
_RAION_WORD = re.compile(r"\b(?:район|р-н|raion|district)\b\.?", re.IGNORECASE)
_HROMADA_WORD = re.compile(
    r"\b(?:(?:об[’'ʼ`]?єднана )?територіальн\w+ громада|громада|[мсо]?тг|hromada)\b\.?", re.IGNORECASE
)
_KIND_WORD = re.compile(r"\b(міська|селищна|сільська|urban|selyshche|settlement|rural)\b", re.IGNORECASE)
_CITY_WORD = re.compile(r"^(?:місто|м\.|city of )\s*", re.IGNORECASE)
_NATION_WORDS = frozenset({"україна", "вся україна", "уся україна", "ukraine", "the whole of ukraine"})
_KINDS: Final[Mapping[str, HromadaKind]] = {
    "міська": HromadaKind.URBAN,
    "urban": HromadaKind.URBAN,
    "селищна": HromadaKind.SELYSHCHE,
    "selyshche": HromadaKind.SELYSHCHE,
    "settlement": HromadaKind.SELYSHCHE,
    "сільська": HromadaKind.RURAL,
    "rural": HromadaKind.RURAL,
}

_Unit = Oblast | Raion | Hromada | Settlement


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit written by name: which one is meant, the rest of the row tells."""

    text: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a row says of where a named unit lies."""

    oblast: Katottg | None = None
    raions: frozenset[Katottg] = frozenset()
    hromada: Katottg | None = None


@dataclass(slots=True)
class _Named:
    """A name taken apart: the unit's own, and what was said of where it lies."""

    own: str
    oblasts: set[Katottg] = field(default_factory=set)
    raions: set[Katottg] = field(default_factory=set)
    kind: HromadaKind | None = None


class Units:
    """Finds units by name in the gazetteer; refuses with the candidates where several are meant."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._oblasts = _by_name((fold_oblast, unit) for unit in gazetteer.oblasts.values())
        self._raions = _by_name((fold_name, unit) for unit in gazetteer.raions.values())
        self._hromadas = _by_name((fold_name, unit) for unit in gazetteer.hromadas.values())

        self._found: dict[tuple[object, ...], Katottg] = {}

    @cached_property
    def _settlements(self) -> Mapping[str, tuple[_Unit, ...]]:
        return _by_name((fold_name, unit) for unit in self._gazetteer.settlements.values())

    # What a cell says

    def read_oblast(self, written: str) -> Katottg | Noted:
        """Return the oblast's code."""
        code = read_code(written)
        if code is not None:
            return code
        found = self._oblasts.get(fold_oblast(written), ())
        if len(found) == 1:
            return found[0].katottg
        raise self._unknown(written, fold_oblast(written), self._oblasts)

    def read_raions(self, written: str) -> frozenset[Katottg]:
        """Return the raions called so."""
        code = read_code(written)
        if code is not None:
            return frozenset({code.value if isinstance(code, Noted) else code})
        name = _without(_RAION_WORD, written)
        found = self._raions.get(name)
        if found is None:
            raise self._unknown(written, name, self._raions)
        return frozenset(raion.katottg for raion in found)

    def read_unit(self, written: str) -> Katottg | Noted | NamedUnit:
        """Return the code, or the name to be understood with the rest of the row."""
        return read_code(written) or NamedUnit(written)

    def read_area(self, written: str) -> str:
        """Return the area of a catchment: the nation, or a hromada, raion or oblast."""
        if fold_look_alikes(written.upper()) == NATION or fold_name(written) in _NATION_WORDS:
            return NATION
        code = read_code(written)
        if code is not None:
            return str(code.value if isinstance(code, Noted) else code)
        own = _PARTS.split(written)[0]
        if _OBLAST_WORD.search(own):
            return str(self.read_oblast(own))
        if _RAION_WORD.search(own):
            raions = [self._gazetteer.raions[raion] for raion in sorted(self.read_raions(own))]
            around = self._named(written)
            raions = [raion for raion in raions if not around.oblasts or raion.oblast in around.oblasts]
            return self._only(written, raions)
        return self.hromada(written, Surroundings())

    # What a name means

    def hromada(self, written: str, around: Surroundings) -> Katottg:
        """Return the hromada called so in the surroundings."""
        key = (Hromada, written, around)
        if key not in self._found:
            self._found[key] = self._find_hromada(written, around)
        return self._found[key]

    def _find_hromada(self, written: str, around: Surroundings) -> Katottg:
        named = self._named(written)
        found = [
            unit
            for unit in self._hromadas.get(named.own, ())
            if isinstance(unit, Hromada) and (named.kind is None or unit.kind is named.kind)
        ]
        if not found:
            raise self._unknown(written, named.own, self._hromadas)
        return self._only(written, _within(found, named, around))

    def settlement(self, written: str, around: Surroundings) -> Katottg:
        """Return the settlement called so in the surroundings."""
        key = (Settlement, written, around)
        if key not in self._found:
            self._found[key] = self._find_settlement(written, around)
        return self._found[key]

    def _find_settlement(self, written: str, around: Surroundings) -> Katottg:
        named = self._named(written)
        found = self._settlements.get(named.own, ())
        if not found:
            raise self._unknown(written, named.own, self._settlements)
        inside = [
            unit
            for unit in _within(found, named, around)
            if around.hromada is None
            or (isinstance(unit, Settlement) and around.hromada in {unit.hromada, unit.area})
        ]
        return self._only(written, inside or found)

    def _named(self, written: str) -> _Named:
        parts = [part.strip() for part in _PARTS.split(written) if part.strip()]
        named = _Named("")
        own: list[str] = []
        for part in parts:
            if _OBLAST_WORD.search(part):
                named.oblasts.update(unit.katottg for unit in self._oblasts.get(fold_oblast(part), ()))
            elif _RAION_WORD.search(part):
                name = _without(_RAION_WORD, part)
                named.raions.update(unit.katottg for unit in self._raions.get(name, ()))
            else:
                own.append(part)
        text = own[0] if own else written
        if _HROMADA_WORD.search(text):
            kind = _KIND_WORD.search(text)
            named.kind = None if kind is None else _KINDS[kind[1].lower()]
            text = _KIND_WORD.sub(" ", _HROMADA_WORD.sub(" ", text))
        named.own = fold_name(text)
        return named

    def _only(self, written: str, found: Collection[_Unit]) -> Katottg:
        if len(found) == 1:
            return next(iter(found)).katottg
        raise Refusal(
            Fault(
                "«{value}» may be any of {count}: {candidates}: write the code, or add the oblast and "
                "the raion",
                {
                    "value": written,
                    "count": len(found),
                    "candidates": "; ".join(self._told(unit) for unit in list(found)[:_SHOWN_CANDIDATES]),
                },
            )
        )

    def _unknown(self, written: str, folded: str, known: Mapping[str, tuple[_Unit, ...]]) -> Refusal:
        suggestion = closest(folded, known)
        if suggestion is None:
            return Refusal(Fault("no unit is called «{value}»: write its KATOTTG code", {"value": written}))
        return Refusal(
            Fault(
                "no unit is called «{value}»: did you mean {suggestion}?",
                {"value": written, "suggestion": self._told(known[suggestion][0])},
            )
        )

    def _told(self, unit: _Unit) -> str:
        """Return «Михайлівська (UA…, Черкаський район, Черкаська область)»."""
        where: list[str] = [unit.katottg]
        if isinstance(unit, (Hromada, Settlement)) and unit.raion is not None:
            where.append(f"{self._gazetteer.raions[unit.raion].name} район")
        if not isinstance(unit, Oblast):
            where.append(f"{self._gazetteer.oblasts[unit.oblast].name} область")
        return f"{unit.name} ({', '.join(where)})"


def fold_oblast(text: str) -> str:
    """Return the form in which two spellings of an oblast's name are equal."""
    return fold_name(_OBLAST_WORD.sub(" ", _CITY_WORD.sub("", text.strip())))


def _without(word: re.Pattern[str], text: str) -> str:
    return fold_name(word.sub(" ", text))


def _by_name(units: Iterable[tuple[Callable[[str], str], _Unit]]) -> Mapping[str, tuple[_Unit, ...]]:
    grouped: defaultdict[str, list[_Unit]] = defaultdict(list)
    for fold, unit in units:
        former = unit.former_name if isinstance(unit, Settlement) else ""
        for name in {fold(text) for text in (unit.name, unit.name_en, former) if text}:
            grouped[name].append(unit)
    return {name: tuple(members) for name, members in grouped.items()}


def _within(found: Collection[_Unit], named: _Named, around: Surroundings) -> list[_Unit]:
    """Return those that lie where the name and the row say; all of them where that leaves none."""
    oblasts = named.oblasts or ({around.oblast} if around.oblast else set())
    raions = named.raions or set(around.raions)
    inside: list[_Unit] = [
        unit
        for unit in found
        if isinstance(unit, (Hromada, Settlement))
        and (not oblasts or unit.oblast in oblasts)
        and (not raions or unit.raion in raions)
    ]
    return inside or list(found)
