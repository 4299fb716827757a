"""Plans of new points on drawn countries, worked out by hand, and on the real settlements of an oblast."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pulp
import pytest
from drawn_country import DAY, LIMIT_M, SERVICE, Offer, draw
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from scipy.sparse import csr_array
from spopt.locate import MCLP

from mapapp.analysis.access_costs import ground_of, of_service, site_costs, ways_by_distance
from mapapp.analysis.access_standing import AccessInputs
from mapapp.analysis.accessibility import service_access
from mapapp.analysis.layout import layout_of
from mapapp.analysis.people import gazetteer_people
from mapapp.analysis.placement import plan_placement
from mapapp.analysis.supply import Form
from mapapp.domain.accessibility import AccessQuery, Threshold
from mapapp.domain.errors import NotFoundError, UsageError
from mapapp.domain.gazetteer import Gazetteer
from mapapp.domain.geo import LonLat
from mapapp.domain.geography import (
    Hromada,
    HromadaKind,
    Population,
    Settlement,
    SettlementKind,
)
from mapapp.domain.katottg import Katottg
from mapapp.domain.placement import CandidatePlaces, Counting, PlacementGoal, PlacementQuery, Serving
from mapapp.files.gazetteer import read_gazetteer

ANYWHERE = {"candidates": CandidatePlaces.SETTLEMENTS, "fewest_people": 1}
RURAL = HromadaKind.RURAL
EVERYONE, LEAST_TRAVEL = PlacementGoal.EVERYONE, PlacementGoal.LEAST_TRAVEL


def gazetteer_of(country):
    """The drawn country's gazetteer; the first settlement of each hromada is its centre."""
    layout = country.layout
    oblast = [layout.oblast_of(area) for area in range(len(layout.areas))]
    raion = [layout.raion_of(area) for area in range(len(layout.areas))]
    settlements = {
        code: Settlement(
            code, SettlementKind.VILLAGE, letter, "", "", layout.areas[area], raion[area], oblast[area],
            layout.areas[area], None if np.isnan(lon) else LonLat(lon, lat),
            None if np.isnan(persons) else Population(int(persons), DAY, "a drawing"),
        )
        for code, letter, area, lon, lat, persons in zip(
            layout.settlements, country.letters, layout.area, layout.lon, layout.lat, country.people.persons,
            strict=True,
        )
    }  # fmt: skip
    centre = {it.area: it for it in reversed(settlements.values()) if it.point is not None}
    return Gazetteer(
        oblasts={},
        raions={},
        hromadas={
            code: Hromada(code, RURAL, "", "", raion[area], oblast[area], centre[code].point, None, None)
            for area, code in enumerate(layout.areas)
        },
        settlements=settlements,
        status_periods=(),
        open_status={},
        sources={},
    )  # fmt: skip


def code(country, letter):
    return country.layout.settlements[country.settlement(letter)]


def plan(country, *offers, area=None, limit_m=LIMIT_M, costs_to=None, **asked):
    access = service_access(country.inputs(*offers, limit_m=limit_m))
    query = PlacementQuery(AccessQuery(SERVICE, DAY, Threshold(limit_m), area=area), **asked)
    by_distance = partial(site_costs, ground_of(country.layout))
    return plan_placement(query, access, gazetteer_of(country), costs_to or by_distance)


def opened(country, found):
    """The letters opened, in the order told."""
    return "".join(country.letters[country.layout.settlements.index(it.settlement)] for it in found.opened)


def gains(found):
    return [pytest.approx(it.gain) for it in found.opened]


# A letter reaches its neighbours, across corners too: 9 and 12.7 km of 15.
TWO = draw("abc..de", "abc de", persons={"a": 100, "b": 50, "c": 70, "d": 90, "e": 80})


def test_the_centre_that_reaches_most_people_is_opened():
    found = plan(TWO)
    assert (opened(TWO, found), gains(found)) == ("d", [170.0])
    assert (found.gained, found.bound, found.is_proven) == (170.0, 170.0, True)
    assert (found.before.value, found.after, found.candidates) == (0.0, 170.0, 2)


def test_those_whom_no_candidate_reaches_are_told():
    assert plan(TWO).beyond == 70.0  # c is 18 km from the centre


def test_a_village_between_others_is_better_than_the_centre():
    found = plan(TWO, **ANYWHERE)
    assert (opened(TWO, found), found.gained, found.beyond) == ("b", 220.0, 0.0)


def test_points_are_told_in_the_order_of_what_each_adds():
    found = plan(TWO, new_points=2)
    assert (opened(TWO, found), gains(found), found.gained) == ("da", [170.0, 150.0], 320.0)


