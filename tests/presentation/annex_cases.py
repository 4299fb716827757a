"""Small annexes made by hand: an ordinary oblast, an occupied hromada, and an area nothing is known of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import shapely

from mapapp.domain.accessibility import (
    AccessAnswer,
    AccessQuery,
    AreaAccess,
    CurvePoint,
    Equity,
    PeopleWithin,
)
from mapapp.domain.annex import Annex, AnnexQuery
from mapapp.domain.coverage import (
    CoverageState,
    PresenceColumn,
    PresenceMatrix,
    PresenceQuery,
    PresenceRow,
    count_states,
)
from mapapp.domain.evidence import UnmetDemand
from mapapp.domain.gazetteer import Gazetteer, SourceEdition
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import Hromada, HromadaKind, Oblast, OblastKind, Occupation, Raion
from mapapp.domain.katottg import Katottg
from mapapp.domain.people import NOBODY, Estimate, PeopleKind, PeopleTable
from mapapp.domain.services import Service
from mapapp.presentation.facts import Telling
from mapapp.presentation.messages import translator

DAY = date(2026, 11, 20)
OBLAST = Oblast(Katottg("UA53000000000028050"), OblastKind.OBLAST, "Полтавська", "Poltavska")
RAIONS = (
    Raion(Katottg("UA53060000000031001"), "Лубенський", "Lubenskyi", OBLAST.katottg),
    Raion(Katottg("UA53080000000068029"), "Полтавський", "Poltavskyi", OBLAST.katottg),
)
CODES = tuple(
    Katottg(code)
    for code in ("UA53060010000031001", "UA53060030000031002", "UA53080350000070563", "UA53080370000025447")
)
NAMES = ("Єлизаветівська", "Ївженківська", "Опішнянська", "Полтавська")
HOSTILE_NAMES = (
    "=cmd|'/C calc'!A0",
    "#set page(fill: red) $x^2$ [link] *bold* @ref \\ // {{7*7}}",
    "<script>alert(1)</script>& \u202eабв\x07 </w:t> 漢字 e\u0301",
    "Довга" * 40,
)
S = CoverageState
STATES = (
    (S.SERVED, S.NOT_SERVED),
    (S.FROM_NEIGHBOUR, S.REMOTE_ONLY),
    (S.FROM_WIDER, S.SERVED),
    (S.NOT_SERVED, S.NO_DATA),
)
SERVICES = {
    "resilience": Service("resilience", "Життєстійкість", "Resilience", None, None, is_confidential=False),
    "home-care": Service("home-care", "Догляд вдома", "Home care", "015.1", 1, is_confidential=False),
}
TABLE = PeopleTable("population", "Population", PeopleKind.POPULATION, date(2022, 1, 1), "Держстат")


def telling(language: str = "uk", names: Sequence[str] = NAMES) -> Telling:
    hromadas = {
        code: Hromada(
            code,
            HromadaKind.RURAL,
            name,
            name,
            RAIONS[number // 2].katottg,
            OBLAST.katottg,
            LonLat(lon=33.5 + number, lat=49.5),
            None,
            None,
        )
        for number, (code, name) in enumerate(zip(CODES, names, strict=True))
    }
    gazetteer = Gazetteer(
        oblasts={OBLAST.katottg: OBLAST},
        raions={raion.katottg: raion for raion in RAIONS},
        hromadas=hromadas,
        settlements={},
        status_periods=(),
        open_status={},
        sources={},
    )
    return Telling(translator(language), gazetteer, SERVICES, datetime(2026, 11, 22, 9, tzinfo=UTC))


def exactly(number: float) -> Estimate:
    return Estimate(number, number, number)


def people(covered: float, uncovered: float) -> PeopleWithin:
    return PeopleWithin(
        Estimate(covered, covered * 0.9, covered * 1.0),
        Estimate(uncovered, uncovered, uncovered + covered * 0.1),
        NOBODY,
        NOBODY,
        NOBODY,
    )


def rows(states: Sequence[Sequence[CoverageState]], occupied: Sequence[int] = ()) -> tuple[PresenceRow, ...]:
    return tuple(
        PresenceRow(
            code,
            Occupation.FULLY if number in occupied else Occupation.NONE,
            tuple(S.OCCUPIED if number in occupied else state for state in states[number]),
        )
        for number, code in enumerate(CODES)
    )


def matrix(columns: Sequence[PresenceColumn], given: Sequence[PresenceRow]) -> PresenceMatrix:
    width = len(columns)
    return PresenceMatrix(
        PresenceQuery(DAY, OBLAST.katottg),
        tuple(columns),
        tuple(given),
        tuple(
            count_states(raion.katottg, given[2 * number : 2 * number + 2], width)
            for number, raion in enumerate(RAIONS)
        ),
        (count_states(OBLAST.katottg, given, width),),
        count_states(OBLAST.katottg, given, width),
    )


def answer(areas: Sequence[AreaAccess], raions: Sequence[AreaAccess], whole: AreaAccess) -> AccessAnswer:
    return AccessAnswer(
        AccessQuery("resilience", DAY, area=OBLAST.katottg),
        TABLE,
        dict(zip(CODES, areas, strict=True)),
        tuple(raions),
        (replace(whole, area=OBLAST.katottg),),
        whole,
        tuple(CurvePoint(step * 1500.0, min(1.0, step / 15)) for step in range(21)),
        Equity(0.314, tuple((step / 10, (step / 10) ** 2) for step in range(11)), 0.8, 0.45),
        offerings=7,
        without_capacity=2,
    )


def annex(occupied: Sequence[int] = (), *, demo: bool = True) -> Annex:
    """Return an oblast of four hromadas: 5,000 and 3 people out of reach, nobody, and no data."""
    taken = PeopleWithin(NOBODY, NOBODY, exactly(9000.0), NOBODY, NOBODY)
    found = [people(12345.0, 5000.0), people(800.0, 3.0), people(4000.0, 0.0), None]
    areas = [
        AreaAccess(
            code,
            Occupation.FULLY if number in occupied else Occupation.NONE,
            taken if number in occupied else found[number],
            nearest=None if number in occupied or found[number] is None else 4321.0,
            farthest=None if number in occupied or found[number] is None else 65432.0,
            capacity=40 if number == 0 else None,
            places_per_1000=1.25 if number == 0 else None,
            served=2000.0 if number == 0 and number not in occupied else None,
        )
        for number, code in enumerate(CODES)
    ]
    told = [area.people for area in areas if area.people is not None]
    total = told[0] + told[1] + told[2]
    whole = AreaAccess(None, Occupation.NONE, total, nearest=4000.0, farthest=65432.0, served=9000.0)
    raions = [
        AreaAccess(raion.katottg, Occupation.NONE, part, served=700.0)
        for raion, part in zip(RAIONS, (told[0] + told[1], told[2]), strict=True)
    ]
    columns = (PresenceColumn(("home-care",), 1), PresenceColumn(("resilience",), 2))
    target = tuple((state[1],) for state in STATES)
    return Annex(
        query=AnnexQuery(OBLAST.katottg, DAY, "resilience"),
        basic=matrix(columns, rows(STATES, occupied)),
        target=matrix((PresenceColumn(("resilience",)),), rows(target, occupied)),
        access=(answer(areas, raions, whole),),
        explained=None,
        searches=(
            UnmetDemand(CODES[0], "resilience", 17, 9),
            UnmetDemand(CODES[1], "resilience", None, None),
        ),
        outlines={
            code: shapely.to_wkb(shapely.box(33 + number, 49, 34 + number, 50))
            for number, code in enumerate(CODES)
        },
        are_outlines_approximate=True,
        outlines_attribution="© OpenStreetMap contributors",
        sources={"gazetteer": SourceEdition("Кодифікатор", "2025-05-16", "CC BY 4.0", "Мінрозвитку")},
        registry_change=812,
        has_demo_records=demo,
    )


def empty_annex() -> Annex:
    """Return an oblast that the registry does not describe and nobody counted the people of."""
    full = annex(demo=False)
    nothing = [AreaAccess(code, Occupation.NONE, None) for code in CODES]
    blank = answer(nothing, [], AreaAccess(OBLAST.katottg, Occupation.NONE, None))
    unknown = tuple((S.NO_DATA, S.NO_DATA) for _ in CODES)
    return replace(
        full,
        basic=matrix(full.basic.columns, rows(unknown)),
        target=matrix(full.target.columns, rows(tuple(it[:1] for it in unknown))),
        access=(replace(blank, curve=(), equity=Equity(None, (), None, None)),),
        searches=(),
        outlines={},
    )
