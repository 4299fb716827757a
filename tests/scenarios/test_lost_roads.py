"""Lost roads are those that pass within the radius of a place, and the way leads around them."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from mapapp.analysis.scenario_effects import lost_road_areas
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat
from mapapp.domain.katottg import Katottg
from mapapp.domain.scenario import LoseRoads, Occupy, Scenario

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