def test_existing_points_stay_and_whom_they_reach_does_not_count_again():
    found = plan(TWO, Offer("d"), new_points=2)
    assert (opened(TWO, found), gains(found)) == ("a", [150.0])
    assert (found.before.value, found.after) == (170.0, 320.0)


def test_where_everybody_is_reached_nothing_is_opened():
    found = plan(TWO, Offer("b"), Offer("d"))
    assert (found.opened, found.gained, found.bound, found.beyond) == ((), 0.0, 0.0, 0.0)
    assert (found.is_proven, found.gap, found.before.value, found.after) == (True, 0.0, 390.0, 390.0)


def test_only_places_large_enough_are_candidates():
    assert plan(TWO, candidates=CandidatePlaces.SETTLEMENTS, fewest_people=80).candidates == 3


def test_named_places_are_the_only_candidates_whatever_their_size():
    found = plan(TWO, only_in=(code(TWO, "b"), code(TWO, "e"), code(TWO, "b")))
    assert (opened(TWO, found), found.candidates) == ("b", 2)


FOUR = draw("ab\ncd", "a b c d", oblasts="1112", raions="1121")


@pytest.mark.parametrize(
    ("serving", "people"),
    [
        (Serving.OWN_HROMADA, 100.0),
        (Serving.OWN_RAION, 200.0),
        (Serving.OWN_OBLAST, 300.0),
        (Serving.ANYONE, 400.0),
    ],
)
def test_a_new_point_reaches_only_whom_it_serves(serving, people):
    assert plan(FOUR, serving=serving, only_in=(code(FOUR, "a"),)).gained == people


def test_a_city_without_raion_is_served_as_its_own_raion():
    layout = replace(FOUR.layout, area_raion=np.array([0, -1, -1, 2], np.int32))
    country = replace(FOUR, layout=layout)
    assert plan(country, serving=Serving.OWN_RAION, only_in=(code(country, "b"),)).gained == 100.0


def test_people_outside_the_area_do_not_count_and_no_point_opens_there():
    oblast = FOUR.layout.oblasts[0]
    found = plan(FOUR, area=oblast, serving=Serving.ANYONE)
    assert (opened(FOUR, found), found.gained, found.candidates) == ("a", 300.0, 3)


def test_a_provider_across_the_border_counts_before():
    found = plan(FOUR, Offer("d", serves="ABCD"), area=FOUR.layout.oblasts[0])
    assert (found.before.value, found.gained) == (300.0, 0.0)


def test_nothing_opens_on_occupied_territory_and_nobody_there_counts():
    country = draw("abc", "abc", occupied="b")
    found = plan(country, new_points=2, **ANYWHERE)
    assert (opened(country, found), found.gained, found.candidates) == ("ac", 200.0, 2)


def test_a_hromada_whose_centre_is_occupied_has_no_candidate():
    with pytest.raises(UsageError, match="only 0 places"):
        plan(draw("ab", "ab", occupied="a"))


def test_where_nothing_is_known_nobody_is_said_to_gain():
    country = draw("ab", "a b", oblasts="12", undescribed="2")
    assert plan(country, new_points=2, serving=Serving.ANYONE).gained == 100.0


def test_a_place_without_coordinates_is_reached_by_nobody():
    country = draw("ab", "ab", unlocated="b")
    found = plan(country, goal=EVERYONE, **ANYWHERE)
    assert (opened(country, found), found.beyond, found.candidates) == ("a", 100.0, 1)


LINE = draw("abcdefg", "abcdefg")


def test_everyone_is_reached_with_the_fewest_points():
    found = plan(LINE, goal=EVERYONE, **ANYWHERE)
    assert (len(found.opened), found.bound, found.is_proven, found.gap) == (3, 3.0, True, 0.0)
    assert (found.gained, found.after, found.beyond) == (700.0, 700.0, 0.0)


def test_all_who_can_be_reached_are_reached_and_the_rest_is_told():
    found = plan(LINE, goal=EVERYONE)  # the centre alone, a
    assert (opened(LINE, found), found.gained, found.beyond, found.is_proven) == ("a", 200.0, 500.0, True)


def test_the_fast_rule_tells_how_many_it_takes_at_least():
    found = plan(LINE, goal=EVERYONE, is_exact=False, **ANYWHERE)
    assert found.gained == 700.0
    assert found.bound == 3.0 <= len(found.opened)


def test_ways_are_shortened_most():
    country = draw("abcde", "abcde")
    found = plan(country, Offer("a"), goal=LEAST_TRAVEL, **ANYWHERE)
    # a has it 0 km, b 9, c 18, d 27, e 36, which counts as 30. At d: 9 + 27 + 21 saved; at c or e: 48.
    saved = (
        country.metres("a", "c")
        - country.metres("c", "d")
        + country.metres("a", "d")
        + 2 * LIMIT_M
        - country.metres("d", "e")
    )
    assert (opened(country, found), found.gained) == ("d", pytest.approx(100 * saved, rel=1e-4))
    assert (found.before.value, found.after, found.beyond) == (200.0, 500.0, 0.0)


