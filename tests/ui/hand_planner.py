"""A planner whose answers are made by hand from an atlas in memory: enough to see that pages tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from mapapp.domain.accessibility import (
    AccessAnswer,
    AccessQuery,
    AreaAccess,
    CurvePoint,
    Equity,
    PeopleWithin,
    SettlementAccess,
    TravelCost,
)
from mapapp.domain.coverage import (
    JUDGED,
    REACHED,
    CoverageState,
    PresenceColumn,
    PresenceMatrix,
    PresenceQuery,
    PresenceRow,
    count_states,
)
from mapapp.domain.errors import Fault, InvalidInputError, UsageError
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.explanation import HromadaExplained, ServedBy, ServiceExplained
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import (
    EVERYONE_THERE,
    NOBODY,
    Estimate,
    PeopleFigure,
    PeopleKind,
    PeopleTable,
    Subject,
)
from mapapp.domain.placement import ClosureLoss, OpenedPoint, PlacementPlan, PlacementQuery
from mapapp.domain.planner import Compared
from mapapp.domain.questions import CoverageQuery
from mapapp.domain.referral import Basis, Refusal, RefusalReason
from mapapp.domain.registry import TargetGroup
from mapapp.domain.scenario import ClosePoint, Scenario

FIRST_DAY = date(2026, 1, 10)
OLDER = Subject(group=TargetGroup.OLDER_PEOPLE)
POPULATION = PeopleTable(
    "population", "Населення", PeopleKind.POPULATION, date(2022, 1, 1), "Держстат, чисельність населення"
)
NEEDS = PeopleTable(
    "needs-2026",
    "Потреби Полтавщини",
    PeopleKind.NEEDS,
    date(2026, 1, 1),
    "Полтавська ОВА, додаток 1",
    (OLDER, Subject(service="home-care")),
    "0" * 64,
)
SAVED = Scenario("closed-opishnia", "Опішня без центру", (ClosePoint("opishnia"),), "Перевірка")


class HandPlanner:
    """Presence as the atlas knows it; access says that whoever is reached has it within reach."""

    def __init__(self, atlas) -> None:
        self.atlas = atlas
        self.asked: list[object] = []

    def first_day(self) -> date:
        return FIRST_DAY

    def costs(self) -> Sequence[TravelCost]:
        return [TravelCost.DISTANCE]

    def people_tables(self) -> Sequence[PeopleTable]:
        return [POPULATION, NEEDS]

    def presence(self, query: PresenceQuery) -> PresenceMatrix:
        self.asked.append(query)
        columns = [PresenceColumn((slug,)) for slug in query.services] or self._basic()
        answers = {
            slug: self.atlas.coverage(CoverageQuery(slug, query.day, query.area)).hromadas
            for column in columns
            for slug in column.services
        }
        rows = tuple(
            PresenceRow(
                code,
                found.occupation,
                tuple(
                    min(
                        (answers[slug][code].state for slug in column.services), key=list(CoverageState).index
                    )
                    for column in columns
                ),
            )
            for code, found in next(iter(answers.values())).items()
        )
        hromadas = self.atlas.gazetteer.hromadas

        def rolled(parent) -> tuple:
            areas = sorted({parent(hromadas[row.hromada]) for row in rows} - {None})
            return tuple(
                count_states(
                    area, [row for row in rows if parent(hromadas[row.hromada]) == area], len(columns)
                )
                for area in areas
            )

        return PresenceMatrix(
            query,
            tuple(columns),
            rows,
            rolled(lambda unit: unit.raion),
            rolled(lambda unit: unit.oblast),
            count_states(None, rows, len(columns)),
        )

    def access(self, query: AccessQuery, scenario: Scenario | None = None) -> AccessAnswer:
        self.asked.append(query)
        coverage = self.atlas.coverage(CoverageQuery(query.service, query.day, query.area)).hromadas
        closed = scenario is not None
        hromadas = {}
        for code, found in coverage.items():
            state = found.state
            if closed and state is CoverageState.SERVED:
                state = CoverageState.NOT_SERVED
            hromadas[code] = AreaAccess(code, found.occupation, self._within(code, state), 1200.0, 9000.0)
        whole = sum((it.people for it in hromadas.values() if it.people), PeopleWithin(*[NOBODY] * 5))
        return AccessAnswer(
            query,
            next(table for table in self.people_tables() if table.id == query.people.table),
            hromadas,
            (),
            (),
            AreaAccess(
                None,
                Occupation.NONE,
                whole,
                2400.0,
                15000.0,
                capacity=40,
                capacity_per_1000=0.1,
                served=1000.0,
                recipients=Estimate(2.5, 1, 4),
            ),
            (CurvePoint(0, 0.1), CurvePoint(15_000, 0.6), CurvePoint(30_000, 0.9)),
            Equity(0.42, ((0.0, 0.0), (0.5, 0.2), (1.0, 1.0)), 0.8, 0.3),
            offerings=2,
            without_capacity=1,
        )

    def settlements(
        self, _query: AccessQuery, hromada: Katottg, _scenario: Scenario | None = None
    ) -> tuple[SettlementAccess, ...]:
        """Answer that somebody comes to the first, the second is 18.7 km away, the third has no way."""
        inside = [place.katottg for place in self.atlas.gazetteer.settlements_of[hromada]]
        ways = (0.0, 18_700.0, None)
        people = (Estimate(5111.0, 5111.0, 5111.0), None, Estimate(40.0, 0.0, 60.0))
        return tuple(
            SettlementAccess(settlement, persons, way, is_covered=way == 0.0, is_occupied=False)
            for settlement, persons, way in zip(inside, people, ways, strict=False)
        )

    def explain(self, hromada: Katottg, day: date) -> HromadaExplained:
        matrix = self.presence(PresenceQuery(day))
        row = next(row for row in matrix.rows if row.hromada == hromada)
        unit = self.atlas.gazetteer.hromadas[hromada]
        services = tuple(
            ServiceExplained(
                column.services,
                column.basic_point,
                state,
                self._serving(column, hromada) if state in REACHED else (),
                self._not_serving(column) if state is CoverageState.NOT_SERVED else (),
            )
            for column, state in zip(matrix.columns, row.states, strict=True)
        )
        figures = (
            PeopleFigure(hromada, OLDER, None, 7, persons_hidden=True),
            PeopleFigure(hromada, Subject(service="home-care"), None),
        )
        return HromadaExplained(
            hromada,
            day,
            row.occupation,
            services,
            next((area for area in matrix.raions if area.area == unit.raion), None),
            next(area for area in matrix.oblasts if area.area == unit.oblast),
            ((POPULATION, (PeopleFigure(hromada, EVERYONE_THERE, 8133),)), (NEEDS, figures)),
            (UnmetDemand(hromada, "day-care", 30, 12), UnmetDemand(hromada, "home-care", None, None)),
        )

    def place(self, query: PlacementQuery, scenario: Scenario | None = None) -> PlacementPlan:  # noqa: ARG002
        self.asked.append(query)
        if query.new_points > 50:
            raise UsageError("There are only {n} places to choose from: ask for fewer points.", n=50)
        opishnia = self.atlas.find_places("Опішня")[0].settlement.katottg
        opened = (OpenedPoint(opishnia, 8133.0),)
        return PlacementPlan(
            query,
            opened,
            8133.0,
            8200.0,
            is_proven=False,
            before=Estimate(100, 100, 100),
            after=8233.0,
            beyond=0.0,
            candidates=60,
        )

    def closures(self, query: AccessQuery, limit: int = 20) -> Sequence[ClosureLoss]:  # noqa: ARG002
        self.asked.append(query)
        left = tuple(self.atlas.gazetteer.hromadas)[:8]
        shelter = ClosureLoss("shelter", None, 900.0, None, (), "Притулок «Надія»")
        return [ClosureLoss("opishnia", left[0], 8133.0, 25, left, "Центр в Опішні"), shelter]

    def compare(self, query: AccessQuery, scenarios: Sequence[Scenario]) -> Compared:
        base = self.access(query)
        return Compared(base, tuple((scenario, self.access(query, scenario)) for scenario in scenarios))

    def saved_scenarios(self) -> Sequence[Scenario]:
        return [SAVED]

    def read_scenarios(self, document: bytes) -> Sequence[Scenario]:
        if b"scenarios" not in document:
            faults = [Fault("A file of scenarios begins with «scenarios:»", line=1)]
            raise InvalidInputError("The file cannot be read: {n} faults", faults, n=len(faults))
        return [replace(SAVED, id="from-file", name="З файлу")]

    def write_scenarios(self, scenarios: Sequence[Scenario]) -> bytes:
        return "\n".join(scenario.name for scenario in scenarios).encode()

    def _basic(self) -> list[PresenceColumn]:
        points: dict[int, list[str]] = {}
        for slug, service in self.atlas.services.items():
            if service.basic_point is not None:
                points.setdefault(service.basic_point, []).append(slug)
        return [PresenceColumn(tuple(points[number]), number) for number in sorted(points)]

    def _within(self, code: Katottg, state: CoverageState) -> PeopleWithin | None:
        population = self.atlas.gazetteer.hromadas[code].population
        if population is None:
            return None
        people = Estimate(*[float(population.persons)] * 3)
        parts = dict.fromkeys(("covered", "uncovered", "occupied", "unknown"), NOBODY)
        if state in REACHED:
            parts["covered"] = people
        elif state in JUDGED:
            parts["uncovered"] = Estimate(people.value, people.low * 0.9, people.high)
        else:
            parts["occupied" if state is CoverageState.OCCUPIED else "unknown"] = people
        return PeopleWithin(**parts, remote_only=NOBODY)

    def _serving(self, column: PresenceColumn, hromada: Katottg) -> tuple[ServedBy, ...]:
        return tuple(
            ServedBy(
                point.id,
                point.name,
                offering.service,
                point.hromada,
                point.is_confidential,
                is_remote=False,
                basis=Basis.OWN_HROMADA if point.hromada == hromada else Basis.OBLAST,
                distance_m=None if point.is_confidential else 12_345.0,
                capacity=offering.capacity,
                is_demo=True,
            )
            for point in self.atlas.service_points
            for offering in point.offerings
            if offering.service in column.services
        )

    def _not_serving(self, column: PresenceColumn) -> tuple[ServedBy, ...]:
        ended = Refusal(RefusalReason.CONTRACT_NOT_IN_FORCE, day=FIRST_DAY - timedelta(days=1))
        point = self.atlas.service_points[0]
        return (
            ServedBy(
                point.id,
                point.name,
                column.services[0],
                point.hromada,
                is_confidential=False,
                is_remote=False,
                basis=None,
                distance_m=31_000.0,
                capacity=None,
                refusals=(ended, Refusal(RefusalReason.SUSPENDED, day=None)),
            ),
        )
