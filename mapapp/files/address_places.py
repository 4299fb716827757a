"""Where an address without coordinates is: the settlement it names, else its hromada, never a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from mapapp.domain.errors import msgid
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Hromada, HromadaKind, Oblast, Raion, Settlement, SettlementKind
from mapapp.domain.katottg import Katottg
from mapapp.domain.names import fold_name
from mapapp.domain.registry import PointPrecision
from mapapp.files.addresses import ReadAddress

NO_SETTLEMENT_OR_HROMADA = msgid("address: neither a settlement nor a hromada is named")
NO_SUCH_SETTLEMENT = msgid("address: no settlement «{words}» is known in the units named with it")
SEVERAL_SETTLEMENTS = msgid(
    "address: «{words}» may be any of {count} settlements; name the hromada or its code"
)
NO_SUCH_HROMADA = msgid("address: no hromada «{words}» is known in the units named with it")
SEVERAL_HROMADAS = msgid("address: «{words}» may be any of {count} hromadas; name the raion or the code")
HROMADA_RENAMED = msgid("address: no hromada «{words}» is known; the settlement was found without it")

_CITIES = frozenset({SettlementKind.CITY, SettlementKind.SPECIAL_CITY})
_KINDS = (
    (re.compile(r"(?:місто|м)[.\s]", re.IGNORECASE), _CITIES),
    (re.compile(r"(?:смт|с-ще|с/ще|селище)[.\s]", re.IGNORECASE), frozenset({SettlementKind.SELYSHCHE})),
    (re.compile(r"(?:село|сел|с)[.\s]", re.IGNORECASE), frozenset({SettlementKind.VILLAGE})),
)

Unit = TypeVar("Unit")


@dataclass(frozen=True, slots=True)
class PlacedAddress:
    """Where an address is, as exactly as the gazetteer tells; `candidates` are what it may be where unclear.

    `point` and `precision` are of the settlement, or of the hromada's centre where only that is certain.
    `problem` is a msgid with its values: why not more exactly, or what was left aside.
    """

    settlement: Katottg | None = None
    hromada: Katottg | None = None
    point: LonLat | None = None
    precision: PointPrecision | None = None
    candidates: tuple[Katottg, ...] = ()
    problem: str = ""
    problem_values: Mapping[str, object] = field(default_factory=dict)


class SettlementIndex:
    """The gazetteer by name, made once for many addresses."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        places = gazetteer.settlements.values()
        self._settlements = _by_name(places, lambda place: place.name)
        self._formerly = _by_name((p for p in places if p.former_name), lambda place: place.former_name)
        self._hromadas = _by_name(gazetteer.hromadas.values(), lambda unit: unit.name)
        self._raions = _by_name(gazetteer.raions.values(), lambda unit: unit.name)
        self._oblasts = _by_name(gazetteer.oblasts.values(), lambda unit: unit.name)

    def settlements(self, words: str) -> tuple[Settlement, ...]:
        """Return the settlements that have or had the name."""
        name = fold_name(words)
        now = self._settlements.get(name, ())
        return (*now, *(place for place in self._formerly.get(name, ()) if place not in now))

    def hromadas(self, words: str) -> tuple[Hromada, ...]:
        """Return the hromadas of the name, of the kind that stands after it («Покровська міська») if any."""
        name, _, kind = fold_name(words).rpartition(" ")
        if kind not in set(HromadaKind):
            return self._hromadas.get(fold_name(words), ())
        return tuple(unit for unit in self._hromadas.get(name, ()) if unit.kind == kind)

    def raions(self, words: str) -> tuple[Raion, ...]:
        """Return the raions of the name; those abolished in 2020 are not known."""
        return self._raions.get(fold_name(words), ())

    def oblasts(self, words: str) -> tuple[Oblast, ...]:
        """Return the oblast of the name."""
        return self._oblasts.get(fold_name(words), ())


def place_address(
    address: ReadAddress, index: SettlementIndex, hromada: Katottg | None = None
) -> PlacedAddress:
    """Return where the address is; a known hromada's code counts for more than the words of the address.

    Homonyms are told apart by the hromada, raion and oblast named, then by the kind of settlement (с., м.);
    what remains several stays several.
    """
    search = _Search(address, index, hromada)
    return search.settlement() if address.settlement_words else search.only_hromada()


