"""Trips by road: against a plain search written here, and by what must hold on any map."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from mapapp.analysis.road_access import REACH_M
from mapapp.analysis.road_building import build_network
from mapapp.analysis.road_graph import WALK_M_S, RoadGraph
from mapapp.domain.geo import LonLat
from mapapp.domain.travel import TravelMode

CAR, FOOT = TravelMode.CAR, TravelMode.FOOT
WGS84 = Geod(ellps="WGS84")
WEST, SOUTH = 34.5, 49.5  # Poltava oblast
EAST_M, NORTH_M = 72_400.0, 111_240.0  # a degree there, roughly


def at(x_m: float, y_m: float) -> LonLat:
    """The point so many metres east and north of the map's corner."""
    return LonLat(WEST + x_m / EAST_M, SOUTH + y_m / NORTH_M)


def metres(here: LonLat, there: LonLat) -> float:
    return float(WGS84.inv(here.lon, here.lat, there.lon, there.lat)[2])


@dataclass
class DrawnMap:
    """Nodes by letter, and lines through them."""

    places: dict[str, LonLat]
    lines: list[tuple[str, tuple[float, float], tuple[float, float], bool]] = field(default_factory=list)
    stops_car: str = ""
    stops_foot: str = ""

    def line(self, nodes, car_km_h=(36.0, 36.0), foot_km_h=(3.6, 3.6), *, car_starts=True):
        self.lines.append((nodes, car_km_h, foot_km_h, car_starts))
        return self

    def network(self):
        letters = sorted(self.places)
        nodes = [letter for line, *_ in self.lines for letter in line]
        points = [self.places[letter] for letter in nodes]
        return build_network(
            node_id=np.array([letters.index(letter) * 10 + 5 for letter in nodes], np.int64),
            lon_e7=np.array([round(point.lon * 1e7) for point in points], np.int32),
            lat_e7=np.array([round(point.lat * 1e7) for point in points], np.int32),
            line_start=np.cumsum([0, *(len(line) for line, *_ in self.lines)]),
            car_m_s=np.array([car for _, car, _, _ in self.lines], np.float32) / np.float32(3.6),
            foot_m_s=np.array([foot for _, _, foot, _ in self.lines], np.float32) / np.float32(3.6),
            car_starts=np.array([starts for *_, starts in self.lines], np.bool_),
            stops_car=np.array([letters.index(letter) * 10 + 5 for letter in self.stops_car], np.int64),
            stops_foot=np.array([letters.index(letter) * 10 + 5 for letter in self.stops_foot], np.int64),
        )

    def graph(self, closed=()):
        return RoadGraph(self.network(), closed)


# A town by a river, 1 km squares; only B-E and C-F cross it.
#
#   a---b---c
#       |   |        ~ ~ river
#   d---e---f
#
def town() -> DrawnMap:
    places = {"a": at(0, 1000), "b": at(1000, 1000), "c": at(2000, 1000)}
    places |= {"d": at(0, 0), "e": at(1000, 0), "f": at(2000, 0)}
    return DrawnMap(places).line("abc").line("def").line("be").line("cf")


def seconds(graph, here, there, mode=CAR):
    trip = graph.trips(here, [there], mode)[0]
    return None if trip is None else trip.travel_s


def test_a_trip_takes_its_length_over_its_speed():
    here, there = at(0, 1000), at(2000, 0)
    trip = town().graph().trips(here, [there], CAR)[0]
    assert trip.road_m == pytest.approx(3000, rel=0.003)
    assert trip.travel_s == pytest.approx(300, rel=0.003)
    assert seconds(town().graph(), here, there, FOOT) == pytest.approx(3000, rel=0.003)


def test_a_trip_begins_and_ends_along_a_road_and_counts_the_walk_there():
    trip = town().graph().trips(at(250, 1100), [at(750, 900)], CAR)[0]
    assert trip.road_m == pytest.approx(500, rel=0.003)
    assert trip.travel_s == pytest.approx(50 + 200 / WALK_M_S, rel=0.003)


