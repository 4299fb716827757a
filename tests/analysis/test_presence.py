"""Which services reach which hromada: small countries, answers by hand, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import scattered
import small_country
from small_country import (
    DAY,
    FAR,
    HROMADAS,
    KYIV,
    MIDDLE,
    NORTH,
    OBLAST,
    OTHER_OBLAST,
    RAION,
    SOUTH,
    offering,
    point,
)

from mapapp.analysis.layout import layout_of
from mapapp.analysis.presence import presence_matrix, reach_of
from mapapp.analysis.supply import supply_of
from mapapp.domain.coverage import CoverageState, PresenceColumn, PresenceQuery, Reach
from mapapp.domain.errors import NotFoundError
from mapapp.domain.geography import Occupation
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import CatchmentArea, CatchmentBasis, LocationPolicy, MobileStop, PlaceOfProvision

SCOPE = frozenset({OBLAST, OTHER_OBLAST})
ONLINE = frozenset({PlaceOfProvision.ONLINE})
LETTERS = {
    "H": CoverageState.SERVED,
    "n": CoverageState.FROM_NEIGHBOUR,
    "w": CoverageState.FROM_WIDER,
    "r": CoverageState.REMOTE_ONLY,
    ".": CoverageState.NOT_SERVED,
    "x": CoverageState.OCCUPIED,
    "?": CoverageState.NO_DATA,
}
"""How the tests draw a state."""
BY_CODE = sorted(HROMADAS)
"""NORTH, MIDDLE, SOUTH, FAR, KYIV."""


@pytest.fixture(scope="module")
def layout():
    return layout_of(small_country.country())


@pytest.fixture(scope="module")
def reach(layout):
    """Asks which hromadas home care from these points reaches; those it does not are left out."""

    def asked(*points, day=DAY):
        found = reach_of(layout, supply_of(points, layout, small_country.SERVICES).on(day), "home-care")
        assert list(found) == BY_CODE
        return {hromada: told for hromada, told in found.items() if told != Reach()}

    return asked


@pytest.fixture(scope="module")
def matrix(layout):
    """Asks for the matrix of these points; basic services unless others are named."""

    def asked(*points, area=None, services=(), scope=SCOPE, ground=layout, day=DAY):
        query = PresenceQuery(day, area, services)
        found = supply_of(points, ground, small_country.SERVICES).on(day)
        return presence_matrix(query, ground, found, small_country.SERVICES, scope)

    return asked


def drawn(matrix) -> list[str]:
    """Return a string for each column, a letter for each hromada."""
    letter = {state: drawn for drawn, state in LETTERS.items()}
    return [
        "".join(letter[row.states[column]] for row in matrix.rows) for column in range(len(matrix.columns))
    ]


def test_located_in_is_not_serves(reach):
    assert reach(point("p", offering(MIDDLE))) == {MIDDLE: Reach(from_neighbours=1)}


def test_a_contract_counts_while_it_is_in_force(reach):
    contract = CatchmentArea(MIDDLE, CatchmentBasis.CONTRACT, DAY, DAY)
    serving = point("p", offering(NORTH, contract))
    both = {NORTH: Reach(from_here=1), MIDDLE: Reach(from_neighbours=1)}
    assert reach(serving) == both
    for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        assert reach(serving, day=day) == {NORTH: Reach(from_here=1)}


def test_a_provider_of_the_raion_sits_in_one_hromada_and_is_a_wider_one_elsewhere(reach):
    wider = Reach(from_wider=1)
    assert reach(point("p", offering(RAION))) == {NORTH: Reach(from_here=1), MIDDLE: wider, SOUTH: wider}


def test_an_offering_counts_once_however_its_catchment_names_a_hromada(reach):
    named = reach(point("p", offering(NORTH, RAION, OBLAST, NATION)))
    assert named == {hromada: Reach(from_wider=1) for hromada in HROMADAS} | {NORTH: Reach(from_here=1)}


def test_what_is_given_from_afar_is_apart_even_where_it_sits(reach):
    assert reach(point("p", offering(NORTH, places=ONLINE))) == {NORTH: Reach(remote=1)}


def test_a_confidential_point_never_counts_from_here(reach):
    shelter = point("s", offering(NORTH), at=None, location_policy=LocationPolicy.HROMADA_ONLY, hromada=NORTH)
    assert reach(shelter) == {NORTH: Reach(from_neighbours=1)}
    assert reach(replace(shelter, offerings=(offering(RAION),)))[NORTH] == Reach(from_wider=1)
    remote = replace(shelter, offerings=(offering(NORTH, places=ONLINE),))
    assert reach(remote) == {NORTH: Reach(remote=1)}


def test_the_stops_of_a_team_do_not_count_again(reach):
    stops = tuple(MobileStop(village, DAY) for village in small_country.VILLAGES[NORTH])
    assert reach(point("team", offering(NORTH), stops=stops)) == {NORTH: Reach(from_here=1)}


def test_reach_of_an_unknown_service_is_not_found(layout):
    with pytest.raises(NotFoundError, match="no service «flying»"):
        reach_of(layout, supply_of((), layout, small_country.SERVICES).on(DAY), "flying")


# The matrix


def test_basic_services_stand_in_the_order_of_the_law_and_one_point_holds_two(matrix):
    assert matrix().columns == (
        PresenceColumn(("home-care", "day-care"), 1),
        PresenceColumn(("shelter",), 5),
        PresenceColumn(("rare",), 17),
    )
    day_care = point("p", offering(NORTH, service="day-care"))
    assert drawn(matrix(day_care)) == ["H...?", "....?", "....?"]


def test_each_state_is_drawn_where_it_holds(matrix):
    points = (
        point("a", offering(NORTH), offering(NORTH, MIDDLE, service="rare")),
        point("b", offering(SOUTH), offering(NATION, service="rare")),
        point("c", offering(FAR, places=ONLINE), offering(OBLAST, service="shelter"), at=None),
    )
    assert drawn(matrix(*points)) == ["H.nr?", "www.?", "Hnwww"]


def test_services_asked_for_have_a_column_each_in_the_order_asked(matrix):
    asked = ("rare", "home-care", "resilience")
    found = matrix(point("p", offering(NORTH, service="resilience")), services=asked)
    assert found.columns == tuple(PresenceColumn((slug,)) for slug in asked)
    assert drawn(found) == ["....?", "....?", "H...?"]
    assert found.without(2) == (MIDDLE, SOUTH, FAR)


def test_an_occupied_hromada_is_neither_reached_nor_without(matrix, layout):
    ground = layout.with_occupied([SOUTH])
    found = matrix(point("p", offering(NATION)), ground=ground, services=("home-care",))
    assert drawn(found) == ["Hwxww"]
    assert found.rows[2].occupation is Occupation.FULLY
    assert not found.rows[2].is_judged
    assert matrix().rows[2].occupation is Occupation.PARTLY


def test_outside_the_scope_nothing_is_missing(matrix):
    found = matrix(point("p", offering(MIDDLE)), scope=frozenset(), services=("home-care",))
    assert drawn(found) == ["?n???"]
    assert found.without(0) == ()


def test_providers_outside_an_area_count_inside_it(matrix):
    neighbour = point("p", offering(FAR))
    assert drawn(matrix(neighbour, area=OTHER_OBLAST, services=("home-care",))) == ["n"]


@pytest.mark.parametrize(
    ("area", "rows", "raions", "oblasts"),
    [
        (None, BY_CODE, [RAION, small_country.OTHER_RAION], [OBLAST, OTHER_OBLAST, KYIV]),
        (OBLAST, [NORTH, MIDDLE, SOUTH], [RAION], [OBLAST]),
        (RAION, [NORTH, MIDDLE, SOUTH], [RAION], []),
        (KYIV, [KYIV], [], [KYIV]),
        (NORTH, [NORTH], [], []),
    ],
)
def test_roll_ups_are_those_of_what_lies_wholly_in_the_area(matrix, area, rows, raions, oblasts):
    found = matrix(area=area)
    assert [row.hromada for row in found.rows] == rows
    assert [it.area for it in found.raions] == raions
    assert [it.area for it in found.oblasts] == oblasts
    assert (found.whole.area, found.whole.hromadas) == (None, len(rows))


def test_a_roll_up_tells_the_share_of_the_hromadas_that_are_judged(matrix, layout):
    found = matrix(point("p", offering(NORTH)), ground=layout.with_occupied([SOUTH]), services=("home-care",))
    raion, other = found.raions
    assert (raion.hromadas, raion.share_reached(0), other.share_reached(0)) == (3, 0.5, 0.0)
    assert found.oblasts[2].share_reached(0) is None


@pytest.mark.parametrize(
    ("area", "services", "message"),
    [
        (None, ("flying",), "no service «flying»"),
        (Katottg("UA99000000000099999"), (), "no oblast, raion or hromada with the code UA99"),
    ],
)
def test_what_is_not_there_is_not_found(matrix, area, services, message):
    with pytest.raises(NotFoundError, match=message):
        matrix(area=area, services=services)


@pytest.mark.parametrize("services", [(), ("shelter", "rare")])
def test_every_hromada_is_in_one_state_and_roll_ups_add_up(services):
    country = scattered.country()
    ground = layout_of(country)
    found = supply_of(scattered.registry(country).points[:30], ground, scattered.SERVICES).on(scattered.DAY)
    scope = frozenset({scattered.code(20)})
    told = presence_matrix(
        PresenceQuery(scattered.DAY, None, services), ground, found, scattered.SERVICES, scope
    )

    assert [row.hromada for row in told.rows] == sorted(country.hromadas)
    assert sum(it.hromadas for it in told.oblasts) == told.whole.hromadas == len(country.hromadas)
    in_raions = sum(hromada.raion is not None for hromada in country.hromadas.values())
    assert sum(it.hromadas for it in told.raions) == in_raions
    for column in range(len(told.columns)):
        for rolled_up in (*told.raions, *told.oblasts, told.whole):
            assert sum(rolled_up.counts[column].values()) == rolled_up.hromadas
        for state in CoverageState:
            counted = sum(it.counts[column].get(state, 0) for it in told.oblasts)
            assert counted == told.whole.counts[column].get(state, 0)
            assert counted == sum(row.states[column] is state for row in told.rows)
    states = {state for row in told.rows for state in row.states}
    assert CoverageState.OCCUPIED in states
    assert len(states) > 3
