"""Who may use a way, in which direction and how fast."""

import csv
from pathlib import Path

import pytest

import mapapp.files
from mapapp.files.road_rules import barrier_stops, read_road_speeds, way_use


def car_km_h(**tags):
    return tuple(round(m_s * 3.6, 1) for m_s in use(**tags).car_m_s)


def foot_km_h(**tags):
    return tuple(round(m_s * 3.6, 1) for m_s in use(**tags).foot_m_s)


def use(**tags):
    return way_use({key.replace("__", ":"): value for key, value in tags.items()}, read_road_speeds())


def test_the_table_has_a_speed_for_every_class_and_no_factor_that_speeds_up():
    speeds = read_road_speeds()
    assert speeds.car_km_h.keys() | speeds.foot_km_h.keys() >= {"primary", "residential", "footway", "steps"}
    assert all(0 < speed <= 130 for speed in speeds.car_km_h.values())
    assert all(0 < speed <= 6 for speed in speeds.foot_km_h.values())
    assert all(0 <= factor <= 1 for factor in speeds.car_factor.values())
    assert speeds.car_starts <= speeds.car_km_h.keys()


def test_no_row_of_the_table_stands_twice():
    file = Path(mapapp.files.__file__).parent / "reference" / "road_speeds.csv"
    with file.open(encoding="utf-8") as lines:
        rows = [(row["tag"], row["value"]) for row in csv.DictReader(lines)]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, (30, 30)),
        ({"highway": "residential", "oneway": "yes"}, (30, 0)),
        ({"highway": "residential", "oneway": "-1"}, (0, 30)),
        ({"highway": "residential", "oneway": "no", "junction": "roundabout"}, (30, 30)),
        ({"highway": "residential", "oneway": "reversible"}, (0, 0)),
        ({"highway": "residential", "junction": "roundabout"}, (30, 0)),
        ({"highway": "motorway"}, (110, 0)),
        ({"highway": "residential", "access": "private"}, (0, 0)),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, (30, 30)),
        ({"highway": "residential", "motor_vehicle": "no", "motorcar": "destination"}, (30, 30)),
        ({"highway": "residential", "vehicle": "no"}, (0, 0)),
        ({"highway": "residential", "maxspeed": "20"}, (20, 20)),
        ({"highway": "residential", "maxspeed": "90"}, (30, 30)),
        ({"highway": "primary", "maxspeed": "UA:urban"}, (50, 50)),
        ({"highway": "primary", "maxspeed": "30 mph"}, (48.3, 48.3)),
        ({"highway": "primary", "maxspeed": "nonsense"}, (70, 70)),
        ({"highway": "primary", "maxspeed": "0"}, (70, 70)),
        ({"highway": "primary", "maxspeed__forward": "40"}, (40, 70)),
        ({"highway": "primary", "surface": "gravel"}, (42, 42)),
        ({"highway": "primary", "surface": "gravel", "smoothness": "bad"}, (42, 42)),
        ({"highway": "track", "smoothness": "impassable"}, (0, 0)),
        ({"highway": "footway"}, (0, 0)),
        ({"highway": "footway", "motor_vehicle": "yes"}, (0, 0)),
        ({"highway": "construction"}, (0, 0)),
        ({"highway": "proposed"}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_how_a_car_uses_a_way(tags, expected):
    assert car_km_h(**tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential", "oneway": "yes"}, (4.5, 4.5)),
        ({"highway": "steps"}, (2, 2)),
        ({"highway": "motorway"}, (0, 0)),
        ({"highway": "trunk", "motorroad": "yes"}, (0, 0)),
        ({"highway": "trunk", "motorroad": "yes", "foot": "yes"}, (4.5, 4.5)),
        ({"highway": "service", "access": "private", "foot": "yes"}, (4.5, 4.5)),
        ({"highway": "service", "access": "private"}, (0, 0)),
        ({"highway": "primary", "foot": "no"}, (0, 0)),
    ],
)
def test_how_people_on_foot_use_a_way(tags, expected):
    assert foot_km_h(**tags) == expected


def test_no_car_stops_on_a_motorway():
    assert not use(highway="motorway").car_starts
    assert use(highway="residential").car_starts


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "bollard"}, (True, False)),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, (False, False)),
        ({"barrier": "gate"}, (False, False)),
        ({"barrier": "gate", "access": "private"}, (True, True)),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, (True, False)),
        ({"barrier": "wall"}, (True, True)),
        ({"barrier": "checkpoint"}, (False, False)),
    ],
)
def test_whom_a_barrier_stops(tags, expected):
    assert barrier_stops(tags) == expected
