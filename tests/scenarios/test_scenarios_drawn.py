"""What each change of a scenario does, on maps whose answers were worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_registry import DAY, OBLAST, draw

from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geography import TerritoryStatus
from mapapp.domain.katottg import NATION, Katottg
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    PlaceOfProvision,
    PointPrecision,
)
from mapapp.domain.scenario import (
    ClosePoint,
    Displace,
    Occupy,
    OpenPoint,
    Scenario,
    SignContract,
)
from mapapp.domain.scenario_points import point_ids_of, points_under

COUNTRY = draw("""
    a a . . . b b
    . c . . . . .
""")
A, B, C = map(COUNTRY.hromada, "abc")
HOME = COUNTRY.point("home", "a1", "a")
FAR = COUNTRY.point("far", "b1", "b")
"""a2 is 7 km from a1, c1 is 13 km from it; b is beyond 15 km from everything else."""


def test_as_things_are():
    assert COUNTRY.standing([HOME, FAR]) == {"a": "200/0/0", "b": "200/0/0", "c": "0/100/0"}


def test_a_closed_point_leaves_its_people_uncovered():
    assert COUNTRY.standing([HOME, FAR], ClosePoint("home")) == {
        "a": "0/200/0",
        "b": "200/0/0",
        "c": "0/100/0",
    }


def test_what_closes_beside_another_leaves_those_the_other_reaches():
    """a2 lies 11 km from the other point, and a1 13 km: within reach of it where it serves them."""
    other = COUNTRY.point("other", "c1", "ac")
    assert COUNTRY.standing([HOME, other], ClosePoint("home"))["a"] == "200/0/0"
    for_others = COUNTRY.point("other", "c1", "c")
    assert COUNTRY.standing([HOME, for_others], ClosePoint("home"))["a"] == "0/200/0"


def test_a_point_that_stops_one_service_goes_on_giving_the_others():
    both = COUNTRY.point("home", "a1", "a", "day-care", "home-care")
    stopped = ClosePoint("home", "day-care")
    assert COUNTRY.standing([both], stopped)["a"] == "0/200/0"
    answer = COUNTRY.answer([both], stopped, service="home-care")
    assert answer.hromadas[A].people.covered.value == 200


def test_a_contract_covers_those_within_reach():
    """c1 lies within 15 km of the point, and b does not: served there means too far."""
    assert COUNTRY.standing([HOME], SignContract("home", C)) == {
        "a": "200/0/0",
        "b": "0/200/0",
        "c": "100/0/0",
    }
    assert COUNTRY.standing([HOME], SignContract("home", B))["b"] == "0/200/0"


def test_a_contract_for_one_service_is_for_that_alone():
    both = COUNTRY.point("home", "a1", "a", "day-care", "home-care")
    assert COUNTRY.standing([both], SignContract("home", C, "home-care"))["c"] == "0/100/0"
    assert COUNTRY.standing([both], SignContract("home", C, "day-care"))["c"] == "100/0/0"


def test_a_contract_renews_one_that_ended():
    ended = CatchmentArea(C, CatchmentBasis.CONTRACT, None, DAY.replace(year=2025))
    offering = replace(HOME.offerings[0], catchment=(CatchmentArea(A), ended))
    home = replace(HOME, offerings=(offering,))
    assert COUNTRY.standing([home])["c"] == "0/100/0"
    assert COUNTRY.standing([home], SignContract("home", C))["c"] == "100/0/0"


def test_a_new_point_covers_whom_it_serves_and_no_others():
    opening = OpenPoint("Новий", COUNTRY.marks["c1"], ("day-care",), (C,), capacity=10)
    assert COUNTRY.standing([], opening) == {"a": "0/200/0", "b": "0/200/0", "c": "100/0/0"}
    whole_oblast = replace(opening, serves=(OBLAST,))
    assert COUNTRY.standing([], whole_oblast) == {"a": "200/0/0", "b": "0/200/0", "c": "100/0/0"}
    at_home = replace(opening, serves=(NATION,), places=frozenset({PlaceOfProvision.HOME}))
    assert COUNTRY.standing([], at_home) == {"a": "200/0/0", "b": "200/0/0", "c": "100/0/0"}


def test_a_new_points_capacity_is_what_was_said():
    opening = OpenPoint("Новий", COUNTRY.marks["c1"], ("day-care",), (C,), capacity=10)
    assert COUNTRY.answer([], opening).hromadas[C].capacity == 10
    assert COUNTRY.answer([], replace(opening, capacity=None)).hromadas[C].capacity is None


def test_an_occupied_hromada_is_neither_covered_nor_uncovered_and_gives_nothing():
    """The point in a served c too: it falls silent with a, and c is left without."""
    home = COUNTRY.point("home", "a1", "ac")
    assert COUNTRY.standing([home, FAR], Occupy(A)) == {"a": "0/0/200", "b": "200/0/0", "c": "0/100/0"}


def test_a_confidential_point_goes_on_serving_whatever_is_occupied():
    """Were its coverage to end, it would be known where it is."""
    hidden = replace(
        COUNTRY.point("hidden", "a1", "abc"),
        location_policy=LocationPolicy.WITHHELD,
        hromada=None,
        settlement=None,
        point=None,
        precision=None,
    )
    assert COUNTRY.standing([hidden], Occupy(A)) == {"a": "0/0/200", "b": "200/0/0", "c": "100/0/0"}
    assert COUNTRY.standing([hidden], ClosePoint("hidden"))["b"] == "0/200/0"


def test_displaced_people_are_covered_where_they_come_to():
    """A tenth of c, which has nothing, goes to a, which has: 10 people more are covered."""
    assert COUNTRY.standing([HOME], Displace(C, A, 10)) == {"a": "210/0/0", "b": "0/200/0", "c": "0/90/0"}


def test_changes_add_up():
    changes = (
        ClosePoint("far"),
        SignContract("home", C),
        Occupy(B),
        Displace(B, C, 50),
        Displace(C, A, 30),
    )
    assert COUNTRY.standing([HOME, FAR], *changes) == {"a": "230/0/0", "b": "0/0/150", "c": "120/0/0"}


# What becomes of the points


def under(*changes, points=(HOME, FAR)):
    known = {point.id: point for point in points}
    return points_under(Scenario("what-if", "Якби", changes), known, COUNTRY.gazetteer)


def test_only_points_that_are_named_change():
    scenario = Scenario("what-if", "Якби", (ClosePoint("far"), SignContract("home", C), Occupy(A)))
    assert point_ids_of(scenario) == {"home", "far"}
    changed = under(*scenario.changes)
    assert changed.keys() == {"home", "far"}
    assert changed["far"] is None
    (offering,) = changed["home"].offerings
    assert offering.catchment == (CatchmentArea(A), CatchmentArea(C, CatchmentBasis.CONTRACT))
    assert replace(changed["home"], offerings=HOME.offerings) == HOME
    assert HOME.offerings[0].catchment == (CatchmentArea(A),)


def test_new_points_are_numbered_public_and_where_their_settlement_is():
    openings = [OpenPoint("Н", COUNTRY.marks[mark], ("day-care",), (C,)) for mark in ("c1", "a2")]
    changed = under(openings[0], Occupy(B), openings[1])
    assert list(changed) == ["scenario-what-if-1", "scenario-what-if-2"]
    for point, mark in zip(changed.values(), ("c1", "a2"), strict=True):
        settlement = COUNTRY.gazetteer.settlements[COUNTRY.marks[mark]]
        assert not point.is_confidential
        assert (point.point, point.precision) == (settlement.point, PointPrecision.SETTLEMENT)
        assert (point.settlement, point.hromada) == (settlement.katottg, settlement.hromada)
        assert not point.is_demo


def test_what_closes_gives_nothing_whatever_else_is_said():
    assert under(SignContract("home", C), ClosePoint("home")) == {"home": None}
    changed = under(SignContract("home", C, "day-care"), ClosePoint("home", "day-care"))
    assert changed["home"].offerings == ()


def test_what_is_not_there_is_said():
    with pytest.raises(NotFoundError, match="no service point «other»"):
        under(ClosePoint("other"))
    nowhere = Katottg("UA99010010010010101")
    with pytest.raises(NotFoundError, match=f"no settlement with the code {nowhere}"):
        under(OpenPoint("Н", nowhere, ("day-care",), (C,)))
    for unit in (Occupy(nowhere), Displace(A, nowhere, 1), Displace(nowhere, A, 1)):
        with pytest.raises(NotFoundError, match=f"no hromada with the code {nowhere}"):
            COUNTRY.answer([], unit)


def test_a_settlement_nobody_can_find_takes_no_point():
    settlement = COUNTRY.gazetteer.settlements[COUNTRY.marks["c1"]]
    lost = {**COUNTRY.gazetteer.settlements, settlement.katottg: replace(settlement, point=None)}
    gazetteer = replace(COUNTRY.gazetteer, settlements=lost)
    opening = OpenPoint("Н", settlement.katottg, ("day-care",), (C,))
    with pytest.raises(UsageError, match="open the point in another settlement"):
        points_under(Scenario("what-if", "Якби", (opening,)), {}, gazetteer)


def test_occupied_settlements_stay_occupied_when_their_hromada_falls():
    occupied = frozenset({TerritoryStatus.TEMPORARILY_OCCUPIED})
    gazetteer = replace(COUNTRY.gazetteer, open_status={COUNTRY.marks["a2"]: occupied})
    partly = replace(COUNTRY, gazetteer=gazetteer)
    assert partly.standing([HOME])["a"] == "100/0/100"
    assert partly.standing([HOME], Occupy(A))["a"] == "0/0/200"
