"""Maps are drawn: each letter is a settlement of the area with that name, each column and row a few km."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from mapapp.analysis.boundaries import (
    SIMPLIFICATION_LEVELS_M,
    SettlementPoints,
    cleaned_coverage,
    complete_with_approximation,
    dissolve,
    reconstruct_boundaries,
    simplified,
)
from mapapp.domain.geo import METRIC_CRS
from mapapp.files.gazetteer import read_areas_outside_hromadas, read_gazetteer

REPOSITORY = Path(__file__).parents[2]
REAL = REPOSITORY.parent / "shared" / "geodata" / "real" / "hromadas_100m.geojson"
TO_METRES = Transformer.from_crs(4326, METRIC_CRS, always_xy=True)


def drawn(picture, km=5.0):
    rows = [row.strip() for row in picture.strip().splitlines()]
    places = [
        (column * km * 1000, -row * km * 1000, letter)
        for row, letters in enumerate(rows)
        for column, letter in enumerate(letters)
        if letter.isalpha()
    ]
    x, y, area = zip(*places, strict=True)
    lon, lat = TO_METRES.transform(x, y, direction="INVERSE")
    return SettlementPoints(lon=np.array(lon), lat=np.array(lat), area=area)


def in_metres(area):
    return shapely.transform(area, lambda lonlat: np.column_stack(TO_METRES.transform(*lonlat.T)))


def km2(area):
    return in_metres(area).area / 1e6


def holds(area, x_km, y_km):
    return shapely.contains_xy(in_metres(area), x_km * 1000, y_km * 1000)


def test_border_of_two_hromadas_runs_halfway():
    boundaries = reconstruct_boundaries(drawn("a..b", km=5), {})

    border_km = shapely.get_coordinates(in_metres(boundaries["a"] & boundaries["b"]))[:, 0] / 1000

    assert border_km == pytest.approx(7.5, abs=0.1)


def test_known_areas_move_the_border():
    picture = """
        a...b
        a...b
        a...b
    """

    boundaries = reconstruct_boundaries(drawn(picture), {"a": 2.0, "b": 1.0})

    assert km2(boundaries["a"]) / km2(boundaries["b"]) == pytest.approx(2.0, abs=0.2)


def test_settlements_of_one_hromada_have_no_border_between_them():
    boundaries = reconstruct_boundaries(
        drawn("""
            aaa
            aab
            abb
        """),
        {},
    )

    assert {area.geom_type for area in boundaries.values()} == {"Polygon"}


def test_hamlet_amid_another_hromada_stays_in_its_own():
    boundaries = reconstruct_boundaries(
        drawn(
            """
            aaa.bbbb
            aaa.bbab
            aaa.bbbb
            """,
            km=3,
        ),
        {"a": 100.0, "b": 1_000.0},
    )

    assert holds(boundaries["a"], x_km=6 * 3, y_km=-1 * 3)
    assert not holds(boundaries["b"], x_km=6 * 3, y_km=-1 * 3)


def test_wide_bay_is_sea_and_narrow_one_is_land():
    wide = reconstruct_boundaries(
        drawn("""
            a.......a
            a.......a
            a.......a
            a.......a
            aaaaaaaaa
        """),
        {},
    )
    narrow = reconstruct_boundaries(
        drawn("""
            a..a
            a..a
            a..a
            a..a
            aaaa
        """),
        {},
    )

    assert not holds(wide["a"], x_km=20, y_km=-2)
    assert holds(narrow["a"], x_km=7.5, y_km=-4)


def test_empty_land_amid_settlements_is_not_a_hole():
    boundaries = reconstruct_boundaries(
        drawn("""
            aaaaaaaaaaaa
            a..........b
            a..........b
            a..........b
            a..........b
            a..........b
            a..........b
            bbbbbbbbbbbb
        """),
        {},
    )

    assert not shapely.union_all(list(boundaries.values())).interiors


def test_outline_passes_a_little_beyond_the_outermost_settlements():
    boundaries = reconstruct_boundaries(drawn("aaaaaaa\naaaaaaa\naaaaaaa"), {})

    west_km, south_km, east_km, north_km = np.array(in_metres(boundaries["a"]).bounds) / 1000

    assert (west_km, south_km, east_km, north_km) == pytest.approx((-1.5, -11.5, 31.5, 1.5), abs=0.2)


def test_lone_city_with_much_land_is_a_disc_among_its_neighbours():
    picture = """
        bbbbbbbbb
        bbbbbbbbb
        bbb...bbb
        bbb.a.bbb
        bbb...bbb
        bbbbbbbbb
        bbbbbbbbb
    """

    boundaries = reconstruct_boundaries(drawn(picture), {"a": 300.0, "b": 1100.0})

    assert km2(boundaries["a"]) == pytest.approx(300, rel=0.25)


def test_areas_without_room_for_both_are_refused():
    places = SettlementPoints(lon=np.full(3, 31.0), lat=np.full(3, 49.0), area=["a", "b", "c"])

    with pytest.raises(ValueError, match="no land"):
        reconstruct_boundaries(places, {})


@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.integers(0, 15), st.sampled_from("abcd")),
        min_size=1,
        max_size=25,
        unique_by=lambda place: place[:2],
    )
)
@settings(max_examples=40, deadline=None)
def test_any_settlements_give_a_valid_coverage_with_every_area_in_it(places):
    x, y, area = zip(*places, strict=True)
    lon, lat = TO_METRES.transform(np.array(x) * 2_500.0, np.array(y) * 2_500.0, direction="INVERSE")

    boundaries = reconstruct_boundaries(SettlementPoints(np.array(lon), np.array(lat), area), {"a": 50.0})

    assert list(boundaries) == sorted(set(area))
    assert shapely.coverage_is_valid(list(boundaries.values()))
    assert shapely.is_valid(list(boundaries.values())).all()
    at_home = shapely.contains_xy([boundaries[code] for code in area], lon, lat)
    assert at_home.all()


def test_settlement_arrays_must_be_of_one_length_and_not_empty():
    with pytest.raises(ValueError, match="differ in length"):
        SettlementPoints(lon=np.zeros(2), lat=np.zeros(2), area=["a"])
    with pytest.raises(ValueError, match="without settlements"):
        SettlementPoints(lon=np.zeros(0), lat=np.zeros(0), area=[])


FOUR_HROMADAS = {
    "a": shapely.box(30, 49, 30.5, 49.5),
    "b": shapely.box(30.5, 49, 31, 49.5),
    "c": shapely.box(31, 49, 31.5, 49.5),
    "d": shapely.box(31.5, 49, 32, 49.5),
}


def test_raion_outline_is_exactly_that_of_its_hromadas():
    raions = dissolve(FOUR_HROMADAS, {"a": "west", "b": "west", "c": "east"})

    assert list(raions) == ["east", "west"]
    assert raions["west"].equals(shapely.box(30, 49, 31, 49.5))
    assert raions["east"].equals(FOUR_HROMADAS["c"])


def test_imported_areas_stay_and_the_rest_is_approximated_around_them():
    imported = {"b": shapely.box(30.4, 49, 31.0, 49.5)}

    completed = complete_with_approximation(imported, FOUR_HROMADAS)

    assert list(completed) == ["a", "b", "c", "d"]
    assert completed["b"].equals(imported["b"])
    assert completed["a"].equals(shapely.box(30, 49, 30.4, 49.5))
    assert completed["c"].equals(FOUR_HROMADAS["c"])
    assert shapely.coverage_is_valid(list(completed.values()))


def test_gap_enclosed_by_imported_and_approximate_areas_is_filled():
    """Around `b`, drawn as a square, `a` was imported with a wider hole."""
    hole = shapely.box(30.2, 49.2, 30.8, 49.8)
    imported = {"a": shapely.box(30, 49, 31, 50) - hole}
    approximate = {"a": imported["a"], "b": shapely.box(30.3, 49.2, 30.7, 49.7)}

    completed = complete_with_approximation(imported, approximate)

    assert completed["b"].equals(hole)
    assert completed["a"].equals(imported["a"])


def test_lake_among_imported_areas_stays_a_lake():
    imported = {"a": shapely.box(30, 49, 31, 50) - shapely.box(30.2, 49.2, 30.8, 49.8)}

    completed = complete_with_approximation(imported, {"b": shapely.box(31, 49, 32, 50)})

    assert completed["a"].equals(imported["a"])
    assert completed["b"].equals(shapely.box(31, 49, 32, 50))


def test_approximate_area_the_imported_ones_cover_is_left_out():
    completed = complete_with_approximation({"b": shapely.box(29, 48, 31, 50)}, FOUR_HROMADAS)

    assert list(completed) == ["b", "c", "d"]


def test_hairline_gaps_and_overlaps_are_closed():
    ragged = {
        "a": shapely.Polygon([(0, 0), (1, 0), (1 + 1e-9, 0.5), (1, 1), (0, 1)]),
        "b": shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1 - 1e-9, 0.4)]),
    }
    assert not shapely.coverage_is_valid(list(ragged.values()))

    cleaned = cleaned_coverage(ragged)

    assert list(cleaned) == ["a", "b"]
    assert shapely.coverage_is_valid(list(cleaned.values()))
    assert cleaned["a"].area == pytest.approx(1, abs=1e-6)


@pytest.fixture(scope="module")
def gazetteer():
    return read_gazetteer(REPOSITORY / "geodata")


@pytest.fixture(scope="module")
def settlements(gazetteer):
    placed = [place for place in gazetteer.settlements.values() if place.point is not None]
    return SettlementPoints(
        lon=np.array([place.point.lon for place in placed]),
        lat=np.array([place.point.lat for place in placed]),
        area=[place.area for place in placed],
    )


@pytest.fixture(scope="module")
def country(gazetteer, settlements):
    hromadas_km2 = {code: unit.area_km2 for code, unit in gazetteer.hromadas.items() if unit.area_km2}
    others_km2 = read_areas_outside_hromadas(REPOSITORY / "geodata")
    return reconstruct_boundaries(settlements, {**hromadas_km2, **others_km2})


def test_every_area_of_the_country_is_drawn_in_an_exact_coverage(country, gazetteer, settlements):
    areas = np.array(list(country.values()))

    assert set(country) == set(settlements.area)
    assert set(gazetteer.hromadas) <= set(country)
    assert len(country) == 1_469 + 2 + 10 + 1  # hromadas, Kyiv and Sevastopol, raions of Crimea, the zone
    assert shapely.is_valid(areas).all()
    assert not shapely.is_empty(areas).any()
    assert shapely.coverage_is_valid(areas)


def test_country_is_one_land_and_one_island_without_holes(country):
    land = shapely.get_parts(shapely.coverage_union_all(list(country.values())))

    assert len(land) == 2  # Zmiinyi Island is the second
    assert not any(part.interiors for part in land)
    assert sum(km2(part) for part in land) == pytest.approx(599_000, rel=0.01)


def test_settlements_lie_in_their_own_area(country, settlements):
    own = np.array([country[code] for code in settlements.area])

    outside = ~shapely.intersects_xy(own, settlements.lon, settlements.lat)

    # Those left over share a kilometre with a settlement of another hromada.
    assert outside.sum() <= 30


def test_same_settlements_give_the_same_bytes(settlements):
    poltava = [index for index, code in enumerate(settlements.area) if code.startswith("UA53")]
    places = SettlementPoints(
        settlements.lon[poltava], settlements.lat[poltava], [settlements.area[i] for i in poltava]
    )

    first, second = (list(reconstruct_boundaries(places, {}).values()) for _ in range(2))

    assert [area.wkb for area in first] == [area.wkb for area in second]


def test_progress_is_told_from_start_to_end():
    told = []

    reconstruct_boundaries(drawn("a.b"), {}, lambda step, done, total: told.append((step, done, total)))

    assert told == [("Drawing approximate boundaries", done, 5) for done in range(6)]


def test_simplified_borders_stay_shared_and_lose_vertices(country):
    vertices = {}
    for name, tolerance_m in SIMPLIFICATION_LEVELS_M.items():
        drawn_areas = list(simplified(country, tolerance_m).values())
        vertices[name] = int(shapely.get_num_coordinates(drawn_areas).sum())
        assert shapely.coverage_is_valid(drawn_areas), name
        assert not shapely.is_empty(drawn_areas).any(), name

    assert vertices["national"] < vertices["oblast"] < vertices["full"]
    assert vertices["national"] < 80_000


@pytest.fixture(scope="module")
def real():
    if not REAL.exists():
        pytest.skip(f"no real boundaries to compare with: {REAL.name} is not beside the repository")
    features = json.loads(REAL.read_text(encoding="utf-8"))["features"]
    return {
        feature["properties"]["code"]: shapely.make_valid(shapely.geometry.shape(feature["geometry"]))
        for feature in features
    }


@pytest.mark.parametrize(
    ("prefix", "naive", "at_least"),
    [
        pytest.param("UA", 0.74, 0.772, id="Ukraine"),
        pytest.param("UA53", 0.79, 0.81, id="Poltava"),
        pytest.param("UA18", 0.79, 0.805, id="Zhytomyr"),
        pytest.param("UA23", 0.69, 0.74, id="Zaporizhzhia"),
    ],
)
def test_overlap_with_the_real_boundaries_beats_dissolved_voronoi_cells(
    country, real, prefix, naive, at_least
):
    codes = [code for code in real if code.startswith(prefix)]
    approximate, actual = [in_metres(np.array([side[code] for code in codes])) for side in (country, real)]

    shared = shapely.area(shapely.intersection(approximate, actual))
    overlap = np.median(shared / (shapely.area(approximate) + shapely.area(actual) - shared))

    assert overlap >= at_least > naive, f"median IoU {overlap:.4f}"
