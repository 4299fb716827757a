"""A country of four hromadas in one row and a special city, `a b c d K`, each a square of half a degree."""

import gzip
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapapp.domain.errors import InvalidInputError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Oblast,
    OblastKind,
    Raion,
    Settlement,
    SettlementKind,
)
from mapapp.domain.katottg import Katottg
from mapapp.files.boundaries import boundary_layer_json, read_boundaries
from mapapp.files.gazetteer import read_gazetteer

A = Katottg("UA53020010000035494")
B = Katottg("UA53020030000062171")
C = Katottg("UA18020010000059904")
D = Katottg("UA18020030000018463")
CITY = Katottg("UA80000000000093317")
ZONE = Katottg("UA18000000000041385")
NAMES = {A: "Альфа", B: "Бета", C: "Гамма", D: "Дельта", CITY: "Місто"}
SQUARES = {
    code: shapely.box(30 + place / 2, 49, 30.5 + place / 2, 49.5)
    for place, code in enumerate([A, B, C, D, CITY])
}
HROMADAS = [A, B, C, D]
REAL = Path(__file__).parents[3] / "shared" / "geodata" / "real"


@pytest.fixture(scope="module")
def country():
    oblasts = [Katottg("UA53000000000028050"), ZONE, CITY, Katottg("UA01000000000013043")]
    raions = [Katottg("UA53020000000026686"), Katottg("UA18020000000026687")]
    hromadas = {
        code: Hromada(
            katottg=code,
            kind=HromadaKind.SPECIAL_CITY if code == CITY else HromadaKind.RURAL,
            name=NAMES[code],
            name_en="",
            raion=next((raion for raion in raions if raion[:6] == code[:6]), None),
            oblast=next(oblast for oblast in oblasts if oblast[:4] == code[:4]),
            centre=LonLat(30, 49),
            population=None,
            area_km2=None,
        )
        for code in NAMES
    }
    villages = {Katottg(f"{area[:9]}010{number:07}"): area for number, area in enumerate([*NAMES, ZONE])}
    return Gazetteer(
        oblasts={code: Oblast(code, OblastKind.OBLAST, f"Область {code[2:4]}", "") for code in oblasts},
        raions={code: Raion(code, "Район", "", oblasts[0]) for code in raions},
        hromadas=hromadas,
        settlements={
            code: Settlement(
                code,
                SettlementKind.VILLAGE,
                "Село",
                "",
                "",
                None,
                None,
                oblasts[0],
                area,
                LonLat(30, 49),
                None,
            )
            for code, area in villages.items()
        },
        status_periods=(),
        open_status={},
        sources={},
    )


def frame(shapes=None, *, field="katotth", crs=4326, **columns):
    """One feature per `(code, shape)`; the four hromadas where none are given."""
    rows = (
        list((shapes or {code: SQUARES[code] for code in HROMADAS}).items())
        if not isinstance(shapes, list)
        else shapes
    )
    return gpd.GeoDataFrame(
        {field: [code for code, _ in rows], "name": [NAMES.get(code, "?") for code, _ in rows], **columns},
        geometry=[shape for _, shape in rows],
        crs=crs,
    )


def saved(frame, path, **options):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **options)
    return path


def faults_of(path, country, **options):
    with pytest.raises(InvalidInputError) as refused:
        read_boundaries(path, country, **options)
    return [str(fault) for fault in refused.value.faults]


def warnings_of(path, country, **options):
    return [str(warning) for warning in read_boundaries(path, country, **options).warnings]


def assert_is_the_country(found):
    assert list(found.boundaries) == sorted(HROMADAS)
    for code, area in found.boundaries.items():
        assert area.symmetric_difference(SQUARES[code]).area < 1e-6
    assert shapely.coverage_is_valid(list(found.boundaries.values()))
    assert found.missing == ()


