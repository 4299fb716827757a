"""Small countries drawn in letters, with a registry in them, asked through the same functions as real ones.

    country = draw('''
        a a . b
        . c . b
    ''')

Each letter is a settlement of its hromada, 0.1° of longitude (7 km) or latitude (11 km) from the next. They
are numbered in reading order: a1, a2, b1, b2, c1. All lie in one oblast, which the registry describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from mapapp.analysis.access_costs import ground_of, of_service, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import answer_access, service_access
from mapapp.analysis.layout import layout_of
from mapapp.analysis.people import gazetteer_people
from mapapp.analysis.scenario_effects import layout_under, people_under
from mapapp.analysis.supply import supply_of
from mapapp.domain.accessibility import AccessAnswer, AccessQuery, Threshold
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Population,
    Raion,
    Settlement,
    SettlementKind,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import PeopleKind, PeopleTable
from mapapp.domain.registry import (
    CatchmentArea,
    LocationPolicy,
    Offering,
    PlaceOfProvision,
    PointKind,
    PointPrecision,
    ServicePoint,
    TargetGroup,
)
from mapapp.domain.scenario import Scenario, ScenarioChange
from mapapp.domain.scenario_points import points_under
from mapapp.domain.services import Service

DAY = date(2026, 5, 12)
WITHIN_M = 15_000.0
TABLE = PeopleTable("population", "Усі", PeopleKind.POPULATION, date(2022, 1, 1), "малюнок")
SERVICES = {
    slug: Service(slug, slug, slug, None, None, is_confidential=False) for slug in ("day-care", "home-care")
}
OBLAST, RAION = Katottg("UA10000000000010000"), Katottg("UA10010000000010100")
POPULATION = SourceEdition("Населення", "2022-01-01", "відкриті дані", "малюнок")


@dataclass(frozen=True)
class Drawn:
    """A drawn country; `marks` are its settlements by mark, such as a1."""

    gazetteer: Gazetteer
    marks: Mapping[str, Katottg] = field(repr=False)

    def hromada(self, letter: str) -> Katottg:
        """Return the hromada of a letter."""
        found = self.gazetteer.settlements[self.marks[f"{letter}1"]].hromada
        assert found is not None
        return found

    def point(
        self,
        record_id: str,
        at: str,
        serves: str,
        *services: str,
        capacity: int | None = None,
        **changes: object,
    ) -> ServicePoint:
        """Return a point at a settlement that receives people of these hromadas by day."""
        settlement = self.gazetteer.settlements[self.marks[at]]
        catchment = tuple(CatchmentArea(self.hromada(letter)) for letter in serves)
        made = ServicePoint(
            id=record_id,
            organisation="org",
            kind=PointKind.DAY_CARE,
            name=record_id,
            location_policy=LocationPolicy.PUBLIC,
            oblast=OBLAST,
            hromada=settlement.hromada,
            settlement=settlement.katottg,
            point=settlement.point,
            precision=PointPrecision.SETTLEMENT,
            address="",
            phones=(),
            offerings=tuple(
                Offering(
                    service,
                    catchment,
                    TargetGroup.EVERYONE,
                    frozenset({PlaceOfProvision.DAY}),
                    capacity=capacity,
                )
                for service in services or ("day-care",)
            ),
        )
        return replace(made, **changes)

    def answer(
        self, points: Iterable[ServicePoint], *changes: ScenarioChange, service: str = "day-care"
    ) -> AccessAnswer:
        """Return the access to a service under a scenario of these changes; as things are without any."""
        layout = layout_of(self.gazetteer)
        people = gazetteer_people(layout, self.gazetteer)
        known = {point.id: point for point in points}
        supply = supply_of(known.values(), layout, SERVICES)
        if changes:
            scenario = Scenario("drawn", "Намальований", changes)
            layout = layout_under(scenario, layout)
            supply = replace(supply.changed(points_under(scenario, known, self.gazetteer)), layout=layout)
            people = people_under(scenario, layout, people)
        offered = of_service(supply.on(DAY), service)
        ways = ways_by_distance(ground_of(layout), offered, WITHIN_M)
        described = layout.is_hromada
        inputs = AccessInputs(layout, people, described, offered, ways)
        query = AccessQuery(service, DAY, Threshold(WITHIN_M))
        return answer_access(query, TABLE, service_access(inputs))

    def standing(self, points: Iterable[ServicePoint], *changes: ScenarioChange) -> dict[str, str]:
        """Return, by hromada, how many people of it are covered, uncovered and occupied, as «300/0/0»."""
        told = {}
        for code, found in self.answer(points, *changes).hromadas.items():
            assert found.people is not None
            assert not found.people.unknown.value
            parts = (found.people.covered, found.people.uncovered, found.people.occupied)
            told[self.letter(code)] = "/".join(f"{part.value:g}" for part in parts)
        return told

    def letter(self, hromada: Katottg) -> str:
        """Return the letter of a hromada."""
        return next(mark[0] for mark in self.marks if self.hromada(mark[0]) == hromada)


def draw(picture: str, persons: Mapping[str, int] | None = None) -> Drawn:
    """Return the country; each settlement has 100 people unless `persons` says otherwise, by mark."""
    found: dict[str, list[LonLat]] = {}
    for row, line in enumerate(picture.strip().splitlines()):
        for column, letter in enumerate(line.split()):
            if letter != ".":
                place = LonLat(lon=34 + column * 0.1, lat=49.8 - row * 0.1)
                found.setdefault(letter, []).append(place)
    hromadas, settlements, marks = {}, {}, {}
    for number, (letter, places) in enumerate(sorted(found.items()), start=1):
        code = Katottg(f"UA1001{number:03}0000010{number:03}")
        hromadas[code] = Hromada(
            code, HromadaKind.RURAL, f"Громада {letter}", "", RAION, OBLAST, places[0], None, None
        )
        for order, place in enumerate(places, start=1):
            mark = f"{letter}{order}"
            marks[mark] = Katottg(f"UA1001{number:03}{order:03}00{number:03}{order:02}")
            people = Population((persons or {}).get(mark, 100), date(2022, 1, 1), "population")
            settlements[marks[mark]] = Settlement(
                katottg=marks[mark],
                kind=SettlementKind.VILLAGE,
                name=mark,
                name_en="",
                former_name="",
                hromada=code,
                raion=RAION,
                oblast=OBLAST,
                area=code,
                point=place,
                population=people,
            )
    gazetteer = Gazetteer(
        oblasts={OBLAST: Oblast(OBLAST, OblastKind.OBLAST, "Область", "")},
        raions={RAION: Raion(RAION, "Район", "", OBLAST)},
        hromadas=hromadas,
        settlements=settlements,
        status_periods=(),
        open_status={},
        sources={"population": POPULATION},
    )
    return Drawn(gazetteer, marks)