def test_to_the_same_place_it_takes_no_time():
    graph = town().graph()
    place = at(250, 1500)
    assert graph.trips(place, [place], FOOT)[0].travel_s == 0
    assert graph.nearest_minutes([place], [place], FOOT).tolist() == [0.0]


def test_a_one_way_street_is_left_at_its_end_by_car_and_either_way_on_foot():
    drawn = town()
    drawn.lines = [("abc", (36, 0), (3.6, 3.6), True), ("cfeb", (36, 0), (3.6, 3.6), True)]
    drawn.line("de").line("ad")
    graph = drawn.graph()
    here, there = at(1700, 1000), at(1300, 1000)
    assert graph.trips(here, [there], CAR)[0].road_m == pytest.approx(300 + 3000 + 300, rel=0.003)
    assert graph.trips(there, [here], CAR)[0].road_m == pytest.approx(400, rel=0.003)
    assert graph.trips(here, [there], FOOT)[0].road_m == pytest.approx(400, rel=0.003)


def test_of_two_roads_between_the_same_junctions_the_quicker_counts():
    places = {"a": at(0, 0), "b": at(1000, 0), "m": at(500, 400), "n": at(500, 0)}
    slow_and_straight = DrawnMap(places).line("anb", (10, 10)).line("amb", (90, 90))
    assert seconds(slow_and_straight.graph(), at(0, 0), at(1000, 0)) == pytest.approx(51.2, rel=0.01)
    same_line = DrawnMap(places).line("ab", (10, 10), (0, 0)).line("ba", (40, 20), (3.6, 3.6))
    assert seconds(same_line.graph(), at(0, 0), at(1000, 0)) == pytest.approx(180, rel=0.01)
    assert seconds(same_line.graph(), at(1000, 0), at(0, 0)) == pytest.approx(90, rel=0.01)
    assert seconds(same_line.graph(), at(1000, 0), at(0, 0), FOOT) == pytest.approx(1000, rel=0.01)


def test_a_loop_road_is_travelled_the_short_way_round():
    places = {"s": at(-500, 0), "a": at(0, 0), "b": at(1000, 0), "c": at(1000, 1000), "d": at(0, 1000)}
    graph = DrawnMap(places).line("sa").line("abcda").graph()
    assert graph.trips(at(-500, 0), [at(0, 900)], CAR)[0].road_m == pytest.approx(1400, rel=0.003)


def test_a_bollard_stops_cars_and_lets_people_pass():
    drawn = town()
    drawn.places["g"] = at(1000, 500)
    drawn.lines[2] = ("bge", (36, 36), (3.6, 3.6), True)
    drawn.stops_car = "g"
    graph = drawn.graph()
    north, south = at(1000, 600), at(1000, 400)
    assert graph.trips(north, [south], FOOT)[0].road_m == pytest.approx(200, rel=0.003)
    assert graph.trips(north, [south], CAR)[0].road_m == pytest.approx(400 + 3000 + 400, rel=0.003)
    drawn.stops_foot = "g"
    assert drawn.graph().trips(north, [south], FOOT)[0].road_m == pytest.approx(3800, rel=0.003)


def test_a_barrier_where_roads_meet_cuts_them_all():
    drawn = town()
    drawn.stops_car = "b"
    graph = drawn.graph()
    assert graph.trips(at(500, 1000), [at(1500, 1000)], FOOT)[0].road_m == pytest.approx(1000, rel=0.003)
    from_cut_off = graph.trips(at(500, 1000), [at(2000, 0)], CAR)[0]
    assert from_cut_off.travel_s > 490 / WALK_M_S  # walked past the barrier
    assert graph.trips(at(1500, 1000), [at(1000, 500)], CAR)[0].road_m == pytest.approx(3000, rel=0.003)


