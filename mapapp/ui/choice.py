"""What a person has chosen, and the link that says it, checked when it comes from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from mapapp.domain.coverage import CoverageState
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.quality import QualityCheck
from mapapp.domain.registry import PointKind, Sector, check_record_id
from mapapp.domain.registry_questions import Freshness
from mapapp.domain.services import Service
from mapapp.presentation.messages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Choice:
    """The state of the pages; a link carries the part a page shows.

    `hromada` is the one looked at, `place` the client's settlement or `at` a point clicked instead of it.
    `everyone` also lists providers that do not serve the client's hromada; `states` narrows the coverage
    table, all of them when empty.

    The registry is filtered by `text`, `offers` (a service, None for any), `kind`, `sector`, `freshness` and
    `on` (a day of work); `page` of its list counts from 1, and `point` is the record opened. `check` is
    the one whose findings are listed.
    """

    service: str
    oblast: Katottg | None = None
    raion: Katottg | None = None
    hromada: Katottg | None = None
    points: bool = True
    place: Katottg | None = None
    at: LonLat | None = None
    everyone: bool = False
    states: frozenset[CoverageState] = frozenset()
    text: str = ""
    offers: str | None = None
    kind: PointKind | None = None
    sector: Sector | None = None
    freshness: Freshness | None = None
    on: date | None = None
    page: int = 1
    point: str | None = None
    check: QualityCheck | None = None

    @property
    def area(self) -> Katottg | None:
        """The raion, else the oblast, else None for the country."""
        return self.raion or self.oblast


MAP_LINK: Final = ("service", "oblast", "raion", "hromada", "points")
FIND_LINK: Final = ("service", "place", "at", "everyone")
COVERAGE_LINK: Final = ("service", "oblast", "raion", "states")
REGISTRY_LINK: Final = (
    "text",
    "oblast",
    "raion",
    "hromada",
    "offers",
    "kind",
    "sector",
    "freshness",
    "on",
    "page",
    "point",
)
QUALITY_LINK: Final = ("check", "page")
ABOUT_LINK: Final = ()

NO_FILTERS: Final[Mapping[str, object]] = MappingProxyType(
    {"text": "", "page": 1, **dict.fromkeys(("oblast", "raion", "hromada"))}
    | dict.fromkeys(("offers", "kind", "sector", "freshness", "on"))
)
"""The fields that make the registry list everything."""

LONGEST_TEXT: Final = 100
"""How much of a search anybody types; a link with more is no link of ours."""


def first_choice(services: Mapping[str, Service]) -> Choice:
    """Return what is shown to whoever chose nothing: the first of the basic services of the law."""
    basic = [service for service in services.values() if service.basic_point is not None]
    first = min(basic, key=lambda service: service.basic_point or 0, default=None)
    return Choice(service=(first or next(iter(services.values()))).slug)


def read_link(
    parameters: Mapping[str, str],
    names: Iterable[str],
    start: Choice,
    services: Mapping[str, Service],
    gazetteer: Gazetteer,
) -> tuple[Choice, tuple[str, ...]]:
    """Return `start` with what a link says of `names`, and those of them whose values mean nothing here.

    `area`, the one parameter of the embedded page for units of any level, is understood too. Other parameters
    belong to somebody else and are passed over in silence.
    """
    area = parse_katottg(parameters.get("area", ""))
    if area is not None:
        parameters = {area.level: area, **parameters}
    link = _Link(parameters, services, gazetteer)
    read: dict[str, Any] = {name: link.value(name) for name in names if parameters.get(name)}
    understood = {name: value for name, value in read.items() if value is not None}
    refused = tuple(name for name in read if name not in understood)
    return fitting(replace(start, **understood), gazetteer), refused


def fitting(choice: Choice, gazetteer: Gazetteer) -> Choice:
    """Return the choice with units that do not lie in one another brought into line: the larger one stays.

    A raion alone brings its oblast along.
    """
    if choice.raion is not None:
        oblast = gazetteer.raions[choice.raion].oblast
        if choice.oblast is None:
            choice = replace(choice, oblast=oblast)
        elif choice.oblast != oblast:
            choice = replace(choice, raion=None)
    if choice.hromada is not None and choice.area not in {None, *gazetteer.parents_of(choice.hromada)}:
        choice = replace(choice, hromada=None)
    return choice


def link_of(choice: Choice, start: Choice, names: Iterable[str], language: str) -> dict[str, str]:
    """Return the parameters of a link that makes this choice over `start`; what they share is left out."""
    changed = {name for name in names if getattr(choice, name) != getattr(start, name)}
    parameters = {name: _written(getattr(choice, name)) for name in names if name in changed}
    return parameters if language == LANGUAGES[0] else {**parameters, "lang": language}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, LonLat):
        return f"{value.lon:.5f},{value.lat:.5f}"
    if isinstance(value, frozenset):
        return ",".join(state for state in CoverageState if state in value)
    return "" if value is None else str(value)


class _Link:
    """Reads what a parameter says; None where that means nothing here."""

    def __init__(
        self, parameters: Mapping[str, str], services: Mapping[str, Service], gazetteer: Gazetteer
    ) -> None:
        self._parameters = parameters
        self._services = services
        self._units: Mapping[str, Mapping[Katottg, object]] = {
            "oblast": gazetteer.oblasts,
            "raion": gazetteer.raions,
            "hromada": gazetteer.hromadas,
            "place": gazetteer.settlements,
        }

    def value(self, name: str) -> object | None:
        text = self._parameters[name]
        if name in _VOCABULARIES:
            return _word(_VOCABULARIES[name], text)
        if name in _READERS:
            return _READERS[name](text)
        if name in self._units:
            code = parse_katottg(text)
            return code if code in self._units[name] else None
        if name in {"service", "offers"}:
            return text if text in self._services else None
        return _FLAGS.get(text)


_FLAGS: Final = {"0": False, "1": True}
_VOCABULARIES: Final[Mapping[str, type[StrEnum]]] = {
    "kind": PointKind,
    "sector": Sector,
    "freshness": Freshness,
    "check": QualityCheck,
}


def _word(vocabulary: type[StrEnum], text: str) -> StrEnum | None:
    return vocabulary(text) if text in {word.value for word in vocabulary} else None


def _point(text: str) -> LonLat | None:
    lon, _, lat = text.partition(",")
    try:
        point = LonLat(lon=float(lon), lat=float(lat))
    except ValueError:
        return None
    return point if point in UKRAINE_BOUNDS else None


def _states(text: str) -> frozenset[CoverageState] | None:
    try:
        return frozenset(map(CoverageState, text.split(",")))
    except ValueError:
        return None


def _search_text(text: str) -> str | None:
    return text if len(text) <= LONGEST_TEXT and text.isprintable() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < len("1000000")
    return int(text) or None if is_number else None


def _record_id(text: str) -> str | None:
    try:
        return check_record_id(text)
    except ValueError:
        return None


_READERS: Final[Mapping[str, Callable[[str], object | None]]] = {
    "at": _point,
    "states": _states,
    "text": _search_text,
    "on": _day,
    "page": _page,
    "point": _record_id,
}
