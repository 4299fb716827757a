"""The embedded store's window in degrees: it may hold too much, never too little."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import create_engine, literal, select

from mapapp.storage.dialect import possibly_within_m

WGS84 = Geod(ellps="WGS84")
LONGITUDES = st.floats(-180, 180)
LATITUDES = st.floats(-90, 90)


@pytest.fixture(scope="module")
def connection():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def in_window(connection, place, origin, radius_m) -> bool:
    window = possibly_within_m(literal(None), *map(literal, (*place, *origin, radius_m)))
    return bool(connection.scalar(select(window)))


@given(LONGITUDES, LATITUDES, st.floats(0, 360), st.floats(0.01, 19_000_000))
@example(30.0, 60.0, 90.0, 1.0)
@example(30.0, 59.99, 90.0, 1_000.0)
@example(179.9, 50.0, 90.0, 20_000.0)
@example(-179.99, 50.0, 270.0, 5_000.0)
@example(30.0, 89.9, 0.0, 50_000.0)
@example(30.0, 15.0, 90.0, 5_000_000.0)
def test_every_point_of_a_circle_lies_in_its_window(connection, lon, lat, azimuth, radius_m):
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, azimuth, radius_m * 0.999_999)
    assert in_window(connection, (to_lon, to_lat), (lon, lat), radius_m)


def test_window_leaves_out_what_is_clearly_outside(connection):
    kyiv = (30.52, 50.45)
    assert in_window(connection, (30.6, 50.4), kyiv, 10_000)
    assert not in_window(connection, (30.52, 50.6), kyiv, 10_000)
    assert not in_window(connection, (30.8, 50.45), kyiv, 10_000)