@pytest.mark.parametrize("ending", ["geojson", "json", "gpkg", "shp", "parquet"])
def test_every_format_gives_the_same_boundaries(tmp_path, country, ending):
    options = {"driver": "GeoJSON"} if ending == "json" else {}

    found = read_boundaries(saved(frame(), tmp_path / f"borders.{ending}", **options), country)

    assert_is_the_country(found)
    assert found.warnings == ()


def test_gzipped_geojson_is_read(tmp_path, country):
    path = tmp_path / "borders.geojson.gz"
    path.write_bytes(gzip.compress(frame().to_json().encode()))

    assert_is_the_country(read_boundaries(path, country))


def test_zipped_shapefile_is_read(tmp_path, country):
    saved(frame(), tmp_path / "borders.shp")
    with zipfile.ZipFile(tmp_path / "borders.zip", "w") as archive:
        for part in tmp_path.glob("borders.*"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")

    assert_is_the_country(read_boundaries(tmp_path / "borders.zip", country))


def test_only_the_layer_of_hromadas_is_read_from_a_geopackage(tmp_path, country):
    path = tmp_path / "borders.gpkg"
    frame(field="ADM1_PCODE").assign(ADM1_PCODE="UA53").to_file(path, layer="oblasts")
    frame().to_file(path, layer="hromadas")

    found = read_boundaries(path, country)

    assert_is_the_country(found)
    assert found.layers == ("hromadas [katotth]",)


def test_layer_of_settlements_that_names_hromadas_is_not_taken_for_them(tmp_path, country):
    path = tmp_path / "cod.gpkg"
    villages = [(code[:9], SQUARES[code].buffer(-0.01 * size)) for code in HROMADAS for size in range(1, 5)]
    frame(villages, field="adm3_pcode").to_file(path, layer="adm4")
    frame({code[:9]: SQUARES[code] for code in HROMADAS}, field="adm3_pcode").to_file(path, layer="adm3")

    found = read_boundaries(path, country)

    assert_is_the_country(found)
    assert found.layers == ("adm3 [adm3_pcode]",)


def test_archive_with_one_file_per_raion_is_put_together(tmp_path, country):
    with zipfile.ZipFile(tmp_path / "borders.zip", "w") as archive:
        archive.writestr("west.geojson", frame({A: SQUARES[A], B: SQUARES[B]}).to_json())
        archive.writestr("east.geojson", frame({C: SQUARES[C], D: SQUARES[D]}).to_json())
        archive.writestr("readme.txt", "not a map")

    assert_is_the_country(read_boundaries(tmp_path / "borders.zip", country))


def test_second_layer_with_the_same_hromadas_is_left_out_and_said(tmp_path, country):
    path = tmp_path / "borders.gpkg"
    frame().to_file(path, layer="full")
    frame({A: SQUARES[A]}).to_file(path, layer="pilot")

    warnings = warnings_of(path, country)

    assert warnings == ["borders.gpkg: layer pilot was left out: its hromadas stand in layer full already"]


@pytest.mark.parametrize(
    ("field", "as_written"),
    [
        ("code", lambda code: code),
        ("KATOTTG", lambda code: code),
        ("КАТОТТГ", lambda code: code),
        ("katotth", lambda code: f" {code.lower()} "),
        ("katotth", lambda code: code.replace("UA", "UА")),  # the А typed in Cyrillic
        ("ADM3_PCODE", lambda code: code[:9]),
        ("adm3_pcode", lambda code: code[:9]),
        ("admin3Pcode", lambda code: code[:9]),
    ],
)
def test_codes_are_recognised_however_the_field_is_called(tmp_path, country, field, as_written):
    shapes = {as_written(code): SQUARES[code] for code in HROMADAS}

    assert_is_the_country(read_boundaries(saved(frame(shapes, field=field), tmp_path / "a.geojson"), country))


@pytest.mark.parametrize("crs", [3857, 32636, 6381])
def test_any_coordinate_system_is_brought_to_degrees(tmp_path, country, crs):
    found = read_boundaries(saved(frame().to_crs(crs), tmp_path / "borders.gpkg"), country)

    for code, area in found.boundaries.items():
        # Parallels are not straight in every projection, so a long edge moves by some metres.
        assert area.symmetric_difference(SQUARES[code]).area < 1e-3


def test_file_without_coordinate_system_is_refused(tmp_path, country):
    path = saved(frame(), tmp_path / "borders.shp")
    path.with_suffix(".prj").unlink()

    with pytest.raises(UsageError, match="does not say its coordinate system"):
        read_boundaries(path, country)


def test_missing_hromadas_are_named_oblast_by_oblast(tmp_path, country):
    path = saved(frame({A: SQUARES[A]}), tmp_path / "one.geojson")

    assert faults_of(path, country) == [
        f"one.geojson: Область 18: hromadas missing (2): Гамма ({C}), Дельта ({D})",
        f"one.geojson: Область 53: hromadas missing (1): Бета ({B})",
    ]


def test_partial_import_takes_what_is_there(tmp_path, country):
    path = saved(frame({A: SQUARES[A]}), tmp_path / "one.geojson")

    found = read_boundaries(path, country, partial=True)

    assert list(found.boundaries) == [A]
    assert set(found.missing) == {B, C, D}
    assert [str(warning) for warning in found.warnings] == [
        "one.geojson: hromadas not in the file stay approximate: 3"
    ]


def test_every_fault_is_reported_at_once_by_name_and_code(tmp_path, country):
    unknown = "UA53020990000099999"
    rows = [
        (A, SQUARES[A]),
        (A, SQUARES[A]),
        (B, shapely.union(SQUARES[B], shapely.box(30.3, 49, 30.6, 49.5))),
        (C, shapely.Point(31.2, 49.2)),
        (unknown, SQUARES[D]),
        (None, shapely.box(33, 49, 33.1, 49.1)),
    ]
    path = saved(frame(rows), tmp_path / "borders.gpkg")

    assert faults_of(path, country) == [
        f"borders.gpkg: Альфа ({A}) stands in the file 2 times: expected once",
        f"borders.gpkg: Область 18: hromadas missing (1): Дельта ({D})",
        f"borders.gpkg: feature 5 «?» has the code {unknown}, which no hromada has",
        "borders.gpkg: feature 6 «?» has no code",
        f"borders.gpkg: Гамма ({C}) is a Point, not an area",
        f"borders.gpkg: Альфа ({A}) and Бета ({B}) overlap by 809.48 km²",
    ]


def test_empty_geometry_is_a_fault(tmp_path, country):
    path = saved(frame({**{code: SQUARES[code] for code in HROMADAS}, D: None}), tmp_path / "borders.geojson")

    assert faults_of(path, country) == [f"borders.geojson: Дельта ({D}) has no geometry"]


def test_hromada_abroad_is_a_fault_with_its_place(tmp_path, country):
    shapes = {**{code: SQUARES[code] for code in HROMADAS}, D: shapely.box(10, 45, 10.5, 45.5)}

    (fault,) = faults_of(saved(frame(shapes), tmp_path / "borders.geojson"), country)

    assert f"Дельта ({D}) lies at 10.0…10.5° E, 45.0…45.5° N, outside Ukraine" in fault


def test_invalid_geometry_is_repaired_and_said(tmp_path, country):
    bow_tie = shapely.Polygon([(31.5, 49), (32, 49.5), (32, 49), (31.5, 49.5)])
    path = saved(frame({A: SQUARES[A], B: SQUARES[B], C: SQUARES[C], D: bow_tie}), tmp_path / "borders.gpkg")

    found = read_boundaries(path, country)

    assert [str(warning) for warning in found.warnings] == [
        f"borders.gpkg: Дельта ({D}) was repaired: Self-intersection[31.75 49.25]"
    ]
    assert found.boundaries[D].is_valid
    assert found.boundaries[D].area == pytest.approx(0.125)


def test_lines_and_points_beside_an_area_are_left_out_and_said(tmp_path, country):
    mixed = shapely.GeometryCollection([SQUARES[D], shapely.Point(31.6, 49.2)])
    path = saved(frame({A: SQUARES[A], B: SQUARES[B], C: SQUARES[C], D: mixed}), tmp_path / "borders.geojson")

    found = read_boundaries(path, country)

    assert_is_the_country(found)
    assert [str(warning) for warning in found.warnings] == [
        f"borders.geojson: Дельта ({D}): lines and points in it were left out"
    ]


def test_hairline_overlaps_are_closed_and_said(tmp_path, country):
    wider = shapely.box(30.5, 49, 31.00002, 49.5)
    path = saved(frame({A: SQUARES[A], B: wider, C: SQUARES[C], D: SQUARES[D]}), tmp_path / "borders.gpkg")

    found = read_boundaries(path, country)

    (warning,) = found.warnings
    assert str(warning).startswith("borders.gpkg: hairline overlaps were closed: 1, together 0.08")
    assert shapely.coverage_is_valid(list(found.boundaries.values()))


def test_swapped_coordinates_are_swapped_back_and_said(tmp_path, country):
    swapped = {code: shapely.transform(SQUARES[code], lambda xy: xy[:, ::-1]) for code in HROMADAS}

    found = read_boundaries(saved(frame(swapped), tmp_path / "borders.geojson"), country)

    assert_is_the_country(found)
    assert [str(warning) for warning in found.warnings] == [
        "borders.geojson: the file gives latitude before longitude; they were swapped back"
    ]


def test_special_city_is_taken_where_present(tmp_path, country):
    found = read_boundaries(saved(frame(SQUARES), tmp_path / "borders.geojson"), country)

    assert list(found.boundaries) == sorted([*HROMADAS, CITY])


def test_features_that_are_no_hromadas_are_left_out_and_said(tmp_path, country):
    district = "UA80000000000126643"
    crimean = "UA01020010000048857"
    shapes = {code: SQUARES[code] for code in HROMADAS}
    extra = {district: shapely.box(30.1, 49.1, 30.2, 49.2), crimean: shapely.box(34, 45, 34.1, 45.1)}
    raion_centre = [("UA53020000000026686", shapely.box(30, 49, 31, 49.5)), (None, shapely.Point(30, 49))]
    path = saved(frame([*shapes.items(), *extra.items(), *raion_centre]), tmp_path / "borders.geojson")

    found = read_boundaries(path, country)

    assert_is_the_country(found)
    (warning,) = found.warnings
    assert "left out: 4: " in str(warning)
    assert district in str(warning)
    assert crimean in str(warning)


def test_exclusion_zone_is_taken_by_its_p_code_and_not_by_the_oblasts_code(tmp_path, country):
    zone = shapely.box(29, 51, 29.5, 51.5)
    by_p_code = {**{code[:9]: SQUARES[code] for code in HROMADAS}, ZONE[:9]: zone}
    by_katottg = {**{code: SQUARES[code] for code in HROMADAS}, ZONE: zone}

    taken = read_boundaries(saved(frame(by_p_code), tmp_path / "p.geojson"), country)
    left = read_boundaries(saved(frame(by_katottg), tmp_path / "k.geojson"), country)

    assert set(taken.boundaries) == {*HROMADAS, ZONE}
    assert set(left.boundaries) == set(HROMADAS)


def test_file_without_hromada_codes_is_refused_with_its_fields(tmp_path, country):
    path = saved(frame(field="iso"), tmp_path / "borders.geojson")

    with pytest.raises(UsageError, match=r"no codes of hromadas.*found the fields iso, name"):
        read_boundaries(path, country)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("borders.geojson", b"<!DOCTYPE html><html></html>", "cannot be read as a boundary file"),
        ("borders.geojson", b"", "cannot be read as a boundary file"),
        ("borders.geojson.gz", b"not gzip", "cannot be read as a boundary file"),
        ("borders.zip", b"not zip", "cannot be read as a boundary file"),
        ("borders.gpkg", b"SQLite format 3\x00 torn", "cannot be read as a boundary file"),
        ("borders.parquet", b"PAR1", "cannot be read as a boundary file"),
        ("borders.docx", b"", "no ending of a boundary file"),
    ],
)
def test_broken_file_is_refused_with_a_sentence(tmp_path, country, name, content, says):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UsageError, match=says):
        read_boundaries(tmp_path / name, country)