def test_nobody_sets_off_on_a_motorway_but_may_travel_along_it():
    drawn = town()
    drawn.lines[0] = ("abc", (110, 110), (0, 0), False)
    graph = drawn.graph()
    assert graph.trips(at(1000, 900), [at(2000, 900)], CAR)[0].travel_s == pytest.approx(20 + 32.7, rel=0.01)
    trip = graph.trips(at(1500, 1010), [at(2000, 900)], CAR)[0]
    assert trip.travel_s > 400 / WALK_M_S  # walked to b-e or c-f


@pytest.mark.parametrize("mode", TravelMode)
def test_where_no_road_is_near_there_are_no_trips(mode):
    graph = town().graph()
    far, near = at(0, -REACH_M - 60), at(0, -REACH_M + 60)
    assert not graph.covers(far, mode)
    assert graph.covers(near, mode)
    assert graph.trips(far, [at(0, 0)], mode) == [None]
    assert graph.trips(at(0, 0), [far, at(0, 0)], mode)[0] is None
    assert graph.route(at(0, 0), far, mode) is None
    for nowhere in (LonLat(-180, -90), LonLat(180, 90), LonLat(0, 0), LonLat(31.5, 46.2)):
        assert not graph.covers(nowhere, mode)


def test_a_scrap_of_road_apart_from_the_rest_does_not_catch_a_place():
    drawn = town()
    drawn.places |= {"x": at(0, 1500), "y": at(100, 1500)}
    drawn.line("xy")
    trip = drawn.graph().trips(at(50, 1510), [at(2000, 1000)], CAR)[0]
    assert trip.travel_s == pytest.approx(510 / WALK_M_S + 195, rel=0.003)


@pytest.mark.parametrize("nodes", ["ab", "aba", "ababa", "aab"])
def test_one_road_however_it_is_drawn_is_a_network(nodes):
    graph = DrawnMap({"a": at(0, 0), "b": at(700, 0)}).line(nodes, (36, 36)).graph()
    trip = graph.trips(at(0, 0), [at(700, 0)], CAR)[0]
    assert trip.road_m == pytest.approx(700, rel=0.003)
    assert graph.route(at(0, 0), at(0, 0), CAR).line == (rounded(at(0, 0)),)


def test_two_junctions_at_one_place_are_joined_by_a_road_without_length():
    drawn = DrawnMap({"a": at(0, 0), "b": at(0, 0), "c": at(500, 0)}).line("ab").line("bc")
    assert drawn.graph().trips(at(0, 0), [at(500, 0)], FOOT)[0].road_m == pytest.approx(500, rel=0.003)


def test_no_targets_have_no_trips():
    graph = town().graph()
    assert list(graph.trips(at(0, 0), [], CAR)) == []
    assert graph.travel_minutes([], [], CAR, 30).shape == (0, 0)
    assert graph.travel_minutes([at(0, 0)], [], CAR, 30).shape == (1, 0)
    assert graph.nearest_minutes([at(0, 0)], [], CAR).tolist() == [math.inf]


def test_a_closed_bridge_lengthens_the_trip_and_two_cut_the_town():
    here, there = at(1000, 990), at(1000, 10)
    graph = town().graph()
    assert graph.trips(here, [there], CAR)[0].road_m == pytest.approx(980, rel=0.003)
    bridge, other = box(900, 400, 1100, 600), box(1900, 400, 2100, 600)
    detour = graph.with_closed([bridge])
    here, there = at(900, 1000), at(900, 0)
    assert graph.trips(here, [there], CAR)[0].road_m == pytest.approx(1200, rel=0.003)
    assert detour.trips(here, [there], CAR)[0].road_m == pytest.approx(3200, rel=0.003)
    assert graph.with_closed([bridge, other]).trips(here, [there], CAR) == [None]
    assert graph.with_closed([bridge, other]).route(here, there, FOOT) is None
    assert graph.trips(here, [there], CAR)[0].road_m == pytest.approx(1200, rel=0.003)


