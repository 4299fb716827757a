"""Points lie on the Earth, longitude first, and boxes know what is inside."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.geo import UKRAINE_BOUNDS, BoundingBox, Direction, LonLat, direction_of

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
points = st.builds(LonLat, lon=longitudes, lat=latitudes)


@given(longitudes, latitudes)
def test_any_degrees_on_the_earth_are_a_point(lon, lat):
    point = LonLat(lon=lon, lat=lat)
    assert (point.lon, point.lat) == (lon, lat)


@given(st.floats(allow_nan=True).filter(lambda degrees: not -180 <= degrees <= 180))
def test_a_longitude_off_the_earth_is_refused(lon):
    with pytest.raises(ValueError, match=r"longitude .* is not between -180 and 180"):
        LonLat(lon=lon, lat=0)


@given(st.floats(allow_nan=True).filter(lambda degrees: not -90 <= degrees <= 90))
def test_a_latitude_off_the_earth_is_refused(lat):
    with pytest.raises(ValueError, match=r"latitude .* is not between -90 and 90"):
        LonLat(lon=0, lat=lat)


def test_a_point_cannot_be_changed():
    with pytest.raises(AttributeError):
        LonLat(lon=30.5, lat=50.4).lon = 31


@given(points, points)
def test_the_box_of_two_points_contains_both_and_their_middle(one, other):
    box = BoundingBox(
        west=min(one.lon, other.lon),
        south=min(one.lat, other.lat),
        east=max(one.lon, other.lon),
        north=max(one.lat, other.lat),
    )
    # Halved before they are added, the least numbers would vanish and leave the box.
    middle = LonLat(lon=(one.lon + other.lon) / 2, lat=(one.lat + other.lat) / 2)
    assert one in box
    assert other in box
    assert middle in box


#           north
#        +---------+
#   west |  Lubny  | east   . Kharkiv
#        +---------+
#           south
def test_a_box_contains_what_lies_between_its_sides():
    box = BoundingBox(west=32.5, south=49.5, east=33.5, north=50.5)
    lubny, kharkiv = LonLat(lon=33.0, lat=50.0), LonLat(lon=36.2, lat=50.0)
    assert lubny in box
    assert kharkiv not in box
    assert LonLat(lon=33.0, lat=math.nextafter(50.5, 90)) not in box
    assert LonLat(lon=32.5, lat=49.5) in box


# The outermost settlements of the codifier, and places elsewhere.
@pytest.mark.parametrize(
    ("place", "lon", "lat", "inside"),
    [
        ("Малі Селменці", 22.16191, 48.51465, True),
        ("Рання Зоря", 40.20393, 49.25532, True),
        ("Новоселівка", 33.33304, 52.34315, True),
        ("Форос", 33.77999, 44.39232, True),
        ("Варшава", 21.01, 52.23, False),
        ("Кишинів", 28.86, 47.01, True),  # a box is not a country: the map of hromadas decides
        ("Київ with its coordinates swapped", 50.45, 30.52, False),
    ],
)
def test_the_country_lies_in_its_box(place, lon, lat, inside):
    assert (LonLat(lon=lon, lat=lat) in UKRAINE_BOUNDS) is inside, place


@pytest.mark.parametrize(
    ("azimuth_deg", "direction"),
    [
        (0, Direction.NORTH),
        (22, Direction.NORTH),
        (23, Direction.NORTH_EAST),
        (90, Direction.EAST),
        (180, Direction.SOUTH),
        (-180, Direction.SOUTH),
        (-45, Direction.NORTH_WEST),
        (359, Direction.NORTH),
    ],
)
def test_an_azimuth_is_told_to_an_eighth_of_the_compass(azimuth_deg, direction):
    assert direction_of(azimuth_deg) is direction


@given(st.floats(-360, 360))
def test_a_direction_is_never_more_than_a_sixteenth_off(azimuth_deg):
    told_deg = 45 * list(Direction).index(direction_of(azimuth_deg))
    off_deg = abs((azimuth_deg - told_deg + 180) % 360 - 180)
    assert off_deg <= 22.5 + 1e-9
