"""Roads from the command line, each command in a process of its own, on a hand-made map."""

import json
import os
import resource
import subprocess
import sys

import osmium
import pytest
import shapely
from osmium.osm import mutable

# Two villages and a bridge; the way round is 4 km longer. A degree is about 71.5 km east, 111.2 km north.
#
#   1------2------3
#   |      |      |       2-5 is the bridge
#   4------5------6
#
PLACES = {1: (34.0, 49.5), 2: (34.028, 49.5), 3: (34.056, 49.5)}
PLACES |= {4: (34.0, 49.491), 5: (34.028, 49.491), 6: (34.056, 49.491)}
WAYS = [
    ([1, 2, 3], {"highway": "tertiary"}),
    ([4, 5, 6], {"highway": "tertiary"}),
    ([2, 5], {"highway": "tertiary", "bridge": "yes"}),
    ([3, 6], {"highway": "tertiary"}),
]
NORTH, SOUTH = "34.02,49.5", "34.02,49.491"


@pytest.fixture
def extract(tmp_path):
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-01-15T20:21:00Z")
    file = tmp_path / "drawn.osm.pbf"
    with osmium.SimpleWriter(str(file), header=header) as out:
        for number, place in PLACES.items():
            out.add_node(mutable.Node(id=number, location=place))
        for number, (nodes, tags) in enumerate(WAYS, start=1):
            out.add_way(mutable.Way(id=number, nodes=nodes, tags=tags))
    return file


@pytest.fixture
def mapapp(tmp_path):
    def run(*arguments, expected=0, lang="en", **more):
        answer = subprocess.run(
            [sys.executable, "-m", "mapapp", "roads", *map(str, arguments)],
            env={**os.environ, "MAPAPP_DATA_DIR": str(tmp_path / "data"), "MAPAPP_LANG": lang},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            **more,
        )
        assert answer.returncode == expected, answer.stderr
        assert "Traceback" not in answer.stderr
        return answer.stdout + answer.stderr

    return run


@pytest.fixture
def bridge(tmp_path):
    file = tmp_path / "bridge.geojson"
    file.write_text(shapely.to_geojson(shapely.box(34.027, 49.494, 34.029, 49.496)))
    return file


def test_roads_are_imported_closed_opened_and_removed(mapapp, extract, bridge):
    assert "There are no roads yet" in mapapp("route", NORTH, SOUTH, expected=2)
    said = mapapp("import", extract)
    assert "Reading roads" in said
    assert "© OpenStreetMap contributors" in said
    said = mapapp("status")
    assert "drawn.osm.pbf" in said
    assert "2026-01-15" in said
    assert "2.2 km by road" in mapapp("route", NORTH, SOUTH)

    assert "closed today: «міст» (… – …): підірвано" in mapapp(
        "close", "міст", bridge, "--reason", "підірвано"
    )
    assert "6.2 km by road" in mapapp("route", "--foot", NORTH, SOUTH)
    mapapp("close", "міст", bridge, "--from", "2020-01-01", "--to", "2020-12-31")
    assert "2.2 km by road" in mapapp("route", NORTH, SOUTH)
    mapapp("import", extract)  # closures stay
    assert "not closed today: «міст» (2020-01-01 – 2020-12-31)" in mapapp("status")
    mapapp("open", "міст")
    assert "«міст»" not in mapapp("status")

    assert "removed" in mapapp("remove")
    assert "No roads" in mapapp("status")


def test_faults_are_told_in_sentences(mapapp, extract, tmp_path):
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"hello")
    assert "cannot be read as an OpenStreetMap extract" in mapapp("import", broken, expected=2)
    mapapp("import", extract)
    assert "LON,LAT" in mapapp("route", "Полтава", SOUTH, expected=2)
    assert "LON,LAT" in mapapp("route", "134,149.5", SOUTH, expected=2)
    assert "no open road near 30.5,50.4" in mapapp("route", NORTH, "30.5,50.4", expected=2)
    assert "no closure «міст»" in mapapp("open", "міст", expected=2)
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [{"geometry": {"type": "Point"}}]}))
    said = mapapp("close", "міст", areas, expected=2)
    assert "areas.geojson: feature 1 is no area (Point)" in said
    next((tmp_path / "data" / "roads").glob("network-*/car_s.npy")).write_bytes(b"")
    assert "import them again" in mapapp("status", expected=2)


def test_a_full_disk_during_an_import_keeps_the_roads_there_were(mapapp, extract, tmp_path):
    mapapp("import", extract)
    before = mapapp("status")

    def full_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))

    assert "cannot be written" in mapapp("import", extract, expected=2, preexec_fn=full_disk)
    assert mapapp("status") == before
    assert len(list((tmp_path / "data" / "roads").glob("network-*"))) == 1