def test_nobody_is_put_on_the_far_bank_of_a_closed_bridge():
    drawn = town()
    drawn.places |= {"u": at(1000, 700), "v": at(1000, 300)}
    drawn.lines[2] = ("buve", (36, 36), (3.6, 3.6), True)
    graph = drawn.graph([box(900, 400, 1100, 600)])
    by_the_bridge = at(1000, 800)  # what is left of the road leads back to its own bank
    trip = graph.trips(by_the_bridge, [at(900, 0)], CAR)[0]
    assert trip.road_m == pytest.approx(200 + 1000 + 1000 + 1100, rel=0.003)
    assert graph.trips(by_the_bridge, [at(1000, 200)], CAR)[0].road_m == pytest.approx(3400, rel=0.003)
    assert graph.trips(at(1000, 900), [by_the_bridge], CAR)[0].road_m == pytest.approx(100, rel=0.003)
    assert not graph.covers(at(1010, 650), CAR)  # outside the area, but its road is closed there
    nearest = graph.nearest_minutes([by_the_bridge], [at(1000, 200), at(1000, 900)], CAR)
    assert nearest[0] == pytest.approx(10 / 60, rel=0.01)


def test_from_inside_a_closed_area_there_are_no_trips():
    graph = town().graph([box(-100, 900, 100, 1100)])
    inside = at(0, 1050)
    assert not graph.covers(inside, CAR)
    assert graph.trips(inside, [at(2000, 0)], CAR) == [None]
    assert graph.trips(at(2000, 0), [inside], FOOT) == [None]
    assert graph.travel_minutes([at(2000, 0)], [inside], CAR, 600).nnz == 0
    assert graph.nearest_minutes([inside], [inside, at(2000, 0)], CAR).tolist() == [math.inf]


def box(west_m, south_m, east_m, north_m):
    low, high = at(west_m, south_m), at(east_m, north_m)
    return shapely.box(low.lon, low.lat, high.lon, high.lat)


def test_a_quicker_way_far_outside_the_first_area_looked_at_is_found():
    # Straight: 2 km at 1 km/h. Round: 40 km at 120 km/h, out to 19 km away.
    places = {"a": at(0, 0), "m": at(1000, 0), "b": at(2000, 0), "p": at(0, 19_000), "q": at(2000, 19_000)}
    drawn = DrawnMap(places).line("amb", (1, 1)).line("apqb", (120, 120))
    assert seconds(drawn.graph(), at(0, 0), at(2000, 0)) == pytest.approx(40 / 120 * 3600, rel=0.003)


def test_a_route_runs_from_road_to_road_and_is_as_long_as_its_trip():
    graph = town().graph()
    route = graph.route(at(250, 1100), at(1750, -100), CAR)
    assert route.trip == graph.trips(at(250, 1100), [at(1750, -100)], CAR)[0]
    lon, lat = zip(*((point.lon, point.lat) for point in route.line), strict=True)
    assert WGS84.line_length(lon, lat) == pytest.approx(route.trip.road_m, rel=1e-4)
    assert metres(route.line[0], at(250, 1000)) < 1
    assert metres(route.line[-1], at(1750, 0)) < 1


def test_threads_share_one_network():
    graph = town().graph()
    asked = [(at(x, 1000), [at(2000 - x, 0)], mode) for x in range(0, 2000, 50) for mode in TravelMode]
    alone = [graph.trips(*question) for question in asked]
    fresh = town().graph()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda question: fresh.trips(*question), asked)) == alone


# Any map: a bent grid with streets missing, one-way, fast, slow or for one mode only.