def test_having_nobody_to_go_to_counts_as_twice_the_threshold():
    country = draw("ab", "ab", persons={"a": 10, "b": 1})
    found = plan(country, goal=LEAST_TRAVEL)
    expected = 10 * 2 * LIMIT_M + 2 * LIMIT_M - country.metres("a", "b")
    assert found.gained == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("form", [Form.COMES, Form.REMOTE, Form.HIDDEN])
def test_who_needs_no_way_has_none_to_shorten(form):
    assert plan(LINE, Offer("a", form=form), goal=LEAST_TRAVEL, **ANYWHERE).gained == 0.0


@pytest.mark.parametrize("goal", list(PlacementGoal))
def test_a_plan_does_not_tell_where_a_confidential_point_is(goal):
    hidden = [Offer(at, serves="A", form=Form.HIDDEN) for at in "abcde"]
    plans = [plan(TWO, offer, goal=goal, new_points=2, **ANYWHERE) for offer in hidden]
    assert all(found == plans[0] for found in plans)


def test_unmet_need_is_what_capacity_has_no_room_for():
    country = draw("ab", "ab")
    found = plan(country, Offer("a", capacity=30), counting=Counting.UNMET_NEED, **ANYWHERE)
    assert (opened(country, found), found.gained) == ("a", pytest.approx(170.0))
    assert (found.before.value, found.after) == (200.0, 200.0)


def test_without_any_capacity_known_people_not_covered_are_the_unmet_need():
    found = plan(TWO, Offer("d"), counting=Counting.UNMET_NEED, **ANYWHERE)
    assert (opened(TWO, found), found.gained, found.before.value, found.after) == ("b", 220.0, 170.0, 390.0)


def test_costs_decide_and_not_the_map():
    def only_to_itself(lon, lat, limit):
        assert limit == LIMIT_M
        here = (TWO.layout.lon[:, None] == lon) & (TWO.layout.lat[:, None] == lat)
        return csr_array(here * 5.0)

    found = plan(TWO, new_points=5, costs_to=only_to_itself, **ANYWHERE)
    assert (opened(TWO, found), gains(found)) == ("adecb", [100.0, 90.0, 80.0, 70.0, 50.0])


def test_the_band_of_those_covered_is_told():
    country = draw("abc", "abc", uncounted="bc")
    before = plan(country, Offer("a")).before
    assert (before.low, before.value, before.high) == (100.0, 200.0, 300.0)


def test_fewer_places_than_points_are_refused_with_their_number():
    with pytest.raises(UsageError, match="only 2 places to open a point in, fewer than 3 points"):
        plan(TWO, new_points=3)


def test_a_budget_limits_the_points():
    found = plan(TWO, new_points=2, budget=1_999.0, cost_of_point=1_000.0)
    assert opened(TWO, found) == "d"
    three = plan(LINE, new_points=5, budget=0.3, cost_of_point=0.1, **ANYWHERE)
    assert len(three.opened) == 3
    assert plan(TWO, new_points=2, budget=0.0, cost_of_point=0.0).gained == 320.0


def test_a_budget_for_no_point_is_refused_with_the_cost_of_one():
    with pytest.raises(UsageError, match=r"budget of 999.5 pays for no point: one costs 1000$"):
        plan(TWO, budget=999.5, cost_of_point=1_000.0)


def test_a_budget_that_does_not_reach_everyone_is_refused_with_what_it_takes():
    with pytest.raises(UsageError, match=r"takes 3 points, and the budget of 2 pays for 2"):
        plan(LINE, goal=EVERYONE, budget=2.0, cost_of_point=1.0, **ANYWHERE)


def test_a_place_named_where_nothing_can_open_is_refused():
    country = draw("abc", "ab c", oblasts="12", occupied="b", unlocated="")
    codes = (code(country, "a"), code(country, "b"), code(country, "c"))
    with pytest.raises(UsageError, match=f"open in {codes[1]}, {codes[2]}:"):
        plan(country, only_in=codes, area=country.layout.oblasts[0])
    with pytest.raises(NotFoundError, match="UA99010010010000001"):
        plan(country, only_in=(Katottg("UA99010010010000001"),))


def test_people_of_whom_nothing_is_known_are_not_nobody():
    country = draw("ab", "ab", persons={"a": np.nan, "b": np.nan})
    with pytest.raises(UsageError, match="says nothing of people"):
        plan(country)


