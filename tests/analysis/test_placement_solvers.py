"""Choosing candidates: against every subset there is, against spopt, and by what must hold of any problem."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spopt.locate import LSCP, MCLP, PMedian

from mapapp.analysis.placement_bounds import ceiling, greedy_ceiling
from mapapp.analysis.placement_exact import improve_fewest, improve_most, relaxed_fewest
from mapapp.analysis.placement_greedy import choose_fewest, choose_most
from mapapp.analysis.placement_problem import Pairs, PlacementProblem, by_what_they_add

# spopt 0.7 still makes its variables as PuLP 3 does.
AS_PULP_3 = pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")
LONG_S = 60.0
NO_TIME_S = 1e-9


def pairs_within(costs, limit):
    """The pairs of (J, N) costs within the limit."""
    candidate, settlement = np.nonzero(costs <= limit)
    return Pairs(candidate, settlement, costs[candidate, settlement])


def most_exactly(problem, points, time_limit_s=LONG_S):
    start = choose_most(problem, points)
    top = ceiling(problem, start, points)
    return improve_most(problem, points, start, top, time_limit_s)


def fewest_exactly(problem):
    return improve_fewest(problem, choose_fewest(problem), LONG_S)


def best_of_all(problem, points):
    """The greatest value of any choice of so many, by trying them all."""
    every = range(problem.candidates)
    return max(problem.value(chosen) for chosen in combinations(every, min(points, problem.candidates)))


def fewest_of_all(problem):
    """The least number of candidates that reach whom all of them reach, by trying them all."""
    all_reached = np.count_nonzero(problem.most)
    for number in range(problem.candidates + 1):
        for chosen in combinations(range(problem.candidates), number):
            if np.count_nonzero(problem.gained(chosen)) == all_reached:
                return number
    raise AssertionError


@st.composite
def scattered(draw, most_settlements=8, most_candidates=7):
    """Costs (J, N) of places on a grid, so that ties are common, and people, nobody among them."""
    at = st.tuples(st.integers(0, 9), st.integers(0, 9))
    settlements = draw(st.lists(at, min_size=1, max_size=most_settlements))
    candidates = draw(st.lists(at, min_size=1, max_size=most_candidates))
    people = draw(st.lists(st.integers(0, 9), min_size=len(settlements), max_size=len(settlements)))
    there, here = np.array(candidates, float)[:, None], np.array(settlements, float)[None]
    return np.hypot(*np.moveaxis(there - here, -1, 0)), np.array(people, float)


@st.composite
def problems(draw):
    """Problems of reach and of travel, with so many points to open."""
    costs, people = draw(scattered())
    pairs, size = pairs_within(costs, draw(st.sampled_from([1.5, 3.0, 5.0]))), len(costs)
    points = draw(st.integers(1, size))
    if draw(st.booleans()):
        return PlacementProblem.of_reach(people, pairs, size), points
    now = np.array(draw(st.lists(st.integers(0, 12), min_size=len(people), max_size=len(people))), float)
    return PlacementProblem.of_travel(people, now, pairs, size), points


@given(problems())
def test_no_choice_of_all_there_are_is_better_than_the_exact_one(asked):
    problem, points = asked
    choice = most_exactly(problem, points)
    assert len(choice.opened) <= points
    assert problem.value(choice.opened) == pytest.approx(best_of_all(problem, points), rel=1e-9)
    assert choice.bound == pytest.approx(problem.value(choice.opened), rel=1e-6)


@given(problems())
def test_greedy_is_within_its_proven_share_and_no_bound_is_below_the_best(asked):
    problem, points = asked
    greedy = [candidate for candidate, _ in by_what_they_add(problem, range(problem.candidates), points)]
    chosen, best = choose_most(problem, points), best_of_all(problem, points)
    assert problem.value(greedy) >= (1 - 1 / math.e) * best * (1 - 1e-9)
    assert problem.value(chosen) >= problem.value(greedy) * (1 - 1e-9)
    assert greedy_ceiling(problem, points) >= best * (1 - 1e-9)
    top = ceiling(problem, chosen, points)
    assert best * (1 - 1e-9) <= top.bound <= greedy_ceiling(problem, points) * (1 + 1e-9)


@given(problems())
def test_no_better_choice_contains_a_candidate_said_not_to_help(asked):
    problem, points = asked
    start = choose_most(problem, points)
    may_help = ceiling(problem, start, points).may_help
    for chosen in combinations(range(problem.candidates), points):
        if problem.value(chosen) > problem.value(start) * (1 + 1e-9):
            assert may_help[list(chosen)].all()


@given(problems())
def test_lazy_greedy_takes_what_plain_greedy_takes(asked):
    problem, points = asked
    gained, plain = np.zeros(problem.gains.shape[1]), []
    for _ in range(points):
        added = problem.added(gained)
        first = int(added.argmax())
        if added[first] > 0:
            plain.append((first, pytest.approx(added[first], rel=1e-12)))
            gained = problem.gained([candidate for candidate, _ in plain])
    # People here are whole numbers, so sums of them do not depend on their order; travelled costs do.
    lazy = by_what_they_add(problem, range(problem.candidates), points)
    assert [gain for _, gain in lazy] == [gain for _, gain in plain]


@given(problems())
def test_one_point_more_is_never_worse(asked):
    problem, points = asked
    values = [problem.value(most_exactly(problem, number).opened) for number in (points, points + 1)]
    assert values[1] >= values[0] * (1 - 1e-9)


@given(problems())
def test_no_exchange_of_one_point_improves_the_fast_choice(asked):
    problem, points = asked
    chosen = choose_most(problem, points)
    for leaving in chosen:
        others = [candidate for candidate in chosen if candidate != leaving]
        for entering in range(problem.candidates):
            assert problem.value([*others, entering]) <= problem.value(chosen) * (1 + 1e-8)


@given(scattered(), st.sampled_from([1.5, 3.0, 5.0]))
def test_the_fewest_are_the_fewest_and_reach_all_that_can_be_reached(drawn, limit):
    costs, people = drawn
    problem = PlacementProblem.of_reach(people, pairs_within(costs, limit), len(costs))
    choice, fast = fewest_exactly(problem), choose_fewest(problem)
    fewest = fewest_of_all(problem)
    assert len(choice.opened) == fewest == choice.bound
    led = relaxed_fewest(problem, LONG_S)
    for opened in (choice.opened, fast, led.opened):
        assert np.array_equal(problem.gained(opened), problem.most)
    assert led.bound <= fewest <= len(led.opened) <= len(fast)


@pytest.fixture(params=range(4))
def oblast(request):
    """120 settlements, half of them candidates, on 60 by 60 km; people follow no round numbers."""
    rng = np.random.default_rng(request.param)
    places = rng.uniform(0, 60, (120, 2))
    costs = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    candidates = np.sort(rng.choice(120, 60, replace=False))
    return costs[candidates], np.round(rng.lognormal(5, 1.2, 120), 2), costs


@AS_PULP_3
def test_reaches_as_many_as_spopt(oblast):
    costs, people, _ = oblast
    problem = PlacementProblem.of_reach(people, pairs_within(costs, 10.0), len(costs))
    choice = most_exactly(problem, 6)
    theirs = MCLP.from_cost_matrix(costs.T, people, 10.0, 6).solve(pulp.PULP_CBC_CMD(msg=False))
    assert problem.value(choice.opened) == pytest.approx(theirs.problem.objective.value(), rel=1e-9)
    assert choice.bound == pytest.approx(problem.value(choice.opened), rel=1e-9)


@AS_PULP_3
def test_shortens_ways_as_much_as_spopt_beside_existing_points(oblast):
    costs, people, all_costs = oblast
    existing = all_costs[:3]
    now = existing.min(axis=0)
    problem = PlacementProblem.of_travel(people, now, pairs_within(costs, np.inf), len(costs))
    choice = most_exactly(problem, 4)
    is_there = np.append(np.ones(3), np.zeros(len(costs)))
    theirs = PMedian.from_cost_matrix(
        np.vstack([existing, costs]).T, people, 7, predefined_facilities_arr=is_there
    ).solve(pulp.PULP_CBC_CMD(msg=False))
    left = float(people @ now) - problem.value(choice.opened)
    assert left == pytest.approx(theirs.problem.objective.value(), rel=1e-9)


@AS_PULP_3
def test_needs_as_few_as_spopt(oblast):
    costs, people, _ = oblast
    reached = (costs <= 9.0).any(axis=0)
    costs, people = costs[:, reached], people[reached]
    problem = PlacementProblem.of_reach(people, pairs_within(costs, 9.0), len(costs))
    theirs = LSCP.from_cost_matrix(costs.T, 9.0).solve(pulp.PULP_CBC_CMD(msg=False))
    choice = fewest_exactly(problem)
    assert len(choice.opened) == round(theirs.problem.objective.value())
    assert choice.bound == len(choice.opened)


def test_the_search_after_the_relaxation_finds_what_it_alone_does_not():
    # Three villages, and between each two a place that reaches both: the relaxation opens half of each.
    costs = np.array([[1.0, 1.0, 9.0], [1.0, 9.0, 1.0], [9.0, 1.0, 1.0]])
    problem = PlacementProblem.of_reach(np.full(3, 10.0), pairs_within(costs, 1.0), 3)
    choice = fewest_exactly(problem)
    assert (choice.opened, choice.bound) == ((0, 1), 2.0)


def test_without_time_the_fast_choice_stands_with_its_bound(oblast):
    costs, people, _ = oblast
    problem = PlacementProblem.of_reach(people, pairs_within(costs, 10.0), len(costs))
    start = choose_most(problem, 6)
    top = ceiling(problem, start, 6, 3)
    assert top.bound > problem.value(start)
    choice = improve_most(problem, 6, start, top, NO_TIME_S)
    assert (choice.opened, choice.bound) == (start, top.bound)
    fewest = improve_fewest(problem, choose_fewest(problem), NO_TIME_S)
    assert fewest.opened == choose_fewest(problem)
    assert 1 <= fewest.bound <= len(fewest_exactly(problem).opened)
    assert relaxed_fewest(problem, NO_TIME_S) == fewest


def test_more_rounds_never_loosen_the_bound(oblast):
    costs, people, _ = oblast
    problem = PlacementProblem.of_reach(people, pairs_within(costs, 10.0), len(costs))
    start = choose_most(problem, 6)
    quick, thorough = (ceiling(problem, start, 6, rounds).bound for rounds in (50, 1_000))
    assert problem.value(start) <= thorough <= quick * (1 + 1e-3)
    assert quick <= problem.value(start) * 1.1


def test_of_equal_places_the_first_is_taken():
    costs = np.ones((4, 3))
    problem = PlacementProblem.of_reach(np.full(3, 10.0), pairs_within(costs, 1.0), 4)
    assert choose_most(problem, 1) == most_exactly(problem, 1).opened == (0,)
    assert choose_fewest(problem) == fewest_exactly(problem).opened == (0,)


@settings(max_examples=20)
@given(problems())
def test_the_same_problem_gives_the_same_choice(asked):
    problem, points = asked
    assert most_exactly(problem, points) == most_exactly(problem, points)
    assert fewest_exactly(problem) == fewest_exactly(problem)


def test_where_nobody_gains_nothing_is_opened():
    problem = PlacementProblem.of_reach(np.zeros(3), pairs_within(np.ones((2, 3)), 1.0), 2)
    choice = most_exactly(problem, 2)
    assert (choice.opened, choice.bound) == ((), 0.0)
    fewest = fewest_exactly(problem)
    assert (fewest.opened, fewest.bound) == ((), 0.0)
    assert relaxed_fewest(problem, LONG_S) == fewest
