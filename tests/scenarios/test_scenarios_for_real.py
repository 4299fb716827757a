"""A scenario is answered as if what it says had happened to the registry, the territory and the people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from drawn_registry import OBLAST, SERVICES, WITHIN_M, draw

from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.changes import Authorship, RecordChange, RecordKey, RecordKind
from mapapp.domain.clock import today_in_kyiv
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geography import TerritoryStatus
from mapapp.domain.progress import no_progress
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Organisation,
    Registry,
    Sector,
)
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    Occupy,
    OpenPoint,
    Scenario,
    SignContract,
)
from mapapp.planner import StorePlanner
from mapapp.storage.store import Store, open_store

COUNTRY = draw(
    """
    a a . b b c
    . d . . b .
    e . d . . f
    """,
    {"a1": 300, "a2": 100, "d1": 60, "d2": 20},
)
A, B, C, D, E, F = map(COUNTRY.hromada, "abcdef")
POINTS = (
    COUNTRY.point("home", "a1", "ae", "day-care", "home-care", capacity=12),
    COUNTRY.point("neighbour", "b1", "bc", capacity=30),
    COUNTRY.point("far", "c1", "cbf"),
    replace(
        COUNTRY.point("hidden", "f1", "abcdef", "home-care"),
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        settlement=None,
        point=None,
        precision=None,
    ),
)
ORGANISATION = Organisation("org", "Організація", Sector.NON_STATE)
SOMEBODY = Authorship("olena", "сталося насправді")

NAMED = (
    ClosePoint("far"),
    ClosePoint("home", "home-care"),
    SignContract("neighbour", D),
    SignContract("hidden", F, "home-care"),
    OpenPoint("Новий", COUNTRY.marks["d2"], ("day-care",), (D, F, OBLAST), capacity=7),
)
"""What changes the registry."""


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def store(request) -> Iterator[Store]:
    """Each store in turn, with the drawn country and registry."""
    store = open_store(request.getfixturevalue(f"{request.param}_url"), create=True)
    try:
        store.migrate()
        store.replace_geography(COUNTRY.gazetteer, no_progress)
        store.replace_services(SERVICES)
        store.replace_registry(Registry((ORGANISATION,), POINTS, frozenset({OBLAST})), no_progress)
        yield store
    finally:
        store.dispose()


def answers(planner, *changes):
    """Return what is answered of both services, under a scenario of the changes if there are any."""
    scenario = Scenario("what-if", "Якби", changes) if changes else None
    found = []
    for service in SERVICES:
        query = AccessQuery(service, today_in_kyiv(), Threshold(WITHIN_M))
        answer = planner.access(query, scenario)
        villages = {code: planner.settlements(query, code, scenario) for code in answer.hromadas}
        found.append((answer, villages))
    return found


def planner_of(store, gazetteer=COUNTRY.gazetteer):
    return StorePlanner(store, gazetteer, SERVICES)


def really_change_the_registry(store):
    """Do by hand what `NAMED` says."""
    points = {point.id: point for point in POINTS}
    home, neighbour, hidden = points["home"], points["neighbour"], points["hidden"]
    contract = CatchmentBasis.CONTRACT
    opened = COUNTRY.point("scenario-what-if-1", "d2", "df", capacity=7)
    wide = replace(opened.offerings[0], catchment=(*opened.offerings[0].catchment, CatchmentArea(OBLAST)))
    become = [
        replace(home, offerings=home.offerings[:1]),
        replace(neighbour, offerings=(_serving(neighbour.offerings[0], CatchmentArea(D, contract)),)),
        replace(hidden, offerings=(_serving(hidden.offerings[0], CatchmentArea(F, contract)),)),
    ]
    changes = [RecordChange(RecordKey(RecordKind.POINT, it.id), it, 1) for it in become]
    changes.append(RecordChange(RecordKey(RecordKind.POINT, "far"), None, 1))
    opened = replace(opened, offerings=(wide,))
    changes.append(RecordChange(RecordKey(RecordKind.POINT, opened.id), opened, 0))
    store.registry.apply(changes, SOMEBODY)


def _serving(offering, area):
    return replace(offering, catchment=(*offering.catchment, area))


def test_changes_of_the_registry_are_answered_as_if_they_were_made(store):
    planner = planner_of(store)
    before, under = answers(planner), answers(planner, *NAMED)
    assert under != before
    assert answers(planner) == before, "a scenario left a trace"

    really_change_the_registry(store)

    assert answers(planner) == under
    assert answers(planner_of(store)) == under


def test_an_occupied_hromada_is_answered_as_if_the_list_named_it(store):
    under = answers(planner_of(store), Occupy(A), Occupy(B))
    occupied = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
    listed = {code: occupied for mark, code in COUNTRY.marks.items() if mark[0] in "ab"}
    fallen = replace(COUNTRY.gazetteer, open_status=listed)
    store.replace_geography(fallen, no_progress)

    assert answers(planner_of(store, fallen)) == under
    assert answers(planner_of(store, store.gazetteer())) == under


def test_displaced_people_are_answered_as_if_they_had_been_counted_there(store):
    """A tenth of a (300 + 100) settles in d (60 + 20) three to one."""
    under = answers(planner_of(store), Displace(A, D, 40))
    counted = {"a1": 270, "a2": 90, "d1": 90, "d2": 30}
    settlements = dict(COUNTRY.gazetteer.settlements)
    for mark, persons in counted.items():
        place = settlements[COUNTRY.marks[mark]]
        settlements[place.katottg] = replace(place, population=replace(place.population, persons=persons))
    recounted = replace(COUNTRY.gazetteer, settlements=settlements)
    store.replace_geography(recounted, no_progress)

    after = answers(planner_of(store, recounted))

    for (answer, villages), (really, real_villages) in zip(under, after, strict=True):
        assert villages == real_villages
        assert answer == really


def test_scenarios_are_compared_side_by_side_with_what_is(store):
    planner = planner_of(store)
    query = AccessQuery("day-care", today_in_kyiv(), Threshold(WITHIN_M))
    scenarios = [
        Scenario("closes", "Зачинено", (ClosePoint("home"),)),
        Scenario("falls", "Пала", (Occupy(A),)),
    ]
    compared = planner.compare(query, scenarios)
    assert compared.base == planner.access(query)
    assert [scenario for scenario, _ in compared.scenarios] == scenarios
    for scenario, answer in compared.scenarios:
        assert answer == planner.access(query, scenario)


def test_a_scenario_of_a_point_that_is_gone_says_so(store):
    query = AccessQuery("day-care", today_in_kyiv(), Threshold(WITHIN_M))
    with pytest.raises(NotFoundError, match="no service point «gone»"):
        planner_of(store).access(query, Scenario("old", "Старий", (ClosePoint("gone"),)))