def test_absent_file_is_refused_with_a_sentence(tmp_path, country):
    with pytest.raises(UsageError, match="is not there"):
        read_boundaries(tmp_path / "borders.geojson", country)


def test_zip_without_map_is_refused(tmp_path, country):
    with zipfile.ZipFile(tmp_path / "borders.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")

    with pytest.raises(UsageError, match="no codes of hromadas"):
        read_boundaries(tmp_path / "borders.zip", country)


def test_layer_for_the_browser_is_compact_deterministic_geojson():
    shapes = {A: shapely.Polygon([(30.123456, 49), (31, 49), (31, 50), (30.123456, 50)]), B: SQUARES[B]}
    said = {A: {"code": A, "name": "Альфа «1»"}, B: {"code": B}}

    layer = boundary_layer_json(shapes, said)

    first, second = json.loads(layer)["features"]
    assert layer == boundary_layer_json(shapes, said)
    assert [first["properties"], second["properties"]] == [said[A], said[B]]
    assert first["geometry"] == {
        "type": "Polygon",
        "coordinates": [[[30.1235, 49.0], [31.0, 49.0], [31.0, 50.0], [30.1235, 50.0], [30.1235, 49.0]]],
    }
    assert b", " not in layer


def test_rounding_keeps_shared_borders_shared():
    rng = np.random.default_rng(7)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(rng.uniform([30, 49], [31, 50], (200, 2))))
    )
    shapes = {str(number): cell for number, cell in enumerate(cells)}

    layer = json.loads(boundary_layer_json(shapes, {code: {} for code in shapes}, decimals=3))

    assert shapely.coverage_is_valid([shapely.geometry.shape(one["geometry"]) for one in layer["features"]])