class _Search:
    """Narrows the settlements of a name by the units named with it."""

    def __init__(self, address: ReadAddress, index: SettlementIndex, hromada: Katottg | None) -> None:
        self._address = address
        self._index = index
        self._oblasts = {unit.katottg for unit in index.oblasts(address.oblast_words)}
        self._raions = {
            unit.katottg
            for unit in index.raions(address.raion_words)
            if not self._oblasts or unit.oblast in self._oblasts
        }
        self._hromadas: set[Katottg] = set()
        if hromada is not None and hromada in index.gazetteer.hromadas:
            self._hromadas = {hromada}
        else:
            self._hromadas = {
                unit.katottg
                for unit in index.hromadas(address.hromada_words)
                if self._is_in_units(unit.oblast, unit.raion, is_city=unit.kind is HromadaKind.URBAN)
            }

    def settlement(self) -> PlacedAddress:
        words = self._address.settlement_words
        named = self._index.settlements(words)
        is_city = _kinds(words) == _CITIES
        found = [
            place
            for place in named
            if (
                place.hromada in self._hromadas
                if self._hromadas
                else self._is_in_units(place.oblast, place.raion, is_city=is_city)
            )
        ]
        found = self._special_city(named) if not found and is_city and not self._hromadas else found
        name = fold_name(words)
        found = _narrowed(found, lambda place: fold_name(place.name) == name)
        found = _narrowed(found, lambda place: place.kind in _kinds(words))
        if words.lower().startswith("смт"):
            found = _narrowed(found, _was_urban_type)
        if len(found) == 1:
            return self._at_settlement(found[0])
        if found:
            shared = {place.hromada for place in found}
            values = {"words": words, "count": len(found)}
            return self._at_hromada(
                shared.pop() if len(shared) == 1 else None, found, SEVERAL_SETTLEMENTS, values
            )
        only = next(iter(self._hromadas)) if len(self._hromadas) == 1 else None
        nearby = [place for place in named if not self._oblasts or place.oblast in self._oblasts]
        return self._at_hromada(only, nearby, NO_SUCH_SETTLEMENT, {"words": words})

    def only_hromada(self) -> PlacedAddress:
        words = self._address.hromada_words
        if len(self._hromadas) == 1:
            return self._at_hromada(next(iter(self._hromadas)), (), "", {})
        if self._hromadas:
            values = {"words": words, "count": len(self._hromadas)}
            return PlacedAddress(
                candidates=tuple(sorted(self._hromadas)), problem=SEVERAL_HROMADAS, problem_values=values
            )
        if words:
            return PlacedAddress(problem=NO_SUCH_HROMADA, problem_values={"words": words})
        return PlacedAddress(problem=NO_SETTLEMENT_OR_HROMADA)

    def _is_in_units(self, oblast: Katottg, raion: Katottg | None, *, is_city: bool) -> bool:
        """Tell whether a unit lies in the oblast and raion named; a city's «район» may be its district."""
        is_in_oblast = not self._oblasts or oblast in self._oblasts
        return is_in_oblast and (is_city or not self._raions or raion in self._raions)

    def _special_city(self, named: Iterable[Settlement]) -> list[Settlement]:
        """Return Kyiv where its oblast is written with it: it lies around the city but is another unit."""
        return [place for place in named if place.kind is SettlementKind.SPECIAL_CITY]

    def _at_settlement(self, place: Settlement) -> PlacedAddress:
        words = self._address.hromada_words
        is_renamed = bool(words) and not self._hromadas
        problem = HROMADA_RENAMED if is_renamed else ""
        values = {"words": words} if is_renamed else {}
        if place.point is None:
            return self._at_hromada(place.hromada, (place,), problem, values)
        return PlacedAddress(
            place.katottg,
            place.hromada,
            place.point,
            PointPrecision.SETTLEMENT,
            problem=problem,
            problem_values=values,
        )

    def _at_hromada(
        self,
        hromada: Katottg | None,
        candidates: Collection[Settlement],
        problem: str,
        values: Mapping[str, object],
    ) -> PlacedAddress:
        codes = tuple(sorted(place.katottg for place in candidates))
        if hromada is None:
            return PlacedAddress(candidates=codes, problem=problem, problem_values=values)
        centre = self._index.gazetteer.hromadas[hromada].centre
        return PlacedAddress(None, hromada, centre, PointPrecision.HROMADA, codes, problem, values)


def _kinds(words: str) -> frozenset[SettlementKind]:
    """Return the kinds the type before the name stands for; none where there is no type."""
    return next((kinds for pattern, kinds in _KINDS if pattern.match(words)), frozenset())


def _narrowed(places: list[Settlement], is_meant: Callable[[Settlement], bool]) -> list[Settlement]:
    """Return those meant; where none is, all of them: types and names change, and texts keep the old ones."""
    return [place for place in places if is_meant(place)] or places


def _was_urban_type(place: Settlement) -> bool:
    """Tell former смт from the other селища: towns and смт alone were counted for the figures of 2022."""
    return place.population is not None and not place.population.is_estimate


def _by_name(units: Iterable[Unit], name: Callable[[Unit], str]) -> dict[str, tuple[Unit, ...]]:
    grouped: defaultdict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        grouped[fold_name(name(unit))].append(unit)
    return {folded: tuple(members) for folded, members in grouped.items()}
