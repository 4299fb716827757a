"""What coverage is computed from: registry, ground, people and roads of a question, each made once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mapapp.analysis.access_costs import (
    Ground,
    ground_of,
    of_service,
    road_costs,
    site_costs,
    ways_by_distance,
    ways_by_road,
)
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import ServiceAccess, service_access
from mapapp.analysis.layout import Layout, layout_of
from mapapp.analysis.people import People, gazetteer_people, spread_people
from mapapp.analysis.placement import CostsTo
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.scenario_effects import layout_under, lost_road_areas, people_under
from mapapp.analysis.supply import OpenSupply, Supply
from mapapp.domain.accessibility import AccessQuery, Threshold, TravelCost
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import (
    BASE_POPULATION,
    EVERYONE_THERE,
    PeopleChoice,
    PeopleKind,
    PeopleTable,
)
from mapapp.domain.scenario import LoseRoads, Scenario
from mapapp.domain.scenario_points import point_ids_of, points_under
from mapapp.domain.services import Service
from mapapp.domain.travel import TravelMode
from mapapp.known_registry import KnownRegistry, RegistryInMemory
from mapapp.storage.store import Store

RoadGraphOn = Callable[[date], RoadGraph | None]


_SUPPLIES_HELD: Final = 8
_ACCESSES_HELD: Final = 48
_MODES: Final = {TravelCost.CAR: TravelMode.CAR, TravelCost.FOOT: TravelMode.FOOT}

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Digested(Generic[Content]):
    """A value known by the digest of its content: equal content is one key of a cache, so none is stale."""

    digest: str
    value: Content = field(compare=False, repr=False)


class CoverageInputs:
    """Makes the inputs of questions about one store and keeps the latest; safe to share between threads.

    `roads` returns the roads open on a day, None where none are loaded.
    """

    def __init__(
        self, store: Store, gazetteer: Gazetteer, services: Mapping[str, Service], roads: RoadGraphOn
    ) -> None:
        self._store = store
        self._gazetteer = gazetteer
        self._roads = roads
        self.layout: Final = layout_of(gazetteer)
        self.registry: Final = RegistryInMemory(store, self.layout, services)
        self._ground: Final[Ground] = ground_of(self.layout)
        self._population: Final = _population_of(gazetteer)
        self._everyone: Final = _digested(gazetteer_people(self.layout, gazetteer))
        self._spread = lru_cache(maxsize=_SUPPLIES_HELD)(self._spread_figures)
        self._moved = lru_cache(maxsize=_SUPPLIES_HELD)(self._people_moved)
        self._open = lru_cache(maxsize=_SUPPLIES_HELD)(_opened)
        self._without_roads = lru_cache(maxsize=_SUPPLIES_HELD)(_graph_without)
        self._accesses = lru_cache(maxsize=_ACCESSES_HELD)(self._computed)

    def people_tables(self) -> tuple[PeopleTable, ...]:
        """Return the gazetteer's own table, then those loaded: by kind, newest first."""
        return (self._population, *self._store.people.tables())

    def people_table(self, choice: PeopleChoice) -> PeopleTable:
        """Return the table of a choice; raise NotFoundError where it, or its subject, is not there."""
        is_own = choice.table == BASE_POPULATION
        tables = [self._population] if is_own else self._store.people.tables()
        table = next((it for it in tables if it.id == choice.table), None)
        if table is None or choice.subject not in table.subjects:
            raise NotFoundError("There is no table of people «{key}»", key=choice.key)
        return table

    def open_supply(self, known: KnownRegistry, day: date) -> OpenSupply:
        """Return what is open on a day."""
        return self._open(Digested(known.supply.digest, known.supply), day)

    def service_access(self, query: AccessQuery, scenario: Scenario | None = None) -> ServiceAccess:
        """Return the country's access to the service of a question; its area does not matter.

        Raises
        ------
        NotFoundError
            There is no such service or table of people, or no point that the scenario names.
        UsageError
            Times by road were asked for and no roads are loaded, or the registry's history begins later.

        """
        known = self.registry.known_on(query.day)
        return self._accesses(
            supply=self._supply(known, scenario),
            people=self._people(query.people, scenario),
            scope=known.scope,
            service=query.service,
            day=query.day,
            threshold=query.threshold,
            graph=self.graph(query, scenario),
        )

    def graph(self, query: AccessQuery, scenario: Scenario | None = None) -> RoadGraph | None:
        """Return the roads that ways are measured on, None for distances."""
        if query.threshold.cost is TravelCost.DISTANCE:
            return None
        graph = self._roads(query.day)
        if graph is None:
            raise UsageError("There are no roads yet: mapapp roads import FILE.osm.pbf")
        loses_roads = scenario is not None and scenario.changes_of(LoseRoads)
        return self._without_roads(graph, scenario) if loses_roads else graph

    def costs_to(self, query: AccessQuery, scenario: Scenario | None = None) -> CostsTo:
        """Return what tells how far it is from every settlement to any places, as the question measures."""
        graph = self.graph(query, scenario)
        if graph is None:
            return partial(site_costs, self._ground)

        def by_road(lon: NDArray[np.float64], lat: NDArray[np.float64], limit_s: float) -> csr_array:
            sites = [LonLat(*place) for place in zip(lon.tolist(), lat.tolist(), strict=True)]
            return road_costs(self.layout, sites, graph, _MODES[query.threshold.cost], limit_s)

        return by_road

    def _supply(self, known: KnownRegistry, scenario: Scenario | None) -> Digested[Supply]:
        supply = known.supply
        if scenario is not None:
            named = self._store.registry.points_as_of(known.change, point_ids_of(scenario))
            changed = points_under(scenario, {point.id: point for point in named}, self._gazetteer)
            supply = supply.changed(changed) if changed else supply
            layout = layout_under(scenario, self.layout)
            supply = supply if layout is self.layout else replace(supply, layout=layout)
        return Digested(supply.digest, supply)

    def _people(self, choice: PeopleChoice, scenario: Scenario | None) -> Digested[People]:
        table = self.people_table(choice)
        people = self._everyone if table.id == BASE_POPULATION else self._spread(choice, table.checksum)
        is_everyone = table.kind is PeopleKind.POPULATION and choice.subject == EVERYONE_THERE
        return people if scenario is None else self._moved(people, scenario, is_everyone=is_everyone)

    def _spread_figures(self, choice: PeopleChoice, _checksum: str) -> Digested[People]:
        figures = self._store.people.figures(choice.table, choice.subject)
        return _digested(spread_people(self.layout, self._everyone.value, figures))

    def _people_moved(
        self, people: Digested[People], scenario: Scenario, *, is_everyone: bool
    ) -> Digested[People]:
        everyone = None if is_everyone else self._everyone.value
        return _digested(people_under(scenario, self.layout, people.value, everyone))

    def _computed(
        self,
        *,
        supply: Digested[Supply],
        people: Digested[People],
        scope: frozenset[Katottg],
        service: str,
        day: date,
        threshold: Threshold,
        graph: RoadGraph | None,
    ) -> ServiceAccess:
        layout = supply.value.layout
        offered = of_service(self._open(supply, day), service)
        if graph is None:
            ways = ways_by_distance(self._ground, offered, threshold.limit)
        else:
            ways = ways_by_road(layout, offered, graph, _MODES[threshold.cost], threshold.limit)
        inputs = AccessInputs(layout, people.value, is_described(layout, scope), offered, ways)
        return service_access(inputs)