@st.composite
def any_map(draw):
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = 5
    letters = [chr(0x100 + number) for number in range(side * side * 3)]
    places = {
        letters[row * side + column]: at(
            column * 900 + random.uniform(-250, 250), row * 900 + random.uniform(-250, 250)
        )
        for row in range(side)
        for column in range(side)
    }
    drawn = DrawnMap(places)
    bends = iter(letters[side * side :])
    for row in range(side):
        for column in range(side):
            here = letters[row * side + column]
            for down, right in ((0, 1), (1, 0)):
                if row + down < side and column + right < side and random.random() < 0.85:
                    there = letters[(row + down) * side + column + right]
                    bend = next(bends)
                    middle = [
                        (places[here].lon + places[there].lon) / 2,
                        (places[here].lat + places[there].lat) / 2,
                    ]
                    places[bend] = LonLat(*(middle + random.uniform(-0.002, 0.002, 2)))
                    km_h = float(random.choice([15, 30, 60, 110]))
                    one_way = random.random() < 0.25
                    on_foot = 4.5 * (random.random() < 0.8)
                    by_car = km_h * (random.random() < 0.9 or not on_foot)
                    drawn.line(
                        here + bend + there,
                        (by_car, 0.0 if one_way else by_car),
                        (on_foot, on_foot),
                        car_starts=km_h < 110,
                    )
    asked = [at(*random.uniform(-800, 4400, 2)) for _ in range(8)]
    return drawn, asked


class PlainSearch:
    """Every piece of every line searched in plain Python, nothing contracted."""

    def __init__(self, drawn: DrawnMap, mode: TravelMode) -> None:
        self.pieces, self.leads = [], defaultdict(list)
        for nodes, car, foot, car_starts in drawn.lines:
            along, against = car if mode is CAR else foot
            for one, other in pairwise(nodes):
                here, there = (rounded(drawn.places[node]) for node in (one, other))
                length = metres(here, there)
                forth = length / (along / 3.6) if along else math.inf
                back = length / (against / 3.6) if against else math.inf
                if forth < math.inf:
                    self.leads[one].append((other, forth))
                if back < math.inf:
                    self.leads[other].append((one, back))
                if min(forth, back) < math.inf:
                    starts = car_starts or mode is FOOT
                    self.pieces.append((one, other, here, there, forth, back, length, starts))
        parts = defaultdict(float)
        nodes = {node for one, other, *_ in self.pieces for node in (one, other)}
        reach = {node: self.search({node: 0.0}).keys() for node in nodes}
        self.part = {node: min(n for n in reach[node] if node in reach[n]) for node in nodes}
        for one, other, *_, length, _ in self.pieces:
            if self.part[one] == self.part[other]:
                parts[self.part[one]] += length
        self.largest = max(parts, key=parts.get, default=None)

    def search(self, begin):
        done, waiting = {}, [(cost, node) for node, cost in begin.items()]
        heapq.heapify(waiting)
        while waiting:
            cost, node = heapq.heappop(waiting)
            if node not in done:
                done[node] = cost
                for other, more in self.leads[node]:
                    heapq.heappush(waiting, (cost + more, other))
        return done

    def foothold(self, point):
        """The nearest piece, how far along it, and the walk; by projecting onto a plane around the point."""
        east = metres(point, LonLat(point.lon + 1e-3, point.lat)) / 1e-3
        north = metres(point, LonLat(point.lon, point.lat + 1e-3)) / 1e-3
        best = (REACH_M, None, 0.0)
        for piece in self.pieces:
            one, other, here, there, *_, starts = piece
            if not starts or not self.part[one] == self.part[other] == self.largest:
                continue
            ax, ay = (here.lon - point.lon) * east, (here.lat - point.lat) * north
            dx, dy = (there.lon - here.lon) * east, (there.lat - here.lat) * north
            share = min(1.0, max(0.0, -(ax * dx + ay * dy) / (dx * dx + dy * dy)))
            away = math.hypot(ax + share * dx, ay + share * dy)
            if away < best[0]:
                best = (away, piece, share)
        return best

    def seconds(self, origin, target):
        (walk, begin, begin_share), (last_walk, end, end_share) = map(self.foothold, (origin, target))
        if begin is None or end is None:
            return math.inf
        one, other, _, _, forth, back, *_ = begin
        reached = self.search(
            {
                one: 0.0 if begin_share == 0 else begin_share * back,
                other: 0.0 if begin_share == 1 else (1 - begin_share) * forth,
            }
        )
        one, other, _, _, forth, back, *_ = end
        ways = [
            reached.get(one, math.inf) + (0.0 if end_share == 0 else end_share * forth),
            reached.get(other, math.inf) + (0.0 if end_share == 1 else (1 - end_share) * back),
        ]
        if begin is end:
            ahead = end_share - begin_share
            ways.append(ahead * forth if ahead > 0 else 0.0 if ahead == 0 else -ahead * back)
        return min(ways) + (walk + last_walk) / WALK_M_S


