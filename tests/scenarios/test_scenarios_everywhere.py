"""Whatever a scenario changes, its answer is that of the changed registry, territory and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from drawn_registry import SERVICES, Drawn, draw
from hypothesis import given, settings
from hypothesis import strategies as st

from mapapp.domain.geography import TerritoryStatus
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    Offering,
    PlaceOfProvision,
    ServicePoint,
)
from mapapp.domain.scenario import (
    ClosePoint,
    Occupy,
    OpenPoint,
    ScenarioChange,
    SignContract,
)

COUNTRY = draw(
    """
    a a . b b c
    . d . . b .
    e . d . . f
    """
)
LETTERS = "abcdef"
MARKS = sorted(COUNTRY.marks)
IDS = ("p1", "p2", "p3", "p4")
PLACES = st.frozensets(st.sampled_from(PlaceOfProvision), min_size=1, max_size=2)
SERVED = st.text(st.sampled_from(LETTERS), min_size=1, max_size=3)
HROMADAS = st.sampled_from([COUNTRY.hromada(letter) for letter in LETTERS])
CAPACITIES = st.none() | st.integers(0, 30)


@st.composite
def a_point(draw_from, record_id: str) -> ServicePoint:
    services = draw_from(st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, unique=True))
    serves, at = draw_from(SERVED), draw_from(st.sampled_from(MARKS))
    point = COUNTRY.point(record_id, at, serves, *services, capacity=draw_from(CAPACITIES))
    offerings = tuple(replace(offering, places=draw_from(PLACES)) for offering in point.offerings)
    if not draw_from(st.integers(0, 3)):
        hidden = {"hromada": None, "settlement": None, "point": None, "precision": None}
        point = replace(point, location_policy=LocationPolicy.WITHHELD, **hidden)
    return replace(point, offerings=offerings)


POINTS = st.tuples(*(a_point(record_id) for record_id in IDS))
CHANGES = st.lists(
    st.one_of(
        st.builds(ClosePoint, st.sampled_from(IDS), st.none() | st.sampled_from(sorted(SERVICES))),
        st.builds(
            SignContract, st.sampled_from(IDS), HROMADAS, st.none() | st.sampled_from(sorted(SERVICES))
        ),
        st.builds(
            OpenPoint,
            st.just("Новий"),
            st.sampled_from([COUNTRY.marks[mark] for mark in MARKS]),
            st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, unique=True).map(tuple),
            st.lists(HROMADAS, min_size=1, max_size=2, unique=True).map(tuple),
            CAPACITIES,
            PLACES,
        ),
        st.builds(Occupy, HROMADAS),
    ),
    min_size=1,
    max_size=5,
)


def really(
    points: tuple[ServicePoint, ...], changes: list[ScenarioChange]
) -> tuple[Drawn, list[ServicePoint]]:
    """Return the country and the points after somebody did by hand what the changes say."""
    after = [replace(point, offerings=tuple(still_offered(point, changes))) for point in points]
    openings = [change for change in changes if isinstance(change, OpenPoint)]
    after += [newly_opened(f"scenario-drawn-{number}", it) for number, it in enumerate(openings, start=1)]
    fallen = {change.hromada for change in changes if isinstance(change, Occupy)}
    status = {
        code: frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
        for mark, code in COUNTRY.marks.items()
        if COUNTRY.hromada(mark[0]) in fallen
    }
    gazetteer = replace(COUNTRY.gazetteer, open_status=status)
    return replace(COUNTRY, gazetteer=gazetteer), [point for point in after if point.offerings]


def still_offered(point: ServicePoint, changes: list[ScenarioChange]) -> Iterator[Offering]:
    for offering in point.offerings:
        speaks_of_it = [
            change
            for change in changes
            if isinstance(change, ClosePoint | SignContract)
            and change.point_id == point.id
            and (change.service is None or change.service == offering.service)
        ]
        if any(isinstance(change, ClosePoint) for change in speaks_of_it):
            continue
        signed = (CatchmentArea(change.hromada, CatchmentBasis.CONTRACT) for change in speaks_of_it)
        yield replace(offering, catchment=(*offering.catchment, *signed))


def newly_opened(record_id: str, opening: OpenPoint) -> ServicePoint:
    mark = next(mark for mark in MARKS if COUNTRY.marks[mark] == opening.settlement)
    point = COUNTRY.point(record_id, mark, "a", *opening.services, capacity=opening.capacity)
    catchment = tuple(map(CatchmentArea, opening.serves))
    offerings = (replace(it, catchment=catchment, places=opening.places) for it in point.offerings)
    return replace(point, offerings=tuple(offerings))


@pytest.mark.parametrize("service", sorted(SERVICES))
@given(POINTS, CHANGES)
@settings(max_examples=60)
def test_an_answer_under_a_scenario_is_that_of_the_changed_registry(service, points, changes):
    country, after = really(points, changes)
    assert COUNTRY.answer(points, *changes, service=service) == country.answer(after, service=service)


@given(POINTS, CHANGES)
@settings(max_examples=40)
def test_everybody_is_somewhere_under_every_scenario(points, changes):
    people = COUNTRY.answer(points, *changes).whole.people
    assert people.total == pytest.approx(100 * len(MARKS))
    fallen = {change.hromada for change in changes if isinstance(change, Occupy)}
    inside = [mark for mark in MARKS if COUNTRY.hromada(mark[0]) in fallen]
    assert people.occupied.value == pytest.approx(100 * len(inside))
