"""Coordinates are read however people paste them, and nothing else is taken for coordinates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapapp.domain.coordinates import checked_in_ukraine, read_coordinates
from mapapp.domain.errors import UsageError
from mapapp.domain.geo import UKRAINE_BOUNDS, LonLat

POLTAVA = LonLat(lon=34.5514, lat=49.5883)

in_ukraine = st.builds(
    LonLat,
    lon=st.floats(UKRAINE_BOUNDS.west, UKRAINE_BOUNDS.east).map(lambda degrees: round(degrees, 6)),
    lat=st.floats(UKRAINE_BOUNDS.south, UKRAINE_BOUNDS.north).map(lambda degrees: round(degrees, 6)),
)
anywhere = st.builds(
    LonLat,
    lon=st.floats(-180, 180).map(lambda degrees: round(degrees, 5)),
    lat=st.floats(-90, 90).map(lambda degrees: round(degrees, 5)),
)


def near(one: LonLat | None, other: LonLat, degrees: float = 1e-9) -> bool:
    return one is not None and abs(one.lon - other.lon) <= degrees and abs(one.lat - other.lat) <= degrees


@pytest.mark.parametrize(
    "pasted",
    [
        "49.5883, 34.5514",
        "49.5883,34.5514",
        " 49.5883 34.5514 ",
        "49,5883 34,5514",
        "49,5883, 34,5514",
        "49,5883,34,5514",
        "49,5883; 34,5514",
        "49.5883/34.5514",
        "(49.5883, 34.5514)",
        "+49.5883, +34.5514",
        "49.5883° 34.5514°",
        "49.5883°, 34.5514°",
        "N49.5883 E34.5514",
        "N 49.5883, E 34.5514",
        "49.5883N 34.5514E",
        "49.5883° N, 34.5514° E",
        "49.5883n 34.5514e",
        "49.5883N 34.5514Е",  # the last letter in Cyrillic
        "49,5883° пн. ш., 34,5514° сх. д.",
        "49.5883 пн.ш. 34.5514 сх.д.",
        "49.5883 північної широти, 34.5514 східної довготи",
        "49.5883 с.ш. 34.5514 в.д.",
        "lat: 49.5883, lon: 34.5514",
        "lat=49.5883 lng=34.5514",
        "широта 49,5883 довгота 34,5514",
    ],
)
def test_degrees_with_fractions_are_read(pasted):
    assert read_coordinates(pasted) == POLTAVA


@pytest.mark.parametrize(
    "pasted",
    [
        "49°35′18″ пн. ш. 34°33′05″ сх. д.",
        "49°35'18\" пн.ш., 34°33'05\" сх.д.",
        "49°35’18” N 34°33’05” E",
        "49º35'18''N, 34º33'05''E",
        "49°35′18″N34°33′05″E",
        "N49°35′18″ E34°33′05″",
        "49°35′18″ 34°33′05″",
        "49 35 18 N, 34 33 05 E",
        "34°33′05″ сх. д. 49°35′18″ пн. ш.",
        "49° 35.3′ N, 34° 33.0833333′ E",
        "49° 35,3' N 34° 33,0833333' E",
    ],
)
def test_degrees_with_minutes_and_seconds_are_read(pasted):
    expected = LonLat(lon=34 + 33 / 60 + 5 / 3600, lat=49 + 35 / 60 + 18 / 3600)
    assert near(read_coordinates(pasted), expected, 1e-8)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/maps/@49.5883,34.5514,15z",
        "https://www.google.com/maps/@49.5883,34.5514,15z?entry=ttu",
        "https://www.google.com/maps?q=49.5883,34.5514",
        "https://maps.google.com/?q=49.5883%2C34.5514",
        "https://maps.google.com/?q=loc:49.5883,34.5514",
        "https://www.google.com/maps/search/?api=1&query=49.5883,34.5514",
        "https://www.google.com/maps/search/49.5883,+34.5514?sa=X",
        "https://www.google.com/maps/dir//49.5883,34.5514",
        "https://www.google.com/maps/place/X/@49.1,34.1,15z/data=!3m1!4b1!8m2!3d49.5883!4d34.5514",
        "https://www.openstreetmap.org/#map=14/49.5883/34.5514",
        "https://www.openstreetmap.org/?mlat=49.5883&mlon=34.5514#map=12/49.1/34.1",
        "https://maps.apple.com/?ll=49.5883,34.5514&z=12",
        "maps.apple.com/?ll=49.5883,34.5514",
        "geo:49.5883,34.5514",
        "geo:49.5883,34.5514?z=17",
        "https://example.org/maps/?ll=34.5514%2C49.5883&z=12",
    ],
)
def test_the_links_of_maps_are_read(link):
    assert read_coordinates(link) == POLTAVA


@pytest.mark.parametrize("pasted", ["34.5514, 49.5883", "[34.5514, 49.5883]", "34,5514 49,5883"])
def test_where_only_one_order_lies_in_ukraine_that_one_is_meant(pasted):
    assert read_coordinates(pasted) == POLTAVA


def test_a_hemisphere_decides_the_order_wherever_it_leads():
    assert read_coordinates("E49.5883 N34.5514") == LonLat(lon=49.5883, lat=34.5514)


def test_abroad_the_latitude_comes_first_where_it_can():
    assert read_coordinates("48.8566, 2.3522") == LonLat(lon=2.3522, lat=48.8566)
    assert read_coordinates("151.2093, -33.8688") == LonLat(lon=151.2093, lat=-33.8688)
    assert read_coordinates("33.8688 S, 151.2093 E") == LonLat(lon=151.2093, lat=-33.8688)
    assert read_coordinates("40.7 пн. ш. 74.0 зх. д.") == LonLat(lon=-74.0, lat=40.7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Полтава",
        "м. Полтава, вул. Соборна 12, 34",
        "49,34",
        "49, 34",
        "49 34",
        "49.5883",
        "12.05.2026 13.05.2026",
        "2026-11-22",
        "0 800 500 335",
        "097 759 00 79",
        "UA53080370010073240",
        "49.588334.5514",
        "1.2.3, 4.5",
        "149.2, 134.5",
        "49°75′00″ N 34°33′05″ E",
        "49°35′60″ N 34°33′05″ E",
        "N49.5 N34.5",
        "E34.5 W34.5",
        "49.5, 34.5, 12.0",
        "https://maps.app.goo.gl/abcdef",
        "https://example.org/49",
        "geo:Полтава",
        "<b>49.5, 34.5</b>",
        "9" * 10_000,
        "49.5 " * 1_000,
        "https://example.org/?q=" + "4" * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_anything_else_is_no_coordinates(text):
    assert read_coordinates(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    found = read_coordinates(text)
    assert found is None or isinstance(found, LonLat)


@given(st.text("0123456789.,°′″'\"NSEW +-пншсхд", max_size=40))
def test_no_text_made_of_their_signs_breaks_the_reader(text):
    found = read_coordinates(text)
    assert found is None or isinstance(found, LonLat)


@given(in_ukraine, st.sampled_from([", ", " ", ";", ","]), st.booleans())
def test_a_point_in_ukraine_comes_back_in_either_order(point, between, is_swapped):
    pair = [f"{point.lat:.6f}", f"{point.lon:.6f}"]
    assert read_coordinates(between.join(reversed(pair) if is_swapped else pair)) == point


@given(in_ukraine)
def test_a_point_in_ukraine_comes_back_with_decimal_commas(point):
    assert read_coordinates(f"{point.lat:.6f} {point.lon:.6f}".replace(".", ",")) == point


@given(anywhere)
def test_any_point_comes_back_with_its_hemispheres(point):
    lat = f"{abs(point.lat):.5f}{'S' if point.lat < 0 else 'N'}"
    lon = f"{abs(point.lon):.5f}{'W' if point.lon < 0 else 'E'}"
    assert near(read_coordinates(f"{lat} {lon}"), point)
    assert near(read_coordinates(f"{lon}, {lat}"), point)


@given(anywhere)
def test_any_point_comes_back_from_degrees_minutes_and_seconds(point):
    written = []
    for degrees, halves in ((point.lat, "NS"), (point.lon, "EW")):
        tenths = round(abs(degrees) * 36_000)
        minutes, seconds = divmod(tenths, 600)
        written.append(f"{minutes // 60}°{minutes % 60:02}′{seconds / 10:04.1f}″{halves[degrees < 0]}")
    assert near(read_coordinates(" ".join(written)), point, 0.5 / 36_000 + 1e-9)


@given(in_ukraine)
def test_a_point_in_ukraine_comes_back_from_links(point):
    lat, lon = f"{point.lat:.6f}", f"{point.lon:.6f}"
    assert read_coordinates(f"geo:{lat},{lon}") == point
    assert read_coordinates(f"https://www.google.com/maps/@{lat},{lon},15z") == point
    assert read_coordinates(f"https://www.openstreetmap.org/#map=14/{lat}/{lon}") == point


def test_a_point_abroad_is_refused_with_what_would_be_right():
    with pytest.raises(
        UsageError, match=r"outside Ukraine: latitude 48.8566, longitude 2.3522.*latitude first"
    ):
        checked_in_ukraine(LonLat(lon=2.3522, lat=48.8566))


@given(in_ukraine)
def test_a_point_in_the_box_is_taken(point):
    assert checked_in_ukraine(point) is point