def rounded(point):
    return LonLat(round(point.lon * 1e7) / 1e7, round(point.lat * 1e7) / 1e7)


def table(graph, asked, mode):
    rows = [graph.trips(here, asked, mode) for here in asked]
    return np.array([[math.inf if trip is None else trip.travel_s for trip in row] for row in rows])


@settings(max_examples=25)
@given(any_map(), st.sampled_from(TravelMode))
def test_trips_are_those_of_a_plain_search(map_and_places, mode):
    drawn, asked = map_and_places
    plain = PlainSearch(drawn, mode)
    expected = np.array([[plain.seconds(here, there) for there in asked] for here in asked])
    expected[np.diag_indices(len(asked))] = [0.0 if plain.foothold(p)[1] else math.inf for p in asked]
    found = table(drawn.graph(), asked, mode)
    assert np.array_equal(np.isfinite(found), np.isfinite(expected))
    assert found == pytest.approx(expected, rel=1e-4, abs=0.5)


@settings(max_examples=25)
@given(any_map(), st.sampled_from(TravelMode))
def test_what_holds_for_all_trips(map_and_places, mode):
    drawn, asked = map_and_places
    graph = drawn.graph()
    taken_s = table(graph, asked, mode)
    assert [graph.covers(point, mode) for point in asked] == (np.diag(taken_s) == 0).tolist()
    if mode is FOOT:
        assert taken_s == pytest.approx(taken_s.T, rel=1e-6)
    through = (taken_s[:, :, None] + taken_s[None, :, :]).min(axis=1)
    assert (taken_s <= through * (1 + 1e-6) + 1e-3).all()
    straight_m = np.array([[metres(here, there) for there in asked] for here in asked])
    assert (taken_s * graph.fastest_m_s(mode) >= straight_m).all()


@settings(max_examples=15)
@given(any_map(), st.sampled_from(TravelMode))
def test_closing_an_area_never_makes_a_trip_quicker(map_and_places, mode):
    drawn, asked = map_and_places
    graph = drawn.graph()
    closed = graph.with_closed([box(700, 700, 2300, 1900)])
    before, after = table(graph, asked, mode), table(closed, asked, mode)
    assert (after >= before * (1 - 1e-6)).all()
    inside = [not closed.covers(point, mode) for point in asked]
    assert np.isinf(after[inside]).all()


@settings(max_examples=15)
@given(any_map(), st.sampled_from(TravelMode), st.sampled_from([3.0, 15.0, 60.0]))
def test_many_at_once_are_the_same_trips(map_and_places, mode, within_min):
    drawn, asked = map_and_places
    graph = drawn.graph([box(700, 700, 1300, 1900)])
    origins, targets = [*asked, at(90_000, 0)], [*asked[3:], at(-90_000, 0)]
    expected = np.full((len(origins), len(targets)), math.inf)
    expected[: len(asked), : len(targets) - 1] = table(graph, asked, mode)[:, 3:] / 60
    stored = graph.travel_minutes(origins, targets, mode, within_min)
    found = np.full(expected.shape, math.inf)
    rows, columns = stored.nonzero()
    found[rows, columns] = stored.toarray()[rows, columns]
    near = np.abs(expected - within_min) < 1e-6  # too close to the edge to tell
    wanted = np.where(expected <= within_min, expected, math.inf)
    assert found[~near] == pytest.approx(wanted[~near], rel=1e-6, abs=1e-4)
    nearest = graph.nearest_minutes(origins, targets, mode)
    assert nearest == pytest.approx(expected.min(axis=1), rel=1e-6, abs=1e-4)