def is_described(layout: Layout, scope: frozenset[Katottg]) -> NDArray[np.bool_]:
    """Tell which areas lie in an oblast that the registry claims to describe fully: (M,)."""
    return np.array([oblast in scope for oblast in layout.oblasts])[layout.area_oblast]


def _opened(supply: Digested[Supply], day: date) -> OpenSupply:
    return supply.value.on(day)


def _graph_without(graph: RoadGraph, scenario: Scenario) -> RoadGraph:
    return graph.with_closed([*graph.closed, *lost_road_areas(scenario)])


def _digested(people: People) -> Digested[People]:
    sha256 = hashlib.sha256()
    for values in (people.persons, people.is_counted, people.area_low, people.area_high, people.recipients):
        sha256.update(values.tobytes())
    return Digested(sha256.hexdigest(), people)


def _population_of(gazetteer: Gazetteer) -> PeopleTable:
    """Return the gazetteer's own table, dated as its newest figure."""
    told = [it.population for it in gazetteer.settlements.values() if it.population is not None]
    newest = max(told, key=lambda it: it.as_of)
    edition = gazetteer.sources.get(newest.source)
    return PeopleTable(
        id=BASE_POPULATION,
        title=edition.title if edition else newest.source,
        kind=PeopleKind.POPULATION,
        as_of=newest.as_of,
        source=edition.attribution if edition else newest.source,
    )