@pytest.fixture(scope="module")
def ukraine():
    return read_gazetteer(Path(__file__).parents[2] / "geodata")


@pytest.fixture
def real_file():
    def find(name):
        if not (REAL / name).exists():
            pytest.skip(f"no real boundaries to read: {name} is not beside the repository")
        return REAL / name

    return find


def test_real_boundaries_of_the_whole_country_are_imported(ukraine, real_file):
    found = read_boundaries(real_file("hromadas_100m.geojson"), ukraine)

    assert len(found.boundaries) == 1_469
    assert found.missing == ()
    assert [warning.message.split(":")[0] for warning in found.warnings] == ["hairline overlaps were closed"]
    assert shapely.coverage_is_valid(list(found.boundaries.values()))


@pytest.mark.parametrize(
    ("name", "oblast", "count"),
    [("poltava", "Полтавська", 60), ("zhytomyr", "Житомирська", 66), ("zaporizhzhia", "Запорізька", 67)],
)
def test_real_file_of_one_oblast_needs_a_partial_import(ukraine, real_file, name, oblast, count):
    path = real_file(f"pilot_{name}_hromadas_full.geojson")

    faults = faults_of(path, ukraine)
    found = read_boundaries(path, ukraine, partial=True)

    assert len(faults) == 23
    assert all("hromadas missing (" in fault for fault in faults)
    assert not any(f": {oblast}: " in fault for fault in faults)
    assert (len(found.boundaries), len(found.missing)) == (count, 1_469 - count)


def test_real_districts_of_kyiv_are_left_out(ukraine, real_file):
    found = read_boundaries(real_file("kyiv_city_and_districts.geojson"), ukraine, partial=True)

    assert list(found.boundaries) == [CITY]
    assert any("Голосіївський район (UA80000000000126643)" in str(warning) for warning in found.warnings)


def test_file_of_raions_is_not_taken_for_hromadas(ukraine, real_file):
    with pytest.raises(UsageError, match="no codes of hromadas"):
        read_boundaries(real_file("raions_200m.geojson"), ukraine)
