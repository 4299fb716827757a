"""What a person has chosen, and the link that says it, checked when it comes from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from mapapp.domain.accessibility import Threshold, TravelCost
from mapapp.domain.coverage import CoverageState
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.katottg import Katottg, parse_katottg
from mapapp.domain.people import ALL_PEOPLE, PeopleChoice, parse_people_choice
from mapapp.domain.placement import CandidatePlaces, Counting, PlacementGoal, Serving
from mapapp.domain.quality import QualityCheck
from mapapp.domain.referral import NOBODY_SAID
from mapapp.domain.registry import (
    Payment,
    PlaceOfProvision,
    PointKind,
    Sector,
    TargetGroup,
    check_record_id,
)
from mapapp.domain.registry_questions import Freshness
from mapapp.domain.services import Service
from mapapp.domain.travel import TravelMode
from mapapp.presentation.messages import LANGUAGES


class CoverageView(StrEnum):
    """What the page of coverage shows."""

    MAP = "map"
    MATRIX = "matrix"
    ACCESS = "access"
    HROMADA = "hromada"


class PlanningTask(StrEnum):
    """What the page of planning is asked for."""

    PLACE = "place"
    CLOSURES = "closures"
    SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True)
class Choice:
    """The state of the pages; a link carries the part a page shows.

    `hromada` is the one looked at; `states` narrows the coverage table, all of them when empty.

    Where the client is: `place` (a settlement), else `home` (a hromada), else `at` (a point). The fields from
    `groups` to `travel` are what is asked for the client as in `domain.referral.ReferralQuestion`: `given` is
    where the service is given, `speaks` the language, `day` None is now, `radius_km` None any distance.
    `result` is the answer looked at, by the id of its point.

    The registry is filtered by `text`, `offers` (a service, None for any), `kind`, `sector`, `freshness` and
    `on` (a day of work); `page` of its list counts from 1, and `point` is the record opened. `check` is
    the one whose findings are listed.

    Coverage is told as of the day `as_of` (None is today), by `view`; `target` is the service wanted in
    every hromada. `within` is how far counts as within reach, in kilometres or, where ways are measured in
    time, in minutes; None the usual. `people` are those counted. Planning is asked for by `task`, and the
    fields from `goal` to `point_cost` are of `domain.placement.PlacementQuery`, money in whole hryvnias.
    """

    service: str
    oblast: Katottg | None = None
    raion: Katottg | None = None
    hromada: Katottg | None = None
    points: bool = True
    place: Katottg | None = None
    at: LonLat | None = None
    home: Katottg | None = None
    groups: TargetGroup = NOBODY_SAID
    age: int | None = None
    step_free: bool = False
    day: date | None = None
    open_then: bool = False
    given: frozenset[PlaceOfProvision] = frozenset()
    payments: frozenset[Payment] = frozenset()
    speaks: str | None = None
    urgent: bool = False
    radius_km: int | None = None
    travel: TravelMode = TravelMode.CAR
    result: str | None = None
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
    view: CoverageView = CoverageView.MAP
    as_of: date | None = None
    target: str | None = None
    cost: TravelCost = TravelCost.DISTANCE
    within: int | None = None
    people: PeopleChoice = ALL_PEOPLE
    task: PlanningTask = PlanningTask.PLACE
    goal: PlacementGoal = PlacementGoal.MOST_PEOPLE
    new_points: int = 3
    counting: Counting = Counting.PEOPLE
    candidates: CandidatePlaces = CandidatePlaces.HROMADA_CENTRES
    serving: Serving = Serving.OWN_HROMADA
    exact: bool = True
    budget: int | None = None
    point_cost: int | None = None

    @property
    def threshold(self) -> Threshold:
        """How far counts as within reach, in the unit the way is measured in."""
        unit = UNIT_OF[self.cost]
        return Threshold(float((self.within or USUAL_WITHIN[self.cost]) * unit), self.cost)

    @property
    def area(self) -> Katottg | None:
        """The raion, else the oblast, else None for the country."""
        return self.raion or self.oblast


MAP_LINK: Final = ("service", "oblast", "raion", "hromada", "points")
CLIENT_FIELDS: Final = (
    "groups",
    "age",
    "step_free",
    "day",
    "open_then",
    "given",
    "payments",
    "speaks",
    "urgent",
    "radius_km",
    "travel",
)
"""What may be said of the client beside the place; none of it says who they are."""
FIND_LINK: Final = ("service", "place", "home", "at", *CLIENT_FIELDS, "result")
COVERAGE_LINK: Final = (
    "view",
    "service",
    "oblast",
    "raion",
    "hromada",
    "as_of",
    "states",
    "target",
    "cost",
    "within",
    "people",
)
PLANNING_LINK: Final = (
    "task",
    "service",
    "oblast",
    "raion",
    "as_of",
    "cost",
    "within",
    "people",
    "goal",
    "new_points",
    "counting",
    "candidates",
    "serving",
    "exact",
    "budget",
    "point_cost",
)
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

RADII_KM: Final = (5, 10, 20, 50, 100, 200)
OLDEST: Final = 120
LANGUAGES_SPOKEN: Final = ("uk", "ru", "crh", "en", "pl", "hu", "ro", "bg", "rom", "de")
"""The languages a client may need: those of the country's communities and of visitors, by ISO 639 code."""
FIRST_DAY: Final = date(1991, 8, 24)
LAST_DAY: Final = date(2099, 12, 31)

