"""Closures: areas read from GeoJSON, kept beside the roads, faults told by feature."""

import json
from datetime import date

import pytest
import shapely
from shapely.geometry import mapping

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.files.road_closures import RoadClosure, read_areas, read_closures, write_closures

BOX, OTHER = shapely.box(30, 50, 31, 51), shapely.box(32, 50, 33, 51)
MARCH = date(2026, 3, 1)


@pytest.fixture
def geojson(tmp_path):
    def write(content, name="areas.geojson"):
        file = tmp_path / name
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return file

    return write


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (mapping(BOX), BOX),
        (feature(mapping(BOX)), BOX),
        (collection(feature(mapping(BOX)), feature(mapping(OTHER))), shapely.union(BOX, OTHER)),
        (mapping(shapely.MultiPolygon([BOX, OTHER])), shapely.union(BOX, OTHER)),
        ("\ufeff" + json.dumps(mapping(BOX)), BOX),
    ],
)
def test_areas_are_read_from_any_form_of_geojson(geojson, content, expected):
    assert read_areas(geojson(content)).equals(expected)


def test_an_area_that_crosses_itself_is_repaired(geojson):
    bow_tie = {"type": "Polygon", "coordinates": [[[30, 50], [31, 51], [31, 50], [30, 51], [30, 50]]]}
    area = read_areas(geojson(bow_tie))
    assert area.is_valid
    assert area.area == pytest.approx(0.5)


def test_every_faulty_feature_is_told_by_number(geojson):
    file = geojson(
        collection(
            feature(mapping(BOX)),
            feature(mapping(shapely.Point(30, 50))),
            feature(None),
            feature(
                {"type": "Polygon", "coordinates": [[[3_000_000, 50], [31, 51], [31, 50], [3_000_000, 50]]]}
            ),
            feature({"type": "Polygon", "coordinates": []}),
            feature({"type": "Polygon", "coordinates": [["a"]]}),
            feature({"type": "Polygon"}),
            "nothing",
        )
    )
    with pytest.raises(InvalidInputError) as refused:
        read_areas(file)
    told = [str(fault) for fault in refused.value.faults]
    for number, fault in zip(range(2, 9), told, strict=True):
        assert f"feature {number} " in fault
        assert fault.startswith("areas.geojson: ")
    assert "off the Earth" in told[2]


@pytest.mark.parametrize("content", ["", "{", "[]", "7", "\x00"])
def test_what_is_no_geojson_is_refused(geojson, content):
    with pytest.raises(UsageError, match="cannot be read as GeoJSON"):
        read_areas(geojson(content))


@pytest.mark.parametrize("content", [{}, collection(), {"type": "FeatureCollection"}])
def test_a_file_without_areas_is_refused(geojson, content):
    with pytest.raises(InvalidInputError) as refused:
        read_areas(geojson(content))
    assert any("Polygon or MultiPolygon is expected" in str(fault) for fault in refused.value.faults)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_areas(tmp_path / "missing.geojson")


def test_closures_are_kept_as_they_were(tmp_path):
    closures = [
        RoadClosure("міст", BOX, "підірвано", MARCH, date(2026, 3, 31)),
        RoadClosure("front", shapely.MultiPolygon([BOX, OTHER])),
    ]
    write_closures(tmp_path / "roads", closures)
    assert read_closures(tmp_path / "roads") == (closures[1], closures[0])
    assert read_closures(tmp_path / "elsewhere") == ()


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [True, True, True]),
        (MARCH, None, [False, True, True]),
        (None, MARCH, [True, True, False]),
        (MARCH, MARCH, [False, True, False]),
    ],
)
def test_both_days_of_a_closure_belong_to_it(first, last, expected):
    closure = RoadClosure("міст", BOX, "", first, last)
    days = [date(2026, 2, 28), MARCH, date(2026, 3, 2)]
    assert [closure.holds_on(day) for day in days] == expected


def test_a_closure_that_ends_before_it_begins_or_has_no_name_is_refused():
    with pytest.raises(UsageError, match="before it begins"):
        RoadClosure("міст", BOX, "", MARCH, date(2026, 2, 1))
    for name in ("", "  ", "м" * 101):
        with pytest.raises(UsageError, match="needs a name"):
            RoadClosure(name, BOX)


def test_closures_spoilt_by_hand_are_told_by_feature(tmp_path):
    good = feature(mapping(BOX), name="міст")
    wrong_day = feature(mapping(BOX), name="міст", first_day="1 March")
    backwards = feature(mapping(BOX), name="міст", first_day="2026-03-02", last_day="2026-03-01")
    features = [
        good,
        wrong_day,
        backwards,
        feature(mapping(BOX)),
        feature(None, name="x"),
        {"geometry": mapping(BOX)},
    ]
    (tmp_path / "closures.geojson").write_text(json.dumps(collection(*features)))
    with pytest.raises(InvalidInputError) as refused:
        read_closures(tmp_path)
    told = [str(fault) for fault in refused.value.faults]
    assert [fault.split("feature ")[1][0] for fault in told] == ["2", "3", "4", "5", "6"]
