"""Roads read from extracts: hand-made, real, damaged."""

import sys

import osmium
import pytest
from osmium.osm import mutable

from mapapp.domain.errors import UsageError
from mapapp.files.osm_roads import read_osm_roads

REAL = ("andorra", "krems", "monaco", "north-bayreuth")


@pytest.fixture
def extract(tmp_path):
    """Write an extract: places and tags of nodes, then nodes and tags of ways."""

    def write(nodes, ways, name="drawn.osm.pbf", header=None):
        file = tmp_path / name
        with osmium.SimpleWriter(str(file), header=header or osmium.io.Header()) as out:
            for number, (place, tags) in nodes.items():
                out.add_node(mutable.Node(id=number, location=place, tags=tags))
            for number, (members, tags) in enumerate(ways, start=1):
                out.add_way(mutable.Way(id=number, nodes=members, tags=tags))
        return file

    return write


def square(**tags_of):
    places = {1: (30.0, 50.0), 2: (30.01, 50.0), 3: (30.01, 50.01), 4: (30.0, 50.01)}
    return {number: (place, tags_of.get(f"n{number}", {})) for number, place in places.items()}


def test_lines_keep_their_points_speeds_and_directions(extract):
    file = extract(
        square(n2={"barrier": "bollard"}),
        [
            ([1, 2, 3], {"highway": "residential", "oneway": "yes"}),
            ([3, 4], {"highway": "footway"}),
            ([1, 4], {"building": "yes"}),
            ([4, 1], {"highway": "construction"}),
        ],
    )
    roads = read_osm_roads(file)
    assert roads.node_id.tolist() == [1, 2, 3, 3, 4]
    assert roads.line_start.tolist() == [0, 3, 5]
    assert roads.lon_e7.tolist() == [300000000, 300100000, 300100000, 300100000, 300000000]
    assert roads.lat_e7.tolist() == [500000000, 500000000, 500100000, 500100000, 500100000]
    assert (roads.car_m_s * 3.6).round(1).tolist() == [[30, 0], [0, 0]]
    assert (roads.foot_m_s * 3.6).round(1).tolist() == [[4.5, 4.5], [4.5, 4.5]]
    assert roads.stops_car.tolist() == [2]
    assert roads.stops_foot.tolist() == []


def test_a_way_cut_off_by_the_edge_of_the_extract_is_kept_up_to_the_cut(extract):
    road = {"highway": "primary"}
    roads = read_osm_roads(
        extract(square(), [([1, 2, 99, 3, 98, 4, 1], road), ([97, 1], road), ([1, 2], road)])
    )
    stretches = [
        roads.node_id[begin:end].tolist()
        for begin, end in zip(roads.line_start, roads.line_start[1:], strict=False)
    ]
    assert stretches == [[1, 2], [4, 1], [1, 2]]


def test_the_extract_says_how_old_it_is(extract):
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-01-15T20:21:00Z")
    file = extract(square(), [([1, 2], {"highway": "primary"})], header=header)
    assert read_osm_roads(file).replicated_at == "2026-01-15T20:21:00Z"


@pytest.mark.parametrize(
    "ways",
    [
        [],
        [([1, 2], {"waterway": "river"})],
        [([97, 98], {"highway": "primary"})],
        [([1, 1], {"highway": "primary"})],
    ],
)
def test_an_extract_without_roads_is_refused(extract, ways):
    with pytest.raises(UsageError, match="has no roads"):
        read_osm_roads(extract(square(), ways))


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18", b"\xff" * 5000])
def test_what_is_no_extract_is_refused_with_a_reason(tmp_path, content):
    file = tmp_path / "broken.osm.pbf"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read as an OpenStreetMap extract"):
        read_osm_roads(file)


def test_an_extract_cut_short_is_refused(shared_dir, tmp_path):
    whole = (shared_dir / "geodata" / "real" / "osm" / "andorra.osm.pbf").read_bytes()
    file = tmp_path / "cut.osm.pbf"
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match="only partly downloaded"):
        read_osm_roads(file)


def test_a_file_that_is_not_there_or_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UsageError, match="There is no file"):
        read_osm_roads(tmp_path / "missing.osm.pbf")
    with pytest.raises(UsageError, match="There is no file"):
        read_osm_roads(tmp_path)
    (tmp_path / "map.geojson").write_text("{}")
    with pytest.raises(UsageError, match=r"end in \.osm\.pbf"):
        read_osm_roads(tmp_path / "map.geojson")


def test_without_the_extra_the_command_that_installs_it_is_named(extract, monkeypatch):
    file = extract(square(), [([1, 2], {"highway": "primary"})])
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(UsageError, match=r'pip install "mapapp\[roads\]"'):
        read_osm_roads(file)


@pytest.mark.parametrize("name", REAL)
def test_real_extracts_are_read_with_progress(shared_dir, name):
    told = []
    file = shared_dir / "geodata" / "real" / "osm" / f"{name}.osm.pbf"
    roads = read_osm_roads(file, lambda *step: told.append(step))
    assert len(roads.line_start) > 500
    assert roads.line_start[-1] == len(roads.node_id) == len(roads.lon_e7) == len(roads.lat_e7)
    assert ((roads.car_m_s > 0).any(axis=1) | (roads.foot_m_s > 0).any(axis=1)).all()
    assert told[0][0] == told[-1][0] == "Reading roads"