UNIT_OF: Final[Mapping[TravelCost, int]] = MappingProxyType(
    {TravelCost.DISTANCE: 1000, TravelCost.CAR: 60, TravelCost.FOOT: 60}
)
"""Metres in a kilometre, seconds in a minute."""
USUAL_WITHIN: Final[Mapping[TravelCost, int]] = MappingProxyType(
    {TravelCost.DISTANCE: 15, TravelCost.CAR: 30, TravelCost.FOOT: 30}
)
"""Kilometres or minutes; parameters of ours: no norm says so."""
MOST_WITHIN: Final = 200
"""In either unit."""
MOST_NEW_POINTS: Final = 100
MOST_MONEY: Final = 10**12

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
    if isinstance(value, TargetGroup):
        return ",".join((group.name or "").lower() for group in value)
    if isinstance(value, PeopleChoice):
        return value.key
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
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
            "home": gazetteer.hromadas,
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
        if name in {"service", "offers", "target"}:
            return text if text in self._services else None
        return _FLAGS.get(text)


_FLAGS: Final = {"0": False, "1": True}
_VOCABULARIES: Final[Mapping[str, type[StrEnum]]] = {
    "kind": PointKind,
    "sector": Sector,
    "freshness": Freshness,
    "check": QualityCheck,
    "travel": TravelMode,
    "view": CoverageView,
    "cost": TravelCost,
    "task": PlanningTask,
    "goal": PlacementGoal,
    "counting": Counting,
    "candidates": CandidatePlaces,
    "serving": Serving,
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


def _words(vocabulary: type[StrEnum]) -> Callable[[str], object | None]:
    """Return what reads several words of a vocabulary, joined by commas."""

    def read(text: str) -> frozenset[StrEnum] | None:
        try:
            return frozenset(map(vocabulary, text.split(",")))
        except ValueError:
            return None

    return read


def _groups(text: str) -> TargetGroup | None:
    chosen = TargetGroup(0)
    for name in text.split(","):
        group = TargetGroup.__members__.get(name.upper())
        if group is None:
            return None
        chosen |= group
    return chosen


def _age(text: str) -> int | None:
    is_age = text.isascii() and text.isdigit() and len(text) <= len(str(OLDEST))
    return int(text) if is_age and int(text) <= OLDEST else None


def _whole(least: int, most: int) -> Callable[[str], object | None]:
    """Return what reads a whole number within these bounds."""

    def read(text: str) -> int | None:
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
        return int(text) if is_number and least <= int(text) <= most else None

    return read


def _people(text: str) -> PeopleChoice | None:
    try:
        return parse_people_choice(text)
    except ValueError:
        return None


def _radius_km(text: str) -> int | None:
    return next((radius for radius in RADII_KM if str(radius) == text), None)


def _language(text: str) -> str | None:
    return text if text in LANGUAGES_SPOKEN else None


def _search_text(text: str) -> str | None:
    return text if len(text) <= LONGEST_TEXT and text.isprintable() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _visible_day(text: str) -> date | None:
    """Return a day that the calendar on the page can show."""
    day = _day(text)
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None


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
    "states": _words(CoverageState),
    "groups": _groups,
    "age": _age,
    "given": _words(PlaceOfProvision),
    "payments": _words(Payment),
    "radius_km": _radius_km,
    "speaks": _language,
    "text": _search_text,
    "day": _visible_day,
    "as_of": _visible_day,
    "within": _whole(1, MOST_WITHIN),
    "people": _people,
    "new_points": _whole(1, MOST_NEW_POINTS),
    "budget": _whole(1, MOST_MONEY),
    "point_cost": _whole(1, MOST_MONEY),
    "on": _visible_day,
    "page": _page,
    "point": _record_id,
    "result": _record_id,
}
