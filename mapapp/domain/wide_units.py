"""Whether a text names an oblast or a raion, which is too wide to be where a client lives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypeVar

from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geography import Oblast, OblastKind, Raion
from mapapp.domain.names import fold_name
from mapapp.domain.sound import sound_key

_SAYS_OBLAST = re.compile(r"\b(?:област\w*|обл|oblast|region)\b\.?")
_SAYS_RAION = re.compile(r"\b(?:район\w*|р н|raion|rayon|district)\b\.?")
# «Полтавщина» is the oblast «Полтавська», «Вінниччина» is «Вінницька».
_LAND = re.compile(r"(?:щ|чч)ин(?:а|и|і|у|ою)$")
_ADJECTIVE = re.compile(r"[сц]ька$")
# The ending of an adjective as it sounds in any case and in Russian, and the last vowel of a noun.
_ENDING = re.compile(r"(?:[cjz]?s?k\w{1,4}|[ae]+)$")
_CLOSE_ENOUGH = 0.8


def too_wide(text: str, gazetteer: Gazetteer) -> Oblast | Raion | None:
    """Return the oblast or raion that a text says it means; None for anything else, a bare name included.

    What stands after a comma is whereabouts and does not count: «Полтава, Полтавська область» is a city. Of
    raions of one name the first by code is returned.
    """
    name = fold_name(re.split(r"[,(]", text, maxsplit=1)[0])
    if _SAYS_OBLAST.search(name):
        return _named(_SAYS_OBLAST.sub(" ", name), _oblasts(gazetteer))
    if _SAYS_RAION.search(name):
        return _named(_SAYS_RAION.sub(" ", name), list(gazetteer.raions.values()))
    land = _LAND.search(name)
    # A village may be called so as well: «Харківщина» in the Sumska oblast.
    if land is None or any(place.name.lower() == name for place in gazetteer.settlements.values()):
        return None
    stems = {_ADJECTIVE.sub("", fold_name(oblast.name)): oblast for oblast in _oblasts(gazetteer)}
    return stems.get(name[: land.start()])


def _oblasts(gazetteer: Gazetteer) -> list[Oblast]:
    """Return the oblasts: a city with special status is a place like any other."""
    return [oblast for oblast in gazetteer.oblasts.values() if oblast.kind is OblastKind.OBLAST]


_Unit = TypeVar("_Unit", Oblast, Raion)


def _named(name: str, units: Sequence[_Unit]) -> _Unit | None:
    """Return the unit of the name, else the one whose stem sounds like the name's, whatever the endings."""
    stems: dict[str, _Unit] = {}
    for unit in units:
        folded = fold_name(unit.name)
        if folded == name.strip():
            return unit
        stems.setdefault(_stem(folded), unit)
    found = get_close_matches(_stem(name.strip()), stems, n=1, cutoff=_CLOSE_ENOUGH)
    return stems[found[0]] if found else None


def _stem(name: str) -> str:
    return _ENDING.sub("", sound_key(name))
