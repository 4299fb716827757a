"""Roads of real extracts, from the file to the trip, against what is known of the places."""

from datetime import date

import numpy as np
import pytest
import shapely
from pyproj import Geod

from mapapp import roads
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import TravelMode
from mapapp.settings import read_settings

CAR, FOOT = TravelMode.CAR, TravelMode.FOOT
WGS84 = Geod(ellps="WGS84")
NAMES = ("andorra", "krems", "monaco", "north-bayreuth")


@pytest.fixture(scope="module")
def imported(shared_dir, tmp_path_factory):
    """The settings of an installation with the roads of an extract, each imported once."""
    done = {}

    def settings_of(name):
        if name not in done:
            settings = read_settings({"MAPAPP_DATA_DIR": str(tmp_path_factory.mktemp(name))})
            roads.import_roads(settings, shared_dir / "geodata" / "real" / "osm" / f"{name}.osm.pbf")
            done[name] = settings
        return done[name]

    return settings_of


@pytest.fixture(scope="module")
def network(imported):
    return lambda name: roads.load_roads(imported(name))


def trip(graph, here, there, mode=CAR):
    return graph.trips(here, [there], mode)[0]


# Andorra: the CG-2 climbs from Andorra la Vella over Encamp (7 km) to Pas de la Casa (about 30 km), by the
# pass of Envalira (2408 m) or the tunnel beside it; there is no other way. The CG-3 comes down from Ordino
# (8 km).
ANDORRA_LA_VELLA, ENCAMP = LonLat(1.5218, 42.5063), LonLat(1.5837, 42.5360)
PAS_DE_LA_CASA, ORDINO = LonLat(1.7337, 42.5427), LonLat(1.5335, 42.5562)


def test_the_main_road_of_andorra_is_as_long_as_it_is(network):
    graph = network("andorra")
    assert 6_000 < trip(graph, ANDORRA_LA_VELLA, ENCAMP).road_m < 8_500
    assert 7_000 < trip(graph, ORDINO, ANDORRA_LA_VELLA).road_m < 9_500
    over_the_pass = trip(graph, ANDORRA_LA_VELLA, PAS_DE_LA_CASA)
    assert 28_000 < over_the_pass.road_m < 36_000
    assert 25 * 60 < over_the_pass.travel_s < 60 * 60


def test_the_route_over_the_pass_is_drawn_as_long_as_it_is(network):
    graph = network("andorra")
    route = graph.route(ANDORRA_LA_VELLA, PAS_DE_LA_CASA, CAR)
    lon, lat = zip(*((point.lon, point.lat) for point in route.line), strict=True)
    assert WGS84.line_length(lon, lat) == pytest.approx(route.trip.road_m, rel=1e-3)
    assert len(route.line) > 300


def test_with_the_pass_and_the_tunnel_closed_nobody_gets_across(network):
    closed = network("andorra").with_closed([shapely.box(1.709, 42.50, 1.712, 42.60)])
    assert trip(closed, ANDORRA_LA_VELLA, PAS_DE_LA_CASA) is None
    assert trip(closed, PAS_DE_LA_CASA, ANDORRA_LA_VELLA, FOOT) is None
    assert trip(closed, ANDORRA_LA_VELLA, ENCAMP).road_m < 8_500


# Krems: in this extract the St. Pöltner Brücke (B37) is the only crossing of the Danube; the Wachaubrücke
# (B35) crosses the small river Krems near its mouth.
OLD_TOWN, SOUTH_BANK = LonLat(15.6141, 48.4090), LonLat(15.6250, 48.3925)
DANUBE_BRIDGE = shapely.box(15.622, 48.3985, 15.628, 48.4065)
WACHAUBRUECKE = shapely.box(15.6068, 48.4110, 15.6078, 48.4118)


@pytest.mark.parametrize("mode", TravelMode)
def test_without_its_only_bridge_the_danube_is_not_crossed(network, mode):
    graph = network("krems")
    assert 3_000 < trip(graph, OLD_TOWN, SOUTH_BANK, mode).road_m < 5_500
    assert trip(graph.with_closed([DANUBE_BRIDGE]), OLD_TOWN, SOUTH_BANK, mode) is None


