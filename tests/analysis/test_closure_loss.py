"""What a closure takes: against closing each point and asking again."""

from dataclasses import replace

import numpy as np
import pytest
from drawn_country import Offer, draw
from hypothesis import given
from hypothesis import strategies as st

from mapapp.analysis.access_costs import ground_of, ways_by_distance
from mapapp.analysis.accessibility import service_access
from mapapp.analysis.closure_loss import closure_losses
from mapapp.analysis.supply import Form

# 9 km from each place to the next, the threshold 15 km.
#
#   a---b---c . . d       A = a, b     C = c     D = d
#
MAP = draw("abc..d", "ab c d", oblasts="112", raions="112", persons={"a": 100, "b": 30, "c": 7, "d": 2})


def losses(*offers, country=MAP, **asked):
    return closure_losses(country.inputs(*offers), **asked)


def test_those_are_lost_whom_no_other_point_reaches():
    # p0 reaches a and b, p1 reaches b and c: b stays whichever closes.
    first, second = losses(Offer("a", "AC", capacity=5), Offer("c", "AC"))
    assert (first.point_id, first.hromada) == ("p0", MAP.hromada("A"))
    assert (first.people_lost, first.capacity_lost) == (100, 5)
    assert (second.people_lost, second.capacity_lost) == (7, None)
    assert first.hromadas_left_without == second.hromadas_left_without == ()


def test_a_hromada_is_left_without_when_no_other_point_serves_it_near_or_far():
    # d is too far for C, and still serves it.
    lone, far = losses(Offer("a", "A"), Offer("d", "CD"))
    assert (lone.people_lost, lone.hromadas_left_without) == (130, (MAP.hromada("A"),))
    assert (far.people_lost, far.hromadas_left_without) == (2, (MAP.hromada("C"), MAP.hromada("D")))


def test_two_offerings_of_one_point_close_together():
    both = (Offer("a", "A", 3, point="one"), Offer("a", "AD", 4, Form.REMOTE, point="one"))
    (loss,) = losses(*both)
    assert (loss.people_lost, loss.capacity_lost) == (132, 7)


def test_in_an_area_its_own_losses_are_told():
    oblast = MAP.layout.oblasts[1]
    (loss,) = losses(Offer("a", "AD", form=Form.COMES), Offer("c", "C"), area=oblast)
    assert (loss.people_lost, loss.hromadas_left_without) == (2, (MAP.hromada("D"),))
    assert loss.hromada == MAP.hromada("A")


def test_nothing_tells_where_a_confidential_point_is():
    oblast = MAP.layout.oblasts[1]
    secret = Offer("a", "A", 6, Form.HIDDEN)
    told = [losses(secret), losses(secret, area=oblast), losses(secret, area=MAP.hromada("A"))]
    assert told[0] == told[1] == told[2]
    ((loss,),) = {told[0]}
    assert (loss.hromada, loss.hromadas_left_without, loss.people_lost) == (None, (), 130)


def test_the_worst_come_first_and_no_more_than_asked():
    some = (Offer("c", "C"), Offer("a", "A"), Offer("d", "D"))
    assert [it.point_id for it in losses(*some)] == ["p1", "p0", "p2"]
    assert [it.point_id for it in losses(*some, limit=1)] == ["p1"]
    alike = (Offer("a", "A"), Offer("a", "A", capacity=9), Offer("a", "A"))
    assert [it.point_id for it in losses(*alike)] == ["p1", "p0", "p2"]


def test_nobody_is_lost_where_all_is_occupied_or_nothing_is_offered():
    occupied = draw("ab", "ab", occupied="ab")
    (loss,) = losses(Offer("a"), country=occupied)
    assert (loss.people_lost, loss.hromadas_left_without) == (0, ())
    assert losses() == ()


LETTERS = "abcdef"
offers = st.builds(
    Offer,
    at=st.sampled_from(LETTERS),
    serves=st.sets(st.sampled_from("ACE"), min_size=1).map("".join) | st.just("*"),
    capacity=st.just(np.nan) | st.integers(0, 50).map(float),
    form=st.sampled_from([Form.AT_SITE] * 3 + [Form.COMES, Form.REMOTE]),
    point=st.sampled_from(["p", "q", "r", "s"]),
)


@given(st.lists(offers, min_size=1, max_size=8), st.sampled_from(["", "c", "ab"]))
def test_each_loss_is_the_difference_that_closing_makes(some, occupied):
    persons = {letter: 3.0**number for number, letter in enumerate(LETTERS)}
    country = draw("ab.\n.cd\n..ef", "ab cd ef", persons=persons, occupied=occupied)
    place = {it.point: it.at for it in some}  # a point is in one place
    inputs = country.inputs(*(replace(it, at=place[it.point]) for it in some))
    found = closure_losses(inputs)
    assert {it.point_id for it in found} == {it.point for it in some}
    for loss in found:
        left = without(inputs, loss.point_id)
        assert loss.people_lost == pytest.approx(covered(inputs) - covered(left))
        assert set(loss.hromadas_left_without) == served(inputs) - served(left)


def without(inputs, point_id):
    offered = inputs.offered
    stays = offered.point != offered.point_ids.index(point_id)
    rows = {
        name: getattr(offered, name)[stays]
        for name in ("service", "point", "form", "site", "home", "catchment", "capacity", "is_first")
    }
    offered = replace(offered, **rows)
    ways = ways_by_distance(ground_of(inputs.layout), offered, inputs.ways.limit)
    return replace(inputs, offered=offered, ways=ways)


def covered(inputs):
    return inputs.demand[service_access(inputs).standing.is_covered].sum()


def served(inputs):
    """The hromadas that any offering serves, occupied ones aside."""
    reached = inputs.offered.reaches[inputs.offered.catchment].toarray().any(axis=0)
    free = np.unique(inputs.layout.area[~inputs.layout.is_occupied])
    return {inputs.layout.areas[number] for number in free if reached[number]}