@st.composite
def settled(draw_value):
    """A country of up to 25 settlements in four hromadas, with up to three providers."""
    letters = "abcdefghijklmnopqrstuvwxy"[: draw_value(st.integers(4, 25))]
    cells = draw_value(st.permutations(list(letters) + ["."] * (36 - len(letters))))
    picture = "\n".join("".join(cells[row : row + 6]) for row in range(0, 36, 6))
    hromadas = " ".join(letters[number::4] for number in range(4))
    persons = {letter: float(draw_value(st.integers(0, 50))) for letter in letters}
    offers = draw_value(st.lists(st.sampled_from(letters), max_size=3))
    capacity = st.sampled_from([np.nan, 0.0, 7.0])
    country = draw(picture, hromadas, persons=persons, oblasts="1122", raions="1213")
    return country, [Offer(at, capacity=draw_value(capacity)) for at in offers]


asked = st.fixed_dictionaries(
    {
        "goal": st.sampled_from(PlacementGoal),
        "serving": st.sampled_from(Serving),
        "counting": st.sampled_from(Counting),
        "is_exact": st.booleans(),
        "candidates": st.sampled_from(CandidatePlaces),
        "fewest_people": st.just(0),
    }
)


@settings(max_examples=100)
@given(settled(), asked, st.integers(1, 4))
def test_what_a_plan_says_adds_up(drawn, question, points):
    country, offers = drawn
    found = plan(country, *offers, new_points=points, **question)
    told = [it.gain for it in found.opened]
    assert sum(told) == pytest.approx(found.gained)
    assert told == sorted(told, reverse=True)
    assert all(gain > 0 for gain in told)
    assert len({it.settlement for it in found.opened}) == len(told)
    total = float(country.people.persons.sum())
    assert found.before.value <= found.after <= total * (1 + 1e-9)
    if question["goal"] is EVERYONE:
        assert found.bound <= len(told)
    else:
        assert len(told) <= points
        assert found.gained <= found.bound
    if question["goal"] is not LEAST_TRAVEL and question["counting"] is Counting.PEOPLE:
        assert found.before.value + found.gained == pytest.approx(found.after)
    if question["goal"] is EVERYONE and question["counting"] is Counting.PEOPLE:
        assert found.after + found.beyond == pytest.approx(total)
    if question["is_exact"]:
        assert found.is_proven
    assert found == plan(country, *offers, new_points=points, **question)


@settings(max_examples=50)
@given(settled(), asked, st.integers(1, 3))
def test_the_exact_plan_is_at_least_as_good_and_within_the_bound_of_the_fast_one(drawn, question, points):
    country, offers = drawn
    fast, exact, more = (
        plan(country, *offers, **{**question, "is_exact": is_exact, "new_points": number})
        for is_exact, number in ((False, points), (True, points), (True, points + 1))
    )
    if question["goal"] is EVERYONE:
        assert fast.bound <= len(exact.opened) <= len(fast.opened)
    else:
        assert fast.gained <= exact.gained * (1 + 1e-9)
        assert exact.gained <= min(fast.bound, more.gained) * (1 + 1e-9)


@pytest.fixture(scope="module")
def gazetteer(repo_root):
    return read_gazetteer(repo_root / "geodata")


@pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
def test_a_real_oblast_gains_what_spopt_says(gazetteer):
    layout = layout_of(gazetteer)
    poltava = next(it.katottg for it in gazetteer.oblasts.values() if it.name.startswith("Полтав"))
    ground, people = ground_of(layout), gazetteer_people(layout, gazetteer)
    nobody = draw("a", "a").supply()
    offered = replace(of_service(nobody, SERVICE), reaches=csr_array((0, len(layout.areas)), dtype=np.int8))
    scope = np.ones(len(layout.areas), np.bool_)
    ways = ways_by_distance(ground, offered, LIMIT_M)
    access = service_access(AccessInputs(layout, people, scope, offered, ways))
    query = PlacementQuery(
        AccessQuery(SERVICE, DAY, Threshold(LIMIT_M), area=poltava), new_points=10, serving=Serving.ANYONE
    )
    found = plan_placement(query, access, gazetteer, partial(site_costs, ground))
    centres = [it.centre for it in gazetteer.hromadas.values() if it.oblast == poltava]
    inside = np.isin(layout.area, layout.hromadas_in(poltava))
    lon, lat, persons = layout.lon[inside], layout.lat[inside], people.persons[inside]
    metres = np.array(
        [Geod(ellps="WGS84").inv(lon, lat, *np.tile([[it.lon], [it.lat]], len(lon)))[2] for it in centres]
    )
    theirs = MCLP.from_cost_matrix(metres.T, persons, LIMIT_M, 10).solve(pulp.PULP_CBC_CMD(msg=False))
    assert found.candidates == len(centres)
    assert found.is_proven
    assert found.gained == pytest.approx(theirs.problem.objective.value(), rel=1e-9)