def test_a_broken_bridge_over_a_small_river_means_a_way_round(network):
    graph = network("krems")
    west, east = LonLat(15.6030, 48.4122), LonLat(15.6085, 48.4125)
    straight_on, way_round = trip(graph, west, east), trip(graph.with_closed([WACHAUBRUECKE]), west, east)
    assert straight_on.road_m < 700
    assert way_round.road_m > 1_200
    assert way_round.travel_s > straight_on.travel_s + 60


# Monaco: Rue Grimaldi is one-way, from Sainte-Dévote down to the south-west.
RUE_GRIMALDI = LonLat(7.42116, 43.73674), LonLat(7.41849, 43.73426)
MONTE_CARLO, LA_CONDAMINE = LonLat(7.4252, 43.7389), LonLat(7.4216, 43.7346)


def test_a_one_way_street_of_monaco_is_respected(network):
    graph = network("monaco")
    top, bottom = RUE_GRIMALDI
    assert trip(graph, top, bottom).road_m < 450
    assert trip(graph, bottom, top).road_m > 600
    assert trip(graph, bottom, top, FOOT).road_m < 450


def test_in_monaco_stairs_shorten_the_way_on_foot_and_the_car_is_still_quicker(network):
    graph = network("monaco")
    on_foot, by_car = (trip(graph, MONTE_CARLO, LA_CONDAMINE, mode) for mode in (FOOT, CAR))
    assert on_foot.road_m < by_car.road_m
    assert by_car.travel_s < on_foot.travel_s


# Upper Franconia: Neudrossenfeld and Harsdorf lie 5 km apart in a straight line.
def test_a_drive_between_villages_is_somewhat_longer_than_the_straight_line(network):
    there = trip(network("north-bayreuth"), LonLat(11.5011, 50.0183), LonLat(11.5686, 50.0275))
    assert 5_000 < there.road_m < 9_000
    assert 4 * 60 < there.travel_s < 15 * 60


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mode", TravelMode)
def test_no_trip_is_quicker_than_the_highest_speed_allows(imported, network, name, mode):
    box = roads.check_roads(imported(name)).bounds
    random = np.random.default_rng(7)
    places = [
        LonLat(*place)
        for place in random.uniform((box.west, box.south), (box.east, box.north), (60, 2)).tolist()
    ]
    graph = network(name)
    asked = 0
    for origin in places[:10]:
        for place, found in zip(places, graph.trips(origin, places, mode), strict=True):
            if found is not None:
                straight_m = WGS84.inv(origin.lon, origin.lat, place.lon, place.lat)[2]
                assert found.travel_s * graph.fastest_m_s(mode) >= straight_m
                asked += 1
    assert asked > 20


def test_kyiv_is_not_covered_by_roads_of_monaco(network):
    graph, kyiv = network("monaco"), LonLat(30.52, 50.45)
    assert not graph.covers(kyiv, CAR)
    assert graph.trips(kyiv, [MONTE_CARLO], CAR) == [None]


def test_closures_hold_on_their_days_and_asking_again_costs_nothing(imported, tmp_path):
    settings = imported("krems")
    file = tmp_path / "bridge.geojson"
    file.write_text(shapely.to_geojson(DANUBE_BRIDGE))
    march, april = date(2026, 3, 15), date(2026, 4, 15)
    before = roads.load_roads(settings, march)
    roads.close_roads(settings, "міст", file, reason="ремонт", first_day=date(2026, 4, 1))
    assert roads.load_roads(settings, march) is before
    assert trip(roads.load_roads(settings, march), OLD_TOWN, SOUTH_BANK) is not None
    assert trip(roads.load_roads(settings, april), OLD_TOWN, SOUTH_BANK) is None
    assert roads.load_roads(settings, april) is roads.load_roads(settings, date(2026, 4, 16))
    roads.close_roads(settings, "міст", file, last_day=date(2026, 4, 1))
    assert [closure.reason for closure in roads.list_closures(settings)] == [""]
    assert trip(roads.load_roads(settings, april), OLD_TOWN, SOUTH_BANK) is not None
    with pytest.raises(NotFoundError, match="міст"):
        roads.open_roads(settings, "дорога")
    roads.open_roads(settings, "міст")
    assert roads.list_closures(settings) == ()


def test_a_failed_import_leaves_the_roads_there_were(imported, tmp_path):
    settings = imported("monaco")
    before = roads.check_roads(settings)
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"hello")
    with pytest.raises(UsageError):
        roads.import_roads(settings, broken)
    assert roads.check_roads(settings) == before
