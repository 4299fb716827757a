"""Lost roads are those that pass within the radius of a place, and the way leads around them."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from mapapp.analysis.road_building import build_network
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.scenario_effects import lost_road_areas
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.scenario import LoseRoads, Occupy, Scenario
from mapapp.domain.travel import TravelMode

WGS84 = Geod(ellps="WGS84")
BOX = UKRAINE_BOUNDS
PLACES = st.builds(LonLat, lon=st.floats(BOX.west, BOX.east), lat=st.floats(BOX.south, BOX.north))


def areas(*changes):
    return lost_road_areas(Scenario("lost", "Втрачено", changes))


@given(PLACES, st.floats(1, 100_000), st.floats(0, 360))
def test_everything_within_the_radius_is_lost_and_nothing_much_beyond(around, radius_m, azimuth):
    (area,) = areas(LoseRoads(around, radius_m))
    assert area.is_valid
    for part, is_lost in ((0.0, True), (0.5, True), (0.9999, True), (1.0005, False), (2.0, False)):
        lon, lat, _ = WGS84.fwd(around.lon, around.lat, azimuth, radius_m * part)
        assert area.contains(shapely.Point(lon, lat)) is is_lost


def test_each_place_has_its_own_area():
    here, there = LonLat(lon=34.5, lat=49.5), LonLat(lon=30.5, lat=50.5)
    occupied = Occupy(Katottg("UA53080350000070563"))
    found = areas(LoseRoads(here, 500), occupied, LoseRoads(there, 1000))
    assert [area.centroid.x for area in found] == pytest.approx([34.5, 30.5])
    assert areas(occupied) == ()


# A town by a river, 1 km squares; only b-e and c-f cross it.
#
#   a---b---c
#       |   |        ~ ~ river
#   d---e---f
#
LINES = ("abc", "def", "be", "cf")
TOWN = {
    letter: WGS84.fwd(*WGS84.fwd(34.5, 49.5, 90, column * 1000)[:2], 180, row * 1000)[:2]
    for row, letters in enumerate(("abc", "def"))
    for column, letter in enumerate(letters)
}


@pytest.fixture(scope="module")
def town() -> RoadGraph:
    nodes = "".join(LINES)
    speed = np.full(len(LINES), 10, np.float32)
    network = build_network(
        node_id=np.array([ord(letter) for letter in nodes], np.int64),
        lon_e7=np.array([round(TOWN[letter][0] * 1e7) for letter in nodes], np.int32),
        lat_e7=np.array([round(TOWN[letter][1] * 1e7) for letter in nodes], np.int32),
        line_start=np.cumsum([0, *map(len, LINES)]),
        car_m_s=np.column_stack([speed, speed]),
        foot_m_s=np.column_stack([speed, speed]),
        car_starts=np.ones(len(LINES), np.bool_),
        stops_car=np.array([], np.int64),
        stops_foot=np.array([], np.int64),
    )
    return RoadGraph(network)


def kilometres(graph, here, there):
    (trip,) = graph.trips(LonLat(*TOWN[here]), [LonLat(*TOWN[there])], TravelMode.CAR)
    return None if trip is None else round(trip.road_m / 1000, 1)


def between(one, other):
    (lon, lat), (other_lon, other_lat) = TOWN[one], TOWN[other]
    return LonLat((lon + other_lon) / 2, (lat + other_lat) / 2)


def test_the_way_leads_around_a_lost_bridge_or_nowhere(town):
    bridge, other = (LoseRoads(between(*ends), 100) for ends in ("be", "cf"))
    assert kilometres(town, "a", "d") == 3.0
    assert kilometres(town.with_closed(areas(bridge)), "a", "d") == 5.0
    assert kilometres(town.with_closed(areas(bridge, other)), "a", "d") is None


def test_a_loss_beside_the_road_is_no_loss(town):
    """The middle of the river lies half a kilometre from both bridges."""
    river = LonLat((TOWN["b"][0] + TOWN["c"][0]) / 2, (TOWN["b"][1] + TOWN["e"][1]) / 2)
    assert kilometres(town.with_closed(areas(LoseRoads(river, 490))), "a", "d") == 3.0
    assert kilometres(town.with_closed(areas(LoseRoads(river, 510))), "a", "d") is None
