"""Scenarios told: each change in a sentence, and what all of them change, hromada by hromada."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from mapapp.domain.accessibility import AreaAccess
from mapapp.domain.katottg import NATION
from mapapp.domain.planner import Compared, difference
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    LoseRoads,
    Occupy,
    OpenPoint,
    Scenario,
    ScenarioChange,
    SignContract,
)
from mapapp.presentation.access_table import access_notes
from mapapp.presentation.facts import Telling
from mapapp.presentation.genitive import of_area
from mapapp.presentation.labels import area_name, hromada_name, service_name, settlement_name
from mapapp.presentation.people_text import shown_count
from mapapp.presentation.presence_table import unit_columns
from mapapp.presentation.tables import Column, Kind, Table

PointName = Callable[[str], str]
"""Returns the name of a service point by its id, the id itself where it is unknown."""
_NOISE: Final = 0.5
"""Less than half a person is no change."""


def change_text(telling: Telling, change: ScenarioChange, point_name: PointName) -> str:
    """Return one change as a sentence."""
    t, gazetteer = telling.t, telling.gazetteer
    match change:
        case ClosePoint(point, None):
            said = t("«{point}» closes", point=point_name(point))
        case ClosePoint(point, str(service)):
            said = t(
                "«{point}» stops giving «{service}»",
                point=point_name(point),
                service=_service(telling, service),
            )
        case OpenPoint():
            said = t(
                "«{point}» opens in {place}: {services}; serves {areas}",
                point=change.name,
                place=settlement_name(t, gazetteer.settlements[change.settlement]),
                services=", ".join(_service(telling, slug) for slug in change.services),
                areas=", ".join(_area(telling, area) for area in change.serves),
            )
        case SignContract():
            said = t(
                "«{point}» begins to serve residents of {hromada}",
                point=point_name(change.point_id),
                hromada=of_area(t, gazetteer, change.hromada),
            )
            if change.service is not None:
                said += f": {_service(telling, change.service)}"
        case LoseRoads(around, radius_m):
            said = t(
                "roads within {distance} of {lat}, {lon} are lost",
                distance=t.distance(radius_m),
                lat=f"{around.lat:.4f}",
                lon=f"{around.lon:.4f}",
            )
        case Occupy(hromada):
            said = t("{hromada} becomes occupied", hromada=hromada_name(t, gazetteer.hromadas[hromada]))
        case Displace():
            said = t.plural(
                "{n} person moves from {origin} to {destination}",
                "{n} people move from {origin} to {destination}",
                change.persons,
                origin=of_area(t, gazetteer, change.origin),
                destination=of_area(t, gazetteer, change.destination),
            )
    return said


def comparison_table(telling: Telling, compared: Compared) -> Table:
    """Return a row a hromada where any scenario changes something: people covered now, and more or fewer."""
    t, gazetteer = telling.t, telling.gazetteer
    base = compared.base.hromadas
    changed = {
        code: [difference(base[code], answer.hromadas[code]) for _, answer in compared.scenarios]
        for code in base
        if any(_is_changed(base[code], answer.hromadas[code]) for _, answer in compared.scenarios)
    }
    codes = sorted(changed, key=lambda code: (min(value or 0 for value in changed[code]), code))
    names = scenario_titles([scenario for scenario, _ in compared.scenarios])
    return Table(
        (
            Column(t("Hromada"), tuple(hromada_name(t, gazetteer.hromadas[code]) for code in codes)),
            Column(t("Within reach now"), tuple(_covered(base[code]) for code in codes), Kind.COUNT),
            *(
                Column(
                    name,
                    tuple(
                        None if (value := changed[code][number]) is None else round(value) for code in codes
                    ),
                    Kind.COUNT,
                    t("How many more people have the service within reach; below zero: how many fewer."),
                )
                for number, name in enumerate(names)
            ),
            *unit_columns(t, gazetteer, codes),
            Column(t("KATOTTG code"), tuple(codes)),
        ),
        access_notes(telling, compared.base),
    )


def comparison_sentences(telling: Telling, compared: Compared) -> list[str]:
    """Return what each scenario does to all that was asked."""
    t = telling.t
    said = []
    for scenario, answer in compared.scenarios:
        change = difference(compared.base.whole, answer.whole)
        if change is None:
            text = t("it is not known how many people it touches")
        elif abs(change) < _NOISE:
            text = t("as many people as now have the service within reach")
        elif change > 0:
            text = t.plural(
                "{n} more person has it within reach", "{n} more people have it within reach", round(change)
            )
        else:
            text = t.plural("{n} person loses it", "{n} people lose it", round(-change))
        said.append(f"{scenario.name}: {text}")
    return said


def scenario_titles(scenarios: Sequence[Scenario]) -> list[str]:
    """Return names that are no two alike: columns of a table are told apart by them."""
    seen: dict[str, int] = {}
    titles = []
    for scenario in scenarios:
        seen[scenario.name] = seen.get(scenario.name, 0) + 1
        titles.append(
            scenario.name if seen[scenario.name] == 1 else f"{scenario.name} ({seen[scenario.name]})"
        )
    return titles


def _is_changed(base: AreaAccess, other: AreaAccess) -> bool:
    change = difference(base, other)
    return (base.people is None) != (other.people is None) or (change is not None and abs(change) >= _NOISE)


def _covered(found: AreaAccess) -> int | None:
    return None if found.people is None else shown_count(found.people.covered)


def _service(telling: Telling, slug: str) -> str:
    return service_name(telling.t, telling.services[slug]) if slug in telling.services else slug


def _area(telling: Telling, area: str) -> str:
    return telling.t("everyone") if area == NATION else area_name(telling.t, telling.gazetteer, area)
