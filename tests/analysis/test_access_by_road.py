"""Access measured in seconds by road: a drawn road by hand, and real ones against each trip asked for."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from drawn_country import DAY, SERVICE, TABLE, Offer, draw

from mapapp import roads
from mapapp.analysis.access_costs import of_service, road_costs, ways_by_road
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import answer_access, service_access
from mapapp.analysis.road_building import build_network
from mapapp.analysis.road_graph import RoadGraph
from mapapp.analysis.supply import Form
from mapapp.domain.accessibility import AccessQuery, Threshold, TravelCost
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import TravelMode
from mapapp.settings import read_settings

CAR = TravelMode.CAR

# A road from a to c, 9 km each way, driven at 36 km/h: 900 s. No road comes near d.
#
#   a===b===c   d        A = a, b     C = c     D = d
#
MAP = draw("abc.d", "ab c d")


@pytest.fixture(scope="module")
def road():
    nodes = [MAP.drawn[MAP.settlement(letter)] for letter in "abc"]
    network = build_network(
        node_id=np.arange(3),
        lon_e7=np.array([round(lon * 1e7) for lon, _ in nodes], np.int32),
        lat_e7=np.array([round(lat * 1e7) for _, lat in nodes], np.int32),
        line_start=np.array([0, 3]),
        car_m_s=np.full((1, 2), 10, np.float32),
        foot_m_s=np.full((1, 2), 1, np.float32),
        car_starts=np.ones(1, np.bool_),
        stops_car=np.zeros(0, np.int64),
        stops_foot=np.zeros(0, np.int64),
    )
    return RoadGraph(network)


def access(graph, *offers, limit_s=1_000.0):
    offered = of_service(MAP.supply(*offers), SERVICE)
    ways = ways_by_road(MAP.layout, offered, graph, CAR, limit_s)
    return service_access(AccessInputs(MAP.layout, MAP.people, MAP.scope, offered, ways))


def test_seconds_by_road_are_counted_like_metres(road):
    found = access(road, Offer("b", "AC", capacity=8))
    assert found.standing.nearest == pytest.approx([900, 0, 900, np.inf], abs=2)
    # 900 of 1000 s is the third zone.
    assert found.standing.places[:3] == pytest.approx(np.array([0.22, 1, 0.22]) * 8 / 144)
    query = AccessQuery(SERVICE, DAY, Threshold(1_000.0, TravelCost.CAR))
    assert answer_access(query, TABLE, found).whole.people.covered.value == 300


def test_the_nearest_by_road_is_found_beyond_the_threshold_too(road):
    for limit_s in (
        100,
        300,
        600,
    ):  # so that it is found by the last search, by a wider one and by a wide one
        found = access(road, Offer("c", "AC"), Offer("b", "C"), Offer("a", "D"), limit_s=limit_s)
        assert found.standing.nearest == pytest.approx([1_800, 900, 0, np.inf], abs=3)
        assert found.standing.is_covered.tolist() == [False, False, True, False]


def test_where_no_road_is_near_it_is_unknown_unless_somebody_comes(road):
    assert access(road, Offer("a", "D")).standing.is_unknown.tolist() == [False] * 3 + [True]
    assert access(road, Offer("a", "AC")).standing.is_uncovered.tolist() == [False, False, True, True]
    assert access(road, Offer("a", "D", form=Form.COMES)).standing.is_covered[3]


def test_a_lost_road_leaves_those_beyond_it_without(road):
    lon, lat = (MAP.drawn[1] + MAP.drawn[2]) / 2
    lost = road.with_closed([shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)])
    standing = access(lost, Offer("b", "AC")).standing
    assert standing.is_covered.tolist() == [True, True, False, False]
    assert standing.is_uncovered[2]
    assert np.isinf(standing.nearest[2])


def test_nothing_at_a_site_needs_no_road(road):
    assert access(road, Offer("b", "A", form=Form.REMOTE)).standing.is_remote_only.tolist() == [
        True,
        True,
        False,
        False,
    ]


@pytest.fixture(scope="module")
def krems(shared_dir, tmp_path_factory):
    settings = read_settings({"MAPAPP_DATA_DIR": str(tmp_path_factory.mktemp("krems"))})
    roads.import_roads(settings, shared_dir / "geodata" / "real" / "osm" / "krems.osm.pbf")
    return roads.load_roads(settings)


def test_on_real_roads_each_cost_is_the_trip_that_one_would_ask_for(krems):
    # The drawing's settlements moved to places on both banks of the Danube at Krems.
    country = draw("abcd", "ab c d")
    places = [(15.6141, 48.4090), (15.6005, 48.4115), (15.6250, 48.3925), (15.6230, 48.3960)]
    lon, lat = np.array(places).T
    layout = replace(country.layout, lon=lon, lat=lat)
    points = [LonLat(*place) for place in places]
    costs = road_costs(layout, points, krems, CAR, 1_200.0).toarray()
    for row, origin in enumerate(points):
        trips = krems.trips(origin, points, CAR)
        assert costs[row] == pytest.approx([trip.travel_s for trip in trips], abs=0.05)
    offered = replace(
        country.supply(Offer("c", "AC"), Offer("a", "D")), site_lon=lon[[2, 0]], site_lat=lat[[2, 0]]
    )
    limit_s = float(costs[0, 2]) + 1
    ways = ways_by_road(layout, offered, krems, CAR, limit_s)
    assert ways.nearest == pytest.approx([costs[0, 2], costs[1, 2], 0, costs[3, 0]], abs=0.05)
    assert ways.is_measured.all()
    assert (ways.cost <= limit_s).all()
