"""The planner: every question of presence, access, placement and scenarios, answered from the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Final

from mapapp.analysis.accessibility import answer_access, settlement_access
from mapapp.analysis.closure_loss import closure_losses
from mapapp.analysis.explanation import explain_services, points_around
from mapapp.analysis.placement import plan_placement
from mapapp.analysis.presence import presence_matrix, reach_of
from mapapp.annex import make_annex, searches_in
from mapapp.coverage_inputs import CoverageInputs, RoadGraphOn
from mapapp.domain.accessibility import AccessAnswer, AccessQuery, SettlementAccess, TravelCost
from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.changes import RecordKey, RecordKind
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.coverage import PresenceMatrix, PresenceQuery, Reach
from mapapp.domain.errors import NotFoundError
from mapapp.domain.explanation import HromadaExplained
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import EVERYONE_THERE, PeopleFigure, PeopleTable
from mapapp.domain.placement import ClosureLoss, PlacementPlan, PlacementQuery
from mapapp.domain.planner import Compared
from mapapp.domain.scenario import Scenario
from mapapp.domain.services import Service
from mapapp.files.scenario_file import read_scenarios, write_scenarios
from mapapp.known_registry import KnownRegistry
from mapapp.referral import no_roads
from mapapp.scenarios import scenario_judge
from mapapp.storage.store import Store


class StorePlanner:
    """A `Planner` (see `domain.planner`) over a store; made once per process, shared between threads."""

    def __init__(
        self,
        store: Store,
        gazetteer: Gazetteer,
        services: Mapping[str, Service],
        roads: RoadGraphOn = no_roads,
    ) -> None:
        self._store = store
        self._gazetteer = gazetteer
        self._services = services
        self._roads = roads
        self._inputs: Final = CoverageInputs(store, gazetteer, services, roads)
        self._solving: Final = Lock()

    def first_day(self) -> date:
        """Return the first day the registry's history knows of."""
        return self._inputs.registry.first_day()

    def costs(self) -> Sequence[TravelCost]:
        """Return what ways can be measured in: distance, and times where roads are loaded."""
        has_roads = self._roads(today_in_kyiv()) is not None
        return tuple(TravelCost) if has_roads else (TravelCost.DISTANCE,)

    def people_tables(self) -> Sequence[PeopleTable]:
        """Return every table of people: the gazetteer's own first, then by kind, newest first."""
        return self._inputs.people_tables()

    def presence(self, query: PresenceQuery) -> PresenceMatrix:
        """Return which services reach which hromada."""
        return self._presence(query, self._inputs.registry.known_on(query.day))

    def _presence(self, query: PresenceQuery, known: KnownRegistry) -> PresenceMatrix:
        supply = self._inputs.open_supply(known, query.day)
        return presence_matrix(query, self._inputs.layout, supply, self._services, known.scope)

    def reach(self, service: str, day: date) -> Mapping[Katottg, Reach]:
        """Return how many open offerings of a service reach each hromada, by code."""
        known = self._inputs.registry.known_on(day)
        return reach_of(self._inputs.layout, self._inputs.open_supply(known, day), service)

    def scope_on(self, day: date) -> frozenset[Katottg]:
        """Return the oblasts that the registry claimed to describe fully, as known at the end of a day."""
        return self._inputs.registry.known_on(day).scope

    def access(self, query: AccessQuery, scenario: Scenario | None = None) -> AccessAnswer:
        """Return how well a service is within reach, as things are or under a scenario."""
        table = self._inputs.people_table(query.people)
        return answer_access(query, table, self._inputs.service_access(query, scenario))

    def settlements(
        self, query: AccessQuery, hromada: Katottg, scenario: Scenario | None = None
    ) -> Sequence[SettlementAccess]:
        """Return the settlements of a hromada, by code."""
        return settlement_access(self._inputs.service_access(query, scenario), hromada)

    def explain(self, hromada: Katottg, day: date) -> HromadaExplained:
        """Return who serves a hromada, what is missing and why."""
        unit = self._gazetteer.hromadas.get(hromada)
        if unit is None:
            raise NotFoundError("There is no hromada with the code {code}", code=hromada)
        # One state of the registry for all of it: an editor may change it meanwhile.
        known = self._inputs.registry.known_on(day)
        # The whole oblast is asked for, because the hromada is compared with it.
        matrix = self._presence(PresenceQuery(day, unit.oblast), known)
        found = self._inputs.open_supply(known, day)
        around = points_around(matrix, hromada, self._gazetteer, known.supply, found)
        named = {point_id for it in around for point_id in (*it.serving, *it.nearest)}
        points = {point.id: point for point in self._store.registry.points_as_of(known.change, named)}
        raions = (told for told in matrix.raions if told.area == unit.raion)
        return HromadaExplained(
            hromada=hromada,
            day=day,
            occupation=next(row.occupation for row in matrix.rows if row.hromada == hromada),
            services=explain_services(matrix, hromada, self._gazetteer, around, points),
            raion=next(raions, None),
            oblast=matrix.whole,
            people=self._people_of(hromada),
            searches=searches_in(self._store, day, {hromada}),
        )

    def _people_of(self, hromada: Katottg) -> tuple[tuple[PeopleTable, tuple[PeopleFigure, ...]], ...]:
        """Return what every table says of a hromada; one that says nothing comes with no figures."""
        own, *loaded = self.people_tables()
        population = self._gazetteer.hromadas[hromada].population
        everyone = () if population is None else (PeopleFigure(hromada, EVERYONE_THERE, population.persons),)
        figures = self._store.people.figures_of(hromada)
        return ((own, everyone), *((table, figures.get(table.id, ())) for table in loaded))

    def place(self, query: PlacementQuery, scenario: Scenario | None = None) -> PlacementPlan:
        """Return where to open new points."""
        access = self._inputs.service_access(query.access, scenario)
        costs_to = self._inputs.costs_to(query.access, scenario)
        # One at a time: each may take a core for all its time limit, and anybody may ask.
        with self._solving:
            return plan_placement(query, access, self._gazetteer, costs_to)

    def closures(self, query: AccessQuery, limit: int = 20) -> Sequence[ClosureLoss]:
        """Return what each point's closing alone would do, the worst first."""
        inputs = self._inputs.service_access(query).inputs
        losses = closure_losses(inputs, query.area, limit)
        keys = {loss.point_id: RecordKey(RecordKind.POINT, loss.point_id) for loss in losses}
        names = {key.id: told.name for key, told in self._store.summaries(keys.values()).items()}
        # On a past day a point may have been there that is no longer: then its id is all there is to tell.
        return [replace(loss, name=names.get(loss.point_id, loss.point_id)) for loss in losses]

    def compare(self, query: AccessQuery, scenarios: Sequence[Scenario]) -> Compared:
        """Return the question's answers as things are and under each scenario."""
        return Compared(self.access(query), tuple((it, self.access(query, it)) for it in scenarios))

    def saved_scenarios(self) -> Sequence[Scenario]:
        """Return the scenarios that editors saved, by name."""
        return self._store.scenarios.all()

    def read_scenarios(self, document: bytes) -> Sequence[Scenario]:
        """Return the scenarios of a YAML document; InvalidInputError tells every fault by line."""
        return read_scenarios(document, judge=scenario_judge(self._store, self._gazetteer, self._services))

    def write_scenarios(self, scenarios: Sequence[Scenario]) -> bytes:
        """Return the scenarios as a YAML document that `read_scenarios` reads."""
        return write_scenarios(scenarios, self._gazetteer)

    def annex(self, query: AnnexQuery) -> Annex:
        """Return all that the annex for an area's programme tells."""
        change = self._inputs.registry.known_on(query.day).change
        return make_annex(self, self._store, self._gazetteer, query, change)
