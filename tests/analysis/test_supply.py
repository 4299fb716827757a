"""What is open on a day and how the arrays hold it: small registries, answers by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import small_country
from small_country import DAY, HERE, NORTH, SOUTH, offering, point

from mapapp.analysis.layout import NONE, layout_of
from mapapp.analysis.supply import Form, supply_of
from mapapp.domain.hours import Closure
from mapapp.domain.katottg import NATION
from mapapp.domain.referral import Basis
from mapapp.domain.registry import (
    CatchmentArea,
    CatchmentBasis,
    LocationPolicy,
    MobileStop,
    PlaceOfProvision,
    WartimeState,
)

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def layout():
    return layout_of(small_country.country())


@pytest.fixture(scope="module")
def supplied(layout):
    """Makes a supply of points."""
    return lambda *points: supply_of(points, layout, small_country.SERVICES)


def open_ids(supply, day: date = DAY) -> list[str]:
    found = supply.on(day)
    return [found.point_ids[number] for number in found.point]


def served(supply, layout, day: date = DAY) -> dict[str, Basis]:
    """Return whom the only catchment of a supply serves, and why."""
    reaches = supply.on(day).reaches.toarray()
    bases = {1 + place: basis for place, basis in enumerate(Basis)}
    return {
        area: bases[value] for area, value in zip(layout.areas, reaches[0].tolist(), strict=True) if value
    }


@pytest.mark.parametrize(
    ("changes", "open_on"),
    [
        ({}, (True, True, True)),
        ({"valid_from": DAY}, (False, True, True)),
        ({"valid_to": DAY}, (True, True, False)),
        ({"wartime": WartimeState(is_suspended=True)}, (False, False, False)),
        ({"wartime": WartimeState(is_suspended=True, suspended_until=DAY)}, (False, False, True)),
        ({"wartime": WartimeState(suspended_until=DAY)}, (True, True, True)),
        ({"closures": (Closure(DAY, DAY),)}, (True, False, True)),
        ({"closures": (Closure(DAY, None),)}, (True, False, False)),
        ({"closures": (Closure(BEFORE, BEFORE), Closure(AFTER, None))}, (False, True, False)),
    ],
)
def test_an_offering_is_open_while_nothing_stops_its_point(supplied, changes, open_on):
    supply = supplied(point("p", offering(NORTH), **changes), point("q", offering(NORTH)))
    assert tuple("p" in open_ids(supply, day) for day in (BEFORE, DAY, AFTER)) == open_on
    assert all("q" in open_ids(supply, day) for day in (BEFORE, DAY, AFTER))


def test_nobody_works_where_the_territory_is_occupied(supplied, layout):
    free, taken = small_country.VILLAGES[SOUTH]
    supply = supplied(
        point("in-free-village", offering(SOUTH), hromada=SOUTH, settlement=free),
        point("in-taken-village", offering(SOUTH), hromada=SOUTH, settlement=taken),
        point("somewhere-in-partly-taken", offering(SOUTH), hromada=SOUTH),
    )
    assert open_ids(supply) == ["in-free-village", "somewhere-in-partly-taken"]
    assert open_ids(replace(supply, layout=layout.with_occupied([SOUTH]))) == []


@pytest.mark.parametrize(
    ("places", "form", "hidden_form"),
    [
        ({"day"}, Form.AT_SITE, Form.HIDDEN),
        ({"inpatient", "day"}, Form.AT_SITE, Form.HIDDEN),
        ({"day", "online"}, Form.AT_SITE, Form.HIDDEN),
        ({"home"}, Form.COMES, Form.HIDDEN),
        ({"street", "inpatient"}, Form.COMES, Form.HIDDEN),
        ({"phone", "home"}, Form.COMES, Form.HIDDEN),
        ({"phone", "online"}, Form.REMOTE, Form.REMOTE),
    ],
)
def test_the_form_follows_from_the_places_of_provision(supplied, places, form, hidden_form):
    given = offering(NORTH, places=frozenset(map(PlaceOfProvision, places)))
    shelter = point("s", given, at=None)
    found = supplied(point("p", given), shelter).on(DAY)
    assert found.form.tolist() == [form, hidden_form]


def test_a_confidential_point_has_no_place_in_the_arrays(supplied):
    by_policy = [
        point("a", offering(NORTH), at=None),
        point("b", offering(NORTH), at=None, location_policy=LocationPolicy.HROMADA_ONLY, hromada=NORTH),
    ]
    supply = supplied(*by_policy)
    assert set(supply.points["area"]) == set(supply.points["settlement"]) == {NONE}
    assert np.isnan(supply.points["lon"]).all()
    assert np.isnan(supply.points["lat"]).all()
    found = supply.on(DAY)
    assert set(found.home) == set(found.site) == {NONE}


def test_a_team_is_given_at_its_point_and_at_each_place_it_stops_at(supplied, layout):
    village, other = small_country.VILLAGES[NORTH]
    (pointless,) = small_country.WITHOUT_POINT
    _, taken = small_country.VILLAGES[SOUTH]
    stops = (
        MobileStop(village, DAY),
        MobileStop(village, AFTER),
        MobileStop(other, DAY + timedelta(days=14)),
        MobileStop(other, DAY + timedelta(days=15)),
        MobileStop(pointless, DAY),
        MobileStop(taken, DAY),
    )
    team = point("team", offering(NORTH, capacity=12), offering(NORTH, places=_places("home")), stops=stops)
    found = supplied(team, point("z", offering(NORTH), at=HERE)).on(DAY)

    where = dict(zip(layout.settlements, zip(layout.lon, layout.lat, strict=True), strict=True))
    told = [
        None if site == NONE else (found.site_lon[site], found.site_lat[site]) for site in found.site.tolist()
    ]
    columns = (found.point.tolist(), found.form.tolist(), told, found.is_first.tolist())
    assert sorted(zip(*columns, strict=True), key=str) == sorted(
        [
            (0, Form.AT_SITE, (HERE.lon, HERE.lat), True),
            (0, Form.AT_SITE, where[village], False),
            (0, Form.AT_SITE, where[other], False),
            (0, Form.COMES, None, True),
            (1, Form.AT_SITE, (HERE.lon, HERE.lat), True),
        ],
        key=str,
    )
    assert found.capacity[:3].tolist() == [4.0, 4.0, 4.0]
    assert np.isnan(found.capacity[3:]).all()


def test_a_team_that_stops_beside_its_own_point_stands_there_once(supplied):
    village, _ = small_country.VILLAGES[NORTH]
    at = small_country.country().settlements[village].point
    team = point("team", offering(NORTH, capacity=7), at=at, stops=(MobileStop(village, DAY),))
    found = supplied(team).on(DAY)
    assert (found.is_first.tolist(), found.capacity.tolist(), found.site.tolist()) == ([True], [7.0], [0])


def test_a_catchment_serves_by_the_narrowest_reason(supplied, layout):
    contract = CatchmentArea(SOUTH, CatchmentBasis.CONTRACT, DAY, DAY)
    supply = supplied(point("p", offering(NORTH, contract, small_country.RAION, NATION)))
    everywhere = dict.fromkeys(layout.areas, Basis.NATION)
    in_raion = dict.fromkeys(small_country.IN_RAION, Basis.RAION)
    named = {**everywhere, **in_raion, NORTH: Basis.NAMED}
    assert served(supply, layout) == {**named, SOUTH: Basis.CONTRACT}
    assert served(supply, layout, AFTER) == named


def test_a_special_city_is_served_by_its_own_code_or_by_the_nation(supplied, layout):
    kyiv = small_country.KYIV
    assert served(supplied(point("p", offering(kyiv))), layout) == {kyiv: Basis.NAMED}
    assert served(supplied(point("p", offering(NATION))), layout)[kyiv] is Basis.NATION


def test_services_nobody_can_ask_for_are_left_out(supplied):
    supply = supplied(point("p", offering(NORTH, service="abolished"), offering(NORTH)))
    assert supply.on(DAY).service.tolist() == [0]


def test_an_empty_registry_supplies_nothing(supplied):
    supply = supplied()
    found = supply.on(DAY)
    assert (len(found.service), found.reaches.nnz, found.point_ids) == (0, 0, ())
    assert supply.changed({"gone": None}).digest == supply.digest
    one = point("p", offering(NORTH))
    assert supply.changed({"p": one}).digest == supplied(one).digest


def test_the_digest_tells_any_difference_that_matters_and_no_other(supplied, layout):
    one = point("p", offering(NORTH, SOUTH, capacity=3))
    same = [
        replace(one, name="Інша назва", phones=()),
        replace(one, offerings=(offering(SOUTH, NORTH, NORTH, capacity=3),)),
        replace(one, offerings=(offering(NORTH, SOUTH, capacity=3, vacant=2),)),
    ]
    other = [
        replace(one, id="q"),
        replace(one, valid_to=DAY),
        replace(one, closures=(Closure(DAY, DAY),)),
        replace(one, offerings=one.offerings * 2),
        replace(one, offerings=(offering(NORTH, SOUTH, capacity=4),)),
        replace(one, offerings=(offering(NORTH, SOUTH, capacity=3, service="rare"),)),
        replace(one, offerings=(offering(NORTH, capacity=3),)),
        replace(one, stops=(MobileStop(small_country.VILLAGES[NORTH][0], DAY),)),
    ]
    digest = supplied(one).digest
    assert {supplied(it).digest for it in same} == {digest}
    assert len({digest, *(supplied(it).digest for it in other)}) == 1 + len(other)
    assert replace(supplied(one), layout=layout.with_occupied([NORTH])).digest != digest


def _places(*words):
    return frozenset(map(PlaceOfProvision, words))
